"""Timers: armed, fired, disarmed."""

from collections.abc import Callable

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.times import microseconds

# Timers that matter as long as a thread stands at the node that set them.
NODE_TIMERS = frozenset(
    {
        history.NODE_TIMEOUT,
        history.SLEEP_END,
        history.TASK_DEADLINE,
        history.TASK_BACKOFF,
        history.USER_TASK_ACTION,
    }
)


def remove_timers(
    state: FamilyState, run: RunState, rows: Touched, gone: Callable[[history.TimerSet], bool]
) -> None:
    """Disarm the timers of a run of which `gone` is true."""
    for number in [number for number, timer in run.timers.items() if gone(timer)]:
        del run.timers[number]
        rows.timer_gone(state.stream, number)


def _timer_set(
    state: FamilyState, run: RunState, body: history.TimerSet, _moment: Moment, rows: Touched
) -> None:
    if body.kind == history.SLEEP_END:
        _forget_earlier(state, run, body, rows)
    timer = copy_of(body)
    run.timers[state.sequence] = timer
    rows.timer(state.stream, state.sequence, microseconds(body.due), run.key)
    if body.kind == history.SLEEP_END:
        thread = run.threads[body.thread_run_number]
        thread.node_run.sleep.maturation_time.CopyFrom(body.due)
        thread.node_run.sleep.matured = False
        rows.node_run(run.key, thread)


def _forget_earlier(
    state: FamilyState, run: RunState, body: history.TimerSet, rows: Touched
) -> None:
    """Disarm the timer of the same sleep: its time has moved."""
    remove_timers(
        state,
        run,
        rows,
        lambda timer: (
            timer.kind == history.SLEEP_END
            and timer.thread_run_number == body.thread_run_number
            and timer.node_run_position == body.node_run_position
        ),
    )


def _timer_fired(
    state: FamilyState, run: RunState, body: history.TimerFired, moment: Moment, rows: Touched
) -> None:
    timer = run.timers.pop(body.timer)
    rows.timer_gone(state.stream, body.timer)
    if timer.kind in (history.SLEEP_END, history.NODE_TIMEOUT):
        thread = run.threads[timer.thread_run_number]
        if timer.kind == history.SLEEP_END:
            thread.node_run.sleep.matured = True
        else:
            thread.node_run.external_event.timed_out = True
        rows.node_run(run.key, thread)
    elif timer.kind == history.TASK_BACKOFF:
        task_run = run.tasks[timer.task_guid]
        attempt = task_run.attempts[-1]
        attempt.status = task_run.status = tasks.TASK_SCHEDULED
        attempt.schedule_time.CopyFrom(moment.timestamp)
        rows.queued(run.key, timer.task_guid, task_run, moment.us)
        rows.task_run(run.key, timer.task_guid, task_run)


APPLIERS: dict[str, Applier] = {
    "timer_set": _timer_set,
    "timer_fired": _timer_fired,
}
