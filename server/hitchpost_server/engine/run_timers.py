"""What the timers of runs do when they are due."""

from collections.abc import Callable

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine import commands
from hitchpost_server.engine.advance import advance
from hitchpost_server.engine.attempts import (
    is_reminder,
    timed_out,
)
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.run_erasure import erase
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.task_commands import end_attempt
from hitchpost_server.engine.user_task_commands import fire_user_task_action


def fire_timer(draft: Draft, run: RunState, command: commands.FireTimer) -> None:
    """Let a timer do its work, if it still matters."""
    timer = run.timers.get(command.timer)
    if timer is None:
        draft.rows.timer_gone(draft.state.stream, command.timer)
        return
    FIRINGS[timer.kind](draft, run, command.timer, timer)


def _fire_node(draft: Draft, run: RunState, number: int, _timer: history.TimerSet) -> None:
    draft.begin_transition(run)
    draft.emit(run, "timer_fired", history.TimerFired(timer=number))
    advance(draft, run)
    draft.complete_transition()


def _fire_backoff(draft: Draft, run: RunState, number: int, _timer: history.TimerSet) -> None:
    draft.emit(run, "timer_fired", history.TimerFired(timer=number))


def _fire_deadline(draft: Draft, run: RunState, number: int, timer: history.TimerSet) -> None:
    task_run = run.tasks[timer.task_guid]
    if not is_reminder(task_run):
        draft.begin_transition(run)
    draft.emit(run, "timer_fired", history.TimerFired(timer=number))
    end_attempt(draft, run, task_run, timed_out(task_run, draft.now_us))
    draft.complete_transition()


def _fire_event_retention(
    draft: Draft, run: RunState, number: int, timer: history.TimerSet
) -> None:
    expired = history.ExternalEventExpired(external_event_id=timer.external_event_id)
    draft.emit(run, "timer_fired", history.TimerFired(timer=number))
    draft.emit(run, "external_event_expired", expired)


def _fire_run_retention(
    draft: Draft, run: RunState, _number: int, _timer: history.TimerSet
) -> None:
    # No TimerFired: what the timer was set for is erased, and its setting with it.
    erase(draft, run)


FIRINGS: dict[int, Callable[[Draft, RunState, int, history.TimerSet], None]] = {
    history.NODE_TIMEOUT: _fire_node,
    history.SLEEP_END: _fire_node,
    history.TASK_DEADLINE: _fire_deadline,
    history.TASK_BACKOFF: _fire_backoff,
    history.EVENT_RETENTION: _fire_event_retention,
    history.RUN_RETENTION: _fire_run_retention,
    history.USER_TASK_ACTION: fire_user_task_action,
}
