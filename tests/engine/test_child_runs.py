"""Child runs: started by nodes or clients, waited for, and what they inherit."""

import pytest
from families import child_key, doubling, parent_of, put, waiting
from run_view import RunView

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.errors import (
    DefinitionInvalid,
    FieldInvalid,
    InputInvalid,
    NotRescuable,
    ParentWfRunNotFound,
    WfRunExists,
)


@pytest.fixture
def run(world):
    return RunView(world)


@pytest.fixture
def ready(world):
    for name in ("go", "other"):
        world.put_event_def(name)
    world.put_task_def("work", {}, returns=str)
    return world


def test_a_child_runs_within_the_command_and_gives_its_output(ready, run):
    put(ready, doubling, "doubling")
    put(ready, parent_of("doubling", {"number": 21}), "parent")
    reply = ready.start("parent")
    assert (run.status, run.variable("result")) == ("COMPLETED", 42)
    assert reply.id.id == "r"
    shown = run.node(0, 1).run_child_wf
    assert shown.inputs["number"].int == 21
    assert shown.wf_spec_id.name == "doubling"


def test_a_child_knows_which_node_started_it_and_which_waits(ready, run):
    put(ready, waiting, "waiting")
    put(ready, parent_of("waiting"), "parent")
    ready.start("parent")
    child = RunView(ready, child_key(run))
    trigger = child.message.parent_trigger
    assert (trigger.triggering_node_run.position, trigger.waiting_node_run.position) == (1, 2)
    assert child.message.id.parent_wf_run_id.id == "r"


def test_the_parent_goes_on_in_the_command_that_ends_the_child(ready, run):
    put(ready, waiting, "waiting")
    put(ready, parent_of("waiting"), "parent")
    ready.start("parent")
    assert run.status == "RUNNING"
    ready.post("go", run=child_key(run))
    assert run.status == "COMPLETED"


def test_a_childs_exception_reaches_the_node_that_waits(ready, run):
    put(ready, lambda wf: wf.fail("no-money", "by design", "content"), "failing")
    put(ready, parent_of("failing"), "parent")
    ready.start("parent")
    assert (run.status, run.failures(0, 2)) == ("EXCEPTION", ["no-money"])
    failure = run.node(0, 2).failures[0]
    assert failure.content.str == "content"
    assert failure.message.endswith("by design")


def test_a_childs_error_is_a_child_failure(ready, run):
    put(ready, lambda wf: wf.task("work"), "working")
    put(ready, parent_of("working"), "parent")
    ready.start("parent")
    key = child_key(run)
    ready.start_task("0-1", key)
    ready.report("0-1", run=key, status=tasks.TASK_FAILED)
    assert (run.status, run.failures(0, 2)) == ("ERROR", ["CHILD_FAILURE"])


class TestRescueOfChildRuns:
    @pytest.fixture(autouse=True)
    def failed(self, ready, run):
        put(ready, lambda wf: wf.task("work"), "working")
        put(ready, lambda wf: wf.wait_for_child_wf(wf.run_child_wf("working")), "parent")
        ready.start("parent")
        self.key = child_key(run)
        ready.start_task("0-1", self.key)
        ready.report("0-1", run=self.key, status=tasks.TASK_FAILED)

    def test_the_run_above_waits_once_more(self, ready, run):
        ready.rescue(run=self.key)
        assert (run.status, run.thread(0).current_node_position) == ("RUNNING", 3)
        ready.do_task("0-2", "done", run=self.key)
        assert run.status == "COMPLETED"


def test_rescuing_a_thread_leaves_one_alone_that_failed_with_a_child_run(ready, run):
    def write(wf):
        wf.start_thread(lambda thread: thread.task("work"), name="thread")
        wf.wait_for_child_wf(wf.run_child_wf("working", id="kid"))

    put(ready, lambda wf: wf.task("work"), "working")
    put(ready, write, "parent")
    ready.start("parent")
    for name, guid in (("r", "1-1"), ("r_kid", "0-1")):
        ready.start_task(guid, name)
        ready.report(guid, run=name, status=tasks.TASK_FAILED)
    ready.rescue(1)
    assert (run.threads[0], run.thread(0).current_node_position) == ("ERROR", 3)


