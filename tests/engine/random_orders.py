"""Random orders: what hypothesis has people, workers and clocks do to a world.

An order is a verb of `Player` and two small numbers; what they pick depends on what is
there when the order is played.
"""

from contextlib import suppress
from functools import partial

from hypothesis import strategies as st
from random_steps import AGAIN, EVENTS, KEYS, KNOCKS, NEW_INPUTS, TASKS
from random_writers import Person
from user_task_desk import Desk

import hitchpost
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import Rejection
from hitchpost_server.engine.halting import STOPPED
from hitchpost_server.engine.ids import run_id
from hitchpost_server.engine.rows import (
    CorrelatedEventRow,
    QueuedTaskRow,
    TimerRow,
    UserTaskRunRow,
)
from hitchpost_server.engine.user_tasks import ENDED

ROOTS = ("r", "s", "t", "u", "v", "w")

OFTEN = ("help",) * 10 + ("knock",) * 3 + ("post", "take", "report", "time", "stop", "resume") * 2
SELDOM = (
    *("start", "start_kid", "post_aimed", "rescue", "skip", "delete", "restart"),
    *("start_over", "start_over", "post_again", "post_aimed", "revise"),
    *("report_badly", "checkpoint", "give_back", "late_timer"),
    *("put_correlated", "delete_correlated", "follow"),
    *("assign", "complete_user_task", "cancel_user_task", "save", "comment"),
)
RARELY = ("redefine", "undefine")
pairs = st.tuples(st.integers(0, 9), st.integers(0, 9))
later = st.tuples(st.sampled_from([*OFTEN * 2, *SELDOM * 2, *RARELY]), pairs)
early = st.tuples(st.sampled_from(["post", "put_correlated"]), pairs)


def orders(at_most):
    """Draw orders: a few before the run starts, and many afterwards."""
    return st.builds(
        lambda before, after: [*before, ("start", (0, 0)), *after],
        st.lists(early, max_size=3),
        st.lists(later, min_size=25, max_size=at_most),
    )


BAD_REPORTS = (
    {"status": tasks.TASK_FAILED},
    {"status": tasks.TASK_EXCEPTION, "exception": tasks.LHTaskException(name="odd", message="!")},
    {"status": tasks.TASK_EXCEPTION, "exception": tasks.LHTaskException(name="out-of-stock")},
    {"output": {"not": "text"}},
    {"status": tasks.TASK_INPUT_VAR_SUB_ERROR},
    {"status": tasks.TASK_SCHEDULED},
)


def pick(things, number):
    """Take one of a few things, None if there are none."""
    return things[number % len(things)] if things else None


