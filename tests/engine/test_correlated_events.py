"""Correlated events: they meet the nodes that wait for their key, whoever comes first."""

import itertools

import pytest

import hitchpost
from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import errors_pb2 as reasons
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import correlation_commands, errors
from hitchpost_server.engine.correlation_marks import key_problem
from hitchpost_server.engine.ids import correlation_stream
from hitchpost_server.engine.rows import (
    CorrelatedEventRow,
    ExternalEventRow,
    NodeRunRow,
    RunRow,
    TimerRow,
    VariableRow,
)

KEPT = events.CorrelatedEventConfig()
ONCE = events.CorrelatedEventConfig(delete_after_first_correlation=True)


@hitchpost.workflow("parcel")
def parcel(wf):
    wf.input("key", str)
    got = wf.variable("got", str)
    wf.set(got, wf.wait_for_event("scanned"))


def spec(*, timeout=None, masked=False):
    """Wait for the event `scanned` with the key that the variable `key` holds."""
    request = parcel.compile()
    thread = request.thread_specs[request.entrypoint_thread_name]
    (node,) = (node for node in thread.nodes.values() if node.HasField("external_event"))
    node.external_event.correlation_key.variable_name = "key"
    node.external_event.mask_correlation_key = masked
    if timeout is not None:
        node.external_event.timeout_seconds.literal_value.int = timeout
    return request


@pytest.fixture
def parcels(world):
    """A world whose parcels wait to be scanned; an event stays for parcels that come later."""
    world.put_event_def("scanned", correlated_event_config=KEPT)
    world.put_wf_spec(spec())
    return world


def start(world, run="r", key="k"):
    """Start a parcel, and let its key learn of it."""
    world.start("parcel", run, key=key)
    world.carry_out_follow_ups()


def put(world, key="k", content="Ada"):
    """Put an event, and let it reach whoever waits for it; give the answer to the put."""
    event = world.put_correlated("scanned", key, content)
    world.carry_out_follow_ups()
    return event


def got(world, run="r"):
    return world.found(values.Variable, VariableRow, run, 0, "got").value.str


def run_status(world, run="r"):
    return world.found(wf_runs.WfRun, RunRow, run).status


def waiting(world, run="r"):
    return world.found(node_runs.NodeRun, NodeRunRow, run, 0, 1).external_event


def posted(world):
    return [row for row in world.rows.values() if isinstance(row, ExternalEventRow)]


def stored(world, key="k"):
    found = [row for row in world.rows.values() if isinstance(row, CorrelatedEventRow)]
    bodies = [row.body for row in found if row.correlation_key == key]
    return [correlated_events.CorrelatedEvent.FromString(body) for body in bodies]


def marks(world, key="k"):
    state = world.states.get(correlation_stream("scanned", key))
    return list(state.marks.values()) if state else []


def test_an_event_reaches_a_node_that_waits_for_its_key(parcels):
    start(parcels)
    event = put(parcels)
    assert run_status(parcels) == status.COMPLETED
    assert got(parcels) == "Ada"
    assert waiting(parcels).external_event_id == event.external_events[0]


def test_an_event_that_comes_first_waits_for_its_node(parcels):
    assert not put(parcels).external_events
    start(parcels)
    assert got(parcels) == "Ada"
    (event,) = stored(parcels)
    assert len(event.external_events) == 1


def test_an_event_of_another_key_reaches_nobody(parcels):
    start(parcels, key="mine")
    assert not put(parcels, key="yours").external_events
    assert run_status(parcels) == status.RUNNING


def test_one_event_reaches_every_node_that_waits_for_its_key(parcels):
    for number in range(5):
        start(parcels, f"r{number}")
    event = put(parcels)
    assert len({one.guid for one in event.external_events}) == 5
    assert [got(parcels, f"r{number}") for number in range(5)] == ["Ada"] * 5


