"""A durable consumer that begins a million entries behind, on a server with nothing else to do."""

import hitchpost
from bench.figures.catching_up import END, take
from bench.samples import Sample
from bench.scale.options import Options
from bench.scale.prepared import serving
from bench.scale.progress import Progress
from bench.stored import stored_in

NAME = "Entries of a large store consumed"


async def measure(options: Options) -> list[Sample]:
    """Let a new consumer take and acknowledge the whole log, once."""
    stores = options.stores
    await stores.make("large")
    with stores.copy_of("large") as data:
        with stored_in(data) as stored:
            positions = stored.positions
        async with serving(data) as target, hitchpost.connect(target.process.target) as client:
            end = await client.publish(END)
            progress = Progress("consuming, events on record", positions, options.say)
            with target.measured() as load:
                taken = await take(client, "far-behind", end.id, note=progress.add)
    samples = [Sample(NAME, "/s", taken / load.seconds), Sample(f"{NAME}: all", "", taken)]
    if load.server_cpu_seconds is not None:
        each = load.server_cpu_seconds * 1e6 / taken
        samples.append(Sample(f"{NAME}: server CPU each", "µs", each))
    return samples
