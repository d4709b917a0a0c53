"""The same calls on the oracle and on every other store, every answer compared."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hitchpost_server.engine.rows import KEY_LENGTHS, TABLES, Row, RowKey, key_of
from hitchpost_server.engine.searches import INDEXES, Search
from hitchpost_server.store.memory import MemoryStore
from hitchpost_server.store.protocol import (
    Append,
    ConflictError,
    Erasure,
    Snapshot,
    Store,
    WriteSet,
)

STREAMS = ["alpha", "beta", "gamma", "delta/1", "delta/2"]
RUNS = ["run", "run_child", "ru", "other", "äöü", "\U0001f40e"]
Call = Callable[[Store], Awaitable[Any]]


class Walker:
    """Draws calls; knows where the streams are, so that most writes succeed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.sequences = dict.fromkeys(STREAMS, 0)

    def row(self, table: type[Row]) -> Row:
        return table._make(self.value(kind) for kind in table.__annotations__.values())

    def value(self, kind: type) -> Any:
        if kind is str:
            return self.draw.choice(STREAMS[:2] + RUNS)
        return self.draw.randrange(6) if kind is int else self.draw.randbytes(4)

    def key(self) -> RowKey:
        row = self.row(self.draw.choice(TABLES))
        return key_of(row)

    def appends(self) -> list[Append]:
        reached = dict(self.sequences)
        made = []
        for stream in self.draw.choices(STREAMS, k=self.draw.randrange(6)):
            last = reached[stream] + self.draw.randint(1, 4)
            made.append(Append(stream, reached[stream], last, 5, self.draw.randbytes(8)))
            reached[stream] = last
        return made

    def erasure(self) -> Erasure:
        stream = self.draw.choice(STREAMS)
        up_to = self.draw.randint(0, self.sequences[stream])
        return Erasure(stream, self.draw.choice(RUNS), up_to)

    def snapshot(self, stream: str) -> Snapshot:
        sequence = self.draw.randint(0, self.sequences[stream])
        return Snapshot(stream, sequence, self.draw.randint(1, 2), self.draw.randbytes(4))

    def write(self) -> WriteSet:
        rows = [self.row(self.draw.choice(TABLES)) for _ in range(self.draw.randrange(30))]
        by_key = {key_of(row): row for row in rows}
        deletions = {self.key() for _ in range(self.draw.randrange(12))} - by_key.keys()
        seldom = self.draw.random() < 0.2
        verified = self.draw.sample(STREAMS, 2)
        return WriteSet(
            appends=self.appends(),
            verified={stream: self.sequences[stream] for stream in verified},
            erasures=[self.erasure() for _ in range(self.draw.randrange(3))] if seldom else [],
            ended=self.draw.choices(STREAMS[:2] + RUNS, k=self.draw.choice([0, 0, 0, 1, 2])),
            deletions=list(deletions),
            rows=list(by_key.values()),
            snapshots=[self.snapshot(each) for each in self.draw.sample(STREAMS, 2)],
        )

    def moved(self, write: WriteSet) -> WriteSet:
        write.verified[self.draw.choice(STREAMS)] = self.draw.randrange(100, 200)
        return write

    def search(self) -> Search:
        index = self.draw.choice(INDEXES)
        row = self.row(index.table)
        equal = tuple(getattr(row, name) for name in index.equal)
        also = tuple(self.draw.choice([None, getattr(row, name)]) for name in index.also)
        return Search(index, equal, also, self.draw.randrange(3), self.draw.randrange(2, 6))

    def reads(self) -> list[Call]:
        table = self.draw.choice(TABLES)
        key, behind = self.row(table)[: KEY_LENGTHS[table]], self.row(table)[: KEY_LENGTHS[table]]
        prefix = key[: self.draw.randint(0, KEY_LENGTHS[table])]
        after = (*prefix, *behind[len(prefix) :]) if self.draw.random() < 0.5 else ()
        keys = [self.key() for _ in range(20)]
        version = self.draw.randint(1, 2)
        low, limit = self.draw.randrange(8), self.draw.randint(1, 9)
        text, other = self.value(str), self.value(str)
        search = self.search()
        found = self.row(search.index.table)
        seen = tuple(getattr(found, name) for name in search.index.order)
        position = self.draw.randrange(1 + 3 * sum(self.sequences.values()) // 2)
        return [
            lambda store: store.head(),
            lambda store: store.load(STREAMS, version),
            lambda store: store.lookup(keys),
            lambda store: store.scan(table, prefix, after, limit),
            lambda store: store.search(search, (), limit),
            lambda store: store.search(search, seen, limit),
            lambda store: store.read_log(position, limit),
            lambda store: store.outline(position, limit),
            lambda store: store.read_stream(STREAMS[low % 5], low * 3, limit),
            lambda store: store.read_stream(STREAMS[low % 5], low * 3, limit, low * 10),
            lambda store: store.due_timers((low, text, low), limit),
            lambda store: store.queued_tasks(text, (low, other, other), limit),
            lambda store: store.follow_ups(text, limit),
        ]


async def answer(store: Store, call: Call) -> Any:
    try:
        return await call(store)
    except ConflictError as conflict:
        return conflict.streams


@pytest.mark.parametrize("seed", range(4))
async def test_store_answers_as_the_oracle_does(durable_store: Store, seed: int) -> None:
    walker, oracle = Walker(seed), MemoryStore()
    for _ in range(150):
        write = walker.write()
        if walker.draw.random() < 0.1:
            write = walker.moved(write)
        for call in [lambda store, write=write: store.commit(write), *walker.reads()]:
            assert await answer(durable_store, call) == await answer(oracle, call)
        loaded = await oracle.load(STREAMS, 1)
        walker.sequences = {stream: loaded[stream].sequence for stream in STREAMS}
    everything = [
        *(lambda store, table=table: store.scan(table, (), (), 10_000) for table in TABLES),
        lambda store: store.read_log(0, 10_000),
        lambda store: store.outline(0, 10_000),
    ]
    for call in everything:
        assert await answer(durable_store, call) == await answer(oracle, call)
