"""Runs from start to end: nodes, edges, variables, failures."""

import pytest

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.errors import InputInvalid, ObjectNotFound, WfRunExists
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.rows import NodeRunRow, RunRow, VariableRow


def workflow(build):
    return hitchpost.workflow(build.__name__.replace("_", "-"))(build)


def node(world, position, run="r"):
    return world.found(node_runs.NodeRun, NodeRunRow, run, 0, position)


def variable(world, name, run="r"):
    found = world.found(values.Variable, VariableRow, run, 0, name)
    return hitchpost.from_value(found.value)


def failure_of(world, run="r"):
    thread = world.found(wf_runs.WfRun, RunRow, run).thread_runs[0]
    return node(world, thread.current_node_position, run).failures[-1]


@workflow
def empty(wf):
    pass


@workflow
def counting(wf):
    count = wf.variable("count", int, default=0)
    limit = wf.input("limit", int)
    with wf.loop_while(count < limit):
        wf.set(count, count + 1)


def test_an_empty_workflow_completes_at_once(world):
    world.put_workflow(empty)
    assert world.start("empty").status == status.COMPLETED
    assert world.kinds() == [
        *("run_started", "thread_started", "node_entered", "node_exited", "edge_taken"),
        *("node_entered", "node_exited", "thread_ended", "run_completed"),
    ]


def test_events_of_a_moving_command_are_bracketed_by_its_transition(world):
    world.put_workflow(empty)
    world.start("empty")
    events = world.history()
    assert events[0].HasField("transition_started")
    assert events[-1].HasField("transition_completed")
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))


def test_a_loop_changes_a_variable_until_its_condition_fails(world):
    world.put_workflow(counting)
    assert world.start("counting", limit=5).status == status.COMPLETED
    assert variable(world, "count") == 5


def test_an_endless_loop_is_stopped_after_512_steps(world):
    world.put_workflow(counting)
    run = world.start("counting", limit=10_000)
    assert run.status == status.ERROR
    assert run.thread_runs[0].current_node_position == 512
    assert failure_of(world).failure_name == "INTERNAL_ERROR"


def test_a_second_run_of_the_same_id_is_refused(world):
    world.put_workflow(empty)
    world.start("empty")
    with pytest.raises(WfRunExists):
        world.start("empty")


def test_a_run_of_an_unknown_wf_spec_is_refused(world):
    with pytest.raises(ObjectNotFound):
        world.start("nothing")


@pytest.mark.parametrize(
    "inputs",
    [{}, {"limit": "three"}, {"limit": 1, "other": 2}],
    ids=["missing", "wrong type", "undeclared"],
)
def test_a_bad_input_is_refused_and_leaves_nothing(world, inputs):
    world.put_workflow(counting)
    with pytest.raises(InputInvalid):
        world.start("counting", **inputs)
    assert world.history() == []


def test_a_null_satisfies_a_required_input(world):
    world.put_workflow(counting)
    world.start("counting", limit=None)
    assert variable(world, "limit") is None


def test_a_workflow_fails_by_its_own_failure_as_an_exception(world):
    @workflow
    def failing(wf):
        wf.fail("out-of-stock", "none left", 7)

    world.put_workflow(failing)
    run = world.start("failing")
    assert run.status == status.EXCEPTION
    assert run.thread_runs[0].error_message == "none left"
    assert failure_of(world).failure_name == "out-of-stock"
    assert failure_of(world).content.int == 7


def test_a_thread_returns_what_its_exit_node_says(world):
    @workflow
    def returning(wf):
        wf.complete(wf.input("x", int) * 2)

    world.put_workflow(returning)
    assert world.start("returning", x=21).thread_runs[0].output.int == 42


def test_a_failing_mutation_undoes_all_mutations_of_its_edge(world):
    @workflow
    def dividing(wf):
        x = wf.variable("x", int, default=1)
        wf.set(x, x + 41)
        wf.set(x, x / wf.variable("zero", int, default=0))

    world.put_workflow(dividing)
    assert world.start("dividing").status == status.ERROR
    assert variable(world, "x") == 1
    assert failure_of(world).failure_name == "VAR_SUB_ERROR"


