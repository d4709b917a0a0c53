"""Moving a run until nothing more can move without a new command.

The order of effects is LittleHorse's: in each pass pending handlers start, then
every thread, in the order of numbers, takes one step; passes follow one another
until one changes nothing. A bounded number of passes a command keeps an endless
loop from being endless.
"""

from collections.abc import Callable

from hitchpost.v1 import status_pb2 as status
from hitchpost_server.engine.compiled import CompiledNode
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.edges import take_edge, write_changes
from hitchpost_server.engine.failing import (
    complete_thread,
    fail,
    fail_for_good,
    fail_with_handler,
)
from hitchpost_server.engine.halting import revive, settle
from hitchpost_server.engine.handlers import start_handlers
from hitchpost_server.engine.nodes.kind import DONE, Done, NodeFailure
from hitchpost_server.engine.ready_events import edge_taken, node_entered, node_exited
from hitchpost_server.engine.starting_over import start_over_as_thrown
from hitchpost_server.engine.state import FAILED, RunState
from hitchpost_server.engine.threads import archive_expired, archive_if_crowded
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.visits import ThreadVisit, Traversal, traversal_of


def advance(draft: Draft, run: RunState) -> None:
    """Move a run as far as it goes, and those of its family that this lets move."""
    draft.has_to_move(run)
    while draft.moving:
        key = next(iter(draft.moving))
        _move(traversal_of(draft, draft.moving.pop(key)))


def _move(traversal: Traversal) -> None:
    draft, state = traversal.draft, traversal.draft.state
    seen = -1
    while state.sequence != seen and traversal.run.threads:
        seen = state.sequence
        if draft.steps >= draft.steps_max:
            _stop_endless(traversal)
            continue
        archive_if_crowded(traversal)
        start_handlers(traversal)
        for visit in traversal.visits():
            step(visit)
            if draft.start_overs and start_over_as_thrown(traversal):
                draft.steps += 1
                return
        # A look at a run that cannot move is no step: one change may concern many runs.
        draft.steps += state.sequence != seen
    archive_expired(traversal)


def step(visit: ThreadVisit) -> None:
    """Let a thread take one step if it can."""
    _STEPS.get(visit.thread.thread_run.status, _stay)(visit)


def _stay(_visit: ThreadVisit) -> None:
    pass


def _step_standing(visit: ThreadVisit) -> None:
    """Let a thread that is to stand still fail with its handler, go on, or come to rest."""
    if not (fail_with_handler(visit) or revive(visit)) and visit.thread.status == status.HALTING:
        settle(visit)


def _step_running(visit: ThreadVisit) -> None:
    kind = visit.node.kind
    if not kind.ends_thread and visit.thread.node_run.status in FAILED:
        go_on_without(visit)
        return
    try:
        done = kind.check(visit)
    except (EvaluationError, NodeFailure) as error:
        fail(visit, NodeFailure.of(error), while_waiting=True)
    else:
        if done is not None:
            leave(visit, done)


_STEPS: dict[int, Callable[[ThreadVisit], None]] = {
    status.RUNNING: _step_running,
    status.HALTING: _step_standing,
    status.HALTED: _step_standing,
}


def leave(visit: ThreadVisit, done: Done) -> None:
    """Leave a complete node: end the thread, or go on to the next node."""
    node = visit.node
    if visit.thread.node_run.status not in FAILED:
        _exit(visit, done if node.output_is_read else DONE)
    if node.kind.ends_thread:
        complete_thread(visit, done.output)
    else:
        _follow_edge(visit, mutate=True)


def _exit(visit: ThreadVisit, done: Done) -> None:
    number = visit.thread.number
    if done.output is None:
        visit.draft.emit_ready(visit.run, node_exited(number))
        return
    exited = visit.draft.write(visit.run, "node_exited")
    exited.thread_run_number = number
    output = exited.output
    output.CopyFrom(done.output)
    output.SetInParent()  # NULL is an output too
    exited.masked = done.masked
    visit.draft.apply(visit.run, "node_exited", exited)


def go_on_without(visit: ThreadVisit) -> None:
    """Leave a node that failed: its edges lead on, but they change nothing."""
    _follow_edge(visit, mutate=False)


def _follow_edge(visit: ThreadVisit, *, mutate: bool) -> None:
    try:
        sink, changes = take_edge(visit, visit.node, mutate=mutate)
    except EvaluationError as error:
        fail(visit, NodeFailure.of(error), while_waiting=False)
        return
    number = visit.thread.number
    if changes:
        taken = visit.draft.write(visit.run, "edge_taken")
        taken.thread_run_number = number
        taken.sink_node_name = sink
        write_changes(taken, changes)
        visit.draft.apply(visit.run, "edge_taken", taken)
    else:
        visit.draft.emit_ready(visit.run, edge_taken(number, sink))
    arrive(visit, visit.spec.nodes[sink])


def arrive(visit: ThreadVisit, node: CompiledNode) -> None:
    """Let a thread arrive at a node."""
    visit.draft.emit_ready(visit.run, node_entered(node, visit.thread.number))
    visit.node = node
    try:
        node.kind.arrive(visit)
    except (EvaluationError, NodeFailure) as error:
        fail(visit, NodeFailure.of(error), while_waiting=False)


def _stop_endless(traversal: Traversal) -> None:
    draft = traversal.draft
    if traversal.run.is_running:
        limit = draft.limits.steps_per_command_max
        message = f"one command has taken more than {limit} steps: an endless loop?"
        fail_for_good(traversal.visit(0), NodeFailure("INTERNAL_ERROR", message))
    # The others of the family still have to look: they get half of what this one had, so
    # that all that are endless together take twice the limit at most.
    draft.steps, draft.steps_max = 0, draft.steps_max // 2