def test_a_child_whose_failure_was_handled_is_not_rescued(ready, run):
    def write(wf):
        child = wf.run_child_wf("working")
        waited = wf.wait_for_child_wf(child)

        @wf.handle_failure(waited)
        def handler(thread):
            thread.sleep(0)

        wf.wait_for_event("go")

    put(ready, lambda wf: wf.task("work"), "working")
    put(ready, write, "parent")
    ready.start("parent")
    key = child_key(run)
    ready.start_task("0-1", key)
    ready.report("0-1", run=key, status=tasks.TASK_FAILED)
    ready.pass_time(1)
    with pytest.raises(NotRescuable, match="gone on without it"):
        ready.rescue(run=key)
    ready.post("go")
    assert run.status == "COMPLETED"
    with pytest.raises(NotRescuable, match="gone on without it"):
        ready.rescue(run=key)


def test_a_run_that_is_not_below_cannot_be_waited_for(ready, run):
    def write(wf):
        wf.wait_for_child_wf(wf.run_child_wf("waiting"))

    put(ready, waiting, "waiting")
    request = hitchpost.workflow("parent")(write).compile()
    nodes = request.thread_specs[request.entrypoint_thread_name].nodes
    wait = next(one for one in nodes.values() if one.HasField("wait_for_child_wf"))
    wait.wait_for_child_wf.child_wf_run_id.literal_value.wf_run_id.id = "other"
    ready.put_wf_spec(request)
    ready.start("parent")
    assert (run.status, run.failures(0, 2)) == ("ERROR", ["VAR_SUB_ERROR"])


@pytest.mark.parametrize(("depth", "deepest"), [(2, "r_kid_kid"), (5, "r_kid_kid_kid_kid_kid")])
def test_children_without_end_are_stopped(make_world, depth, deepest):
    world = make_world(run_depth_max=depth)

    def write(wf):
        name = wf.variable("name", str, default="endless")
        wf.wait_for_child_wf(wf.run_child_wf(name, id="kid"))

    world.put_workflow(hitchpost.workflow("endless")(write))
    world.start("endless")
    assert RunView(world).status == "ERROR"
    assert RunView(world, deepest).failures(0, 1) == ["CHILD_FAILURE"]


def test_the_steps_of_children_count_as_those_of_their_command(make_world):
    world = make_world(steps_per_command_max=60)

    def counting(wf):
        left = wf.variable("left", int, default=20)
        with wf.loop_while(left > 0):
            wf.set(left, left - 1)

    def write(wf):
        for _ in range(2):
            wf.wait_for_child_wf(wf.run_child_wf("counting"))

    world.put_workflow(hitchpost.workflow("counting")(counting))
    world.put_workflow(hitchpost.workflow("parent")(write))
    world.start("counting", "alone")
    world.start("parent")
    assert RunView(world, "alone").status == "COMPLETED"
    assert RunView(world).status == "ERROR"


class TestChildOfAChild:
    """Its id is the output of the child, and another node waits for it."""

    @pytest.fixture(autouse=True)
    def begun(self, ready, run):
        def middle(wf):
            wf.complete(wf.run_child_wf("waiting", id="leaf"))

        def parent(wf):
            child = wf.run_child_wf("middle", id="mid")
            wf.wait_for_child_wf(child)
            wf.wait_for_child_wf(child)

        put(ready, waiting, "waiting")
        put(ready, middle, "middle")
        request = hitchpost.workflow("parent")(parent).compile()
        nodes = request.thread_specs[request.entrypoint_thread_name].nodes
        first, second = sorted(name for name in nodes if nodes[name].HasField("wait_for_child_wf"))
        nodes[second].wait_for_child_wf.child_wf_run_id.node_output.node_name = first
        ready.put_wf_spec(request)
        ready.start("parent")
        assert (run.status, run.thread(0).current_node_position) == ("RUNNING", 3)

    def test_a_run_can_wait_for_it(self, ready, run):
        ready.post("go", run="r_mid_leaf")
        assert run.status == "COMPLETED"

    def test_who_waits_for_it_fails_when_it_is_deleted(self, ready, run):
        ready.delete("r_mid_leaf")
        assert (run.status, run.failures(0)) == ("ERROR", ["CHILD_FAILURE"])


