"""Our workflows compile to what LittleHorse's SDK compiles for equivalent ones.

The numbers of both contracts are the same, so what ours serializes is read as theirs.
"""

from collections.abc import Callable
from typing import Any

import pytest
from littlehorse.model import ExponentialBackoffRetryPolicy, PutWfSpecRequest, VariableType
from littlehorse.workflow import Workflow as TheirWorkflow
from littlehorse.workflow import WorkflowThread

import hitchpost
from hitchpost import WorkflowBuilder

Pair = tuple[Callable[[WorkflowBuilder], None], Callable[[WorkflowThread], None]]


@hitchpost.struct("person")
class Person:
    first_name: str


@hitchpost.struct("car")
class Car:
    owner: Person
    km: int = 0


def straight(wf: WorkflowBuilder) -> None:
    item = wf.input("item", str, searchable=True)
    count = wf.variable("count", int, default=0)
    pin = wf.variable("pin", str, masked=True)
    wf.variable("shown", dict, public=True)
    backoff = hitchpost.Backoff(0.1, 2.0, 1.0)
    stock = wf.task("check-stock", item, 3, pin, retries=3, timeout=30, backoff=backoff)
    wf.set(count, stock)
    signed = wf.wait_for_event("document-signed", timeout=3600)
    wf.task("file", signed["by"], wf.format("{0}!", item))
    wf.sleep(5)
    wf.complete(count + 1)


def straight_theirs(wf: Any) -> None:
    item = wf.declare_str("item").required().searchable()
    count = wf.declare_int("count", default_value=0)
    pin = wf.declare_str("pin").masked()
    wf.declare_json_obj("shown").as_public()
    policy = ExponentialBackoffRetryPolicy(base_interval_ms=100, max_delay_ms=1000, multiplier=2.0)
    stock = wf.execute(
        "check-stock", item, 3, pin, retries=3, timeout_seconds=30, exponential_backoff=policy
    )
    count.assign(stock)
    signed = wf.wait_for_event("document-signed", timeout=3600)
    wf.execute("file", signed.with_json_path("$.by"), wf.format("{0}!", item))
    wf.sleep(5)
    wf.complete(count.add(1))


def decisions(wf: WorkflowBuilder) -> None:
    count = wf.variable("count", int)
    with wf.when(count > 3):
        wf.task("many")
        wf.set(count, count - 1)
    with wf.otherwise():
        wf.task("few")
    with wf.when(count == 0):
        wf.fail("none-left", "sold out", count)
    wf.set(count, 4)


def decisions_theirs(wf: Any) -> None:
    count = wf.declare_int("count")

    def many(body: Any) -> None:
        body.execute("many")
        count.assign(count.subtract(1))

    decided = wf.do_if(count.is_greater_than(3), many)
    decided.do_else(lambda body: body.execute("few"))
    wf.do_if(count.is_equal_to(0), lambda body: body.fail("none-left", "sold out", count))
    count.assign(4)


def chains(wf: WorkflowBuilder) -> None:
    count = wf.variable("count", int)
    with wf.when(count >= 10):
        wf.task("a")
    with wf.otherwise_when(count != 5):
        wf.task("b")
    wf.task("c")


def chains_theirs(wf: Any) -> None:
    count = wf.declare_int("count")
    decided = wf.do_if(count.is_greater_than_eq(10), lambda body: body.execute("a"))
    decided.do_else_if(count.is_not_equal_to(5), lambda body: body.execute("b"))
    wf.execute("c")


def loops(wf: WorkflowBuilder) -> None:
    count = wf.variable("count", int, default=3)
    with wf.loop_while(count > 0):
        wf.task("again")
        wf.set(count, count - 1)
    with wf.loop_while(count <= 5):
        wf.set(count, count * 2)
    wf.sleep_until(count)


def loops_theirs(wf: Any) -> None:
    count = wf.declare_int("count", default_value=3)

    def again(body: Any) -> None:
        body.execute("again")
        count.assign(count.subtract(1))

    wf.do_while(count.is_greater_than(0), again)
    wf.do_while(count.is_less_than_eq(5), lambda _: count.assign(count.multiply(2)))
    wf.sleep_until(count)


def computations(wf: WorkflowBuilder) -> None:
    count = wf.variable("count", int)
    rows = wf.variable("rows", list)
    order = wf.variable("order", dict)
    wf.task(
        "all",
        count.cast(str),
        (count + 1).cast(float),
        (count / 2) ** 3,
        count.is_in(rows),
        (count > 3) & (count < 8),
        (count > 3) | (count < 8),
    )
    wf.set(rows, rows.extend([1]))
    wf.set(rows, rows.remove(1))
    wf.set(rows, rows.remove_index(0))
    wf.set(order, order.remove_key("old"))
    wf.set(order["address"]["city"], "Paris")


def computations_theirs(wf: Any) -> None:
    count = wf.declare_int("count")
    rows = wf.declare_json_arr("rows")
    order = wf.declare_json_obj("order")
    more, fewer = count.is_greater_than(3), count.is_less_than(8)
    wf.execute(
        "all",
        count.cast_to_str(),
        count.add(1).cast_to_double(),
        count.divide(2).pow(3),
        count.is_in(rows),
        more.do_and(fewer),
        more.do_or(fewer),
    )
    rows.assign(rows.extend([1]))
    rows.assign(rows.remove_if_present(1))
    rows.assign(rows.remove_index(0))
    order.assign(order.remove_key("old"))
    order.with_json_path("$.address.city").assign("Paris")


