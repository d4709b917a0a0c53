"""What holds of every run between two commands, whatever has happened to it.

Each law is a function that looks at one run of a family and gives what is wrong
with it. Knows states and rows; knows nothing of how they came to be.
"""

from collections import Counter

from prospects import prospects_of

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.attempts import TASK_OPEN, is_reminder
from hitchpost_server.engine.folding.timers import NODE_TIMERS
from hitchpost_server.engine.halting import STANDING, STOPPED
from hitchpost_server.engine.rows import (
    InactiveThreadRow,
    NodeRunRow,
    QueuedTaskRow,
    RunRow,
    TaskRunRow,
    TimerRow,
    UserTaskRunRow,
    VariableRow,
    WorkflowEventRow,
)
from hitchpost_server.engine.state import FAILED, TERMINATED
from hitchpost_server.engine.user_tasks import ENDED

name_of = status.LHStatus.Name


class RunFacts:
    """A run's state, its rows by table, and what is known beside it."""

    def __init__(self, stream, state, run, rows, known):
        self.stream = stream
        self.state = state
        self.run = run
        self.wf_run = run.wf_run
        self._rows = rows
        self._known = known

    @property
    def spec(self):
        """The WfSpec that a run which has started follows."""
        return self._known.wf_spec(self.wf_run.wf_spec_id.name, self.run.wf_spec_sequence)

    def rows(self, table):
        return self._rows.get((self.run.key, table), [])

    @property
    def children(self):
        """All pairs of a thread and one that it has started, but for archived ones."""
        for thread in self.run.threads.values():
            above = self.run.threads.get(thread.thread_run.parent_thread_id)
            if above is not None and thread.number:
                yield above, thread

    def stands_at(self, node):
        """The thread that stands at a node, if one does."""
        thread = self.run.threads.get(node.thread_run_number)
        return thread if thread is not None and thread.position == node.position else None


def run_ends_as_its_first_thread(facts):
    run, first = facts.wf_run, facts.wf_run.thread_runs[0]
    if run.HasField("end_time") != (run.status in TERMINATED):
        yield f"{name_of(run.status)} with end_time {run.end_time}"
    is_stopped = first.status == status.HALTED and STOPPED in first.halt_reasons
    if (run.status == status.HALTED) != is_stopped:
        yield f"{name_of(run.status)}, thread 0 {name_of(first.status)} for {first.halt_reasons}"
    if TERMINATED & {run.status, first.status} and run.status != first.status:
        yield f"{name_of(run.status)}, thread 0 {name_of(first.status)}"


def threads_have_numbers_of_their_own(facts):
    shown = [one.number for one in facts.wf_run.thread_runs]
    archived = [row.thread for row in facts.rows(InactiveThreadRow)]
    if shown != sorted(set(shown)) or set(shown) & set(archived):
        yield f"threads {shown}, archived {archived}"
    if set(range(facts.wf_run.greatest_threadrun_number + 1)) != {*shown, *archived}:
        yield f"{facts.wf_run.greatest_threadrun_number} is not the greatest of {shown} {archived}"
    if facts.wf_run.status != status.COMPLETED and list(facts.run.threads) != shown:
        yield f"threads {shown} are shown, {list(facts.run.threads)} are there"


def only_completed_threads_are_below_archived_ones(facts):
    for thread in facts.run.threads.values():
        is_orphan = thread.thread_run.parent_thread_id not in facts.run.threads
        if is_orphan and thread.status != status.COMPLETED:
            yield f"thread {thread.number} {name_of(thread.status)} has no parent any more"


def a_thread_stands_still_for_a_reason(facts):
    for one in facts.wf_run.thread_runs:
        if bool(one.halt_reasons) != (one.status in STANDING):
            yield f"thread {one.number} is {name_of(one.status)} for {list(one.halt_reasons)}"
        if one.HasField("end_time") != (one.status in TERMINATED):
            yield f"thread {one.number} is {name_of(one.status)} with end {one.end_time}"


def nodes_stand_as_their_threads_do(facts):
    for thread in facts.run.threads.values():
        node = thread.node_run.status
        if thread.status in FAILED and node not in FAILED:
            yield f"thread {thread.number} has failed at a node that is {name_of(node)}"
        if not thread.is_terminated and node not in FAILED and node != thread.status:
            yield f"thread {thread.number} {name_of(thread.status)} at a node {name_of(node)}"


