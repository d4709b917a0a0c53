"""One run that goes round a loop for tens of thousands of steps: what the last ones cost.

Each round waits for an external event, with a timer that is disarmed, so that the
loop goes on over as many commands. Engine, committer and SQLite store are in this
process, and what is counted is the same on every machine.
"""

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import process_time

import hitchpost
from bench.samples import Sample
from bench.scale.options import Options
from bench.scale.progress import Progress
from bench.starting_over.counting import Calls, Counts, Figures
from bench.starting_over.measuring import opened
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.app import running_engine, store_path
from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import EXTERNAL_EVENT_DEF_STREAM, WF_SPEC_STREAM, family_stream
from hitchpost_server.runtime.committer import Committer

ROUND = "round"
RUN = "long"
HOUR_SECONDS = 3600
# The nodes of one round: the loop's two NOPs, and the wait between them.
STEPS_PER_ROUND = 3
# Of the run's life: the first and the last of so many parts are compared.
PARTS = 20
# Each part again: CPU is that of the fastest piece, and calls are counted in the last.
PIECES = 10
UNITS = {"CPU": "µs", "log bytes": "bytes"}


@hitchpost.workflow("loops")
def loops(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for the same event again and again until it says that this is enough."""
    wf.register_event(ROUND, content_type=bool)
    more = wf.variable("more", bool, default=True)
    with wf.loop_while(more):
        wf.set(more, wf.wait_for_event(ROUND, timeout=HOUR_SECONDS))


class LongRun:
    """The run, and the commands that take it round its loop one after another."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer
        self._seeds = (f"{number:032x}" for number in count(1))

    async def start(self) -> None:
        """Put the definitions and start the run."""
        for event in loops.external_event_defs():
            stream = EXTERNAL_EVENT_DEF_STREAM + event.name
            await self._order(commands.PutExternalEventDef, stream, request=event)
        spec = loops.compile()
        await self._order(commands.PutWfSpec, WF_SPEC_STREAM + spec.name, request=spec)
        request = wf_runs.RunWfRequest(wf_spec_name=spec.name, id=RUN)
        await self._order(commands.StartRun, family_stream(RUN), run=RUN, request=request)

    async def go_round(self, number: int) -> None:
        """Post what the run waits for."""
        request = events.PutExternalEventRequest(
            wf_run_id=ids.WfRunId(id=RUN),
            external_event_def_id=ids.ExternalEventDefId(name=ROUND),
            guid=f"{number:09d}",
            content=hitchpost.to_value(True),
        )
        await self._order(commands.PostExternalEvent, family_stream(RUN), run=RUN, request=request)

    async def _order(self, kind: type, stream: str, **fields: object) -> None:
        command = kind(stream=stream, seed=next(self._seeds), **fields)
        await self._committer.submit(command)


async def measure(options: Options) -> list[Sample]:
    """Let the run take its steps; compare the last part of them with the first."""
    rounds = range(options.steps // STEPS_PER_ROUND)
    progress = Progress("steps of one run", len(rounds) * STEPS_PER_ROUND, options.say)
    with tempfile.TemporaryDirectory(prefix="long-", dir=options.data) as folder:
        settings = Settings(data=Path(folder))
        async with opened(settings) as store, running_engine(store, settings) as engine:
            counts = Counts()
            engine.committer.listen(counts.committed)
            run = LongRun(engine.committer)
            await run.start()
            lived: list[Figures] = []
            for part in _parts(rounds, PARTS):
                lived.append(await _lived(run, counts, part))
                progress.add(len(part) * STEPS_PER_ROUND)
        stored = store_path(settings).stat().st_size
    steps = len(rounds) * STEPS_PER_ROUND
    return [
        *(
            Sample(f"Last of {options.steps:,} steps: {name}", UNITS.get(name, ""), last, first)
            for (name, last), first in zip(lived[-1].items(), lived[0].values(), strict=True)
        ),
        Sample(f"Stored for each of {options.steps:,} steps", "bytes", stored / steps),
    ]


async def _lived(run: LongRun, counts: Counts, numbers: range) -> Figures:
    """Go through a part; say what a step of it came to."""
    counts.taken(1)
    *timed, counted = _parts(numbers, PIECES)
    cpu = [await _cpu_seconds(run, piece) for piece in timed]
    with Calls() as calls:
        for number in counted:
            await run.go_round(number)
    steps = len(numbers) * STEPS_PER_ROUND
    return {
        "CPU": min(cpu) * 1e6 / STEPS_PER_ROUND,
        "calls of Python": calls.number / len(counted) / STEPS_PER_ROUND,
        **{
            name: counts_of_one
            for name, counts_of_one in counts.taken(steps).items()
            if name != "records"
        },
    }


async def _cpu_seconds(run: LongRun, numbers: range) -> float:
    begin = process_time()
    for number in numbers:
        await run.go_round(number)
    return (process_time() - begin) / len(numbers)


def _parts(numbers: range, number_of_parts: int) -> Iterator[range]:
    size = max(1, len(numbers) // number_of_parts)
    for index in range(number_of_parts):
        yield numbers[index * size : (index + 1) * size]
