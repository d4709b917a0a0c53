"""External events: claims, guardrails, limits, expiry."""

import pytest

import hitchpost
from hitchpost.v1 import errors_pb2 as reasons
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.needs import needs
from hitchpost_server.engine.rows import (
    ExternalEventRow,
    PastExternalEventRow,
    RunRow,
    VariableRow,
)
from hitchpost_server.engine.streams import kind_of


@hitchpost.workflow("two-signatures")
def two_signatures(wf):
    first = wf.variable("first", str)
    second = wf.variable("second", str)
    wf.register_event("signed")
    wf.set(first, wf.wait_for_event("signed"))
    wf.set(second, wf.wait_for_event("signed", timeout=60))


@pytest.fixture
def signing(world):
    """A world that knows the workflow and an event that it does not refer to."""
    world.put_workflow(two_signatures)
    world.put_event_def("lost")
    return world


def signatures(world):
    found = [
        world.found(values.Variable, VariableRow, "r", 0, name).value.str
        for name in ("first", "second")
    ]
    return [one for one in found if one]


def run_status(world):
    return world.found(wf_runs.WfRun, RunRow, "r").status


def claimed(world, name="signed"):
    rows = [row for row in world.rows.values() if isinstance(row, ExternalEventRow)]
    return [row.claimed for row in rows if row.external_event_def == name]


def looked_up(world, guid):
    """Name the tables of events in which a post would be looked for, before it is decided."""
    request = events.PutExternalEventRequest(guid=guid, wf_run_id=ids.WfRunId(id="r"))
    command = commands.PostExternalEvent(stream="run/r", seed="s", run="r", request=request)
    wanted = needs(world.states["run/r"], command, Facts(world))
    return {key.table for key in wanted} & {ExternalEventRow, PastExternalEventRow}


def test_an_event_posted_before_the_run_exists_is_found_when_it_starts(signing):
    signing.post("signed", "Ada")
    signing.start("two-signatures")
    assert signatures(signing) == ["Ada"]


def test_an_event_posted_while_the_run_waits_is_claimed_at_once(signing):
    signing.start("two-signatures")
    event = signing.post("signed", "Ada")
    assert event.claimed
    assert (event.thread_run_number, event.node_run_position) == (0, 1)


def test_events_of_one_name_are_claimed_in_the_order_of_acceptance(signing):
    for name in ("Ada", "Grace", "Edsger"):
        signing.post("signed", name)
    signing.start("two-signatures")
    assert signatures(signing) == ["Ada", "Grace"]
    assert sorted(claimed(signing)) == [0, 1, 1]


def test_the_order_of_acceptance_counts_and_not_that_of_the_guids(signing):
    for guid in ("c", "b", "a"):
        signing.post("signed", guid, guid=guid)
    signing.start("two-signatures")
    assert signatures(signing) == ["c", "b"]
    left = signing.found(events.ExternalEvent, ExternalEventRow, "r", "signed", "a")
    assert not left.claimed


def test_an_event_of_another_name_is_kept_and_does_not_interfere(signing):
    signing.start("two-signatures")
    signing.post("lost")
    signing.post("signed", "Ada")
    assert signatures(signing) == ["Ada"]
    assert claimed(signing, "lost") == [0]


def test_an_aimed_event_waits_for_its_node(signing):
    signing.start("two-signatures")
    signing.post("signed", "second", thread_run_number=0, node_run_position=2)
    assert signatures(signing) == []
    signing.post("signed", "first")
    assert signatures(signing) == ["first", "second"]


def test_an_event_for_a_completed_run_is_kept_unclaimed(signing):
    signing.start("two-signatures")
    signing.post("signed", "Ada")
    signing.post("signed", "Grace")
    assert run_status(signing) == status.COMPLETED
    assert not signing.post("signed", "late").claimed


def test_empty_content_is_content(signing):
    signing.start("two-signatures")
    assert signing.post("signed").claimed


def test_a_wait_that_is_too_long_fails_with_timeout(signing):
    signing.start("two-signatures")
    signing.post("signed", "Ada")
    signing.pass_time(61)
    assert run_status(signing) == status.ERROR
    assert signing.body("node_failed").failure.failure_name == "TIMEOUT"
    assert "arrive in time" in signing.body("node_failed").failure.message


def test_an_event_in_time_disarms_the_timeout(signing):
    signing.start("two-signatures")
    signing.post("signed", "Ada")
    signing.post("signed", "Grace")
    assert signing.pass_time(61) == 0


def test_the_same_guid_is_refused_also_after_it_was_claimed(signing):
    signing.start("two-signatures")
    signing.post("signed", guid="g")
    with pytest.raises(errors.ExternalEventExists):
        signing.post("signed", guid="g")


def test_no_stored_event_is_looked_at_before_one_was_claimed(signing):
    signing.start("two-signatures")
    signing.post("lost", guid="g")
    assert looked_up(signing, "h") == set()
    signing.post("signed")
    signing.forget()
    assert looked_up(signing, "h") == {ExternalEventRow, PastExternalEventRow}


