"""There is no field of a WfSpec, and no value of its enums, that the builder cannot write."""

from collections.abc import Iterator
from datetime import UTC, datetime

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

import hitchpost
from hitchpost import Array, Map, WorkflowBuilder
from hitchpost.v1 import wf_spec_pb2
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.wf_spec_pb2 import PutWfSpecRequest

# What the builder writes otherwise, with the newer field that says the same.
OLDER_WAYS = {
    "Edge.legacy_condition": "Edge.condition",
    "WaitForConditionNode.legacy_condition": "WaitForConditionNode.condition",
    "VariableDef.type": "VariableDef.type_def",
    "VariableDef.masked_value": "TypeDefinition.masked",
    "VariableMutation.operation": "VariableMutation.rhs_assignment",
    "VariableMutation.literal_value": "VariableMutation.rhs_assignment",
    "VariableMutation.node_output": "VariableMutation.rhs_assignment",
    # Mutations of reminders are ignored, and a struct described in place is JSON.
    "UTATask.mutations": "UTATask.task",
    "TypeDefinition.inline_struct_def": "TypeDefinition.struct_def_id",
    # A server sets these.
    "StructField.masked": "StructField.value",
}
# What stands for nothing of its own: the first value of an enum is what is not set.
ONLY_BELOW_THEM = {"LegacyEdgeCondition", "NodeOutputSource", "InlineStructDef", "StructFieldDef"}


@hitchpost.struct("person")
class Person:
    name: str


@hitchpost.workflow(
    "everything",
    retention_seconds=1,
    allowed_updates=wf_spec_pb2.MINOR_REVISION_UPDATES,
    parent="family",
    parent_major=2,
)
def everything(wf: WorkflowBuilder) -> None:
    wf.retention(5)
    declarations(wf)
    values(wf)
    computations(wf)
    threads(wf)
    steps(wf)
    people(wf)


@hitchpost.workflow("nothing", allowed_updates=wf_spec_pb2.NO_UPDATES)
def nothing(wf: WorkflowBuilder) -> None:
    wf.wait_for_threads(wf.start_thread(child), strategy="first")


def declarations(wf: WorkflowBuilder) -> None:
    wf.input("required", str, searchable=True)
    wf.variable("masked", int, masked=True, default=1)
    wf.variable("indexed", dict, searchable_on={"$.a": int})
    wf.inherited("inherited", int)
    wf.variable("maps", Map[str, Array[Person]])
    for kind in (float, bool, bytes, WfRunId, datetime, list):
        wf.variable(f"a-{kind.__name__}", kind)


def values(wf: WorkflowBuilder) -> None:
    literals = [
        {"a": 1},
        [1],
        1.5,
        True,
        "text",
        1,
        b"bytes",
        hitchpost.wf_run_id("parent_child"),
        datetime(2030, 1, 1, 1, 1, 1, 1, tzinfo=UTC),
        hitchpost.to_value(Person("Ada")),
        hitchpost.to_value([1], Array[int]),
        hitchpost.to_value({"a": 1}, Map[str, int]),
    ]
    wf.task("t", *literals, retries=1, timeout=5, backoff=hitchpost.Backoff())


def computations(wf: WorkflowBuilder) -> None:
    number, rows = wf.variable("number", int), wf.variable("rows", list)
    order, people = wf.variable("order", dict), wf.variable("people", Array[Person])
    wf.task("t", number + 1, number - 1, number * 2, number / 2, number**2, number.cast(str))
    wf.task("t", rows.extend([1]), rows.remove(1), rows.remove_index(0), order.remove_key("a"))
    for one in (number < 1, number > 1, number <= 1, number >= 1, number == 1, number != 1):
        wf.task("t", one)
    wf.task("t", number.is_in(rows), ~number.is_in(rows), (number == 1) & (number == 2))
    wf.task("t", (number == 1) | (number == 2), rows.size(), wf.format("{0}", number))
    wf.task("t", people[0]["name"], people[number], order["a"])
    wf.task("t", wf.struct("car", {"owner": wf.struct(Person, name="Ada"), "km": number}))
    wf.task("t", wf.map({"a": number}, Map[str, int]))
    wf.set(order["a"], 1)
    wf.set(people[1]["name"], "Bob")


def child(thread: WorkflowBuilder) -> None:
    thread.fail("failed", "message", "content")


def threads(wf: WorkflowBuilder) -> None:
    rows = wf.variable("many", list)
    started = wf.start_thread(child, {"a": 1})
    waiting = wf.wait_for_threads(started, strategy="any")
    wf.wait_for_threads(wf.start_thread_for_each(rows, child, {"a": 1}), strategy="first")
    wf.handle_exception(waiting.each_child, "failed")(child)
    wf.handle_exception(waiting)(child)
    wf.interrupt("changed")(child)
    run = wf.run_child_wf("other", {"a": 1}, id="child")
    wf.run_child_wf(wf.format("other"))
    wf.wait_for_child_wf(run)


def steps(wf: WorkflowBuilder) -> None:
    ready = wf.variable("ready", bool)
    wf.task(wf.format("t"))
    wf.wait_for_event("e", timeout=1, correlation_key="key", mask_correlation_key=True)
    wf.throw_event("thrown", 1)
    wf.wait_for_condition(ready)
    wf.sleep(1)
    wf.sleep_until(datetime(2030, 1, 1, tzinfo=UTC))
    wf.sleep_until("2030-01-01T00:00:00Z")
    with wf.when(ready):
        wf.complete(1)


def people(wf: WorkflowBuilder) -> None:
    task = wf.user_task("u", user="ada", group="all", notes="n", cancelled_as="late", version=1)
    task.remind_after(1, "t", since="assignment")
    task.reassign_after(1, user="bob", group="some")
    task.cancel_after(1)


def short(descriptor: Descriptor, field: FieldDescriptor) -> str:
    return f"{descriptor.name}.{field.name}"


def sayable(descriptor: Descriptor, seen: set[Descriptor]) -> Iterator[str]:
    """Yield the fields and enum values of a message and of those within it."""
    if descriptor in seen or descriptor.name in ONLY_BELOW_THEM:
        return
    seen.add(descriptor)
    entry = descriptor.GetOptions().map_entry
    for field in descriptor.fields:
        if not entry:
            yield short(descriptor, field)
        if field.enum_type is not None:
            yield from (f"{field.enum_type.name}.{one.name}" for one in field.enum_type.values[1:])
        if field.message_type is not None and short(descriptor, field) not in OLDER_WAYS:
            yield from sayable(field.message_type, seen)


def said(message: Message) -> Iterator[str]:
    """Yield the fields and enum values that are set in a message and in those within it."""
    for field, content in message.ListFields():
        yield short(message.DESCRIPTOR, field)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            items = list(content.values())
        else:
            items = list(content) if field.is_repeated else [content]
        for item in items:
            if isinstance(item, Message):
                yield from said(item)
            elif field.enum_type is not None:
                yield f"{field.enum_type.name}.{field.enum_type.values_by_number[item].name}"


def test_everything_that_a_wf_spec_can_say_is_written_by_some_verb() -> None:
    written = {*said(everything.compile()), *said(nothing.compile())}
    assert set(sayable(PutWfSpecRequest.DESCRIPTOR, set())) - written - OLDER_WAYS.keys() == set()
    assert OLDER_WAYS.keys() & written == set()
