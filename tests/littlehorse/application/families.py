"""Runs that belong to runs: under a parent's WfSpec, and started by a node."""

import asyncio

from features import Feature, Found
from littlehorse.exceptions import LHTaskException
from littlehorse.model import VariableId
from littlehorse.workflow import Workflow, WorkflowThread
from stage import Stage, code_of, failures_of, output_of, status_of


def household(thread: WorkflowThread) -> None:
    total = thread.declare_int("total", 6).as_public()
    thread.wait_for_event("household-closed", auto_register=True)
    thread.complete(total)


def purchase(thread: WorkflowThread) -> None:
    total = thread.declare_int("total").as_inherited()
    total.assign(total.multiply(2))
    thread.wait_for_event("purchase-paid", auto_register=True)
    thread.complete(total)


async def play_household(stage: Stage) -> Found:
    parent = (await stage.run("household")).id
    child = (await stage.run("purchase", id="bread", parent_wf_run_id=parent)).id
    await stage.post(child, "purchase-paid")
    bought = await stage.over(child)
    inherited = VariableId(wf_run_id=child, name="total")
    found = {
        "child": [status_of(bought), output_of(bought)],
        "id": bought.id.id,
        "belongs": bought.id.parent_wf_run_id == parent,
        "total of the parent": await stage.value(parent, "total"),
        "total of the child": await code_of(stage.stub.GetVariable(inherited)),
        "again": await code_of(stage.run("purchase", id="bread", parent_wf_run_id=parent)),
        "without a parent": await code_of(stage.run("purchase")),
    }
    await stage.post(parent, "household-closed")
    done = await stage.over(parent)
    return {**found, "parent": [status_of(done), output_of(done)]}


async def price_of(item: str) -> int:
    if item == "unicorn":
        raise LHTaskException("no-such-item", "there are none", None)
    return 3 * len(item)


def pricing(thread: WorkflowThread) -> None:
    item = thread.declare_str("item").required()
    thread.complete(thread.execute("price-of", item))


def ordering(thread: WorkflowThread) -> None:
    price = thread.declare_int("price")
    item = thread.declare_str("item").required()
    child = thread.run_wf("pricing", {"item": item})
    price.assign(thread.wait_for_child_wf(child))
    thread.complete(price)


def ordering_carefully(thread: WorkflowThread) -> None:
    price = thread.declare_int("price")
    item = thread.declare_str("item").required()
    name = thread.declare_str("child").required()
    child = thread.run_wf("pricing", {"item": item}, child_id=thread.format("{0}-price", name))
    waiting = thread.wait_for_child_wf(child)
    thread.handle_exception(waiting, lambda handler: price.assign(0), "no-such-item")
    thread.complete(price)


async def play_ordering(stage: Stage) -> Found:
    good, bad, careful = await asyncio.gather(
        stage.play("ordering", {"item": "hat"}),
        stage.play("ordering", {"item": "unicorn"}),
        stage.play("ordering-carefully", {"item": "unicorn", "child": "c-1"}),
    )
    started = (await stage.nodes(good.id))[1].run_child_wf
    named = (await stage.nodes(careful.id))[1].run_child_wf.child_wf_run_id
    child = await stage.stub.GetWfRun(started.child_wf_run_id)
    return {
        "good": [status_of(good), output_of(good)],
        "child": [status_of(child), output_of(child), started.wf_spec_id.name],
        "child belongs": child.id.parent_wf_run_id == good.id,
        "waited at": child.parent_trigger.waiting_node_run.position,
        "bad": [status_of(bad), failures_of(await stage.nodes(bad.id))],
        "careful": [status_of(careful), output_of(careful)],
        "named": [named.id, named.parent_wf_run_id == careful.id],
    }


FEATURES = [
    Feature(
        "hierarchy",
        play_household,
        (
            Workflow("household", household),
            Workflow("purchase", purchase, parent_wf="household"),
        ),
    ),
    Feature(
        "child workflows",
        play_ordering,
        (
            Workflow("pricing", pricing),
            Workflow("ordering", ordering),
            Workflow("ordering-carefully", ordering_carefully),
        ),
        {"price-of": price_of},
    ),
]