def no_thread_runs_below_one_that_stands_still(facts):
    """But for its handlers, and for interrupts that one above it has not stopped."""
    for above, thread in facts.children:
        is_handler = thread.thread_run.type != wf_runs.CHILD
        if above.status in STANDING | FAILED and thread.status == status.RUNNING:
            if above.status in FAILED and not _handles_a_child(facts.run, thread):
                yield f"thread {thread.number} RUNNING below {above.number}, which has failed"
            elif not is_handler:
                yield f"thread {thread.number} RUNNING below {above.number}, which stands still"


def _handles_a_child(run, thread):
    """Whether a thread is the handler of a failed child, for one that waits for the child."""
    is_handler = thread.thread_run.type == wf_runs.FAILURE_HANDLER
    return is_handler and not thread.thread_run.HasField("failure_being_handled")


def handlers_are_pending_for_live_threads_only(facts):
    pending = [one.interrupted_thread_id for one in facts.wf_run.pending_interrupts]
    pending += [one.failed_thread_run for one in facts.wf_run.pending_failures]
    for number in pending:
        thread = facts.run.threads.get(number)
        if thread is None or thread.status not in STANDING:
            yield f"a handler is pending for thread {number}"
    contents = {
        (one.external_event_id.external_event_def_id.name, one.external_event_id.guid)
        for one in facts.wf_run.pending_interrupts
    }
    if set(facts.run.interrupts) != contents:
        yield f"contents {set(facts.run.interrupts)} of the pending {contents}"


def tasks_are_open_as_long_as_somebody_waits(facts):
    shown = {row.task_guid: row.status for row in facts.rows(TaskRunRow) if row.status in TASK_OPEN}
    live = {guid: one.status for guid, one in facts.run.tasks.items() if one.status in TASK_OPEN}
    if shown != live:
        yield f"tasks {shown} are shown, {live} are open"
    for guid, task_run in facts.run.tasks.items():
        node = task_run.source.task_node.node_run_id
        if not is_reminder(task_run) and facts.stands_at(node) is None:
            yield f"nobody stands at the node of task {guid}"


def open_tasks_are_queued_or_have_a_timer(facts):
    queued = {row.task_guid for row in facts.rows(QueuedTaskRow)}
    by_status = {
        wanted: {guid for guid, one in facts.run.tasks.items() if one.status == wanted}
        for wanted in TASK_OPEN
    }
    if queued != by_status[tasks.TASK_SCHEDULED]:
        yield f"queued {queued}, to be taken {by_status[tasks.TASK_SCHEDULED]}"
    for kind, wanted in (
        (history.TASK_DEADLINE, tasks.TASK_RUNNING),
        (history.TASK_BACKOFF, tasks.TASK_PENDING),
    ):
        timed = Counter(one.task_guid for one in facts.run.timers.values() if one.kind == kind)
        if timed != Counter(by_status[wanted]):
            yield f"{history.TimerKind.Name(kind)} of {timed}, not of {by_status[wanted]}"


def user_tasks_are_open_as_long_as_somebody_waits(facts):
    rows = facts.rows(UserTaskRunRow)
    shown = {row.user_task_guid: row.status for row in rows if row.status not in ENDED}
    live = {g: one.status for g, one in facts.run.user_tasks.items() if one.status not in ENDED}
    if shown != live:
        yield f"user tasks {shown} are shown, {live} are open"
    for guid, one in facts.run.user_tasks.items():
        if facts.stands_at(one.node_run_id) is None:
            yield f"nobody stands at the node of user task {guid}"


def timers_are_of_something_live(facts):
    shown = {row.timer: row.stream for row in facts.rows(TimerRow)}
    if shown != dict.fromkeys(facts.run.timers, facts.stream):
        yield f"timers {shown} are shown, {set(facts.run.timers)} are armed"
    for number, timer in facts.run.timers.items():
        if not _TIMED[timer.kind](facts, timer):
            yield f"timer {number} is of nothing: {timer}"


def _at_its_node(facts, timer):
    thread = facts.run.threads.get(timer.thread_run_number)
    if thread is None or thread.position != timer.node_run_position:
        return False
    return not thread.is_terminated and thread.node_run.status not in FAILED