def spinning(wf):
    count = wf.variable("count", int, default=0)
    wf.wait_for_event("go")
    with wf.loop_while(count == 0):
        wf.set(count, 0)


def test_a_child_without_end_leaves_those_above_it_alone(ready, run):
    def parent(wf):
        wf.run_child_wf("spinning", id="kid")
        wf.wait_for_event("other")

    put(ready, spinning, "spinning")
    put(ready, parent, "parent")
    ready.start("parent")
    ready.post("go", run="r_kid")
    assert (RunView(ready, "r_kid").status, run.status) == ("ERROR", "RUNNING")


def test_a_child_without_end_can_be_handled(ready, run):
    def parent(wf):
        waited = wf.wait_for_child_wf(wf.run_child_wf("spinning", id="kid"))
        wf.handle_error(waited)(lambda handler: handler.wait_for_event("other"))

    put(ready, spinning, "spinning")
    put(ready, parent, "parent")
    ready.start("parent")
    ready.post("go", run="r_kid")
    assert run.threads == {0: "HALTED", 1: "RUNNING"}


def test_a_deleted_child_fails_who_waits_for_it(ready, run):
    put(ready, waiting, "waiting")
    put(ready, parent_of("waiting"), "parent")
    ready.start("parent")
    ready.delete(child_key(run))
    assert (run.status, run.failures(0, 2)) == ("ERROR", ["CHILD_FAILURE"])


def test_a_child_forgets_who_waited_when_that_run_is_deleted(ready, run):
    put(ready, waiting, "waiting")
    put(ready, parent_of("waiting"), "parent")
    ready.start("parent")
    child = child_key(run)
    ready.delete("r")
    assert not RunView(ready, child).message.parent_trigger.HasField("waiting_node_run")
    ready.post("go", run=child)
    assert RunView(ready, child).status == "COMPLETED"


