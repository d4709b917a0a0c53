"""The facts at hand: fetched rows, overlaid with what batches have changed since.

Definitions are kept decoded between batches, since they rarely change; other
rows are fetched for one batch and forgotten.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from hitchpost_server.engine.decoding import decoded
from hitchpost_server.engine.rows import DEFINITION_TABLES, Row, RowKey
from hitchpost_server.engine.tables import Touched

_DEFINITIONS = frozenset(DEFINITION_TABLES)


class DefinitionCache:
    """Decoded definitions, None for those known not to exist; least recently used go first.

    They go between batches only: a batch that needs more than are kept would
    never have all of them at hand.
    """

    def __init__(self, facts_max: int) -> None:
        self._facts_max = facts_max
        self._facts: OrderedDict[RowKey, Any] = OrderedDict()

    def __contains__(self, key: RowKey) -> bool:
        return key in self._facts

    def __getitem__(self, key: RowKey) -> Any:
        self._facts.move_to_end(key)
        return self._facts[key]

    def put(self, key: RowKey, row: Row | None) -> None:
        """Keep a row as it is now."""
        self._facts[key] = None if row is None else decoded(row)

    def shrink(self) -> None:
        """Let go of what is too much, before a batch looks for what it needs."""
        while len(self._facts) > self._facts_max:
            self._facts.popitem(last=False)

    def drop(self, keys: Iterable[RowKey]) -> None:
        """Forget rows that are not to be trusted."""
        for key in keys:
            self._facts.pop(key, None)


class BatchFacts:
    """What one batch knows: `layers` are what batches changed, the latest first."""

    def __init__(self, definitions: DefinitionCache, layers: Sequence[Touched]) -> None:
        self._definitions = definitions
        self._layers = layers
        self._fetched: dict[RowKey, Row | None] = {}

    def __contains__(self, key: RowKey) -> bool:
        if key.table in _DEFINITIONS and key in self._definitions:
            return True
        return key in self._fetched or any(key in layer for layer in self._layers)

    def __getitem__(self, key: RowKey) -> Any:
        if key.table in _DEFINITIONS:
            try:
                return self._definitions[key]
            except KeyError:
                self._definitions.put(key, self._row(key))
                return self._definitions[key]
        return self._row(key)

    def _row(self, key: RowKey) -> Row | None:
        for layer in self._layers:
            if key in layer:
                return layer.row(key)
        return self._fetched[key]

    def learn(self, keys: Iterable[RowKey], rows: dict[RowKey, Row]) -> None:
        """Take in what was fetched; keys without a row do not exist."""
        for key in keys:
            self._fetched[key] = rows.get(key)
