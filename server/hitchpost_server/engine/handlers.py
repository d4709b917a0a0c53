"""Handlers of interrupts and failures: they start once the thread that they help stands still."""

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.claims import interrupt_handler
from hitchpost_server.engine.failing import fail_for_good
from hitchpost_server.engine.halting import Reason, halt
from hitchpost_server.engine.nodes.kind import NodeFailure
from hitchpost_server.engine.threads import start_handler
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.visits import ThreadVisit, Traversal

# A thread that stands still for any other reason has to go on first.
_WAITS_FOR_HANDLERS = frozenset(
    {"pending_interrupt", "interrupted", "pending_failure", "handling_failure"}
)


def trigger_interrupts(traversal: Traversal, event: events.ExternalEvent) -> None:
    """Interrupt every thread that an external event is an interrupt of."""
    name = event.id.external_event_def_id.name
    if name not in traversal.spec.interrupting_events:
        return
    for visit in traversal.visits():
        handler = interrupt_handler(visit.run, visit.spec, visit.thread, name, event)
        if handler is None:
            continue
        triggered = history.InterruptTriggered(
            external_event_id=event.id,
            thread_run_number=visit.thread.number,
            handler_spec_name=handler,
        )
        visit.emit("interrupt_triggered", triggered)
        pending = wf_runs.PendingInterruptHaltReason(external_event_id=event.id)
        halt(visit, Reason(pending_interrupt=pending))


def start_handlers(traversal: Traversal) -> None:
    """Start what is pending: one interrupt a thread, the newest first, then failures."""
    run = traversal.run.wf_run
    assert run is not None
    if run.pending_interrupts:
        helped: set[int] = set()
        for interrupt in reversed(list(run.pending_interrupts)):
            number = interrupt.interrupted_thread_id
            if number not in helped and _is_ready(traversal.visit(number)):
                helped.add(number)
                _start_interrupt(traversal.visit(number), interrupt)
    if run.pending_failures:
        for failure in list(run.pending_failures):
            visit = traversal.visit(failure.failed_thread_run)
            if _is_ready(visit):
                _start_failure_handler(visit, failure.handler_spec_name)


def _is_ready(visit: ThreadVisit) -> bool:
    return visit.thread.status == status.HALTED and all(
        reason.WhichOneof("reason") in _WAITS_FOR_HANDLERS
        for reason in visit.thread.thread_run.halt_reasons
    )


def _start_interrupt(visit: ThreadVisit, interrupt: wf_runs.PendingInterrupt) -> None:
    event = interrupt.external_event_id
    try:
        start_handler(
            visit.traversal,
            interrupt.handler_spec_name,
            visit.thread.number,
            wf_runs.INTERRUPT,
            visit.run.interrupts[event.external_event_def_id.name, event.guid],
            interrupt_trigger_id=event,
        )
    except (EvaluationError, NodeFailure) as error:
        fail_for_good(visit, NodeFailure.of(error))


def _start_failure_handler(visit: ThreadVisit, name: str) -> None:
    thread, failures = visit.thread, visit.thread.node_run.failures
    failure = failures[-1]
    handled = wf_runs.FailureBeingHandled(
        thread_run_number=thread.number,
        node_run_position=thread.position,
        failure_number=len(failures) - 1,
    )
    try:
        start_handler(
            visit.traversal,
            name,
            thread.number,
            wf_runs.FAILURE_HANDLER,
            failure.content,
            failure_being_handled=handled,
        )
    except (EvaluationError, NodeFailure) as error:
        fail_for_good(visit, NodeFailure.of(error))
