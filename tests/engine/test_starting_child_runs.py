"""Which child run a node starts: its WfSpec, its version, its id and its inputs."""

import pytest
from families import child_key, doubling, parent_of, put, waiting
from run_view import RunView

import hitchpost
from hitchpost_server.engine.errors import DefinitionInvalid


@pytest.fixture
def run(world):
    return RunView(world)


@pytest.fixture
def ready(world):
    for name in ("go", "other"):
        world.put_event_def(name)
    world.put_task_def("work", {}, returns=str)
    return world


class TestDynamicNames:
    def write(self, wf):
        name = wf.input("name", str)
        wf.wait_for_child_wf(wf.run_child_wf(name, {"number": 1}))

    def test_the_name_is_computed_when_the_run_gets_there(self, ready, run):
        put(ready, doubling, "doubling")
        put(ready, self.write, "parent")
        ready.start("parent", name="doubling")
        assert run.status == "COMPLETED"

    def test_the_name_may_be_composed_by_a_format_string(self, ready, run):
        def write(wf):
            name = wf.format("{0}-{1}", wf.input("what", str), "it")
            wf.wait_for_child_wf(wf.run_child_wf(name, {"number": 1}))

        put(ready, doubling, "double-it")
        put(ready, write, "parent")
        ready.start("parent", what="double")
        assert run.node(0, 1).run_child_wf.wf_spec_id.name == "double-it"
        assert run.status == "COMPLETED"

    def test_an_unknown_name_is_a_child_failure(self, ready, run):
        put(ready, self.write, "parent")
        ready.start("parent", name="no-such")
        assert (run.status, run.failures(0, 1)) == ("ERROR", ["CHILD_FAILURE"])
        assert "no-such" in run.node(0, 1).failures[0].message
        shown = run.node(0, 1).run_child_wf
        assert not shown.HasField("child_wf_run_id")
        assert not shown.HasField("wf_spec_id")


def test_a_missing_wf_spec_is_refused(ready):
    with pytest.raises(DefinitionInvalid, match="could not find WfSpec no-such"):
        put(ready, parent_of("no-such"), "parent")


def test_a_missing_input_is_refused(ready):
    def needy(wf):
        wf.input("number", int)

    put(ready, needy, "needy")
    with pytest.raises(DefinitionInvalid, match="variable number is required"):
        put(ready, parent_of("needy"), "parent")


def test_a_run_uses_the_latest_revision_of_the_pinned_major_version(ready, run):
    def version(revision):
        def write(wf):
            for number in range(revision):
                wf.variable(f"v{number}", int)
            wf.complete(revision)

        return write

    def breaking(wf):
        wf.input("needed", int)
        wf.complete(100)

    put(ready, version(0), "child")
    put(ready, parent_of("child"), "parent")
    put(ready, version(1), "child")
    put(ready, breaking, "child")
    ready.start("parent")
    assert run.variable("result") == 1


def test_a_child_can_have_an_id_of_its_own(ready, run):
    put(ready, waiting, "waiting")
    put(ready, parent_of("waiting", id="kid"), "parent")
    ready.start("parent")
    assert child_key(run) == "r_kid"


def test_an_id_that_exists_is_a_child_failure(ready, run):
    def write(wf):
        wf.run_child_wf("waiting", id="kid")
        wf.run_child_wf("waiting", id="kid")

    put(ready, waiting, "waiting")
    put(ready, write, "parent")
    ready.start("parent")
    assert (run.status, run.failures(0, 2)) == ("ERROR", ["CHILD_FAILURE"])


@pytest.mark.parametrize("child_id", ["", "a_b", "-a", "x" * 300])
def test_an_id_that_no_run_can_have_fails_the_node(ready, run, child_id):
    put(ready, waiting, "waiting")
    put(ready, lambda wf: wf.run_child_wf("waiting", id=wf.input("id", str)), "parent")
    ready.start("parent", id=child_id)
    assert (run.status, run.failures(0, 1)) == ("ERROR", ["VAR_SUB_ERROR"])


@pytest.mark.parametrize("inputs", [{}, {"number": "two"}, {"number": 2, "colour": "red"}])
def test_inputs_that_do_not_fit_a_computed_child_fail_the_node(ready, run, inputs):
    put(ready, doubling, "doubling")
    put(ready, lambda wf: wf.run_child_wf(wf.input("name", str), inputs), "parent")
    ready.start("parent", name="doubling")
    assert (run.status, run.failures(0, 1)) == ("ERROR", ["VAR_SUB_ERROR"])


def test_a_wf_spec_that_was_deleted_is_a_child_failure(ready, run):
    child = ready.put_workflow(hitchpost.workflow("doubling")(doubling))
    put(ready, parent_of("doubling", {"number": 1}), "parent")
    ready.delete_wf_spec(child)
    ready.start("parent")
    assert (run.status, run.failures(0, 1)) == ("ERROR", ["CHILD_FAILURE"])
