"""Whatever happens: each accepted event is claimed once and in its turn, or has another end.

A closer look than that of `test_replay_equals_live.py`, with the same laws: workflows that
do little but wait, be interrupted and start over, and people who do little but post, let
time pass, let runs start over and restart servers.
"""

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from random_orders import pairs
from random_steps import (
    EVENTS,
    KEYS,
    Again,
    Complete,
    Family,
    Handler,
    Loop,
    Sleep,
    Start,
    Thread,
    Wait,
)
from test_replay_equals_live import DRAWN, TIGHT, play
from tests.event_accounts import End
from watched_worlds import watched

from hitchpost.v1 import history_pb2 as history

POSTS = ("post",) * 6 + ("knock",) * 3 + ("post_aimed", "post_again") * 2 + ("put_correlated",)
REST = ("start_over",) * 4 + ("time",) * 3 + ("restart",) * 2 + ("help",) * 4
SELDOM = ("stop", "resume", "follow", "late_timer", "delete", "revise", "delete_correlated")
orders = st.builds(
    lambda before, after: [*before, ("start", (0, 0)), *after],
    st.lists(st.tuples(st.sampled_from(POSTS), pairs), max_size=8),
    st.lists(st.tuples(st.sampled_from([*POSTS, *REST, *SELDOM]), pairs), min_size=20, max_size=60),
)
timeouts = st.none() | st.integers(1, 4)


def threads(depth):
    """A thread that waits for one event after another."""
    handlers = (
        st.just(())
        if not depth
        else st.just(()) | st.tuples(st.builds(Handler, st.just("TIMEOUT"), threads(depth - 1)))
    )
    waits = [
        st.builds(Wait, st.sampled_from(EVENTS), timeouts, st.none(), handlers),
        st.builds(Wait, st.just("scan"), timeouts, st.sampled_from(KEYS), handlers),
    ]
    steps = [
        *waits * 3,
        st.builds(Again, st.none()),
        st.builds(Sleep, st.integers(0, 3), st.just(False)),
    ]
    if depth:
        inner = st.lists(st.one_of(*steps), min_size=1, max_size=2).map(tuple)
        steps.append(st.builds(Loop, st.integers(1, 3), st.just(False), inner))
        steps += [st.builds(Start, threads(depth - 1), st.booleans())] * 2
    body = st.lists(st.one_of(*steps), min_size=1, max_size=2 + 2 * depth)
    knocks = st.lists(threads(depth - 1), max_size=1).map(tuple) if depth else st.just(())
    return st.builds(
        lambda steps, interrupts: Thread((*steps, Complete(0)), interrupts, None, None),
        body,
        knocks,
    )


families = st.builds(Family, threads(2), threads(0), threads(0), st.none())


def ends_of(make_world, *, drawn=lambda test: test, **chosen):
    """Play a number of examples; give the ends that events have come to, and why."""
    ends = set()

    @drawn
    @settings(DRAWN, **chosen)
    @given(family=families, ordered=orders)
    def draw(family, ordered):
        world = watched(make_world)(**TIGHT)
        play(world, family, ordered)
        ends.update(world.ends)

    draw()
    return ends


@pytest.mark.timeout(300)
def test_every_event_is_claimed_once_and_in_its_turn_or_has_another_end(make_world):
    ends = ends_of(make_world, max_examples=60)
    assert {*End} - {end for end, _ in ends} == set()
    assert {*history.DropReason.values()} - {reason for _, reason in ends} == set()


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("number", range(5))
def test_the_same_holds_for_many_more_examples(make_world, number):
    ends_of(
        make_world,
        drawn=seed(number),
        max_examples=1_000,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
    )
