"""For any workflow and any order of commands: the fold of the log equals live state.

`World` checks after every command that state and rows made from the log alone
are those made on the way. Here hypothesis writes the workflows and the orders.
"""

from contextlib import suppress

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.throwing import throw, throwing

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import Rejection
from hitchpost_server.engine.ids import USER_TASK_DEF_STREAM, family_stream, run_id
from hitchpost_server.engine.rows import (
    ExternalEventRow,
    QueuedTaskRow,
    RunRow,
    UserTaskRunRow,
    WorkflowEventRow,
)
from hitchpost_server.engine.user_tasks import ENDED

EVENTS = ("alpha", "beta")
TASKS = ("greet", "count")

numbers = st.integers(-3, 3)
simple_steps = st.one_of(
    st.tuples(st.just("task"), st.sampled_from(TASKS), st.integers(0, 2), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from(EVENTS), st.none() | st.integers(1, 5)),
    st.tuples(st.just("sleep"), st.integers(0, 5)),
    st.tuples(st.just("throw")),
    st.tuples(st.just("ask"), st.integers(0, 3)),
    st.tuples(st.just("set"), st.sampled_from(["add", "multiply", "divide", "text"]), numbers),
)
blocks = st.lists(simple_steps, min_size=1, max_size=3)
ends = st.one_of(
    st.tuples(st.just("fail"), st.sampled_from(["out-of-stock", "other"])),
    st.tuples(st.just("complete"), numbers),
)
ending_blocks = st.builds(lambda block, end: [*block, *end], blocks, st.lists(ends, max_size=1))
steps = st.builds(
    lambda body, end: [*body, *end],
    st.lists(
        st.one_of(
            simple_steps,
            simple_steps,
            st.tuples(st.just("when"), numbers, ending_blocks, blocks),
            st.tuples(st.just("loop"), numbers, blocks),
        ),
        min_size=1,
        max_size=6,
    ),
    # Either every exit returns something or none does: here every one does.
    st.lists(ends, min_size=1, max_size=1),
)


def write(wf, count, text, body):
    """Write steps into a workflow."""
    for kind, *details in body:
        WRITERS[kind](wf, count, text, *details)


def _task(wf, count, text, name, retries, backoff):
    waits = hitchpost.Backoff(1) if backoff else None
    result = wf.task(name, count, retries=retries, timeout=3, backoff=waits)
    wf.set(text, result)


def _wait(wf, count, text, name, timeout):
    wf.set(text, wf.wait_for_event(name, timeout=timeout))


def _set(wf, count, text, operation, number):
    if operation == "text":
        wf.set(text, wf.format("{0} of {1}", count, text))
    else:
        results = {"add": count + number, "multiply": count * number, "divide": count / number}
        wf.set(count, results[operation])


def _when(wf, count, text, bound, then, otherwise):
    with wf.when(count < bound):
        write(wf, count, text, then)
    with wf.otherwise():
        write(wf, count, text, otherwise)


def _loop(wf, count, text, bound, body):
    with wf.loop_while(count < bound):
        wf.set(count, count + 1)
        write(wf, count, text, body)


def _ask(wf, count, text, seconds):
    asked = wf.user_task("form", user="ada", group="law")
    asked.remind_after(seconds, "greet", count)
    asked.release_after(seconds + 1)
    asked.cancel_after(seconds + 4)
    wf.set(text, asked["reason"])


WRITERS = {
    "task": _task,
    "wait": _wait,
    "ask": _ask,
    "throw": lambda wf, count, text: throw(wf, "told", text),
    "sleep": lambda wf, count, text, seconds: wf.sleep(seconds),
    "set": _set,
    "fail": lambda wf, count, text, name: wf.fail(name, "by design", count),
    "complete": lambda wf, count, text, number: wf.complete(number),
    "when": _when,
    "loop": _loop,
}

REASON = {"reason": values.VariableValue(str="why not")}
PEOPLE = {
    commands.AssignUserTask: user_tasks.AssignUserTaskRunRequest(
        user_id="bob", override_claim=True
    ),
    commands.CompleteUserTask: user_tasks.CompleteUserTaskRunRequest(results=REASON),
    commands.CancelUserTask: user_tasks.CancelUserTaskRunRequest(),
    commands.SaveUserTask: user_tasks.SaveUserTaskRunProgressRequest(results=REASON, policy=1),
    commands.CommentUserTask: user_tasks.PutUserTaskRunCommentRequest(user_id="bob", comment="?"),
}

runs = st.sampled_from(["r", "s"])
families = st.sampled_from(["r", "r", "s", "r_kid"])
posts = st.tuples(st.just("post"), families, st.sampled_from(EVENTS))
takes = st.tuples(st.just("take"), st.just(0))
reports = st.tuples(st.just("report"), st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5]))
orders = st.builds(
    lambda early, later: [*early, ("start", "r"), *later],
    st.lists(posts, max_size=3),
    st.lists(
        st.one_of(
            *(posts, posts, takes, takes, reports, reports),
            st.tuples(st.just("checkpoint"), st.just(0)),
            st.tuples(st.just("give_back"), st.just(0)),
            st.tuples(st.just("person"), st.sampled_from(list(PEOPLE))),
            st.tuples(st.just("start"), runs),
            st.tuples(st.just("time"), st.integers(1, 4)),
            st.tuples(st.just("restart"), st.just(0)),
            st.tuples(st.just("delete"), families),
        ),
        min_size=10,
        max_size=40,
    ),
)

