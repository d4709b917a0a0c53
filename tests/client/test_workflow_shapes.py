"""Our workflows compile to what LittleHorse's SDK compiles for equivalent ones.

The numbers of both contracts are the same, so what ours serializes is read as theirs.
"""

from collections.abc import Callable
from typing import Any

import pytest
from littlehorse.model import ExponentialBackoffRetryPolicy, PutWfSpecRequest
from littlehorse.workflow import Workflow as TheirWorkflow
from littlehorse.workflow import WorkflowThread

import hitchpost
from hitchpost import WorkflowBuilder

Pair = tuple[Callable[[WorkflowBuilder], None], Callable[[WorkflowThread], None]]


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


PAIRS: list[Pair] = [
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
