"""EXTERNAL_EVENT: wait until an external event of one name is there to be claimed."""

from dataclasses import dataclass
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.claims import oldest_fitting
from hitchpost_server.engine.definitions.catalogue import Definitions, RequiredDefinitions
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.nodes.kind import Done, NodeFailure, NodeKind, Surroundings, Visit
from hitchpost_server.engine.times import later, timestamp
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.static_types import assignment_type


@dataclass(frozen=True, slots=True)
class ExternalEventWait:
    """What an EXTERNAL_EVENT node waits for, and for how long.

    With a correlation key, correlated events of that key reach it as well.
    """

    definition: ids.ExternalEventDefId
    timeout: Assignment | None
    correlation_key: Assignment | None
    masks_key: bool


def external_event_def_name(node: wf_specs.Node) -> str:
    """Name the definition that an EXTERNAL_EVENT node waits for."""
    return node.external_event.external_event_def_id.name


class ExternalEventKind(NodeKind):
    """Complete when it has claimed an event; fails with TIMEOUT when none comes in time."""

    def required(self, node: wf_specs.Node) -> RequiredDefinitions:
        """Lean on the ExternalEventDef."""
        return RequiredDefinitions(external_event_defs=frozenset({external_event_def_name(node)}))

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse an event that is not defined. Of the others any type will do: a run looks."""
        name = external_event_def_name(node)
        if surroundings.definitions.external_event_def(name) is None:
            raise place.at("external_event_def_id").invalid(
                f"ExternalEventDef {shortened(name)} does not exist"
            )
        for field in ("timeout_seconds", "correlation_key"):
            if node.external_event.HasField(field):
                with place.at(field).typed():
                    assignment_type(getattr(node.external_event, field), surroundings.scope)

    def output_type(
        self, node: wf_specs.Node, definitions: Definitions
    ) -> values.TypeDefinition | None:
        """Tell the type of the event's content."""
        found = definitions.external_event_def(external_event_def_name(node))
        if found is None or not found.type_information.HasField("return_type"):
            return None
        return found.type_information.return_type

    def compile(self, node: wf_specs.ExternalEventNode) -> ExternalEventWait:
        """Compile the timeout and the correlation key."""
        timeout = node.timeout_seconds if node.HasField("timeout_seconds") else None
        key = node.correlation_key if node.HasField("correlation_key") else None
        return ExternalEventWait(
            node.external_event_def_id,
            compile_assignment(timeout) if timeout else None,
            compile_assignment(key) if key else None,
            node.mask_correlation_key,
        )

    def entered(self, details: ExternalEventWait) -> history.NodeEntered:
        """Show what the node waits for."""
        waiting = node_runs.ExternalEventNodeRun(
            external_event_def_id=details.definition, mask_correlation_key=details.masks_key
        )
        return history.NodeEntered(external_event=waiting)

    def arrive(self, visit: Visit) -> None:
        """Start the clock of the timeout and compute the correlation key, if there are any."""
        details: ExternalEventWait = visit.details
        if details.timeout is not None:
            visit.emit(
                "timer_set",
                history.TimerSet(
                    kind=history.NODE_TIMEOUT,
                    due=timestamp(later(visit.draft.now_us, _seconds(details.timeout, visit))),
                    thread_run_number=visit.thread.number,
                    node_run_position=visit.thread.position,
                ),
            )
        if details.correlation_key is not None:
            computed = history.CorrelationKeyComputed(
                thread_run_number=visit.thread.number,
                correlation_key=_key(details.correlation_key, visit),
                masked=details.masks_key,
            )
            visit.emit("correlation_key_computed", computed)

    def check(self, visit: Visit) -> Done | None:
        """Claim the oldest event that fits."""
        details: ExternalEventWait = visit.details
        name, thread = details.definition.name, visit.thread
        if thread.node_run.external_event.timed_out:
            raise NodeFailure("TIMEOUT", f"ExternalEvent {name} did not arrive in time")
        event = oldest_fitting(visit.run, name, thread.number, thread.position)
        if event is None:
            return None
        claimed = visit.draft.write(visit.run, "external_event_claimed")
        claimed.external_event_id.CopyFrom(event.id)
        claimed.thread_run_number = thread.number
        claimed.node_run_position = thread.position
        visit.draft.apply(visit.run, "external_event_claimed", claimed)
        return Done(event.content)


def _seconds(timeout: Assignment, visit: Visit) -> int:
    seconds = _evaluated("timeout", timeout, visit)
    if seconds.WhichOneof("value") != "int":
        raise NodeFailure("VAR_ERROR", "the timeout is not an INT")
    return int(seconds.int)


def _key(correlation_key: Assignment, visit: Visit) -> str:
    key = _evaluated("correlation key", correlation_key, visit)
    if key.WhichOneof("value") != "str":
        raise NodeFailure("VAR_ERROR", "the correlation key is not a STR")
    return str(key.str)


def _evaluated(what: str, assignment: Assignment, visit: Visit) -> Any:
    try:
        return assignment(visit)
    except EvaluationError as error:
        raise NodeFailure("VAR_ERROR", f"cannot evaluate the {what}: {error}") from error
