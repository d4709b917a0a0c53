"""Child threads and interrupts. It knows those nodes. Each public function is a builder's verb."""

from collections.abc import Callable, Mapping
from typing import Literal

from hitchpost._building.draft import ThreadWriter, thread_name
from hitchpost._building.expression import Expression, NodeOutput, assignment
from hitchpost._building.steps import ThreadsWait
from hitchpost._building.thread import Writing
from hitchpost._errors import WorkflowInvalid
from hitchpost._types import is_primitive, type_definition
from hitchpost.v1 import value_pb2, wf_spec_pb2
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost.v1.object_id_pb2 import ExternalEventDefId
from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import (
    InterruptDef,
    Node,
    StartMultipleThreadsNode,
    StartThreadNode,
    ThreadRetentionPolicy,
    WaitForThreadsNode,
    WaitForThreadsStrategy,
)

Strategy = Literal["all", "any", "first"]

_STRATEGIES: dict[str, WaitForThreadsStrategy] = {
    "all": wf_spec_pb2.WAIT_FOR_ALL,
    "any": wf_spec_pb2.WAIT_FOR_ANY,
    "first": wf_spec_pb2.WAIT_FOR_FIRST,
}


def start_thread(
    self: Writing,
    write: ThreadWriter,
    inputs: Mapping[str, object] | None = None,
    *,
    name: str | None = None,
) -> NodeOutput:
    """Start a child thread that a function writes, and go on at once. Gives its number.

        def charge(child: hitchpost.WorkflowBuilder) -> None:
            child.task("charge", child.input("amount", float))

        charging = wf.start_thread(charge, {"amount": total})
        wf.wait_for_threads(charging)

    The child reads and sets this thread's variables; `inputs` are for its own. `name` is for
    people; absent, it is the function's.
    """
    spec_name = _child(self, write, name)
    given = assignments(inputs, _declared(self, spec_name))
    start = StartThreadNode(thread_spec_name=spec_name, variables=given)
    node = Node(start_thread=start)
    return NodeOutput(self._thread.add(spec_name, node), node, type_definition(int))


def start_thread_for_each(
    self: Writing,
    items: object,
    write: ThreadWriter,
    inputs: Mapping[str, object] | None = None,
    *,
    name: str | None = None,
) -> NodeOutput:
    """Start a child thread for each element of a list, and go on at once. Gives their numbers.

    The child gets its element with `received`; `inputs` are for all of them.
    """
    spec_name = _child(self, write, name)
    given = assignments(inputs, _declared(self, spec_name))
    start = StartMultipleThreadsNode(
        thread_spec_name=spec_name, variables=given, iterable=assignment(items)
    )
    node = Node(start_multiple_threads=start)
    return NodeOutput(self._thread.add(spec_name, node), node, type_definition(list))


def wait_for_threads(self: Writing, *threads: object, strategy: Strategy = "all") -> ThreadsWait:
    """Wait for threads: those of a list that `start_thread_for_each` gave, or one by one.

    With "all" until every one has completed; the first that fails fails this step. With
    "any" until one has completed; if all fail, so does this step. With "first" until one
    has ended, well or not. The others are then halted. How a child's failure is handled
    before that: `handle_failure(waiting.each_child)`.
    """
    wait = WaitForThreadsNode(strategy=_STRATEGIES[strategy])
    if len(threads) == 1 and _is_list(threads[0]):
        wait.thread_list.CopyFrom(assignment(threads[0]))
    elif any(_is_list(thread) for thread in threads):
        raise WorkflowInvalid("wait for one list of threads, or for threads one by one")
    else:
        for thread in threads:
            wait.threads.threads.add(thread_run_number=assignment(thread))
    if wait.WhichOneof("threads_to_wait_for") is None:
        raise WorkflowInvalid("there is no thread to wait for")
    node = Node(wait_for_threads=wait)
    return ThreadsWait(self._thread.add("threads", node), node)


def interrupt(self: Writing, event_name: str) -> Callable[[ThreadWriter], ThreadWriter]:
    """Have a thread of its own run whenever an external event comes; decorates its writer.

        @wf.interrupt("order-changed")
        def changed(handler: hitchpost.WorkflowBuilder) -> None:
            handler.set(order, handler.received(dict))

    This thread waits meanwhile. The handler may set this thread's variables.
    """

    def write_handler(write: ThreadWriter) -> ThreadWriter:
        handler = self._thread.write_other(f"interrupt-{event_name}", write)
        event_def_id = ExternalEventDefId(name=event_name)
        self._thread.interrupts.append(
            InterruptDef(external_event_def_id=event_def_id, handler_spec_name=handler)
        )
        return write

    return write_handler


def retention(self: Writing, seconds: int) -> None:
    """Say for how many seconds this thread is still shown in its run after it completed."""
    self._thread.writable()
    self._thread.retention = ThreadRetentionPolicy(seconds_after_thread_termination=seconds)


def assignments(
    inputs: Mapping[str, object] | None, declared: Mapping[str, TypeDefinition] | None = None
) -> dict[str, VariableAssignment]:
    """Say where the inputs of a thread or run come from, and of which types they are to be."""
    types = declared or {}
    return {name: assignment(given, types.get(name)) for name, given in (inputs or {}).items()}


def _child(self: Writing, write: ThreadWriter, name: str | None) -> str:
    spec_name = self._thread.write_other(thread_name(write, name), write)
    if spec_name == self._thread.name:
        raise WorkflowInvalid(f"the thread {spec_name} cannot start itself")
    return spec_name


def _declared(self: Writing, spec_name: str) -> dict[str, TypeDefinition]:
    """Give the types of a thread's variables, once it is written."""
    variables = self._thread.draft.thread_specs[spec_name].variable_defs
    return {one.var_def.name: one.var_def.type_def for one in variables}


def _is_list(threads: object) -> bool:
    if not isinstance(threads, Expression):
        return isinstance(threads, list | tuple)
    declared = threads.declared
    is_array = declared is not None and declared.HasField("inline_array_def")
    return is_array or is_primitive(declared, value_pb2.JSON_ARR)
