"""START_THREAD: start a child thread, and go on at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost_server.engine.definitions.catalogue import Definitions
from hitchpost_server.engine.definitions.inputs import check_inputs
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.nodes.kind import Done, NodeKind, Surroundings, Visit
from hitchpost_server.engine.threads import start_threads
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.scalars import int_value

INT = values.TypeDefinition(primitive_type=values.INT)


@dataclass(frozen=True, slots=True)
class StartThread:
    """Which ThreadSpec the child follows, and its inputs by name."""

    thread_spec_name: str
    inputs: dict[str, Assignment]


class StartThreadKind(NodeKind):
    """Complete at once; the output is the number of the child."""

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a thread that is not there or is the node's own, and inputs that do not fit."""
        name = node.start_thread.thread_spec_name
        check_child(name, place, surroundings)
        inputs = node.start_thread.variables
        child = surroundings.wf_spec.thread_specs[name]
        check_inputs(child, inputs, place, "variables", surroundings.scope)

    def output_type(self, node: wf_specs.Node, definitions: Definitions) -> values.TypeDefinition:
        """Put out an INT."""
        return INT

    def compile(self, node: wf_specs.StartThreadNode) -> StartThread:
        """Compile the inputs."""
        return StartThread(node.thread_spec_name, compiled_inputs(node.variables))

    def entered(self, details: StartThread) -> history.NodeEntered:
        """Show a StartThreadRun; ThreadStarted fills in the child's number."""
        shown = node_runs.StartThreadRun(thread_spec_name=details.thread_spec_name)
        return history.NodeEntered(start_thread=shown)

    def arrive(self, visit: Visit) -> None:
        """Start the child."""
        details: StartThread = visit.details
        start_threads(
            visit.traversal,
            details.thread_spec_name,
            [{name: assignment(visit) for name, assignment in details.inputs.items()}],
            wf_runs.CHILD,
            parent_thread_id=visit.thread.number,
        )

    def check(self, visit: Visit) -> Done:
        """Give the child's number to later nodes."""
        return Done(int_value(visit.thread.node_run.start_thread.child_thread_id))


def check_child(name: str, place: Place, surroundings: Surroundings) -> None:
    """Refuse to start a thread that is not there, or one like the node's own."""
    place = place.at("thread_spec_name")
    if name not in surroundings.wf_spec.thread_specs:
        raise place.invalid(f"ThreadSpec {shortened(name)} does not exist")
    if name == surroundings.thread_name:
        raise place.invalid("a thread may not start another of its own ThreadSpec")


def compiled_inputs(inputs: Mapping[str, VariableAssignment]) -> dict[str, Assignment]:
    """Compile the inputs of a thread or a run by name."""
    return {name: compile_assignment(assignment) for name, assignment in inputs.items()}