def test_an_event_that_stays_reaches_nodes_that_come_later(parcels):
    start(parcels, "r1")
    put(parcels)
    start(parcels, "r2")
    assert got(parcels, "r2") == "Ada"
    assert len(stored(parcels)[0].external_events) == 2


def test_a_thread_below_one_that_is_no_longer_waited_for_waits_for_no_key(world):
    world.put_event_def("scanned", correlated_event_config=KEPT)
    world.put_event_def("other")

    @hitchpost.workflow("any")
    def any_of_two(wf):
        def above(thread):
            thread.start_thread(
                lambda below: below.wait_for_event("scanned", correlation_key="k"), name="b"
            )

        children = [wf.start_thread(above), wf.start_thread(lambda _: None, name="quick")]
        wf.wait_for_threads(*children, strategy="any")
        wf.wait_for_event("other")

    world.put_workflow(any_of_two)
    world.start("any")
    world.carry_out_follow_ups()
    assert marks(world) == []


def test_an_event_that_goes_after_its_first_match_reaches_all_that_wait_then(parcels):
    parcels.put_event_def("scanned", correlated_event_config=ONCE)
    start(parcels, "r1")
    start(parcels, "r2")
    assert len(put(parcels).external_events) == 2
    assert stored(parcels) == []
    start(parcels, "r3")
    assert [run_status(parcels, run) for run in ("r1", "r2", "r3")] == [
        status.COMPLETED,
        status.COMPLETED,
        status.RUNNING,
    ]


def test_an_event_that_goes_after_its_first_match_stays_until_then(parcels):
    parcels.put_event_def("scanned", correlated_event_config=ONCE)
    put(parcels)
    assert len(stored(parcels)) == 1
    start(parcels)
    assert stored(parcels) == []
    assert run_status(parcels) == status.COMPLETED


def test_what_a_definition_says_when_an_event_is_put_counts(parcels):
    put(parcels)
    parcels.put_event_def("scanned", correlated_event_config=ONCE)
    start(parcels)
    assert len(stored(parcels)) == 1


def test_a_second_event_of_the_same_key_is_refused(parcels):
    put(parcels)
    with pytest.raises(errors.CorrelatedEventExists):
        put(parcels)


def test_a_key_can_be_used_again_when_its_event_was_deleted(parcels):
    put(parcels)
    parcels.delete_correlated("scanned", "k")
    assert stored(parcels) == []
    put(parcels, content="Grace")
    start(parcels)
    assert got(parcels) == "Grace"


def test_deleting_an_event_that_is_not_there_changes_nothing(parcels):
    parcels.delete_correlated("scanned", "k")
    assert parcels.history_of(correlation_stream("scanned", "k")) == []


def test_an_event_of_a_definition_without_config_is_refused(world):
    world.put_event_def("scanned")
    with pytest.raises(errors.FieldInvalid, match="correlated_event_config"):
        world.put_correlated("scanned", "k")


def test_an_event_without_definition_is_refused(world):
    with pytest.raises(errors.ExternalEventDefNotFound):
        world.put_correlated("scanned", "k")


def test_content_must_fit_the_definition(world):
    typed = values.ReturnType(return_type=values.TypeDefinition(primitive_type=values.INT))
    world.put_event_def("scanned", content_type=typed, correlated_event_config=KEPT)
    with pytest.raises(errors.ContentTypeMismatch):
        world.put_correlated("scanned", "k", "three")
    assert world.put_correlated("scanned", "k", 3).content.int == 3


def test_an_event_that_is_to_carry_nothing_may_carry_nothing(world):
    void = values.ReturnType()
    world.put_event_def("scanned", content_type=void, correlated_event_config=KEPT)
    with pytest.raises(errors.ContentTypeMismatch):
        world.put_correlated("scanned", "k", "something")
    world.put_correlated("scanned", "k")


