"""Whatever happens in whatever order, in the end events and nodes have found each other."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.conftest import World

import hitchpost
from hitchpost.v1 import external_event_pb2 as events
from hitchpost_server.engine.errors import Rejection
from hitchpost_server.engine.ids import CORRELATION_STREAM
from hitchpost_server.engine.state import Correlation
from hitchpost_server.storage.v1 import storage_pb2 as storage

KEYS, RUNS = ("k1", "k2"), ("r1", "r2", "r3")
CONFIGS = (
    events.CorrelatedEventConfig(),
    events.CorrelatedEventConfig(delete_after_first_correlation=True),
    events.CorrelatedEventConfig(ttl_seconds=5),
)


@hitchpost.workflow("parcel")
def parcel(wf):
    wf.input("key", str)
    for _ in range(2):
        wf.wait_for_event("scanned")


def spec():
    """Wait for the same key twice, the second time not for long."""
    request = parcel.compile()
    thread = request.thread_specs[request.entrypoint_thread_name]
    nodes = [
        node.external_event for node in thread.nodes.values() if node.HasField("external_event")
    ]
    for node in nodes:
        node.correlation_key.variable_name = "key"
    nodes[1].timeout_seconds.literal_value.int = 3
    return request


some_run, some_key = st.sampled_from(RUNS), st.sampled_from(KEYS)
STEPS = st.one_of(
    st.tuples(st.just("start"), some_run, some_key),
    st.tuples(st.just("post"), some_run),
    st.tuples(st.just("start_over"), some_run, some_key),
    st.tuples(st.just("delete_run"), some_run),
    st.tuples(st.just("put"), some_key),
    st.tuples(st.just("delete_event"), some_key),
    st.tuples(st.just("carry_out"), st.integers(0, 9)),
    st.tuples(st.just("carry_out"), st.integers(0, 9)),
    st.tuples(st.just("pass_time"), st.integers(1, 4)),
    st.tuples(st.just("restart")),
)


def take(world, step, *arguments):
    """Do one thing; that it is refused is no news."""
    try:
        match step:
            case "start":
                world.start("parcel", arguments[0], key=arguments[1])
            case "post":
                world.post("scanned", run=arguments[0])
            case "start_over":
                world.continue_as_new(arguments[0], key=arguments[1])
            case "delete_run":
                world.delete(arguments[0])
            case "put":
                world.put_correlated("scanned", arguments[0])
            case "delete_event":
                world.delete_correlated("scanned", arguments[0])
            case "carry_out" if owed := world.owed():
                world.carry_out(owed[arguments[0] % len(owed)])
            case "pass_time":
                world.pass_time(arguments[0])
            case "restart":
                world.forget()
    except Rejection:
        pass


def settle(world, newest_first):
    """Carry out all that is owed, perhaps against the order in which it came to be owed."""
    while owed := world.owed():
        world.carry_out(owed[-1 if newest_first else 0])


@settings(deadline=None)
@given(st.sampled_from(CONFIGS), st.lists(STEPS, min_size=5, max_size=40), st.booleans())
def test_every_mark_is_of_a_node_that_waits_and_has_met_what_there_was(config, steps, newest_first):
    world = World()
    world.put_event_def("scanned", correlated_event_config=config)
    world.put_wf_spec(spec())
    for step in steps:
        take(world, *step)
    settle(world, newest_first)
    keys = [state for name, state in world.states.items() if name.startswith(CORRELATION_STREAM)]
    for state in keys:
        key = state.stream.rpartition("/")[2]
        assert set(state.marks) == waits_for(world, key)
        if state.put is not None:
            assert storage.MARK_WAITING not in state.marks.values()


def waits_for(world, key):
    """Who waits for a key, as the runs know it."""
    families = [state for name, state in world.states.items() if name.startswith("run/")]
    wanted = Correlation("scanned", key)
    return {wait for state in families for wait, for_ in state.waits.items() if for_ == wanted}


@settings(deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=40), st.booleans())
def test_every_node_that_an_event_has_met_is_given_it_once(steps, newest_first):
    """As long as no run is deleted, what was matched is received, and nothing else is.

    That holds for nodes of executions that have ended meanwhile, too.
    """
    world = World()
    world.put_event_def("scanned", correlated_event_config={})
    world.put_wf_spec(spec())
    for step in steps:
        if step[0] not in ("delete_run", "post"):
            take(world, *step)
    settle(world, newest_first)
    matched = [
        event.correlated_event_matched.external_event_id.guid
        for key in KEYS
        for event in world.history_of(f"{CORRELATION_STREAM}scanned/{key}")
        if event.HasField("correlated_event_matched")
    ]
    received = [
        event.external_event_received.external_event.id.guid
        for run in RUNS
        for event in world.history(run)
        if event.HasField("external_event_received")
    ]
    assert sorted(received) == sorted(matched)
