"""One load measured in this process: the time of its commands, and what they come to."""

import gc
from collections.abc import Iterator, Sequence
from time import thread_time

from bench.engine.loads import Load, defined
from bench.engine.world import Decided, World
from hitchpost_server.engine import commands

# About what the committer finds waiting under load.
BATCH = 16

Batches = list[list[commands.Command]]


def prepared(load: Load, count: int) -> tuple[World, Batches]:
    """Make runs for which the load's command is due, and write the commands."""
    world, runs = defined(), [f"run-{number:06d}" for number in range(count)]
    for earlier in load.before:
        for some in _batches(runs):
            world.decide([earlier.order(world, run) for run in some])
    return world, [[load.order(world, run) for run in some] for some in _batches(runs)]


def _batches(runs: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(runs), BATCH):
        yield runs[begin : begin + BATCH]


def microseconds(load: Load, count: int) -> float:
    """Take the time of one command."""
    world, batches = prepared(load, count)
    gc.collect()
    gc.disable()
    try:
        begin = thread_time()
        for batch in batches:
            world.decide(batch)
        return (thread_time() - begin) / count * 1e6
    finally:
        gc.enable()


def written(load: Load) -> dict[str, float]:
    """Count what one command comes to; facts are those of a whole batch."""
    world, batches = prepared(load, BATCH)
    decided = world.decide(batches[0])
    return {
        "events": sum(len(one.record.events) for one in decided.decisions) / BATCH,
        "rows": (len(decided.rows) + len(decided.deletions)) / BATCH,
        "log bytes": sum(map(len, decided.records)) / BATCH,
        "row bytes": sum(_bodies(decided)) / BATCH,
        "facts a batch": len(decided.facts),
    }


def _bodies(decided: Decided) -> Iterator[int]:
    for row in decided.rows:
        yield from (len(column) for column in row if isinstance(column, bytes))