def test_a_node_shows_its_key_and_says_whether_to_mask_it(world):
    world.put_event_def("scanned", correlated_event_config=KEPT)
    world.put_wf_spec(spec(masked=True))
    start(world, key="secret")
    assert waiting(world).correlation_key == "secret"
    assert waiting(world).mask_correlation_key


def test_a_key_that_is_no_text_fails_its_node(world):
    world.put_event_def("scanned", correlated_event_config=KEPT)
    request = spec()
    thread = request.thread_specs[request.entrypoint_thread_name]
    for node in thread.nodes.values():
        if node.HasField("external_event"):
            node.external_event.correlation_key.literal_value.int = 7
    world.put_wf_spec(request)
    world.start("parcel", key="k")
    assert world.body("node_failed").failure.failure_name == "VAR_ERROR"
    assert world.owed() == []


@pytest.mark.parametrize("key", ["a/b", "a~b", "a\nb", "x" * 1_001])
def test_a_node_with_a_key_that_no_event_can_have_takes_external_events_only(parcels, key):
    assert key_problem(key) is not None
    start(parcels, key=key)
    assert marks(parcels, key) == []
    assert parcels.post("scanned", "Ada").claimed
    assert parcels.owed() == []


def test_empty_text_is_a_key(parcels):
    start(parcels, key="")
    put(parcels, key="")
    assert run_status(parcels) == status.COMPLETED


def test_a_node_that_took_an_external_event_is_not_reached_any_more(parcels):
    start(parcels)
    assert parcels.post("scanned", "by hand").claimed
    parcels.carry_out_follow_ups()
    assert not put(parcels).external_events
    assert marks(parcels) == []


def test_a_node_that_timed_out_is_not_reached_any_more(world):
    world.put_event_def("scanned", correlated_event_config=KEPT)
    world.put_wf_spec(spec(timeout=2))
    start(world)
    world.pass_time(3)
    world.carry_out_follow_ups()
    assert not put(world).external_events


def test_a_node_of_a_deleted_run_is_not_reached_any_more(parcels):
    start(parcels)
    parcels.delete()
    parcels.carry_out_follow_ups()
    assert not put(parcels).external_events
    assert marks(parcels) == []


def test_an_event_goes_when_its_time_is_over(world):
    config = events.CorrelatedEventConfig(ttl_seconds=10)
    world.put_event_def("scanned", correlated_event_config=config)
    put(world)
    assert world.pass_time(9) == 0
    assert len(stored(world)) == 1
    assert world.pass_time(2) == 1
    assert stored(world) == []


def test_an_event_that_was_deleted_leaves_no_timer_behind(world):
    config = events.CorrelatedEventConfig(ttl_seconds=10)
    world.put_event_def("scanned", correlated_event_config=config)
    put(world)
    world.delete_correlated("scanned", "k")
    assert not any(isinstance(row, TimerRow) for row in world.rows.values())


def test_a_late_delivery_into_a_run_of_the_same_id_is_void(parcels):
    """The run is deleted and started again while the external event is on its way."""
    start(parcels)
    parcels.put_correlated("scanned", "k", "Ada")
    (delivery,) = parcels.owed()
    parcels.delete()
    parcels.start("parcel", key="another")
    parcels.carry_out(delivery)
    assert posted(parcels) == []
    parcels.carry_out_follow_ups()
    assert run_status(parcels) == status.RUNNING
    assert marks(parcels) == []


def test_a_delivery_into_a_deleted_run_is_void(parcels):
    start(parcels)
    parcels.put_correlated("scanned", "k", "Ada")
    parcels.delete()
    parcels.carry_out_follow_ups()
    assert posted(parcels) == []
    assert parcels.owed() == []


def test_a_delivery_is_carried_out_once(parcels):
    start(parcels)
    parcels.put_correlated("scanned", "k", "Ada")
    (delivery,) = parcels.owed()
    for _ in range(3):
        parcels.carry_out(delivery)
    assert len(posted(parcels)) == 1


