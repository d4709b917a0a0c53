"""A checkout that charges and packs at the same time, and knows what to do when one fails.

Run it beside a server on localhost:2023 (`hitchpost serve`); another address may follow:

    python examples/error_handling.py

Charging and packing are child threads. A card that is declined is a business failure: a
handler of the children takes it. A packing machine that breaks down is a technical one: it
is tried again, and then a handler of the step has it done by hand.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from uuid import uuid4

import hitchpost


@hitchpost.workflow("checkout", task_retries=1)
def checkout(wf: hitchpost.WorkflowBuilder) -> None:
    """Sell something: charge for it and pack it, and say how that went."""
    item = wf.input("item", str, searchable=True)
    total = wf.input("total", float)
    outcome = wf.variable("outcome", str, default="sold")
    packed_by = wf.variable("packed-by", str)

    def charge(child: hitchpost.WorkflowBuilder) -> None:
        child.task("charge-card", child.input("amount", float))

    def pack(child: hitchpost.WorkflowBuilder) -> None:
        packing = child.task("pack-by-machine", item)
        child.set(packed_by, packing)

        @child.handle_error(packing)
        def by_hand(handler: hitchpost.WorkflowBuilder) -> None:
            handler.set(packed_by, handler.task("pack-by-hand", item))

    charging = wf.start_thread(charge, {"amount": total})
    packing = wf.start_thread(pack)
    both = wf.wait_for_threads(charging, packing)

    @wf.handle_exception(both.each_child, "card-declined")
    def declined(handler: hitchpost.WorkflowBuilder) -> None:
        handler.set(outcome, handler.format("declined: {0}", handler.received(str)))

    wf.complete(outcome)


async def charge_card(amount: float) -> None:
    """Charge a card, which has its limit."""
    if amount > 100:
        raise hitchpost.TaskException("card-declined", "Too much", content="above the limit")


async def pack_by_machine(item: str) -> str:
    """Pack an item, if the machine takes it."""
    if item == "saddle":
        raise RuntimeError("The machine is jammed")
    return "machine"


async def pack_by_hand(item: str) -> str:
    """Pack what the machine does not take."""
    return f"hand, with care for the {item}"


# Each task with the function that carries it out, and that says what it takes and gives.
TASKS: dict[str, Callable[..., Awaitable[object]]] = {
    "charge-card": charge_card,
    "pack-by-machine": pack_by_machine,
    "pack-by-hand": pack_by_hand,
}


async def sell(client: hitchpost.Client, item: str, total: float) -> str:
    """Check one item out and say how it went."""
    run = await client.run("checkout", {"item": item, "total": total}, id=uuid4().hex[:8])
    run = await client.wait_for_run(run)
    packed_by = hitchpost.from_value((await client.variable(run, "packed-by")).value)
    return f"{item}: {run.thread_runs[0].output.str}, packed by {packed_by}"


async def main(target: str = "localhost:2023") -> None:
    """Sell a lamp, a saddle that has to be packed by hand, and a horse that is too dear."""
    async with hitchpost.connect(target) as client:
        for name, function in TASKS.items():
            await client.put_task_def(name, function)
        await client.put_workflow(checkout)
        async with (
            hitchpost.Worker(client, "charge-card", charge_card),
            hitchpost.Worker(client, "pack-by-machine", pack_by_machine),
            hitchpost.Worker(client, "pack-by-hand", pack_by_hand),
        ):
            for item, total in (("lamp", 20.0), ("saddle", 90.0), ("horse", 5000.0)):
                print(await sell(client, item, total))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
