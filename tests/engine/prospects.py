"""What may still come of a run: whether anybody outside can make it go on.

Knows what each kind of node waits for, and for what threads stand still.
"""

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost_server.engine.attempts import TASK_OPEN
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.state import TERMINATED
from hitchpost_server.engine.user_tasks import ENDED


def prospects_of(state, run):
    """Whether thread 0 of a run can come to its end by what others may still do."""
    if run.wf_run.status != status.RUNNING:
        return run.wf_run.status == status.HALTED
    return _Search(state, run).has_prospects(0)


class _Search:
    """A search among the threads of a run; who waits for himself has no prospects."""

    def __init__(self, state, run):
        self.state = state
        self.run = run
        self.passed = set()

    def has_prospects(self, number):
        thread = self.run.threads.get(number)
        if thread is None or number in self.passed:
            return False
        self.passed.add(number)
        found = _BY_STATUS.get(thread.status, lambda *_: False)(self, thread)
        self.passed.discard(number)
        return found

    def running(self, thread):
        kind = thread.node_run.WhichOneof("node_type")
        return _NODES.get(kind, lambda *_: False)(self, thread)

    def halting(self, thread):
        """It waits for its task, or for what halts below it."""
        return self.has_open_task(thread) or any(
            child.status == status.HALTING and self.has_prospects(child.number)
            for child in self.below(thread)
        )

    def halted(self, thread):
        return all(
            _REASONS[reason.WhichOneof("reason")](self, reason)
            for reason in thread.thread_run.halt_reasons
        )

    def below(self, thread):
        """All threads below: one that has ended may have others below it that have not."""
        for number in thread.thread_run.child_thread_ids:
            child = self.run.threads.get(number)
            if child is not None:
                yield child
                yield from self.below(child)

    def has_open_task(self, thread):
        task_run = self.run.tasks.get(thread.node_run.task.task_run_id.task_guid)
        return task_run is not None and task_run.status in TASK_OPEN

    def has_open_user_task(self, thread):
        guid = thread.node_run.user_task.user_task_run_id.user_task_guid
        return guid in self.run.user_tasks and self.run.user_tasks[guid].status not in ENDED

    def sleeps(self, thread):
        return any(
            timer.kind == history.SLEEP_END
            and timer.thread_run_number == thread.number
            and timer.node_run_position == thread.position
            for timer in self.run.timers.values()
        )

    def waits_for_run(self, thread):
        child = self.state.runs.get(run_key(thread.node_run.wait_for_child_wf.child_wf_run_id))
        return child is not None and child.wf_run is not None and prospects_of(self.state, child)

    def waits_for_threads(self, thread):
        """Whoever waits for a thread that is dismissed, or not his own, may wait for ever."""
        for one in thread.node_run.wait_for_threads.threads:
            other = self.run.threads.get(one.thread_run_number)
            if other is None or other.thread_run.parent_thread_id != thread.number:
                return True
            if any(why.HasField("halted_by_parent") for why in other.thread_run.halt_reasons):
                return True
            if self.has_prospects(other.number):
                return True
            if self.has_prospects(one.failure_handler_thread_run_id):
                return True
        return False

    def waits_for_children(self, thread):
        """An EXIT also waits for tasks far below, under children that have failed."""
        return any(self.has_prospects(child.number) for child in self.below(thread))

    def above_goes_on(self, reason):
        """The one above may go on; it may also wait for this one."""
        above = self.run.threads.get(reason.parent_halted.parent_thread_id)
        return above is not None and above.status not in TERMINATED


_BY_STATUS = {
    status.RUNNING: _Search.running,
    status.HALTING: _Search.halting,
    status.HALTED: _Search.halted,
}

_NODES = {
    "task": _Search.has_open_task,
    "user_task": _Search.has_open_user_task,
    "sleep": _Search.sleeps,
    "external_event": lambda *_: True,
    "wait_for_condition": lambda *_: True,
    "wait_for_child_wf": _Search.waits_for_run,
    "wait_for_threads": _Search.waits_for_threads,
    "exit": _Search.waits_for_children,
}

_REASONS = {
    "parent_halted": _Search.above_goes_on,
    "manual_halt": lambda *_: True,
    "halted_by_parent": lambda *_: False,
    # The others of its reasons decide: with these alone the handlers would have begun.
    "pending_interrupt": lambda *_: True,
    "pending_failure": lambda *_: True,
    "interrupted": lambda search, why: search.has_prospects(why.interrupted.interrupt_thread_id),
    "handling_failure": lambda search, why: search.has_prospects(
        why.handling_failure.handler_thread_id
    ),
}