class TestHierarchy:
    """WfSpecs with a parent: a child run shares the public variables of its parent."""

    @pytest.fixture(autouse=True)
    def begun(self, ready):
        def parent(wf):
            shared = wf.variable("shared", int, default=6, public=True)
            wf.wait_for_condition(shared == 12)

        def child(wf):
            shared = wf.inherited("shared", int)
            wf.wait_for_event("go")
            wf.set(shared, shared * 2)

        put(ready, parent, "parent")
        put(ready, child, "child", parent="parent")

    @staticmethod
    def start(world, child="kid", parent="r", **fields):
        request = wf_runs.RunWfRequest(wf_spec_name="child", id=child, **fields)
        if parent is not None:
            request.parent_wf_run_id.id = parent
        return world.start_request(request, f"{parent}_{child}" if parent else child)

    def test_a_child_changes_what_it_inherits_and_its_parent_goes_on(self, ready, run):
        ready.start("parent")
        self.start(ready)
        ready.post("go", run="r_kid")
        assert (run.status, run.variable("shared")) == ("COMPLETED", 12)
        assert RunView(ready, "r_kid").status == "COMPLETED"

    def test_a_child_of_a_completed_parent_still_sees_its_variables(self, ready, run):
        ready.start("parent")
        self.start(ready, "one")
        self.start(ready, "two")
        ready.post("go", run="r_one")
        assert run.status == "COMPLETED"
        ready.forget()
        ready.post("go", run="r_two")
        assert run.variable("shared") == 24

    def test_a_run_inherits_across_one_that_has_completed(self, ready, run):
        def grandchild(wf):
            shared = wf.inherited("shared", int)
            wf.wait_for_event("go")
            wf.set(shared, shared + 1)

        put(ready, grandchild, "grandchild", parent="child")
        ready.start("parent")
        self.start(ready)
        kid = ids.WfRunId(id="kid", parent_wf_run_id=ids.WfRunId(id="r"))
        request = wf_runs.RunWfRequest(
            wf_spec_name="grandchild", id="toddler", parent_wf_run_id=kid
        )
        ready.start_request(request, "r_kid_toddler")
        ready.post("go", run="r_kid")
        ready.post("go", run="r_kid_toddler")
        assert run.variable("shared") == 13

    def test_a_child_that_waits_for_an_inherited_variable_sees_its_parent_change_it(self, ready):
        def parent(wf):
            shared = wf.variable("shared", int, public=True)
            wf.set(shared, wf.wait_for_event("go"))
            wf.wait_for_event("other")

        def child(wf):
            wf.wait_for_condition(wf.inherited("shared", int) == 7)

        put(ready, parent, "parent")
        put(ready, child, "child", parent="parent")
        ready.start("parent")
        self.start(ready)
        ready.post("go", 7)
        assert RunView(ready, "r_kid").status == "COMPLETED"

    def test_a_child_that_waits_for_what_was_deleted_fails(self, ready):
        def child(wf):
            wf.wait_for_condition(wf.inherited("shared", int) == 7)

        put(ready, child, "child", parent="parent")
        ready.start("parent")
        self.start(ready)
        ready.delete("r")
        found = RunView(ready, "r_kid")
        assert (found.status, found.failures(0)) == ("ERROR", ["VAR_SUB_ERROR"])

    def test_inherited_variables_have_no_object_of_their_own(self, ready):
        ready.start("parent")
        self.start(ready)
        with pytest.raises(KeyError):
            RunView(ready, "r_kid").variable("shared")

    def test_an_inherited_variable_is_no_input(self, ready):
        ready.start("parent")
        with pytest.raises(InputInvalid, match="inherited"):
            self.start(ready, variables={"shared": hitchpost.to_value(1)})

    def test_an_inherited_variable_is_no_input_of_a_node(self, ready):
        with pytest.raises(DefinitionInvalid, match="no variable shared, or inherits it"):
            put(ready, lambda wf: wf.run_child_wf("child", {"shared": 1}), "above")

    def test_a_child_needs_a_parent(self, ready):
        with pytest.raises(FieldInvalid, match="needs a run of WfSpec parent"):
            self.start(ready, parent=None)

    def test_the_parent_must_exist(self, ready):
        with pytest.raises(ParentWfRunNotFound):
            self.start(ready, parent="nobody")

    def test_the_parent_must_follow_the_parent_wf_spec(self, ready):
        put(ready, waiting, "waiting")
        ready.start("waiting")
        with pytest.raises(FieldInvalid, match="follows WfSpec waiting"):
            self.start(ready)

    def test_a_wf_spec_without_a_parent_takes_none(self, ready):
        put(ready, waiting, "waiting")
        ready.start("parent")
        request = wf_runs.RunWfRequest(
            wf_spec_name="waiting", id="kid", parent_wf_run_id=ids.WfRunId(id="r")
        )
        with pytest.raises(FieldInvalid, match="has no parent WfSpec"):
            ready.start_request(request, "r_kid")

    def test_the_same_id_twice_below_one_parent_is_refused(self, ready):
        ready.start("parent")
        self.start(ready)
        with pytest.raises(WfRunExists):
            self.start(ready)

    def test_a_node_starts_no_child_whose_parent_would_be_another(self, ready, run):
        put(ready, lambda wf: wf.run_child_wf("child"), "stranger")
        ready.start("stranger")
        assert (run.status, run.failures(0, 1)) == ("ERROR", ["CHILD_FAILURE"])

    def test_a_child_whose_parent_was_deleted_does_not_find_the_variable(self, ready):
        ready.start("parent")
        self.start(ready)
        ready.delete("r")
        ready.post("go", run="r_kid")
        assert RunView(ready, "r_kid").failures(0, 1) == ["VAR_SUB_ERROR"]


def test_what_a_child_masks_is_not_shown_by_the_node_that_starts_it(ready, run):
    def secretive(wf):
        wf.input("secret", str, masked=True)
        wf.input("open", str)

    put(ready, secretive, "secretive")
    put(ready, lambda wf: wf.run_child_wf("secretive", {"secret": "x", "open": "y"}), "parent")
    ready.start("parent")
    shown = run.node(0, 1).run_child_wf.inputs
    assert (shown["secret"].str, shown["open"].str) == ("*****", "y")
    assert RunView(ready, child_key(run)).variable("secret") == "x"
