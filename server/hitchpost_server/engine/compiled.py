"""A WfSpec made ready to run: looked up by name, conditions and mutations compiled.

Made once a version and shared by all its runs; never changed afterwards.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.definitions.pinning import named_struct_defs
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.trees import walk
from hitchpost_server.engine.definitions.variables import (
    INPUT,
    DeclaredVariable,
    declared_variables,
)
from hitchpost_server.engine.facts import (
    struct_def_key,
    task_def_key,
    user_task_def_key,
    workflow_event_def_key,
)
from hitchpost_server.engine.nodes.kind import NodeKind
from hitchpost_server.engine.nodes.kinds import NODE_KINDS, kind_of
from hitchpost_server.engine.rows import RowKey
from hitchpost_server.engine.values.conditions import compile_edge_condition
from hitchpost_server.engine.values.evaluation import Scope
from hitchpost_server.engine.values.mutations import Mutation, compile_mutation
from hitchpost_server.engine.values.types import variable_type


@dataclass(frozen=True, slots=True)
class CompiledEdge:
    """A way out of a node; without a condition it is always open."""

    sink: str
    condition: Callable[[Scope], bool] | None
    mutations: tuple[Mutation, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledNode:
    """A node of a WfSpec; `thread` is the name of the ThreadSpec in which it is.

    `details` is what its kind made of it. `output_is_read` by some assignment.
    """

    wf_spec_id: ids.WfSpecId
    thread: str
    name: str
    kind: NodeKind
    details: Any
    edges: tuple[CompiledEdge, ...]
    failure_handlers: tuple[wf_specs.FailureHandlerDef, ...]
    output_is_read: bool


@dataclass(frozen=True, slots=True)
class CompiledThread:
    """A ThreadSpec; `entrypoint` is the name of its first node.

    `variables` are its own, by name; `takes_input`: `INPUT` is one of them.
    `interrupts` are the handlers of interrupts by ExternalEventDef. `retention_seconds`
    is how long a completed thread is shown, None for as long as its run.
    """

    name: str
    spec: wf_specs.ThreadSpec
    entrypoint: str
    nodes: dict[str, CompiledNode]
    variables: dict[str, DeclaredVariable]
    takes_input: bool
    interrupts: dict[str, str]
    retention_seconds: int | None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledWfSpec:
    """A version of a WfSpec.

    `referenced_events` are the names of all ExternalEventDefs that a node or an
    interrupt of any thread refers to; `definitions` are where that is stored which
    its nodes look up when a thread arrives. `retains_threads`: some threads are shown
    for a time only. `interrupting_events` are the ExternalEventDefs that are
    interrupts of some thread. `inherits` are the variables that belong to the run
    above, `public` those of thread 0 that runs below may use. `awaits_runs`: some node
    waits for runs below.
    """

    wf_spec: wf_specs.WfSpec
    entrypoint: CompiledThread
    threads: dict[str, CompiledThread]
    referenced_events: frozenset[str]
    definitions: frozenset[RowKey]
    retains_threads: bool
    interrupting_events: frozenset[str]
    inherits: frozenset[str]
    public: frozenset[str]
    awaits_runs: bool


def compile_wf_spec(wf_spec: wf_specs.WfSpec) -> CompiledWfSpec:
    """Compile a WfSpec that was accepted before."""
    types = {
        variable.var_def.name: variable_type(variable.var_def)
        for thread in wf_spec.thread_specs.values()
        for variable in thread.variable_defs
    }
    threads = {
        name: _compile_thread(wf_spec.id, name, spec, types)
        for name, spec in wf_spec.thread_specs.items()
    }
    return CompiledWfSpec(
        wf_spec,
        threads[wf_spec.entrypoint_thread_name],
        threads,
        frozenset(_referenced_events(wf_spec)),
        frozenset(_definitions(wf_spec)),
        any(thread.retention_seconds is not None for thread in threads.values()),
        frozenset(name for thread in threads.values() for name in thread.interrupts),
        frozenset(_names(wf_spec.thread_specs.values(), wf_specs.INHERITED_VAR)),
        frozenset(_names([threads[wf_spec.entrypoint_thread_name].spec], wf_specs.PUBLIC_VAR)),
        any(
            one.kind.waits_for_runs for thread in threads.values() for one in thread.nodes.values()
        ),
    )


def _names(
    threads: Iterable[wf_specs.ThreadSpec], level: wf_specs.WfRunVariableAccessLevel
) -> Iterator[str]:
    for thread in threads:
        for variable in thread.variable_defs:
            if variable.access_level == level:
                yield variable.var_def.name


def _compile_thread(
    wf_spec_id: ids.WfSpecId, name: str, spec: wf_specs.ThreadSpec, types: dict[str, Any]
) -> CompiledThread:
    read = _names_of_read_outputs(spec)
    nodes = {
        node_name: _compile_node(wf_spec_id, name, node_name, node, types, read)
        for node_name, node in spec.nodes.items()
    }
    entrypoint = next(n for n, node in spec.nodes.items() if node.HasField("entrypoint"))
    retention = spec.retention_policy
    variables = declared_variables(spec)
    return CompiledThread(
        name,
        spec,
        entrypoint,
        nodes,
        variables,
        INPUT in variables,
        {
            interrupt.external_event_def_id.name: interrupt.handler_spec_name
            for interrupt in spec.interrupt_defs
        },
        retention.seconds_after_thread_termination
        if retention.HasField("seconds_after_thread_termination")
        else None,
    )


def _compile_node(
    wf_spec_id: ids.WfSpecId,
    thread: str,
    name: str,
    node: wf_specs.Node,
    types: dict[str, Any],
    read: set[str],
) -> CompiledNode:
    member = node.WhichOneof("node")
    assert member is not None
    kind = NODE_KINDS[member]
    edges = tuple(_compile_edge(edge, types) for edge in node.outgoing_edges)
    own_output = any(
        mutation.HasField("node_output")
        for edge in node.outgoing_edges
        for mutation in edge.variable_mutations
    )
    details = kind.compile(getattr(node, member))
    return CompiledNode(
        wf_spec_id,
        thread,
        name,
        kind,
        details,
        edges,
        tuple(node.failure_handlers),
        name in read or own_output,
    )


def _compile_edge(edge: wf_specs.Edge, types: dict[str, Any]) -> CompiledEdge:
    mutations = tuple(
        compile_mutation(mutation, types.get(mutation.lhs_name))
        for mutation in edge.variable_mutations
    )
    return CompiledEdge(edge.sink_node_name, compile_edge_condition(edge), mutations)


def _definitions(wf_spec: wf_specs.WfSpec) -> Iterator[RowKey]:
    for name, version in named_struct_defs(wf_spec):
        yield struct_def_key(name, version)
    for thread in wf_spec.thread_specs.values():
        for node in thread.nodes.values():
            required = kind_of(node).required(node)
            yield from map(task_def_key, required.task_defs)
            yield from map(workflow_event_def_key, required.workflow_event_defs)
            yield from starmap(user_task_def_key, required.user_task_defs)


def _referenced_events(wf_spec: wf_specs.WfSpec) -> Iterator[str]:
    for thread in wf_spec.thread_specs.values():
        for interrupt in thread.interrupt_defs:
            yield interrupt.external_event_def_id.name
        for node in thread.nodes.values():
            yield from kind_of(node).required(node).external_event_defs


def _names_of_read_outputs(spec: wf_specs.ThreadSpec) -> set[str]:
    """Name the nodes whose output some assignment refers to, wherever it stands."""
    reference = assignments.VariableAssignment.NodeOutputReference
    return {
        part.node_name
        for _, part in walk(spec, Place("ThreadSpec", ""), reference)
        if isinstance(part, reference)
    }