def test_news_in_any_order_leave_no_mark_behind(world):
    """A mark may be overtaken by the news that its node has left; then it comes to nothing."""
    world.put_event_def("scanned", correlated_event_config=KEPT)
    world.put_wf_spec(spec())
    for number, order in enumerate(itertools.permutations(range(4))):
        key, runs = f"k{number}", [f"r{number}a", f"r{number}b"]
        for run in runs:
            world.start("parcel", run, key=key)
            world.post("scanned", run=run)
        news = world.owed()
        assert len(news) == 4
        for index in order:
            world.carry_out(news[index])
        assert marks(world, key) == []
        assert not put(world, key).external_events


@pytest.fixture
def crowded(make_world):
    """A world where a run may hold one unclaimed event."""
    world = make_world(max_unconsumed_external_events_per_run=1)
    world.put_event_def("scanned", correlated_event_config=KEPT)
    world.put_event_def("lost")
    world.put_wf_spec(spec())
    start(world)
    world.post("lost")
    return world


def test_a_full_run_takes_what_its_node_waits_for(crowded):
    put(crowded)
    assert got(crowded) == "Ada"


def test_a_full_run_where_nobody_waits_any_more_drops_the_event_on_record(crowded):
    crowded.put_correlated("scanned", "k", "Ada")
    assert crowded.post("scanned", "by hand").claimed
    crowded.carry_out_follow_ups()
    assert [row.external_event_def for row in posted(crowded) if not row.claimed] == ["lost"]
    (entry,) = crowded.history_of("audit")
    assert entry.external_event_refused.reason == reasons.UNCONSUMED_EVENT_LIMIT


def test_an_event_whose_node_has_left_meanwhile_is_kept_unclaimed(parcels):
    start(parcels)
    event = parcels.put_correlated("scanned", "k", "Ada")
    parcels.post("scanned", "by hand")
    parcels.carry_out_follow_ups()
    assert got(parcels) == "by hand"
    (late,) = (row for row in posted(parcels) if not row.claimed)
    assert late.guid == event.external_events[0].guid


def test_flags_of_a_definition_that_are_about_runs_do_not_matter(parcels):
    parcels.put_event_def(
        "scanned",
        correlated_event_config=KEPT,
        require_wfrun=True,
        require_wfspec_reference=True,
    )
    put(parcels)
    start(parcels)
    assert got(parcels) == "Ada"


def test_an_event_reaches_its_node_also_when_its_definition_is_gone(parcels):
    start(parcels)
    parcels.put_correlated("scanned", "k", "Ada")
    parcels.delete_event_def("scanned")
    parcels.carry_out_follow_ups()
    assert got(parcels) == "Ada"


def test_many_nodes_are_met_slice_by_slice(parcels, monkeypatch):
    monkeypatch.setattr(correlation_commands, "MATCHES_PER_COMMAND_MAX", 2)
    monkeypatch.setattr(correlation_commands, "EXTERNAL_EVENTS_LISTED_MAX", 3)
    parcels.put_event_def("scanned", correlated_event_config=ONCE)
    for number in range(5):
        start(parcels, f"r{number}")
    assert len(put(parcels).external_events) == 2
    assert [got(parcels, f"r{number}") for number in range(5)] == ["Ada"] * 5
    assert stored(parcels) == []


def test_large_contents_are_met_in_small_slices(parcels, monkeypatch):
    monkeypatch.setattr(correlation_commands, "MATCHED_BYTES_PER_COMMAND_MAX", 250)
    for number in range(5):
        start(parcels, f"r{number}")
    assert len(put(parcels, content="x" * 100).external_events) == 2
    assert len(stored(parcels)[0].external_events) == 5


def test_a_restart_in_between_changes_nothing(parcels):
    start(parcels)
    parcels.forget()
    parcels.put_correlated("scanned", "k", "Ada")
    parcels.forget()
    parcels.carry_out_follow_ups()
    assert got(parcels) == "Ada"
    assert marks(parcels) == []