def test_a_guid_is_refused_that_was_claimed_before_the_run_was_read_from_a_snapshot(signing):
    signing.start("two-signatures")
    signing.post("signed", guid="g")
    state, kind = signing.states["run/r"], kind_of("run/r")
    signing.states["run/r"] = kind.from_bytes("run/r", state.sequence, kind.to_bytes(state))
    with pytest.raises(errors.ExternalEventExists):
        signing.post("signed", guid="g")


def test_a_guid_is_free_again_when_its_event_has_expired(signing):
    policy = events.ExternalEventRetentionPolicy(seconds_after_put=10)
    signing.put_event_def("brief", retention_policy=policy)
    signing.start("two-signatures")
    for _ in range(2):
        signing.post("brief", guid="g")
        signing.pass_time(11)
    assert signing.kinds()[-1] == "external_event_expired"


def test_an_event_without_a_definition_is_refused(signing):
    with pytest.raises(errors.ExternalEventDefNotFound):
        signing.post("unheard-of")


def test_content_of_the_wrong_type_is_refused_by_name(world):
    typed = values.ReturnType(return_type=values.TypeDefinition(primitive_type=values.INT))
    world.put_event_def("counted", content_type=typed)
    with pytest.raises(errors.ContentTypeMismatch, match="(?i)invalid type.*counted"):
        world.post("counted", "three")
    assert world.post("counted", 3).content.int == 3
    assert world.history()[0].HasField("external_event_received")


def test_content_too_large_is_refused(make_world):
    world = make_world(content_bytes_max=100)
    world.put_event_def("signed")
    with pytest.raises(errors.ContentTooLarge):
        world.post("signed", "x" * 200)


def test_require_wfrun_refuses_an_event_for_a_run_that_does_not_exist(signing):
    signing.put_event_def("signed", require_wfrun=True)
    with pytest.raises(errors.WfRunNotFound):
        signing.post("signed")
    assert signing.history() == []


def test_require_wfspec_reference_refuses_an_event_that_no_node_waits_for(signing):
    signing.put_event_def("lost", require_wfspec_reference=True)
    signing.start("two-signatures")
    with pytest.raises(errors.NotReferencedByWfSpec):
        signing.post("lost")


def test_an_early_unreferenced_event_is_dropped_when_the_run_starts(signing):
    signing.put_event_def("lost", require_wfspec_reference=True)
    signing.post("lost")
    signing.start("two-signatures")
    assert signing.body("external_event_dropped").reason == history.NO_REFERENCE_AT_START
    assert claimed(signing, "lost") == []


def test_a_flag_that_is_absent_leaves_what_is_stored(signing):
    signing.put_event_def("signed", require_wfrun=True)
    assert signing.put_event_def("signed").require_wfrun
    assert not signing.put_event_def("signed", require_wfrun=False).require_wfrun


def test_the_hundred_and_first_unclaimed_event_is_refused(signing):
    for _ in range(100):
        signing.post("lost")
    with pytest.raises(errors.UnconsumedEventLimit) as refused:
        signing.post("lost")
    assert refused.value.facts == {
        "wf_run": "r",
        "external_event_def": "lost",
        "count": "100",
        "limit": "100",
    }


def test_an_awaited_event_is_never_refused_by_the_limit(make_world):
    world = make_world(max_unconsumed_external_events_per_run=2)
    world.put_workflow(two_signatures)
    world.put_event_def("lost")
    world.start("two-signatures")
    for _ in range(2):
        world.post("lost")
    assert world.post("signed", "Ada").claimed


def test_an_unclaimed_event_expires_when_its_retention_is_over(world):
    policy = events.ExternalEventRetentionPolicy(seconds_after_put=10)
    world.put_event_def("brief", retention_policy=policy)
    world.post("brief")
    assert world.pass_time(11) == 1
    assert world.kinds()[-1] == "external_event_expired"
    assert claimed(world, "brief") == []


def test_a_refusal_is_put_on_record_without_content_and_bounded_in_rate(signing):
    signing.put_event_def("signed", require_wfrun=True)
    for _ in range(15):
        with pytest.raises(errors.WfRunNotFound):
            signing.post("signed", "secret")
        assert signing.carry_out_follow_ups() == 1
    entries = [event for event in signing.history_of("audit")]
    assert len(entries) == 10
    assert entries[0].external_event_refused.reason == reasons.WF_RUN_NOT_FOUND
    assert b"secret" not in entries[0].SerializeToString()


def test_a_refusal_is_recorded_again_when_a_minute_has_passed(signing):
    signing.put_event_def("signed", require_wfrun=True)
    for _ in range(12):
        with pytest.raises(errors.WfRunNotFound):
            signing.post("signed")
        signing.carry_out_follow_ups()
        signing.pass_time(6)
    assert len(signing.history_of("audit")) == 12


def test_a_run_that_somebody_has_asked_for_in_vain_leaves_no_trace(world):
    """The world compares live state with a fold, which knows only of what has happened."""
    world.put_event_def("signed")
    with pytest.raises(errors.ObjectNotFound):
        world.report("0-1", run="r")
    world.post("signed", run="r_child")
    world.post("signed", run="r")
    assert sorted(run.key for run in world.states["run/r"].runs.values()) == ["r", "r_child"]
