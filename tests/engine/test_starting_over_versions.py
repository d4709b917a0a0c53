"""Starting over with another version of the WfSpec, or with one that was deleted."""

import pytest
from families import put
from run_view import RunView

import hitchpost
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import errors

LATEST = runs.ContinueAsNewRequest(latest_wf_spec=True)


def waits_for(*names):
    def write(wf):
        for name in names:
            wf.wait_for_event(name)

    return hitchpost.workflow("order")(write)


@pytest.fixture
def orders(world):
    """A world in which a run of version 0.0 waits for `paid`; events are strict."""
    for name in ("paid", "packed"):
        world.put_event_def(name, require_wfspec_reference=True)
    world.put_event_def("noise")
    world.put_workflow(waits_for("paid", "packed"))
    world.start("order")
    return world


@pytest.fixture
def view(orders):
    return RunView(orders)


def version(view):
    return view.message.wf_spec_id.major_version, view.message.wf_spec_id.revision


def drops(world):
    bodies = [one.external_event_dropped for one in world.history()]
    return [history.DropReason.Name(one.reason) for one in bodies if one.reason]


def test_the_same_version_is_followed_by_default(orders, view):
    orders.put_workflow(waits_for("packed"))
    orders.continue_as_new()
    assert version(view) == (0, 0)
    assert view.node(0).external_event.external_event_def_id.name == "paid"


def test_the_latest_version_is_followed_if_asked(orders, view):
    latest = orders.put_workflow(waits_for("packed"))
    orders.start_over(LATEST)
    assert view.message.wf_spec_id == latest.id != ids.WfSpecId(name="order")
    assert view.node(0).external_event.external_event_def_id.name == "packed"


def test_the_latest_version_may_be_the_same(orders, view):
    orders.start_over(LATEST)
    assert (version(view), view.message.execution) == ((0, 0), 2)


def test_the_inputs_are_those_of_the_latest_version(orders, view):
    put(orders, lambda wf: (wf.input("who", str), wf.wait_for_event("paid")), "order")
    with pytest.raises(errors.InputInvalid):
        orders.start_over(LATEST)
    request = runs.ContinueAsNewRequest(latest_wf_spec=True)
    request.variables["who"].str = "Ada"
    orders.start_over(request)
    assert view.variable("who") == "Ada"


def test_carried_events_that_the_latest_version_does_not_name_are_dropped(orders):
    orders.post("packed", guid="p")
    orders.post("noise", guid="n")
    orders.put_workflow(waits_for("paid"))
    orders.start_over(LATEST)
    assert drops(orders) == ["NO_REFERENCE_AT_START"]
    assert orders.body("external_event_carried").external_event_id.guid == "n"
    with pytest.raises(errors.NotReferencedByWfSpec):
        orders.post("packed")


def test_events_that_the_latest_version_names_as_interrupts_are_carried(orders):
    def write(wf):
        wf.interrupt("packed")(lambda _: None)
        wf.wait_for_event("paid")

    orders.post("packed")
    put(orders, write, "order")
    orders.start_over(LATEST)
    assert drops(orders) == []


def test_a_dropped_guid_may_come_again(orders):
    orders.post("packed", guid="p")
    orders.put_workflow(waits_for("paid"))
    orders.start_over(LATEST)
    orders.put_event_def("packed", require_wfspec_reference=False)
    assert orders.post("packed", guid="p").execution == 2


def test_a_run_whose_version_was_deleted_starts_over_with_it(orders, view):
    orders.delete_wf_spec(orders.put_workflow(waits_for("paid")))
    orders.delete_wf_spec(orders.put_workflow(waits_for("paid", "packed")))
    orders.continue_as_new()
    assert orders.post("paid").claimed
    assert orders.post("packed").claimed
    assert view.status == "COMPLETED"


def test_there_may_be_no_latest_version_any_more(orders):
    orders.delete_wf_spec(orders.put_workflow(waits_for("paid", "packed")))
    before = len(orders.history())
    with pytest.raises(errors.ObjectNotFound) as refusal:
        orders.start_over(LATEST)
    assert refusal.value.facts["kind"] == "WfSpec"
    assert len(orders.history()) == before


def test_a_version_number_that_was_given_out_again_is_another_version(orders, view):
    orders.delete_wf_spec(orders.put_workflow(waits_for("paid", "packed")))
    orders.put_workflow(waits_for("packed"))
    orders.continue_as_new()
    assert view.node(0).external_event.external_event_def_id.name == "paid"
    orders.start_over(LATEST)
    assert view.node(0).external_event.external_event_def_id.name == "packed"


def test_what_was_thrown_keeps_to_its_version(orders, view):
    def write(wf):
        wf.wait_for_event("paid")
        wf.throw_event("hitchpost-continue-as-new")

    put(orders, write, "again")
    orders.start("again", "a")
    put(orders, lambda wf: wf.wait_for_event("packed"), "again")
    orders.post("paid", run="a")
    message = RunView(orders, "a").message
    assert (message.execution, message.wf_spec_id.revision) == (2, 0)


class TestParents:
    @pytest.fixture
    def family(self, orders):
        def child(wf):
            wf.inherited("who", str)
            wf.wait_for_event("paid")

        for parent in ("mother", "father"):
            put(orders, lambda wf: (wf.variable("who", str, public=True), wf.sleep(99)), parent)
        put(orders, child, "child", parent="mother")
        orders.start("mother", "m")
        self.child = child
        parent_id = ids.WfRunId(id="m")
        request = wf_runs.RunWfRequest(wf_spec_name="child", id="c", parent_wf_run_id=parent_id)
        orders.start_request(request, "m_c")
        return orders

    def test_the_latest_version_must_belong_below_the_same_parent(self, family):
        put(family, self.child, "child", parent="father")
        with pytest.raises(errors.FieldInvalid) as refusal:
            family.start_over(LATEST, "m_c")
        assert refusal.value.facts["field"] == "latest_wf_spec"
        assert family.continue_as_new("m_c").execution == 2

    def test_another_version_below_the_same_parent_will_do(self, family):
        put(family, lambda wf: wf.wait_for_event("packed"), "child", parent="mother")
        assert family.start_over(LATEST, "m_c").execution == 2

    def test_another_major_version_of_the_parent_will_do_as_it_does_for_a_start(self, family):
        breaking = lambda wf: (wf.variable("who", str, public=True), wf.input("how", str))  # noqa: E731
        put(family, breaking, "mother")
        put(family, self.child, "child", parent="mother", parent_major=1)
        assert family.start_over(LATEST, "m_c").execution == 2