class Player:
    """Plays orders on a world, and remembers which tasks workers hold.

    `revised` is a workflow that is put when it is to be.
    """

    def __init__(self, world, revised):
        self.world = world
        self.revised = revised
        self.desk = Desk(world)
        self.taken = []
        self.timers = []
        self.forms = {}

    def play(self, order):
        """Carry out an order; if it is refused, so be it."""
        verb, numbers = order
        with suppress(Rejection):
            getattr(self, verb)(*numbers)
        self.timers += [
            row for row in self.rows(TimerRow) if row.run and row not in self.timers[-20:]
        ]
        self.forms |= {row[:2]: row for row in self.rows(UserTaskRunRow)}

    def rows(self, table):
        return [row for row in self.world.rows.values() if isinstance(row, table)]

    @property
    def runs(self):
        """All runs that have started, by name."""
        found = [
            run
            for stream, state in self.world.states.items()
            if stream.startswith("run/")
            for run in state.runs.values()
            if run.wf_run is not None
        ]
        return sorted(found, key=lambda run: run.key)

    @property
    def threads(self):
        return [(run, thread) for run in self.runs for thread in run.threads.values()]

    def run_name(self, number):
        """A run, more often one that goes on."""
        live = [run.key for run in self.runs if run.is_running]
        return pick(live if number % 4 else [run.key for run in self.runs], number) or "r"

    # Runs and their threads.

    def start(self, which, _):
        self.world.start("any", pick(ROOTS, which))

    def start_kid(self, which, _):
        parent = run_id(self.run_name(which))
        request = wf_runs.RunWfRequest(wf_spec_name="kid", id="kid", parent_wf_run_id=parent)
        self.world.start_request(request, f"{self.run_name(which)}_kid")

    def stop(self, which, _):
        if found := pick([one for one in self.threads if not one[1].is_terminated], which):
            self.world.stop(found[1].number, found[0].key)

    def resume(self, which, _):
        stopped = [one for one in self.threads if STOPPED in one[1].thread_run.halt_reasons]
        if found := pick(stopped, which):
            self.world.resume(found[1].number, found[0].key)

    def rescue(self, which, _, *, skip=False):
        failed = [one for one in self.threads if one[1].status == status.ERROR]
        if found := pick(failed or self.threads, which):
            self.world.rescue(found[1].number, found[0].key, skip=skip)

    def skip(self, which, _):
        self.rescue(which, 0, skip=True)

    def delete(self, which, _):
        self.world.delete(self.run_name(which))

    def start_over(self, which, how):
        """Let a run start over, perhaps by a request that has come twice."""
        name = self.run_name(which)
        inputs = pick([{}, {}, {"text": "k2"}, {"count": 3}, {"text": 5}, {"nobody": 1}], how)
        request = runs.ContinueAsNewRequest(
            variables={key: hitchpost.to_value(value) for key, value in inputs.items()},
            latest_wf_spec=how % 3 == 0,
        )
        if which % 3 == 0:
            request.execution = 1 + how % 2
        self.world.start_over(request, name)

    def restart(self, which, _):
        """Lose what is in memory; the log brings it back, or snapshots do."""
        if which % 2:
            self.world.forget()
        else:
            self.world.revive()

    # Events.

    def post(self, run, name):
        self.world.post(pick(EVENTS, name), f"about {run}", run=self.run_name(run))

    def post_again(self, run, inputs):
        self.world.post(AGAIN, pick(NEW_INPUTS, inputs), run=self.run_name(run))

    def knock(self, run, name):
        self.world.post(KNOCKS[name // 4], pick(["who", "7", None], run), run=self.run_name(run))

    def post_aimed(self, which, name):
        """Aim at a thread, perhaps at its node; perhaps with a guid that was there before."""
        live = [one for one in self.threads if not one[1].is_terminated]
        if found := pick(live, which):
            run, thread = found
            request = events.PutExternalEventRequest(
                wf_run_id=run.run_id,
                external_event_def_id=ids.ExternalEventDefId(name=pick(EVENTS + KNOCKS, name)),
                thread_run_number=thread.number,
                guid=f"guid-{which}",
            )
            if name % 2:
                request.node_run_position = thread.position + which % 3
            self.world.post_request(request, run.key)

    def put_correlated(self, key, _):
        self.world.put_correlated("scan", pick(KEYS, key), "scanned")

    def delete_correlated(self, key, _):
        self.world.delete_correlated("scan", pick(KEYS, key))

    def follow(self, which, again):
        """Carry out something that is owed, perhaps twice."""
        if row := pick(self.world.owed(), which):
            for _ in range(1 + again % 2):
                self.world.carry_out(row)

    # Workers and clocks.

    def take(self, which, _):
        if row := pick(self.rows(QueuedTaskRow), which):
            scheduled = self.world.start_task(row.task_guid, row.run)
            assert scheduled is not None, "what is queued can be had"
            self.taken.append((row.run, row.task_guid, scheduled.attempt_number))

    def _held(self, which):
        """A task that a worker holds; one takes one if none does."""
        if not self.taken:
            self.take(which, 0)
        return pick(self.taken, which)

    def _report(self, which, **report):
        if held := self._held(which):
            self.taken.remove(held)
            self.world.report(held[1], run=held[0], attempt=held[2], **report)

    def report(self, which, _):
        self._report(which, output="fine")

    def report_badly(self, which, how):
        self._report(which, **pick(BAD_REPORTS, how))

    def checkpoint(self, which, _):
        if held := self._held(which):
            self.world.put_checkpoint(held[1], "half", run=held[0], attempt=held[2])

    def give_back(self, which, _):
        if held := self._held(which):
            self.taken.remove(held)
            self.world.return_task(held[1], run=held[0], attempt=held[2])

    def time(self, seconds, _):
        self.world.pass_time(1 + seconds, at_most=20)

    def late_timer(self, which, _):
        """Fire a timer that is not armed any more."""
        row = pick([row for row in self.timers if row not in self.world.rows.values()], which)
        if row is not None:
            self.world.do(
                commands.FireTimer(**self.world.common(row.stream), run=row.run, timer=row.timer)
            )

    # People.

    def _form(self, which):
        """A user task, more often one that is open, seldom one of an ended execution."""
        rows = [*self.forms.values()] if which == 9 else self.rows(UserTaskRunRow)
        live = [row for row in rows if row.status not in ENDED]
        return pick(live if live and which % 4 else rows, which)

    def assign(self, which, how):
        if row := self._form(which):
            to = pick([{"user_id": "bob"}, {"user_group": "hall"}, {"user_id": "ada"}, {}], how)
            self.desk.assign(row, is_override=how > 3, **to)

    def complete_user_task(self, which, how):
        if row := self._form(which):
            results = pick([{"amount": how}, {"amount": "much"}, {}], which)
            self.desk.complete(row, "ada", **results)

    def cancel_user_task(self, which, _):
        if row := self._form(which):
            self.desk.cancel(row)

    def save(self, which, how):
        if row := self._form(which):
            self.desk.save(row, pick(["ada", "bob"], how), amount=how)

    def comment(self, which, how):
        if row := self._form(which):
            pick([self.desk.comment, self.desk.edit, self.desk.erase], how)(row)

    # Definitions.

    def undefine(self, which, _):
        name = pick([*EVENTS, *TASKS, "person", "told"], which)
        if name == "person":
            self.world.delete_struct_def(name, 0)
        elif name == "told":
            self.world.delete_workflow_event_def(name)
        elif name in TASKS:
            self.world.delete_task_def(name)
        else:
            self.world.delete_event_def(name)

    def revise(self, _which, _):
        self.world.put_workflow(self.revised)

    def redefine(self, _which, _):
        put_definitions(self.world)

    # What somebody who means well would do next.

    def help(self, which, _):
        """Do one of the things that something waits for; begin anew if nothing does."""
        started = {run.key for run in self.runs}
        if way := pick(list(self._ways()), which):
            way()
        elif name := pick([name for name in ROOTS if name not in started], 0):
            self.world.start("any", name)

    def _ways(self):
        for number in range(len(self.rows(QueuedTaskRow))):
            yield lambda number=number: self.take(number, 0)
        for number in range(len(self.taken)):
            yield lambda number=number: self.report(number, 0)
        for run, thread in self.threads:
            waiting = thread.node_run.external_event.external_event_def_id.name
            if waiting and thread.status == status.RUNNING:
                came = {"text": "k1"} if waiting == AGAIN else "came"
                yield partial(self.world.post, waiting, came, run=run.key)
        for row in self.rows(UserTaskRunRow):
            if row.status not in ENDED:
                yield lambda row=row: self.desk.complete(row, "ada", amount=3)
                yield lambda row=row: self.desk.comment(row)
                yield lambda row=row: self.desk.save(row, "ada", amount=1)
                yield lambda row=row: self.desk.assign(row, is_override=True, user_id="bob")
        if timers := self.rows(TimerRow):
            due = min(row.due_us for row in timers)
            yield lambda: self.world.pass_time((due - self.world.now_us) / 1e6, at_most=20)
        for number in range(len(self.world.owed())):
            yield lambda number=number: self.follow(number, 0)

    # The end.

    def settle(self):
        """Carry out what is owed, and what is then owed for it.

        Whoever waits again for a key whose event stays meets it again, without an end.
        """
        for _ in range(20):
            for row in self.world.owed():
                self.world.carry_out(row)
        for row in self.rows(CorrelatedEventRow):
            self.world.delete_correlated(row.external_event_def, row.correlation_key)
        self.world.carry_out_follow_ups()


def put_definitions(world):
    """Put all that random workflows lean on."""
    world.put_struct_def(Person)
    for name in TASKS:
        inputs = {"who": Person} if name == "describe" else {"count": int}
        world.put_task_def(name, inputs, returns=str)
    config = events.CorrelatedEventConfig()
    for name in (*EVENTS, *KNOCKS, AGAIN):
        world.put_event_def(name, correlated_event_config=config)
    soon = events.ExternalEventRetentionPolicy(seconds_after_put=3)
    world.put_event_def("beta", retention_policy=soon, require_wfspec_reference=True)
    world.put_workflow_event_def("told")
    Desk(world).put_form("form", amount=hitchpost.v1.value_pb2.INT)
