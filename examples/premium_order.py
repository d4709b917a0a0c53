"""A shop's order of a premium item: check, create a contract, and wait until it is signed.

Run it beside a server on localhost:2023 (`hitchpost serve`); another address may follow:

    python examples/premium_order.py

The webhook of a signing service would do what `main` does last: post `document-signed`.
"""

import asyncio
import sys
from typing import Any
from uuid import uuid4

import hitchpost

STOCK = {"silver-saddle": 2, "golden-bridle": 0}


@hitchpost.workflow("premium-order")
def premium_order(wf: hitchpost.WorkflowBuilder) -> None:
    """Sell a premium item: nothing leaves the house before the document is signed."""
    item = wf.input("item", str, searchable=True)
    customer = wf.input("customer", str, searchable=True)
    document = wf.variable("document", dict)
    wf.register_event(
        "document-signed",
        content_type=dict,
        require_wfrun=True,
        require_wfspec_reference=True,
    )

    in_stock = wf.task("check-stock", item, retries=3, backoff=hitchpost.Backoff(0.5))
    with wf.when(in_stock < 1):
        wf.fail("out-of-stock", "There is none left", item)
    wf.task("validate-customer", customer)
    wf.set(document, wf.task("create-document", item, customer, retries=3, timeout=30))
    signed = wf.wait_for_event("document-signed", timeout=7 * 24 * 3600)
    wf.set(document["signed_by"], signed["by"])
    wf.complete(document)


async def check_stock(item: str) -> int:
    """Count what is left of an item."""
    return STOCK.get(item, 0)


async def validate_customer(customer: str) -> bool:
    """See whether we sell to this customer."""
    if customer == "nobody":
        raise hitchpost.TaskException("customer-unknown", "We know no such customer")
    return True


def create_document(item: str, customer: str, context: hitchpost.TaskContext) -> dict[str, Any]:
    """Write the contract. Sync functions run in a thread of their own."""
    context.log(f"contract about {item}")
    return {"id": context.run_id, "title": f"{item} for {customer}"}


# Each task with the function that carries it out.
TASKS = {
    "check-stock": check_stock,
    "validate-customer": validate_customer,
    "create-document": create_document,
}


async def register(client: hitchpost.Client) -> None:
    """Define the tasks, the external event and the workflow. Doing it again changes nothing."""
    await client.put_task_def("check-stock", {"item": str}, returns=int)
    await client.put_task_def("validate-customer", {"customer": str}, returns=bool)
    await client.put_task_def("create-document", {"item": str, "customer": str}, returns=dict)
    await client.put_workflow(premium_order)


async def main(target: str = "localhost:2023") -> None:
    """Order a saddle, have the document signed, and see the order through."""
    async with hitchpost.connect(target) as client:
        await register(client)
        async with (
            hitchpost.Worker(client, "check-stock", check_stock),
            hitchpost.Worker(client, "validate-customer", validate_customer),
            hitchpost.Worker(client, "create-document", create_document),
        ):
            order = await client.run(
                "premium-order",
                {"item": "silver-saddle", "customer": "Ada"},
                id=f"order-{uuid4().hex[:8]}",
            )
            await client.post_event(order, "document-signed", {"by": "Ada"})
            await client.wait_for_run(order)
        document = await client.variable(order, "document")
        print(hitchpost.run_id_text(order), hitchpost.from_value(document.value))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
