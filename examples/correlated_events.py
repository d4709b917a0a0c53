"""Deliveries that wait for trucks: the gate knows the plate of a truck, and no run's id.

Run it beside a server on localhost:2023 (`hitchpost serve`); another address may follow:

    python examples/correlated_events.py

Whoever stands at the gate posts an event with the plate as its key. It reaches every run that
waits for this key, now or later: one truck here comes before its delivery is even planned.
"""

import asyncio
import sys
from uuid import uuid4

import hitchpost


@hitchpost.workflow("delivery")
def delivery(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for a truck, send it to a ramp, and tell those outside."""
    plate = wf.input("plate", str, searchable=True)
    wf.register_event(
        "truck-arrived",
        content_type=str,
        correlation=hitchpost.Correlation(ttl_seconds=24 * 3600, delete_after_first=True),
    )
    wf.register_workflow_event("sent-to-ramp", content_type=str)

    gate = wf.wait_for_event("truck-arrived", correlation_key=plate, timeout=24 * 3600)

    @wf.handle_error(gate, "TIMEOUT")
    def overdue(handler: hitchpost.WorkflowBuilder) -> None:
        handler.fail("truck-overdue", "No truck in a day")

    wf.throw_event("sent-to-ramp", wf.format("{0}, by gate {1}", plate, gate))


async def arrive(client: hitchpost.Client, plate: str, gate: str) -> None:
    """Say that a truck is at a gate, as the camera there would."""
    await client.post_correlated_event(plate, "truck-arrived", gate)


async def main(target: str = "localhost:2023") -> None:
    """Plan deliveries and let their trucks arrive, one of them too early."""
    early, late = (f"{name}-{uuid4().hex[:4]}" for name in ("EARLY", "LATE"))
    async with hitchpost.connect(target) as client:
        await client.put_workflow(delivery)
        await arrive(client, early, "north")
        runs = [await client.run("delivery", {"plate": plate}) for plate in (early, late)]
        await arrive(client, late, "south")
        for run in runs:
            thrown = await client.await_workflow_event(run, "sent-to-ramp")
            print(thrown.content.str)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