def interrupts(wf: WorkflowBuilder) -> None:
    count = wf.variable("count", int)

    @wf.interrupt("changed")
    def changed(handler: WorkflowBuilder) -> None:
        content = handler.variable(hitchpost.HANDLER_INPUT, str)
        handler.task("note", content)
        handler.set(count, 1)

    wf.task("work")


def interrupts_theirs(wf: Any) -> None:
    count = wf.declare_int("count")

    def changed(handler: Any) -> None:
        content = handler.declare_str("INPUT")
        handler.execute("note", content)
        handler.mutate(count, 0, 1)

    wf.add_interrupt_handler("changed", changed)
    wf.execute("work")


def waits(wf: WorkflowBuilder) -> None:
    key = wf.variable("key", str, masked=True)
    order = wf.variable("order", dict, searchable_on={"$.customer": str})
    ready = wf.variable("ready", bool)
    wf.wait_for_event("signed", correlation_key=key)
    wf.wait_for_event("paid", timeout=60, correlation_key=order["id"])
    wf.wait_for_condition(ready == True)  # noqa: E712
    wf.throw_event("shipped", order)


def waits_theirs(wf: Any) -> None:
    key = wf.declare_str("key").masked()
    order = wf.declare_json_obj("order").searchable_on("$.customer", VariableType.STR)
    ready = wf.declare_bool("ready")
    wf.wait_for_event("signed", correlation_id=key)
    wf.wait_for_event("paid", timeout=60, correlation_id=order.with_json_path("$.id"))
    wf.wait_for_condition(ready.is_equal_to(True))
    wf.throw_event("shipped", order)


def people(wf: WorkflowBuilder) -> None:
    item = wf.variable("item", str)
    approval = wf.user_task(
        "approve",
        user="ada",
        group=item,
        notes=wf.format("for {0}", item),
        cancelled_as="not-approved",
    )
    approval.reassign_after(5, group="managers")
    approval.release_after(6)
    approval.remind_after(7, "remind", "now")
    approval.cancel_after(9)
    approval.cancel_after(10, since="assignment")
    wf.task("file", approval["reason"])


def people_theirs(wf: Any) -> None:
    item = wf.declare_str("item")
    approval = (
        wf.assign_user_task("approve", user_id="ada", user_group=item)
        .with_notes(wf.format("for {0}", item))
        .with_on_cancellation_exception("not-approved")
    )
    wf.reassign_user_task_on_deadline(approval, 5, user_group="managers")
    wf.release_to_group_on_deadline(approval, 6)
    wf.schedule_reminder_task(approval, 7, "remind", "now")
    wf.cancel_user_task_run_after(approval, 9)
    wf.cancel_user_task_run_after_assignment(approval, 10)
    wf.execute("file", approval.with_json_path("$.reason"))


def child_runs(wf: WorkflowBuilder) -> None:
    total = wf.variable("total", int)
    child = wf.run_child_wf("invoice", {"total": total, "copies": 2}, id="first")
    wf.set(total, wf.wait_for_child_wf(child))


def child_runs_theirs(wf: Any) -> None:
    total = wf.declare_int("total")
    child = wf.run_wf("invoice", {"total": total, "copies": 2}, child_id="first")
    total.assign(wf.wait_for_child_wf(child))


def structs(wf: WorkflowBuilder) -> None:
    car = wf.variable("car", Car)
    wf.task("drive", car, car["km"], car.get("owner", "firstName"))


def structs_theirs(wf: Any) -> None:
    car = wf.declare_struct("car", "car")
    wf.execute("drive", car, car.get("km"), car.get("owner").get("firstName"))


PAIRS: list[Pair] = [
    (waits, waits_theirs),
    (people, people_theirs),
    (child_runs, child_runs_theirs),
    (structs, structs_theirs),
    (straight, straight_theirs),
    (decisions, decisions_theirs),
    (chains, chains_theirs),
    (loops, loops_theirs),
    (computations, computations_theirs),
    (interrupts, interrupts_theirs),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda write: write.__name__)
def test_workflows_compile_to_the_same_request(ours: Any, theirs: Any) -> None:
    compiled = hitchpost.Workflow("order", ours).compile()
    read_as_theirs = PutWfSpecRequest.FromString(compiled.SerializeToString())
    assert read_as_theirs == TheirWorkflow("order", theirs).compile()


def inherits(wf: WorkflowBuilder) -> None:
    total = wf.inherited("total", int)
    wf.task("add", total)


def inherits_theirs(wf: Any) -> None:
    total = wf.declare_int("total").as_inherited()
    wf.execute("add", total)


def test_a_child_workflow_names_its_parent_as_theirs_does() -> None:
    parent = hitchpost.Workflow("order", straight)
    compiled = hitchpost.Workflow("part", inherits, parent=parent).compile()
    read_as_theirs = PutWfSpecRequest.FromString(compiled.SerializeToString())
    assert read_as_theirs == TheirWorkflow("part", inherits_theirs, parent_wf="order").compile()


def test_what_goes_for_all_tasks_is_written_as_theirs() -> None:
    def write(wf: Any) -> None:
        (wf.task if isinstance(wf, WorkflowBuilder) else wf.execute)("charge")

    backoff = hitchpost.Backoff(0.1, 2.0, 1.0)
    ours = hitchpost.Workflow(
        "order", write, task_retries=2, task_timeout=9, task_backoff=backoff
    ).compile()
    policy = ExponentialBackoffRetryPolicy(base_interval_ms=100, max_delay_ms=1000, multiplier=2.0)
    theirs = TheirWorkflow("order", write).with_retry_policy(2, policy)
    theirs.with_task_timeout_seconds(9)
    assert PutWfSpecRequest.FromString(ours.SerializeToString()) == theirs.compile()
