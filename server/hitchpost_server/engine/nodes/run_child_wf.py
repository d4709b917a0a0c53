"""RUN_CHILD_WF: start a run of another WfSpec below this one, and go on at once."""

from dataclasses import dataclass
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.child_runs import Child, start_child
from hitchpost_server.engine.definitions.catalogue import (
    Definitions,
    RequiredDefinitions,
    WfSpecVersion,
)
from hitchpost_server.engine.definitions.inputs import check_inputs
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.nodes.kind import Done, NodeKind, Surroundings, Visit
from hitchpost_server.engine.nodes.start_thread import compiled_inputs
from hitchpost_server.engine.rows import LATEST
from hitchpost_server.engine.values.casts import coerce
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.static_types import assignment_type, check_assignable

WF_RUN_ID = values.TypeDefinition(primitive_type=values.WF_RUN_ID)
STR = values.TypeDefinition(primitive_type=values.STR)


@dataclass(frozen=True, slots=True)
class RunChildWf:
    """Which WfSpec, by name or by what computes it; which major version; inputs and id."""

    name: str
    computed_name: Assignment | None
    major_version: int
    inputs: dict[str, Assignment]
    child_id: Assignment | None


class RunChildWfKind(NodeKind):
    """Complete at once; the output is the id of the child run."""

    def required(self, node: wf_specs.Node) -> RequiredDefinitions:
        """Lean on the child's WfSpec, unless its name is computed."""
        version = _version(node.run_child_wf)
        return RequiredDefinitions(wf_specs=frozenset({version} if version else ()))

    def normalise(self, node: wf_specs.Node, definitions: Definitions) -> None:
        """Pin the latest major version."""
        child = node.run_child_wf
        version = _version(child)
        if version is not None and child.major_version == LATEST:
            found = definitions.wf_spec_version(version)
            if found is not None:
                child.major_version = found.id.major_version

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a WfSpec that does not exist, and inputs that do not fit it."""
        child, scope = node.run_child_wf, surroundings.scope
        version = _version(child)
        if version is None:
            with place.at("wf_spec_var").typed():
                check_assignable(child.wf_spec_var, STR, scope)
            for name in sorted(child.inputs):
                with place.at("inputs", name).typed():
                    assignment_type(child.inputs[name], scope)
        else:
            found = surroundings.definitions.wf_spec_version(version)
            if found is None:
                name = shortened(child.wf_spec_name)
                raise place.at("wf_spec_name").invalid(f"could not find WfSpec {name}")
            thread = found.thread_specs[found.entrypoint_thread_name]
            check_inputs(thread, child.inputs, place, "inputs", scope)
        if child.HasField("child_id"):
            with place.at("child_id").typed():
                check_assignable(child.child_id, STR, scope)

    def output_type(self, node: wf_specs.Node, definitions: Definitions) -> values.TypeDefinition:
        """Put out a WF_RUN_ID."""
        return WF_RUN_ID

    def compile(self, node: wf_specs.RunChildWfNode) -> RunChildWf:
        """Compile what computes name, id and inputs."""
        return RunChildWf(
            node.wf_spec_name,
            compile_assignment(node.wf_spec_var) if node.HasField("wf_spec_var") else None,
            node.major_version,
            compiled_inputs(node.inputs),
            compile_assignment(node.child_id) if node.HasField("child_id") else None,
        )

    def entered(self, _details: Any) -> history.NodeEntered:
        """Show a RunChildWfNodeRun; ChildRunStarted fills it in."""
        return history.NodeEntered(run_child_wf=node_runs.RunChildWfNodeRun())

    def arrive(self, visit: Visit) -> None:
        """Start the child: the latest revision of a pinned major version, by a computed name
        the latest of all or revision 0 of the major version.
        """
        details: RunChildWf = visit.details
        inputs = {name: assignment(visit) for name, assignment in details.inputs.items()}
        child_id = _text(details.child_id, visit) if details.child_id else None
        if details.computed_name is None:
            start_child(visit, Child(details.name, details.major_version, LATEST, inputs, child_id))
            return
        name = _text(details.computed_name, visit)
        revision = LATEST if details.major_version == LATEST else 0
        start_child(visit, Child(name, details.major_version, revision, inputs, child_id))

    def check(self, visit: Visit) -> Done:
        """Give the child's id to later nodes."""
        child = visit.thread.node_run.run_child_wf.child_wf_run_id
        return Done(values.VariableValue(wf_run_id=child))


def _version(child: wf_specs.RunChildWfNode) -> WfSpecVersion | None:
    """Say which version a static name means; None if the name is computed."""
    if not child.HasField("wf_spec_name"):
        return None
    return WfSpecVersion(child.wf_spec_name, child.major_version, LATEST)


def _text(assignment: Assignment, visit: Visit) -> str:
    return coerce(assignment(visit), STR).str
