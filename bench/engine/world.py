"""Streams and facts in dicts: as little as the engine needs to decide commands.

Does what the committer does around a decision, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.engine.decide import Decision, decide
from hitchpost_server.engine.decoding import decoded
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.engine.needs import needs
from hitchpost_server.engine.rows import DEFINITION_TABLES, Row, RowKey, key_of
from hitchpost_server.engine.streams import kind_of
from hitchpost_server.engine.tables import Touched

NOW_US = 1_800_000_000_000_000
DEFINITIONS = frozenset(DEFINITION_TABLES)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a batch has come to, and what the committer would have looked up for it."""

    decisions: list[Decision]
    records: list[bytes]
    rows: list[Row]
    deletions: list[RowKey]
    facts: set[RowKey]


class World:
    """Live streams, and definitions decoded once."""

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}
        self._limits = Settings().engine_limits
        self._definitions: dict[RowKey, Any] = {}
        self._facts = Facts(self)
        self._seeds = (f"{number:032x}" for number in count(1))

    def __getitem__(self, key: RowKey) -> Any:
        """Give a definition; other rows are never there, since every guid is a new one."""
        return self._definitions[key] if key.table in DEFINITIONS else None

    def decide(self, batch: Sequence[commands.Command]) -> Decided:
        """Name the facts of a batch, decide it, and make its records and rows."""
        touched, wanted = Touched(), set[RowKey]()
        for command in batch:
            wanted.update(needs(self._state_of(command.stream), command, self._facts))
        decisions = [self._decide(command, touched) for command in batch]
        records = [decision.row.encoded() for decision in decisions]
        return Decided(decisions, records, *touched.changes(), wanted)

    def _state_of(self, stream: str) -> Any:
        if stream not in self.states:
            self.states[stream] = kind_of(stream).new(stream)
        return self.states[stream]

    def _decide(self, command: commands.Command, touched: Touched) -> Decision:
        command.now_us = NOW_US
        state = self.states[command.stream]
        decision = decide(state, command, self._facts, self._limits, touched)
        if decision.rejection is not None:
            raise decision.rejection
        return decision

    def define(self, kind: type[commands.Command], stream: str, request: Any) -> None:
        """Put a definition."""
        put: Any = kind
        done = self.decide([put(stream=stream, seed=next(self._seeds), request=request)])
        self._definitions.update({key_of(row): decoded(row) for row in done.rows})

    def order(self, kind: type[commands.Command], run: str, **fields: Any) -> commands.Command:
        """Write a command to a run."""
        stream, order = family_stream(run), kind
        made: Any = order
        command: commands.Command = made(stream=stream, seed=next(self._seeds), run=run, **fields)
        return command
