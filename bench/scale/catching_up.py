"""A durable consumer that begins a million entries behind, on a server with nothing else to do."""

import hitchpost
from bench.figures.catching_up import END, take_all
from bench.scale.options import Options
from bench.scale.prepared import serving
from bench.scale.progress import Progress
from bench.scale.samples import Sample, Wanted

WANTED = Wanted(at_least=20_000, of_ratio=False)


async def measure(options: Options) -> list[Sample]:
    """Let a new consumer take and acknowledge the whole log, once."""
    stores = options.stores
    await stores.make("large")
    contents = stores.contents["large"]
    with stores.copy_of("large") as data:
        async with serving(data) as target, hitchpost.connect(target.process.target) as client:
            end = await client.publish(END)
            progress = Progress("consuming", contents.runs + contents.events, options.say)
            cpu_before = target.process.cpu_seconds()
            taken, seconds = await take_all(client, "far-behind", end.id, progress.add)
            cpu_after = target.process.cpu_seconds()
    samples = [
        Sample("Entries consumed", "", taken),
        Sample("Entries consumed a second", "/s", taken / seconds, None, WANTED),
    ]
    if cpu_before is not None and cpu_after is not None:
        each = (cpu_after - cpu_before) * 1e6 / taken
        samples.append(Sample("Entries consumed: server CPU each", "µs", each))
    return samples
