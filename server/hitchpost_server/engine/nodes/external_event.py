"""EXTERNAL_EVENT: wait until an external event of one name is there to be claimed."""

from dataclasses import dataclass
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.claims import oldest_fitting
from hitchpost_server.engine.nodes.kind import Done, NodeFailure, Visit
from hitchpost_server.engine.times import later, timestamp
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment


@dataclass(frozen=True, slots=True)
class ExternalEventWait:
    """What an EXTERNAL_EVENT node waits for, and for how long."""

    definition: ids.ExternalEventDefId
    timeout: Assignment | None


class ExternalEventKind:
    """Complete when it has claimed an event; fails with TIMEOUT when none comes in time."""

    def compile(self, node: wf_specs.ExternalEventNode) -> ExternalEventWait:
        """Compile the timeout."""
        timeout = node.timeout_seconds if node.HasField("timeout_seconds") else None
        return ExternalEventWait(
            node.external_event_def_id, compile_assignment(timeout) if timeout else None
        )

    def entered(self, details: ExternalEventWait) -> history.NodeEntered:
        """Show what the node waits for."""
        waiting = node_runs.ExternalEventNodeRun(external_event_def_id=details.definition)
        return history.NodeEntered(external_event=waiting)

    def arrive(self, visit: Visit) -> None:
        """Start the clock of the timeout, if there is one."""
        details: ExternalEventWait = visit.details
        if details.timeout is None:
            return
        visit.emit(
            "timer_set",
            history.TimerSet(
                kind=history.NODE_TIMEOUT,
                due=timestamp(later(visit.draft.now_us, _seconds(details.timeout, visit))),
                thread_run_number=visit.thread.number,
                node_run_position=visit.thread.position,
            ),
        )

    def check(self, visit: Visit) -> Done | None:
        """Claim the oldest event that fits."""
        details: ExternalEventWait = visit.details
        name, thread = details.definition.name, visit.thread
        if thread.node_run.external_event.timed_out:
            raise NodeFailure("TIMEOUT", f"ExternalEvent {name} did not arrive in time")
        event = oldest_fitting(visit.run, name, thread.number, thread.position)
        if event is None:
            return None
        visit.emit(
            "external_event_claimed",
            history.ExternalEventClaimed(
                external_event_id=event.id,
                thread_run_number=thread.number,
                node_run_position=thread.position,
            ),
        )
        return Done(event.content)


def _seconds(timeout: Assignment, visit: Visit) -> int:
    try:
        seconds: Any = timeout(visit)
    except EvaluationError as error:
        raise NodeFailure("VAR_ERROR", f"cannot evaluate the timeout: {error}") from error
    if seconds.WhichOneof("value") != "int":
        raise NodeFailure("VAR_ERROR", "the timeout is not an INT")
    return int(seconds.int)
