"""Deliveries: runs with threads, handlers, interrupts, a child run and a user task.

Knows the workflows and what a customer does about one; what was acknowledged goes into
the customer's ledger.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import hitchpost


@dataclass
class Receipt:
    """The form that a customer signs."""

    name: str


@hitchpost.workflow("handover")
def handover(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for a parcel, which is known by its number only."""
    wf.wait_for_event("handed-over", correlation_key=wf.input("number", str))


@hitchpost.workflow("delivery")
def delivery(wf: hitchpost.WorkflowBuilder) -> None:
    """Load two trucks, miss a third, hand the parcel over in a run below, get a receipt."""
    number = wf.input("number", str)

    def check_stock(thread: hitchpost.WorkflowBuilder) -> None:
        thread.task("check-stock", "box", timeout=1, retries=1_000)

    def load(truck: hitchpost.WorkflowBuilder) -> None:
        truck.interrupt("rerouted")(check_stock)
        check_stock(truck)
        check_stock(truck)

    def miss(truck: hitchpost.WorkflowBuilder) -> None:
        truck.fail("missed")

    handed_over = wf.run_child_wf("handover", {"number": number}, id="handover")
    trucks = wf.start_thread_for_each([1, 2], load)
    third = wf.start_thread(miss)
    wf.wait_for_threads(trucks)
    wf.handle_exception(wf.wait_for_threads(third).each_child)(check_stock)
    wf.user_task("receipt", group="customers")
    wf.wait_for_child_wf(handed_over)


async def put_deliveries(client: hitchpost.Client) -> None:
    """Define everything that deliveries use."""
    await client.put_external_event_def("rerouted")
    await client.put_external_event_def("handed-over", correlation=hitchpost.Correlation())
    await client.put_user_task_def("receipt", Receipt)
    for workflow in (handover, delivery):
        await client.put_workflow(workflow)


async def hand_over(client: hitchpost.Client, impatient: hitchpost.Client, number: str) -> None:
    """Hand a parcel over; if the first try is lost, its number finds out."""
    try:
        await impatient.post_correlated_event(number, "handed-over", number)
    except hitchpost.Unavailable:
        with suppress(hitchpost.CorrelatedEventExists):
            await client.post_correlated_event(number, "handed-over", number)


async def sign_receipt(client: hitchpost.Client, run: str) -> None:
    """Wait until the form is there, and fill it in."""
    async with asyncio.timeout(60):
        while not (forms := [form async for form in client.list_user_tasks(run)]):
            await asyncio.sleep(0.05)
    await client.complete_user_task(forms[0], Receipt(run), user=run)
