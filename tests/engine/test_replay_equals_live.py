"""For any workflow and any order of commands: the fold of the log equals live state.

`World` checks after every command that state and rows made from the log alone
are those made on the way; `watched_worlds.py` looks at more. Here hypothesis draws the
workflows and the orders. What becomes of external events on the way is one of those laws.
"""

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from random_orders import Player, orders, put_definitions
from random_steps import workflows
from random_writers import written
from tests.event_accounts import End
from watched_worlds import watched

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.fold import APPLIERS

DRAWN = settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)

# So that limits are met now and then.
TIGHT = {
    "steps_per_command_max": 60,
    "threads_per_run_max": 20,
    "family_runs_kept": 2,
    "max_unconsumed_external_events_per_run": 6,
    "max_external_event_carry_forward_executions": 2,
}


def play(world, family, ordered):
    """Put workflows, play orders, then carry out what is still owed."""
    put_definitions(world)
    *first, revised = written(family)
    for workflow in first:
        world.put_workflow(workflow)
    player = Player(world, revised)
    for order in ordered:
        player.play(order)
    player.settle()
    world.check_keys()
    world.check_accounts()


def drawn_and_played(make_world, *, at_most, drawn=lambda test: test, **chosen):
    """Play a number of examples; give the kinds of events that happened, and the ends."""
    seen, ends = set(), set()

    @drawn
    @settings(DRAWN, **chosen)
    @given(family=workflows, ordered=orders(at_most))
    def draw(family, ordered):
        world = watched(make_world)(**TIGHT)
        play(world, family, ordered)
        seen.update(world.seen)
        ends.update(world.ends)

    draw()
    return seen, ends


@pytest.mark.timeout(300)
def test_replay_equals_live_for_any_workflow_and_any_order_of_commands(make_world):
    seen, ends = drawn_and_played(make_world, max_examples=200, at_most=45)
    assert APPLIERS.keys() - seen == set()
    assert {*End} - {end for end, _ in ends} == set()
    assert {*history.DropReason.values()} - {reason for _, reason in ends} == set()


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("number", range(10))
def test_replay_equals_live_for_many_more_of_them(make_world, number):
    drawn_and_played(
        make_world, drawn=seed(number), max_examples=400, at_most=60, derandomize=False
    )
