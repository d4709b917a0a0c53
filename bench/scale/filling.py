"""What stores are filled with: runs that wait with a timer far away, and events that nobody takes.

All of it comes through the server's own doors, and every answer is looked at.
"""

import random
from collections.abc import Iterator
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
    requests = _numbered(start_template(prefix, PATIENT), numbers)
    progress = Progress(f"starting runs {prefix}", len(numbers), say)
    while some := list(islice(requests, CHUNK)):
        load = await target.load(RUN_WF, iter(some), CALLERS, float("inf"))
        _hold_all(answered_runs(load, prefix), some)
        progress.add(len(some))


async def post_events(target: Target, numbers: range, say: Say) -> None:
    """Post events to runs that do not exist, on streams."""
    requests = _numbered(event_template(STORED_EVENTS), numbers)
    progress = Progress("posting events", len(numbers), say)
    while some := list(islice(requests, CHUNK)):
        load = await streamed(target, iter(some), float("inf"))
        _hold_all(answered_events(load, STORED_EVENTS), some)
        progress.add(len(some))


def in_no_order(count: int) -> Iterator[int]:
    """Give the numbers of all stored runs as clients would: none is near the one before."""
    return iter(random.Random(1).sample(range(count), count))


def _numbered(template: bytes, numbers: range) -> Iterator[Numbered]:
    return ((number, with_number(template, number)) for number in numbers)


def _hold_all(answered: object, requested: list[Numbered]) -> None:
    if answered != {number for number, _ in requested}:
        raise Failed("not every request was answered")
