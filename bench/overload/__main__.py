"""The command: how a server does before, while and after it is offered far too much.

Its rate in a closed loop is measured first; then many times as many calls come
every second, from a process of its own, whatever becomes of them; then the
closed loop again. Not one of `bench.figures`, since it takes a minute and its
own server.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

import hitchpost
from bench import machine, report
from bench.__main__ import OUT
from bench.figures.answers import answered_events
from bench.load import Target, connected
from bench.overload.outcomes import ACCEPTED, REFUSED, Outcomes, kept_numbers
from bench.processes import Failed, hitchpost_on, running
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered
from bench.rounds import check
from bench.samples import Sample, Section, rows
from bench.stage import wait_for_document
from bench.stored import Stored

WARM_UP_SECONDS = 2.0
MB = 1_000_000
BEFORE, FLOOD, AFTER = "before", "flood", "after"


@dataclass(slots=True)
class Overload:
    """One measurement on one server; it remembers what was acknowledged."""

    target: Target
    data: Path
    options: argparse.Namespace
    accepted: dict[str, set[int]] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    async def measure(self) -> None:
        """Measure before, during and after."""
        await self._closed("warm-up", WARM_UP_SECONDS)
        process = self.target.process
        before = await self._closed(BEFORE, self.options.closed_seconds)
        memory, _ = process.memory_bytes()
        came = await self._flood(before * self.options.times)
        _, most = process.memory_bytes()
        after = await self._closed(AFTER, self.options.closed_seconds)
        memory_after, _ = process.memory_bytes()
        self._tell(came, before)
        self._sample("Accepted a second, afterwards", "/s", after, before)
        self._sample("Memory under overload: the most", "MB", most / MB, memory / MB)
        self._sample("Memory afterwards", "MB", memory_after / MB, memory / MB)

    async def _closed(self, prefix: str, seconds: float) -> float:
        requests = numbered(event_template(prefix))
        load = await self.target.load(PUT_EXTERNAL_EVENT, requests, self.options.callers, seconds)
        self.accepted[prefix] = set(answered_events(load, prefix))
        return load.per_second

    async def _flood(self, per_second: float) -> Outcomes:
        numbers = self.data / "accepted-numbers"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.overload.flooding"),
            *(self.target.process.target, FLOOD, str(numbers)),
            *("--per-second", str(per_second), "--seconds", str(self.options.seconds)),
            *("--connections", str(self.options.connections)),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await process.communicate()
        if process.returncode:
            raise Failed("the flood has failed")
        self.accepted[FLOOD] = kept_numbers(numbers)
        came: Outcomes = json.loads(told)
        wrong = {kind: one for kind, one in came["by_kind"].items() if kind not in FORESEEN}
        if wrong or came["unanswered"]:
            raise Failed(f"{came['unanswered']} calls without an answer, and {wrong}")
        return came

    def _tell(self, came: Outcomes, before: float) -> None:
        seconds, offered = self.options.seconds, came["offered"]
        self._sample("Offered a second", "/s", offered / seconds, before)
        self._sample("Held back by the transport", "%", 100 * came["held_back"] / offered)
        flooded = came["by_kind"][ACCEPTED]
        self._sample("Accepted a second, overloaded", "/s", flooded["per_second"], before)
        for kind, outcome in sorted(came["by_kind"].items()):
            self._sample(f"Calls {kind}", "", outcome["calls"])
            for name, took in outcome["seconds"].items():
                self._sample(f"Calls {kind}, {name}", "ms", took * 1e3)

    def _sample(self, name: str, unit: str, value: float, before: float | None = None) -> None:
        self.samples.append(Sample(name, unit, value, before))

    def check(self, stored: Stored) -> None:
        """Hold that what was acknowledged is stored, once, and nothing else."""
        for prefix, numbers in self.accepted.items():
            stored.holds_events(prefix, unclaimed=numbers, claimed=set())


FORESEEN = frozenset({ACCEPTED, REFUSED})


async def _measured(options: argparse.Namespace, data: Path) -> list[Sample]:
    async with _set_up(options, data) as overload:
        await overload.measure()
    check({"overload": overload}, data, _say)
    return overload.samples


@asynccontextmanager
async def _set_up(options: argparse.Namespace, data: Path) -> AsyncIterator[Overload]:
    settings = [part for one in options.set or () for part in ("--set", one)]
    with running(*hitchpost_on(data), *settings) as server:
        async with hitchpost.connect(server.target) as client:
            await client.put_workflow(wait_for_document)
        async with connected(server) as target:
            yield Overload(target, data, options)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and tell; return the exit code."""
    options = _options(arguments)
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="data-", dir=options.data or OUT) as data:
        try:
            samples = uvloop.run(_measured(options, Path(data)))
        except Failed as failure:
            _say(f"FAILED: {failure}")
            return 1
    facts = machine.description()
    facts["overload"] = f"{options.seconds:g} s, {options.connections} connections"
    sections = [Section("offered far too much", "before", rows([samples]))]
    if options.json:
        print(report.as_json(facts, sections))
    else:
        report.print_table(facts, sections)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.overload")
    parser.add_argument("--seconds", type=float, default=60.0, help="of overload [%(default)s]")
    parser.add_argument("--times", type=float, default=10.0, help="the rate before [%(default)s]")
    parser.add_argument("--connections", type=int, default=8, help="that flood [%(default)s]")
    parser.add_argument(
        "--closed-seconds", type=float, default=10.0, help="before and after [%(default)s]"
    )
    parser.add_argument("--callers", type=int, default=64, help="then [%(default)s]")
    parser.add_argument("--set", action="append", help="a setting of the server, NAME=VALUE")
    parser.add_argument("--data", type=Path, help="where to keep the store [bench/out]")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