def test_a_sleep_ends_when_its_time_has_come_and_not_before(world):
    @workflow
    def sleeping(wf):
        wf.sleep(10)

    world.put_workflow(sleeping)
    assert world.start("sleeping").status == status.RUNNING
    assert node(world, 1).sleep.maturation_time.seconds == world.now_us // 1_000_000 + 10
    assert world.pass_time(9.9) == 0
    assert world.pass_time(0.2) == 1
    assert node(world, 1).sleep.matured
    assert world.found(wf_runs.WfRun, RunRow, "r").status == status.COMPLETED


def test_state_folded_again_from_the_log_goes_on_where_it_was(world):
    @workflow
    def sleeping(wf):
        wf.sleep(10)

    world.put_workflow(sleeping)
    world.start("sleeping")
    world.forget()
    world.pass_time(10)
    assert world.found(wf_runs.WfRun, RunRow, "r").status == status.COMPLETED


def test_a_run_goes_on_with_its_version_when_that_was_deleted_and_put_again(world):
    def versions(length):
        return hitchpost.workflow("changing")(lambda wf: wf.sleep(length))

    first = world.put_workflow(versions(10))
    world.start("changing")
    world.delete_wf_spec(first)
    second = world.put_workflow(versions(20))
    assert second.id == first.id
    world.start("changing", "s")
    world.pass_time(10)
    assert world.found(wf_runs.WfRun, RunRow, "r").status == status.COMPLETED
    assert world.found(wf_runs.WfRun, RunRow, "s").status == status.RUNNING


def test_a_deleted_run_leaves_no_row_and_its_id_begins_anew(world):
    world.put_task_def("greet", returns=str)
    world.put_workflow(hitchpost.workflow("greeting")(lambda wf: wf.task("greet")))
    world.start("greeting")
    world.delete()
    assert not [row for row in world.rows.values() if row[0] == "r"]
    world.start("greeting")
    assert node(world, 1).task.task_run_id.task_guid == "i1.0-1"
    world.delete()
    world.start("greeting")
    world.forget()
    assert node(world, 1).task.task_run_id.task_guid == "i2.0-1"


def test_a_run_is_deleted_when_its_retention_is_over(world):
    short = hitchpost.workflow("short", retention_seconds=5)(lambda wf: None)
    world.put_workflow(short)
    world.start("short")
    assert world.pass_time(4) == 0
    assert world.pass_time(2) == 1
    assert world.kinds() == ["run_deleted"]


@workflow
def waiting(wf):
    wf.register_event("signed")
    wf.wait_for_event("signed")


@pytest.mark.parametrize(("deleted", "kept"), [("r", "r_child"), ("r_child", "r")])
def test_deleting_one_run_of_a_family_leaves_what_the_others_have(world, deleted, kept):
    world.put_workflow(waiting)
    world.start("waiting", "r")
    world.post("signed", "early", run="r_child")
    world.delete(deleted)
    world.forget()
    assert not [event for event in world.history("r") if _is_about(event, deleted)]
    if kept == "r":
        assert world.post("signed", run="r").claimed
    else:
        assert len(world.states["run/r"].runs["r_child"].unclaimed) == 1


def _is_about(event, run):
    return run_key(event.wf_run_id) == run and not event.HasField("run_deleted")


def test_a_run_knows_its_incarnation_whatever_is_erased_later(world):
    """Each deletion of the child erases what the log has of the one before."""
    world.put_event_def("signed")
    world.put_workflow(empty)
    for _ in range(2):
        world.post("signed", run="r_child")
        world.delete("r_child")
    world.start("empty")
    world.post("signed", run="r_child")
    world.delete("r_child")
    assert world.states["run/r"].runs["r"].incarnation == 2
    assert world.states["run/r"].incarnation == 3
