"""A durable consumer that begins far behind, on an otherwise idle server.

It takes and acknowledges the whole log as it is by then, through the Python
client. Beside it the echo's calls: what one message a call would come to.
"""

from itertools import count
from time import perf_counter

import hitchpost
from bench.load import no_garbage_collection
from bench.requests import PUT_EXTERNAL_EVENT, event_template, numbered
from bench.samples import Sample
from bench.stage import Stage
from bench.stored import Stored

END = "bench.end"
CREDIT = 5_000


class CatchingUp:
    """A new consumer each round reads from the beginning to a message that marks the end."""

    def __init__(self) -> None:
        self._rounds = count(1)

    async def measure(self, stage: Stage) -> list[Sample]:
        """Let a consumer catch up; count entries a second."""
        template = event_template("caught-up")
        echo = await stage.echo.load(
            PUT_EXTERNAL_EVENT, numbered(template), stage.callers, stage.seconds
        )
        async with hitchpost.connect(stage.hitchpost.process.target) as client:
            end = await client.publish(END)
            cpu_before = stage.hitchpost.process.cpu_seconds()
            taken, seconds = await self._take_all(client, end.id)
            cpu_after = stage.hitchpost.process.cpu_seconds()
        name = "Entries consumed far behind"
        samples = [Sample(name, "/s", taken / seconds, echo.per_second)]
        if cpu_before is not None and cpu_after is not None:
            each = (cpu_after - cpu_before) * 1e6 / taken
            samples.append(Sample(f"{name}: server CPU each", "µs", each))
        return samples

    async def _take_all(self, client: hitchpost.Client, end: str) -> tuple[int, float]:
        name = f"catching-up-{next(self._rounds)}"
        taken = 0
        with no_garbage_collection():
            begin = perf_counter()
            async with client.consume(name, from_beginning=True, credit=CREDIT) as deliveries:
                async for delivery in deliveries:
                    taken += 1
                    delivery.acknowledge()
                    if delivery.entry.event.message_published.id == end:
                        break
            seconds = perf_counter() - begin
        await client.delete_consumer(name)
        return taken, seconds

    def check(self, stored: Stored) -> None:
        """Nothing was accepted that could be missing: the end was reached."""
