"""A batch: commands decided together, to be written in one transaction.

Deciding is synchronous and touches live state only; what the batch needs from
the store was loaded before. Until the batch is written, nothing of it may be
seen by anybody but the next batch.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from hitchpost_server.engine.decide import Decision, decide
from hitchpost_server.engine.facts import Facts, MissingFact
from hitchpost_server.engine.fold import FOLD_VERSION
from hitchpost_server.engine.limits import EngineLimits
from hitchpost_server.engine.log import without_run
from hitchpost_server.engine.rows import RowKey
from hitchpost_server.engine.state import DefinitionState
from hitchpost_server.engine.streams import kind_of
from hitchpost_server.engine.tables import Erased, Touched
from hitchpost_server.runtime.cache import LiveStream, StreamCache
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.inbox import Pending
from hitchpost_server.runtime.known import BatchFacts, DefinitionCache
from hitchpost_server.store.protocol import Append, Erasure, Snapshot, WriteSet

logger = logging.getLogger(__name__)


class Poisoned(Exception):
    """Deciding one command of the batch failed by a defect; the batch must do without it."""

    def __init__(self, pending: Pending) -> None:
        super().__init__(type(pending.command).__name__)
        self.pending = pending


@dataclass(slots=True)
class Batch:
    """Decided commands with everything that is to be written for them.

    `doubts` are rows that it takes not to exist, which is to be made sure of.
    `head` is where the log ends once it is written. `failures_before` counts
    the writes that had failed when it was decided: one more, and it was decided
    on what did not happen.
    """

    pendings: list[Pending]
    failures_before: int
    streams: set[str] = field(init=False)
    touched: Touched = field(default_factory=Touched)
    decisions: list[Decision] = field(default_factory=list)
    definitions: set[RowKey] = field(default_factory=set)
    doubts: set[RowKey] = field(default_factory=set)
    write: WriteSet = field(default_factory=WriteSet)
    head: int = 0

    def __post_init__(self) -> None:
        self.streams = {pending.command.stream for pending in self.pendings}

    @property
    def writes_nothing(self) -> bool:
        """Whether there is nothing for the store to do."""
        write = self.write
        return not (write.appends or write.rows or write.deletions or write.verified)


class BatchDecider:
    """Decides batches on the streams in the cache."""

    def __init__(
        self,
        cache: StreamCache,
        definitions: DefinitionCache,
        clock: Clock,
        engine_limits: EngineLimits,
        snapshot_every_events: int,
        *,
        verify_unchanged: bool,
    ) -> None:
        self._cache = cache
        self._definitions = definitions
        self._clock = clock
        self._engine_limits = engine_limits
        self._snapshot_every_events = snapshot_every_events
        self._verify_unchanged = verify_unchanged

    def decide(self, batch: Batch, known: BatchFacts) -> None:
        """Decide all commands of a batch in order.

        Raises MissingFact or Poisoned; the states of the batch's streams are
        then used up.
        """
        facts = Facts(known)
        for pending in batch.pendings:
            self._decide_one(batch, pending, facts)
        batch.doubts = facts.doubts
        self._collect(batch)

    def _decide_one(self, batch: Batch, pending: Pending, facts: Facts) -> None:
        command = pending.command
        live = self._cache.get(command.stream)
        before = live.state.sequence
        command.now_us = self._clock.now_us()
        try:
            decision = decide(live.state, command, facts, self._engine_limits, batch.touched)
        except MissingFact:
            raise
        except Exception as defect:
            _log(defect, pending)
            raise Poisoned(pending) from defect
        batch.decisions.append(decision)
        if live.state.sequence != before:
            body = decision.row.encoded()
            batch.write.appends.append(
                Append(command.stream, before, live.state.sequence, command.now_us, body)
            )
            live.body_bytes += len(body)
            if isinstance(live.state, DefinitionState):
                self._keep_definitions(batch)
        elif self._verify_unchanged:
            batch.write.verified.setdefault(command.stream, before)

    def _keep_definitions(self, batch: Batch) -> None:
        """Let later commands see the definitions that this one has changed."""
        for key, row in batch.touched.definition_changes().items():
            batch.definitions.add(key)
            self._definitions.put(key, row)

    def _collect(self, batch: Batch) -> None:
        write = batch.write
        write.rows, write.deletions = batch.touched.changes()
        write.erasures = [
            Erasure(erased.stream, erased.run, erased.up_to_sequence, _left_of(erased))
            for erased in batch.touched.erased
        ]
        write.ended = batch.touched.ended
        cut = {erased.stream for erased in batch.touched.erased if not erased.run}
        write.snapshots = self._snapshots(batch.streams, cut)
        self._cache.weigh(batch.streams)

    def _snapshots(self, streams: set[str], cut: set[str]) -> list[Snapshot]:
        """Make the snapshots that are due; retention takes those of streams that it cuts."""
        found = [(stream, self._cache.peek(stream)) for stream in streams]
        return [
            self._snapshot(stream, live)
            for stream, live in found
            if live and (stream in cut or self._is_due(live))
        ]

    def _is_due(self, live: LiveStream) -> bool:
        return live.state.sequence - live.snapshot_sequence >= self._snapshot_every_events

    def _snapshot(self, stream: str, live: LiveStream) -> Snapshot:
        live.snapshot_sequence = live.state.sequence
        body = kind_of(stream).to_bytes(live.state)
        # Much of what it took in it has let go.
        live.body_bytes = len(body)
        return Snapshot(stream, live.state.sequence, FOLD_VERSION, body)


def _log(defect: Exception, pending: Pending) -> None:
    command = pending.command
    name, stream = type(command).__name__, command.stream
    if pending.is_retry:
        logger.error("again a defect while deciding %s of %s: %r", name, stream, defect)
    else:
        logger.error("defect while deciding %s of %s", name, stream, exc_info=defect)


def _left_of(erased: Erased) -> Callable[[bytes], bytes | None] | None:
    """Say what is left of a log row when a run is erased whose family goes on."""
    if not erased.family_goes_on:
        return None
    return partial(without_run, erased.stream, erased.run)
