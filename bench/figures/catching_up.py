"""A durable consumer that begins far behind, on an otherwise idle server.

It takes and acknowledges the log from its beginning for as long as a load lasts,
or to its end, through the Python client. Beside it the echo's calls: what one
message a call would come to.
"""

from collections.abc import Callable
from itertools import count, islice
from math import inf
from time import perf_counter

import hitchpost
from bench.figures.answers import answered_events
from bench.processes import Failed
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered
from bench.samples import Sample
from bench.stage import Stage
from bench.stored import Stored
from bench.streams import streamed

PREFIX = "behind"
END = "bench.end"
CREDIT = 5_000
# More than half of what is consumed in a second; other figures leave entries behind as well.
ENTRIES_PER_SECOND = 20_000
# How many entries come between two looks at how far it has come.
NOTED_ENTRIES = 10_000


class CatchingUp:
    """A new consumer each round reads from the beginning to a message that marks the end."""

    def __init__(self) -> None:
        self._names = (f"catching-up-{number}" for number in count(1))
        self._requests = numbered(event_template(PREFIX))
        self._accepted: set[int] = set()

    async def measure(self, stage: Stage) -> list[Sample]:
        """Let a consumer catch up; count entries a second."""
        await self._make_entries(stage)
        echo = await stage.echo.load(
            PUT_EXTERNAL_EVENT, numbered(event_template(PREFIX)), stage.callers, stage.seconds
        )
        async with hitchpost.connect(stage.hitchpost.process.target) as client:
            end = await client.publish(END)
            with stage.watched(), stage.hitchpost.measured() as load:
                taken = await take(
                    client, next(self._names), end.id, until=perf_counter() + stage.seconds
                )
        name = "Entries consumed far behind"
        samples = [Sample(name, "/s", taken / load.seconds, echo.per_second)]
        if load.server_cpu_seconds is not None:
            each = load.server_cpu_seconds * 1e6 / taken
            samples.append(Sample(f"{name}: server CPU each", "µs", each))
        return samples

    async def _make_entries(self, stage: Stage) -> None:
        """See to it that there is something to consume, unmeasured."""
        missing = int(ENTRIES_PER_SECOND * stage.seconds) - len(self._accepted)
        if missing > 0:
            load = await streamed(stage.hitchpost, islice(self._requests, missing), inf)
            self._accepted |= answered_events(load, PREFIX)

    def check(self, stored: Stored) -> None:
        """Hold that what there was to consume is stored, unclaimed."""
        stored.holds_events(PREFIX, unclaimed=self._accepted, claimed=set())
        stored.holds_runs(PREFIX, running=set(), completed=set())


async def take(
    client: hitchpost.Client,
    name: str,
    last: str,
    *,
    until: float = inf,
    note: Callable[[int], None] | None = None,
) -> int:
    """Let a new consumer take entries to the message with that id, or until a time; count them.

    `note` is called now and then with how many positions further it has come.
    """
    taken = position = noted = 0
    async with client.consume(name, from_beginning=True, credit=CREDIT) as deliveries:
        async for delivery in deliveries:
            event = delivery.entry.event
            if event.position <= position:
                raise Failed(f"after the entry at {position} came that at {event.position}")
            position = event.position
            taken += 1
            delivery.acknowledge()
            if event.message_published.id == last or perf_counter() >= until:
                break
            if note is not None and taken % NOTED_ENTRIES == 0:
                note(position - noted)
                noted = position
    await client.delete_consumer(name)
    return taken
