"""How a thread of a workflow is written: one verb for each thing that a thread can do.

It knows variables and the order of verbs; what a node holds is in `nodes`, how edges run in
`graph` and `branches`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from hitchpost._building import nodes
from hitchpost._building.branches import Branches, loop
from hitchpost._building.expression import (
    Expression,
    NodeOutput,
    Variable,
    assignment,
    format_string,
)
from hitchpost._building.graph import Graph
from hitchpost._building.nodes import Backoff
from hitchpost._errors import WorkflowInvalid
from hitchpost._requests import put_external_event_def_request
from hitchpost._types import DeclaredType, type_definition
from hitchpost._values import to_value
from hitchpost.v1 import wf_spec_pb2
from hitchpost.v1.assignment_pb2 import VariableMutation
from hitchpost.v1.external_event_pb2 import PutExternalEventDefRequest
from hitchpost.v1.object_id_pb2 import ExternalEventDefId
from hitchpost.v1.value_pb2 import ReturnType, VariableDef
from hitchpost.v1.wf_spec_pb2 import InterruptDef, Node, ThreadSpec, ThreadVarDef

# The variable that an interrupt's handler gets the content in. Only its name may repeat.
HANDLER_INPUT = "INPUT"


@dataclass
class Draft:
    """A workflow while it is written: its threads so far, and what they have asked for."""

    thread_specs: dict[str, ThreadSpec] = field(default_factory=dict)
    event_defs: dict[str, PutExternalEventDefRequest] = field(default_factory=dict)
    variable_names: set[str] = field(default_factory=set)

    def write_thread(self, name: str, write: ThreadWriter) -> None:
        """Have a function write one thread."""
        if name in self.thread_specs:
            raise WorkflowInvalid(f"there are two threads named {name}")
        builder = WorkflowBuilder(self)
        self.thread_specs[name] = ThreadSpec()
        write(builder)
        self.thread_specs[name].CopyFrom(builder.end())


class WorkflowBuilder:
    """Writes one thread of a workflow, verb by verb, in the order in which it will run.

    Values are Python objects, or expressions of what only a run will know: variables, the
    outputs that verbs return, and computations on them.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._graph_written = Graph()
        self._variables: list[ThreadVarDef] = []
        self._interrupts: list[InterruptDef] = []
        self._branches: Branches | None = None
        self._paused = ""

    def input(
        self,
        name: str,
        type: DeclaredType,
        *,
        masked: bool = False,
        searchable: bool = False,
        public: bool = False,
    ) -> Variable:
        """Declare a variable that whoever starts the run must give."""
        given = self.variable(name, type, masked=masked, searchable=searchable, public=public)
        self._variables[-1].required = True
        return given

    def variable(
        self,
        name: str,
        type: DeclaredType,
        *,
        default: object = None,
        masked: bool = False,
        searchable: bool = False,
        public: bool = False,
    ) -> Variable:
        """Declare a variable. Whoever starts the run may give it; else it has its default.

        A masked one is shown to tasks only, a searchable one is an index of runs, a public
        one is part of the workflow's interface: changing it makes a new major version.
        """
        self._declare(name)
        definition = VariableDef(name=name, type_def=type_definition(type))
        if masked:
            definition.type_def.masked = True
        if default is not None:
            definition.default_value.CopyFrom(to_value(default))
        access = wf_spec_pb2.PUBLIC_VAR if public else wf_spec_pb2.PRIVATE_VAR
        self._variables.append(
            ThreadVarDef(var_def=definition, searchable=searchable, access_level=access)
        )
        return Variable(name, definition.type_def)

    def task(
        self,
        name: str,
        *arguments: object,
        retries: int = 0,
        timeout: int | None = None,
        backoff: Backoff | None = None,
    ) -> NodeOutput:
        """Execute a task with these arguments and give its output.

        `retries` is how often it is tried again after a technical failure, at once or after
        `backoff`. `timeout` in seconds is for each try; absent means the server's default.
        """
        node = nodes.task(name, arguments, retries=retries, timeout=timeout, backoff=backoff)
        return self._add(name, node)

    def wait_for_event(self, name: str, *, timeout: int | Expression | None = None) -> NodeOutput:
        """Wait for an external event and give its content.

        The thread fails with TIMEOUT after `timeout` seconds; absent means never.
        """
        return self._add(name, nodes.external_event(name, timeout))

    def sleep(self, seconds: int | Expression) -> None:
        """Wait for so many seconds."""
        self._add("sleep", nodes.sleep(seconds))

    def sleep_until(self, when: datetime | str | Expression) -> None:
        """Wait for a time: a datetime, ISO 8601 text with its zone, or milliseconds since 1970."""
        self._add("sleep", nodes.sleep_until(when))

    def set(self, variable: Expression, content: object) -> None:
        """Set a variable, or a part of a JSON one, as in `set(order["address"], address)`."""
        target = variable.assignment
        if target.WhichOneof("source") != "variable_name" or target.HasField("target_type"):
            raise WorkflowInvalid("only a variable, or a part of one, can be set")
        mutation = VariableMutation(
            lhs_name=target.variable_name, rhs_assignment=assignment(content)
        )
        if target.HasField("json_path"):
            mutation.lhs_json_path = target.json_path
        self._graph.reachable().mutations.append(mutation)

    def complete(self, content: object = None) -> None:
        """End the thread well, and return something or nothing."""
        node = nodes.complete() if content is None else nodes.complete_with(content)
        self._add("complete", node)

    def fail(self, name: str, message: str = "", content: object = None) -> None:
        """End the thread with a failure of that name."""
        self._add(name, nodes.fail(name, message, content))

    def when(self, condition: Expression) -> AbstractContextManager[None]:
        """Write, in a `with` block, what happens if a condition holds."""
        return self._branch(Branches(self._graph), condition)

    def otherwise_when(self, condition: Expression) -> AbstractContextManager[None]:
        """Write, right after a `when`, what happens if that one failed and this one holds."""
        return self._branch(self._branches_before(), condition)

    def otherwise(self) -> AbstractContextManager[None]:
        """Write, right after a `when`, what happens if no condition before holds."""
        return self._branch(self._branches_before(), None)

    def loop_while(self, condition: Expression) -> AbstractContextManager[None]:
        """Write, in a `with` block, what happens again and again while a condition holds."""
        return loop(self._graph, condition)

    def format(self, template: str, *arguments: object) -> Expression:
        """Write a text in which `{0}`, `{1}`... stand for the arguments."""
        return format_string(template, *arguments)

    def interrupt(self, event_name: str) -> Callable[[ThreadWriter], ThreadWriter]:
        """Have a thread of its own run whenever an external event comes; decorates its writer.

            @wf.interrupt("order-changed")
            def changed(handler: hitchpost.WorkflowBuilder) -> None:
                handler.set(order, handler.variable(hitchpost.HANDLER_INPUT, dict))

        This thread waits meanwhile. The handler may set this thread's variables.
        """

        def write_handler(write: ThreadWriter) -> ThreadWriter:
            thread_name = f"interrupt-{event_name}"
            self._declarable()
            self._paused = f"it waits for {thread_name}"
            self._draft.write_thread(thread_name, write)
            self._paused = ""
            event_def_id = ExternalEventDefId(name=event_name)
            self._interrupts.append(
                InterruptDef(external_event_def_id=event_def_id, handler_spec_name=thread_name)
            )
            return write

        return write_handler

    def register_event(
        self,
        name: str,
        *,
        content_type: DeclaredType | ReturnType | None = None,
        require_wfrun: bool | None = None,
        require_wfspec_reference: bool | None = None,
        retention_seconds: int | None = None,
    ) -> None:
        """Have this external event defined whenever the workflow is put.

        The arguments are those of `Client.put_external_event_def`.
        """
        self._draft.event_defs[name] = put_external_event_def_request(
            name,
            content_type=content_type,
            require_wfrun=require_wfrun,
            require_wfspec_reference=require_wfspec_reference,
            retention_seconds=retention_seconds,
        )

    def end(self) -> ThreadSpec:
        """End the thread, if it has not ended, and give what was written."""
        if self._graph.here is not None:
            self._add("exit", nodes.complete())
        self._paused = "its function has returned"
        return ThreadSpec(
            nodes=self._graph_written.nodes,
            variable_defs=self._variables,
            interrupt_defs=self._interrupts,
        )

    @property
    def _graph(self) -> Graph:
        self._declarable()
        return self._graph_written

    def _add(self, label: str, node: Node) -> NodeOutput:
        return NodeOutput(self._graph.add(label, node))

    @contextmanager
    def _branch(self, branches: Branches, condition: Expression | None) -> Iterator[None]:
        with branches.branch(condition):
            yield
        self._branches = branches  # those in the block have come and gone

    def _branches_before(self) -> Branches:
        self._declarable()
        if self._branches is None:
            raise WorkflowInvalid("`otherwise` needs a `when` before it")
        return self._branches

    def _declarable(self) -> None:
        """Refuse to write when it is another builder's turn."""
        if self._paused:
            raise WorkflowInvalid(f"this thread cannot be written now: {self._paused}")

    def _declare(self, name: str) -> None:
        """Refuse a second variable of one name."""
        self._declarable()
        mine = {variable.var_def.name for variable in self._variables}
        elsewhere = self._draft.variable_names - {HANDLER_INPUT}
        if name in mine | elsewhere:
            raise WorkflowInvalid(f"there are two variables named {name}")
        self._draft.variable_names.add(name)


# A function that writes a thread with the builder that it gets.
ThreadWriter = Callable[[WorkflowBuilder], None]
