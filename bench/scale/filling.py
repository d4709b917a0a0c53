"""What stores are filled with: runs that wait with a timer far away, and events that nobody takes.

All of it comes through the server's own doors, and every answer is looked at.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import hitchpost
from bench.figures.answers import answered_events, answered_runs
from bench.load import Target
from bench.processes import Failed
from bench.requests import (
    EVENT_DEF,
    RUN_WF,
    Numbered,
    event_template,
    start_template,
    with_number,
)
from bench.scale.progress import Progress, Say
from bench.streams import streamed

PATIENT = "wait-for-years"
TEN_YEARS_SECONDS = 10 * 365 * 24 * 3600

# What runs that wait, and events whose runs do not exist, are called.
STORED_RUNS = "stored"
STORED_EVENTS = "forgotten"

CALLERS = 64
# As many numbers as there are of nine digits, and what takes each of them to another one far away.
NUMBERS = 10**9
SCATTER = 618_033_989
# Answered before it is said how far it has come; what was answered is kept until then.
CHUNK = 10_000


@hitchpost.workflow(PATIENT)
def wait_for_years(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for one external event, or until a timer that is far away; then complete."""
    wf.register_event(EVENT_DEF)
    wf.wait_for_event(EVENT_DEF, timeout=TEN_YEARS_SECONDS)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a store: runs that wait, each with a timer, and events that nobody has taken."""

    runs: int = 0
    events: int = 0


async def fill(target: Target, before: Contents, after: Contents, say: Say) -> None:
    """Bring a store from one state of contents to another."""
    await start_runs(target, STORED_RUNS, range(before.runs, after.runs), say)
    await post_events(target, range(before.events, after.events), say)


async def start_runs(target: Target, prefix: str, numbers: range, say: Say) -> None:
    """Start runs that wait, each with a timer."""
    requests = with_numbers(start_template(prefix, PATIENT), scattered(numbers))
    progress = Progress(f"starting runs {prefix}", len(numbers), say)
    while some := list(islice(requests, CHUNK)):
        load = await target.load(RUN_WF, iter(some), CALLERS, float("inf"))
        _hold_all(answered_runs(load, prefix), some)
        progress.add(len(some))


async def post_events(target: Target, numbers: range, say: Say) -> None:
    """Post events to runs that do not exist, on streams."""
    requests = with_numbers(event_template(STORED_EVENTS), scattered(numbers))
    progress = Progress("posting events", len(numbers), say)
    while some := list(islice(requests, CHUNK)):
        load = await streamed(target, iter(some), float("inf"))
        _hold_all(answered_events(load, STORED_EVENTS), some)
        progress.add(len(some))


def scattered(numbers: Iterable[int]) -> Iterator[int]:
    """Make numbers of others, such that none is near the one before, nor given twice.

    Ids of clients are in no order. What a store does to its indexes for ids
    that are is much less.
    """
    return (number * SCATTER % NUMBERS for number in numbers)


def stored_runs(count: int) -> Iterator[int]:
    """Give the numbers of that many runs, all there are, not in the order in which they began."""
    return scattered(random.Random(1).sample(range(count), count))


def with_numbers(template: bytes, numbers: Iterable[int]) -> Iterator[Numbered]:
    """Put numbers into copies of a request."""
    return ((number, with_number(template, number)) for number in numbers)


def _hold_all(answered: object, requested: list[Numbered]) -> None:
    if answered != {number for number, _ in requested}:
        raise Failed("not every request was answered")