REPORTS = (
    {"output": "fine"},
    {"status": tasks.TASK_FAILED},
    {"status": tasks.TASK_EXCEPTION, "exception": tasks.LHTaskException(name="odd", message="!")},
    {"output": {"not": "text"}},
    {"status": tasks.TASK_INPUT_VAR_SUB_ERROR},
    {"status": tasks.TASK_SCHEDULED},
)


class Player:
    """Plays orders on a world, and remembers which tasks workers hold."""

    def __init__(self, world):
        self.world = world
        self.taken = []

    def play(self, order):
        with suppress(Rejection):
            getattr(self, order[0])(*order[1:])

    def start(self, run):
        self.world.start("any", run)

    def post(self, run, name):
        self.world.post(name, f"about {run}", run=run)

    def take(self, _):
        queued = [row for row in self.world.rows.values() if isinstance(row, QueuedTaskRow)]
        for row in queued[:1]:
            scheduled = self.world.start_task(row.task_guid, row.run)
            assert scheduled is not None
            self.taken.append((row.run, row.task_guid, scheduled.attempt_number))

    def report(self, which):
        if self.taken:
            run, guid, attempt = self.taken.pop(0)
            self.world.report(guid, run=run, attempt=attempt, **REPORTS[which])

    def checkpoint(self, _):
        if self.taken:
            run, guid, attempt = self.taken[0]
            self.world.put_checkpoint(guid, "half", run=run, attempt=attempt)

    def give_back(self, _):
        if self.taken:
            run, guid, attempt = self.taken.pop()
            self.world.return_task(guid, run=run, attempt=attempt)

    def person(self, command):
        rows = [row for row in self.world.rows.values() if isinstance(row, UserTaskRunRow)]
        for row in rows[-1:]:
            request = type(PEOPLE[command])()
            request.CopyFrom(PEOPLE[command])
            about = ids.UserTaskRunId(wf_run_id=run_id(row.run), user_task_guid=row.user_task_guid)
            request.user_task_run_id.CopyFrom(about)
            common = self.world.common(family_stream(row.run))
            self.world.do(command(**common, run=row.run, request=request))

    def time(self, seconds):
        self.world.pass_time(seconds)

    def delete(self, run):
        self.world.delete(run)

    def restart(self, _):
        self.world.forget()


def put_everything(world, body):
    for name in TASKS:
        world.put_task_def(name, {"count": int}, returns=str)
    for name in EVENTS:
        world.put_event_def(name)

    field = user_tasks.UserTaskField(name="reason", type=values.STR)
    form = user_tasks.PutUserTaskDefRequest(name="form", fields=[field])
    common = world.common(USER_TASK_DEF_STREAM + "form")
    world.do(commands.PutUserTaskDef(**common, request=form))

    @hitchpost.workflow("any")
    def any_workflow(wf):
        count = wf.variable("count", int, default=0)
        text = wf.variable("text", str, default="")
        write(wf, count, text, body)

    world.put_workflow_event_def("told")
    world.put_wf_spec(throwing(any_workflow))


def check_ends(world):
    """What holds of every run at any time."""
    for row in world.rows.values():
        if isinstance(row, RunRow):
            run = wf_runs.WfRun.FromString(row.body)
            assert run.status in (status.RUNNING, status.COMPLETED, status.ERROR, status.EXCEPTION)
            assert run.HasField("end_time") == (run.status != status.RUNNING)
    accepted = [row for row in world.rows.values() if isinstance(row, ExternalEventRow)]
    unclaimed = sum(len(run.unclaimed) for run in _runs(world))
    assert unclaimed == sum(1 for row in accepted if not row.claimed)
    thrown = sum(isinstance(row, WorkflowEventRow) for row in world.rows.values())
    assert thrown == sum(run.thrown.get("told", 0) for run in _runs(world))


def check_what_waits(world):
    """Open user tasks and queued tasks are those that the state knows, and no others."""
    of_people = [row for row in world.rows.values() if isinstance(row, UserTaskRunRow)]
    assert {row[:2] for row in of_people if row.status not in ENDED} == {
        (run.key, guid)
        for run in _runs(world)
        for guid, one in run.user_tasks.items()
        if one.status not in ENDED
    }
    queued = {row[:2] for row in world.rows.values() if isinstance(row, QueuedTaskRow)}
    assert queued == {
        (run.key, guid)
        for run in _runs(world)
        for guid, one in run.tasks.items()
        if one.status == tasks.TASK_SCHEDULED
    }


def _runs(world):
    return [
        run
        for stream, state in world.states.items()
        if stream.startswith("run/")
        for run in state.runs.values()
    ]


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(body=steps, order=orders)
def test_replay_equals_live_for_any_workflow_and_any_order_of_commands(make_world, body, order):
    world = make_world(steps_per_command_max=40)
    put_everything(world, body)
    player = Player(world)
    for one in order:
        player.play(one)
        check_ends(world)
        check_what_waits(world)