def _of_a_user_task(facts, timer):
    thread = facts.run.threads[timer.thread_run_number]
    guid = thread.node_run.user_task.user_task_run_id.user_task_guid
    return _at_its_node(facts, timer) and facts.run.user_tasks[guid].status not in ENDED


def _of_an_event(facts, timer):
    event = timer.external_event_id
    return (event.external_event_def_id.name, event.guid) in facts.run.unclaimed


_TIMED = {
    history.NODE_TIMEOUT: _at_its_node,
    history.SLEEP_END: _at_its_node,
    history.TASK_DEADLINE: lambda facts, timer: timer.task_guid in facts.run.tasks,
    history.TASK_BACKOFF: lambda facts, timer: timer.task_guid in facts.run.tasks,
    history.EVENT_RETENTION: _of_an_event,
    history.RUN_RETENTION: lambda facts, _: facts.wf_run.status in TERMINATED,
    history.USER_TASK_ACTION: _of_a_user_task,
}


def completed_runs_have_nothing_left(facts):
    """Nothing but reminders, which no node waits for."""
    if facts.wf_run.status != status.COMPLETED:
        return
    left = [guid for guid, one in facts.run.tasks.items() if not is_reminder(one)]
    left += [
        str(one.kind)
        for one in facts.run.timers.values()
        if one.kind in NODE_TIMERS and one.task_guid not in facts.run.tasks
    ]
    if left or facts.run.user_tasks or facts.wf_run.pending_interrupts:
        yield f"{left}, {set(facts.run.user_tasks)} are left"


def thrown_events_are_counted_over_all_executions(facts):
    thrown = Counter(row.workflow_event_def for row in facts.rows(WorkflowEventRow))
    if thrown != Counter(facts.run.thrown):
        yield f"thrown {facts.run.thrown}, shown are {thrown}"
    if len(facts.rows(RunRow)) != 1:
        yield "the run is not shown"


def all_that_is_shown_is_of_this_execution(facts):
    """Guids say which execution they are of, but for the first; nodes are of its threads."""
    guids = [row.task_guid for row in facts.rows(TaskRunRow)]
    guids += [row.user_task_guid for row in facts.rows(UserTaskRunRow)]
    for guid in guids:
        first = guid.split(".")[0]
        if facts.run.execution != (int(first) if first.isdigit() else 1):
            yield f"{guid} is shown in execution {facts.run.execution}"
    started = range(facts.wf_run.greatest_threadrun_number + 1)
    for row in (*facts.rows(NodeRunRow), *facts.rows(VariableRow)):
        if row.thread not in started:
            yield f"{row} is shown, threads {started} have started"


def something_can_move_a_run_that_goes_on(facts):
    if facts.wf_run.status == status.RUNNING and not prospects_of(facts.state, facts.run):
        yield f"nothing can move it any more: {facts.wf_run}"


LAWS = (
    run_ends_as_its_first_thread,
    threads_have_numbers_of_their_own,
    only_completed_threads_are_below_archived_ones,
    a_thread_stands_still_for_a_reason,
    nodes_stand_as_their_threads_do,
    no_thread_runs_below_one_that_stands_still,
    handlers_are_pending_for_live_threads_only,
    tasks_are_open_as_long_as_somebody_waits,
    open_tasks_are_queued_or_have_a_timer,
    user_tasks_are_open_as_long_as_somebody_waits,
    timers_are_of_something_live,
    completed_runs_have_nothing_left,
    thrown_events_are_counted_over_all_executions,
    all_that_is_shown_is_of_this_execution,
    something_can_move_a_run_that_goes_on,
)


def facts_of(stream, state, rows, known):
    """Put together what there is of each run of a family."""
    by_run = {}
    for row in rows.values():
        if "run" in row._fields:
            by_run.setdefault((row.run, type(row)), []).append(row)
    return [RunFacts(stream, state, run, by_run, known) for run in state.runs.values()]


def broken_laws(all_facts):
    """Say which laws the runs of a family that have started break, and how."""
    return [
        f"{facts.run.key}: {law.__name__}: {problem}"
        for facts in all_facts
        if facts.wf_run is not None
        for law in LAWS
        for problem in law(facts)
    ]
