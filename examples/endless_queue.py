"""A packing station that never closes: after every third parcel its run starts over.

Run it beside a server on localhost:2023 (`hitchpost serve`); another address may follow:

    python examples/endless_queue.py

A run that went on for ever would have a history without end. This one begins its next execution
under the same id, with the count so far as its only input, and its history stays short. Parcels
that come while it is at work, or starts over, wait for it and are packed in their order.
"""

import asyncio
import sys
from uuid import uuid4

import hitchpost

PARCELS_AN_EXECUTION = 3
CLOSING_TIME = "closing time"


@hitchpost.workflow("packing-station")
def packing_station(wf: hitchpost.WorkflowBuilder) -> None:
    """Pack what comes, one parcel after another, until it is closing time."""
    packed = wf.variable("packed", int, default=0)
    here = wf.variable("packed-here", int, default=0)
    wf.register_event("parcel", content_type=str, require_wfspec_reference=True)

    with wf.loop_while(here < PARCELS_AN_EXECUTION):
        parcel = wf.wait_for_event("parcel")
        with wf.when(parcel == CLOSING_TIME):
            wf.complete(packed)
        wf.task("pack", parcel, packed)
        wf.set(packed, packed + 1)
        wf.set(here, here + 1)
    wf.continue_as_new(packed=packed)


async def pack(parcel: str, packed_before: int) -> None:
    """Pack a parcel."""
    print(f"{packed_before + 1}: {parcel}")


async def main(target: str = "localhost:2023") -> None:
    """Hand in seven parcels at once, and close."""
    async with hitchpost.connect(target) as client:
        await client.put_task_def("pack", pack)
        await client.put_workflow(packing_station)
        run = await client.run("packing-station", id=f"station-{uuid4().hex[:8]}")
        for parcel in ("lamp", "saddle", "clock", "kite", "spade", "bell", "rope", CLOSING_TIME):
            await client.post_event(run, "parcel", parcel)
        async with hitchpost.Worker(client, "pack", pack):
            run = await client.wait_for_run(run)
        nodes = [node async for node in client.node_runs(run)]
    print(f"{run.thread_runs[0].output.int} parcels in {run.execution} executions")
    print(f"the last one has gone through {len(nodes)} nodes")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
