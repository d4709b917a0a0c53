"""What tests of definitions are written with: a builder of WfSpecs, and a small catalogue."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.assignment_pb2 import VariableAssignment, VariableMutation
from hitchpost.v1.external_event_pb2 import ExternalEventDef, PutExternalEventDefRequest
from hitchpost.v1.task_pb2 import PutTaskDefRequest, TaskDef
from hitchpost.v1.value_pb2 import ReturnType, TypeDefinition, VariableDef, VariableValue
from hitchpost.v1.wf_spec_pb2 import (
    PRIVATE_VAR,
    AllowedUpdateType,
    Node,
    PutWfSpecRequest,
    ThreadSpec,
    WfSpec,
)
from hitchpost.v1.workflow_event_pb2 import PutWorkflowEventDefRequest, WorkflowEventDef
from hitchpost_server.engine.definitions.external_event_defs import put_external_event_def
from hitchpost_server.engine.definitions.task_defs import put_task_def
from hitchpost_server.engine.definitions.wf_specs import put_wf_spec
from hitchpost_server.engine.definitions.workflow_event_defs import put_workflow_event_def


def _typed(given: int | TypeDefinition) -> TypeDefinition:
    return TypeDefinition(primitive_type=given) if isinstance(given, int) else given


class Spec:
    """Builds a WfSpec node by node; each node follows the one before it."""

    def __init__(self, name: str = "greet", entrypoint: str = "main") -> None:
        self.request = PutWfSpecRequest(name=name, entrypoint_thread_name=entrypoint)
        self.thread(entrypoint)

    def thread(self, name: str) -> "Spec":
        """Begin another thread."""
        self.current: ThreadSpec = self.request.thread_specs[name]
        self.last = "0-entrypoint"
        self.current.nodes[self.last].entrypoint.SetInParent()
        return self

    def then(self, **node: Any) -> "Spec":
        """Add a node of any kind: `then(nop=NopNode())`."""
        (kind,) = node
        before, self.last = self.last, f"{len(self.current.nodes)}-{kind}"
        self.current.nodes[before].outgoing_edges.add(sink_node_name=self.last)
        self.current.nodes[self.last].CopyFrom(Node(**node))
        return self

    def task(self, name: str, *inputs: VariableAssignment, **settings: Any) -> "Spec":
        """Add a TASK node."""
        return self.then(task={"task_def_id": {"name": name}, "variables": inputs, **settings})

    def wait(self, name: str, **settings: Any) -> "Spec":
        """Add an EXTERNAL_EVENT node."""
        return self.then(external_event={"external_event_def_id": {"name": name}, **settings})

    def exit(self, content: VariableAssignment | None = None) -> "Spec":
        """Add an EXIT node, which may give something back."""
        return self.then(exit={"return_content": content} if content is not None else {})

    def change(self, **mutation: Any) -> "Spec":
        """Change a variable on the edge that entered the last node."""
        self._last_edge().variable_mutations.append(VariableMutation(**mutation))
        return self

    def only_if(self, condition: VariableAssignment) -> "Spec":
        """Set the condition of the edge that entered the last node."""
        self._last_edge().condition.CopyFrom(condition)
        return self

    def _last_edge(self) -> Any:
        edges = [edge for node in self.current.nodes.values() for edge in node.outgoing_edges]
        return next(edge for edge in edges if edge.sink_node_name == self.last)

    def edge(self, source: str, sink: str) -> "Spec":
        """Add an edge between two nodes."""
        self.current.nodes[source].outgoing_edges.add(sink_node_name=sink)
        return self

    def variable(self, name: str, type_def: int | TypeDefinition, **settings: Any) -> "Spec":
        """Declare a variable of the current thread, private unless said otherwise."""
        settings.setdefault("access_level", PRIVATE_VAR)
        default = settings.pop("default", None)
        self.current.variable_defs.add(
            var_def=VariableDef(name=name, type_def=_typed(type_def), default_value=default),
            **settings,
        )
        return self

    def interrupt(self, name: str, handler: str) -> "Spec":
        """Let an external event interrupt the current thread."""
        self.current.interrupt_defs.add(
            external_event_def_id={"name": name}, handler_spec_name=handler
        )
        return self

    def allowing(self, allowed: AllowedUpdateType) -> "Spec":
        """Say which updates are allowed."""
        self.request.allowed_updates = allowed
        return self

    @staticmethod
    def var(name: str, **path: Any) -> VariableAssignment:
        """Take a variable."""
        return VariableAssignment(variable_name=name, **path)

    @staticmethod
    def output(node_name: str) -> VariableAssignment:
        """Take the output of a node."""
        return VariableAssignment(node_output={"node_name": node_name})

    @staticmethod
    def literal(**value: Any) -> VariableAssignment:
        """Take a value: `literal(int=5)`."""
        return VariableAssignment(literal_value=VariableValue(**value))

    @staticmethod
    def expression(
        lhs: VariableAssignment, rhs: VariableAssignment, **operation: Any
    ) -> VariableAssignment:
        """Compute: `expression(a, b, mutation_type=ADD)`."""
        return VariableAssignment(expression={"lhs": lhs, "rhs": rhs, **operation})


@dataclass
class Catalogue:
    """Definitions that exist."""

    task_defs: dict[str, TaskDef] = field(default_factory=dict)
    external_event_defs: dict[str, ExternalEventDef] = field(default_factory=dict)
    workflow_event_defs: dict[str, WorkflowEventDef] = field(default_factory=dict)

    def task_def(self, name: str) -> TaskDef | None:
        return self.task_defs.get(name)

    def external_event_def(self, name: str) -> ExternalEventDef | None:
        return self.external_event_defs.get(name)

    def workflow_event_def(self, name: str) -> WorkflowEventDef | None:
        return self.workflow_event_defs.get(name)

    def add_task(self, name: str, *inputs: int | TypeDefinition, output: int | None = None) -> None:
        request = PutTaskDefRequest(
            name=name,
            input_vars=[
                VariableDef(name=f"{index}-input", type_def=_typed(each))
                for index, each in enumerate(inputs)
            ],
            return_type=ReturnType(return_type=None if output is None else _typed(output)),
        )
        self.task_defs[name] = put_task_def(request, None, Timestamp())

    def add_workflow_event(self, name: str) -> None:
        request = PutWorkflowEventDefRequest(name=name)
        self.workflow_event_defs[name] = put_workflow_event_def(request, None, Timestamp())

    def add_event(self, name: str, content: int | None = None) -> None:
        request = PutExternalEventDefRequest(name=name)
        if content is not None:
            request.content_type.return_type.primitive_type = content
        self.external_event_defs[name] = put_external_event_def(request, None, Timestamp())


@pytest.fixture
def spec() -> type[Spec]:
    return Spec


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def now() -> Timestamp:
    return Timestamp(seconds=1_700_000_000)


@pytest.fixture
def put(catalogue: Catalogue, now: Timestamp) -> Callable[..., WfSpec]:
    """Put what a builder built, or any request."""

    def put_it(built: Spec | PutWfSpecRequest, latest: WfSpec | None = None) -> WfSpec:
        request = built.request if isinstance(built, Spec) else built
        return put_wf_spec(request, latest, catalogue, now)

    return put_it
