"""START_MULTIPLE_THREADS: start one child thread for each element of a list, and go on at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.definitions.catalogue import Definitions
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.variables import INPUT
from hitchpost_server.engine.nodes.kind import Done, NodeKind, Surroundings, Visit
from hitchpost_server.engine.nodes.start_thread import check_child, compiled_inputs
from hitchpost_server.engine.threads import check_room, start_threads
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.json_documents import document_of, from_json
from hitchpost_server.engine.values.static_types import assignment_type
from hitchpost_server.engine.values.type_definitions import kind_of
from hitchpost_server.engine.values.types import type_name

JSON_ARR = values.TypeDefinition(primitive_type=values.JSON_ARR)


@dataclass(frozen=True, slots=True)
class StartMultipleThreads:
    """Which ThreadSpec the children follow, the inputs of all, and the list."""

    thread_spec_name: str
    inputs: dict[str, Assignment]
    iterable: Assignment


class StartMultipleThreadsKind(NodeKind):
    """Complete at once; the output is the list of the children's numbers."""

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a thread that is not there, and what is known not to be a list."""
        start = node.start_multiple_threads
        check_child(start.thread_spec_name, place, surroundings)
        with place.at("iterable").typed():
            found = assignment_type(start.iterable, surroundings.scope)
        if found is not None and kind_of(found) not in ("json_arr", "array"):
            raise place.at("iterable").invalid(f"{type_name(found)} is not a list")
        for name in sorted(start.variables):
            with place.at("variables", name).typed():
                assignment_type(start.variables[name], surroundings.scope)

    def output_type(self, node: wf_specs.Node, definitions: Definitions) -> values.TypeDefinition:
        """Put out a JSON_ARR."""
        return JSON_ARR

    def compile(self, node: wf_specs.StartMultipleThreadsNode) -> StartMultipleThreads:
        """Compile the list and the inputs."""
        return StartMultipleThreads(
            node.thread_spec_name,
            compiled_inputs(node.variables),
            compile_assignment(node.iterable),
        )

    def entered(self, details: StartMultipleThreads) -> history.NodeEntered:
        """Show a StartMultipleThreadsRun; ThreadStarted fills in the children's numbers."""
        shown = node_runs.StartMultipleThreadsRun(thread_spec_name=details.thread_spec_name)
        return history.NodeEntered(start_multiple_threads=shown)

    def arrive(self, visit: Visit) -> None:
        """Start a child for each element, or none if one of them cannot start."""
        details: StartMultipleThreads = visit.details
        elements = list(_elements(details.iterable(visit)))
        check_room(visit.traversal, len(elements))  # before anything is made of a long list
        shared = {name: assignment(visit) for name, assignment in details.inputs.items()}
        takes_element = visit.traversal.spec.threads[details.thread_spec_name].takes_input
        start_threads(
            visit.traversal,
            details.thread_spec_name,
            [{**shared, INPUT: element} if takes_element else shared for element in elements],
            wf_runs.CHILD,
            parent_thread_id=visit.thread.number,
        )

    def check(self, visit: Visit) -> Done:
        """Give the children's numbers to later nodes."""
        numbers = visit.thread.node_run.start_multiple_threads.child_thread_ids
        return Done(from_json(list(numbers)))


def _elements(value: values.VariableValue) -> Iterator[values.VariableValue]:
    kind = value.WhichOneof("value")
    if kind == "array":
        yield from value.array.items
    elif kind == "json_arr":
        yield from (from_json(element) for element in document_of(value))
    else:
        raise EvaluationError(f"{kind or 'NULL'} is not a list")
