"""What a consumer is done with: nothing is forgotten, and nothing counts that was not done."""

from hypothesis import given
from hypothesis import strategies as st

from hitchpost_server.feed.acknowledged import Acknowledged


def test_floor_rises_over_what_is_done_without_a_gap() -> None:
    done = Acknowledged(0, [])
    for position in (2, 5, 9):
        done.add(position)
    done.reach(10)
    assert done.floor == 1
    done.acknowledge(5)
    assert (done.floor, list(done.ranges())) == (1, [(5, 5)])
    done.acknowledge(2)
    assert (done.floor, list(done.ranges())) == (8, [])
    done.acknowledge(9)
    assert done.floor == 10


def test_what_is_done_far_behind_survives_being_closed_before_it_comes() -> None:
    ranges = [(5, 7), (20, 30)]
    done = Acknowledged(3, ranges)
    assert [done.add(position) for position in (4, 5, 7, 8)] == [False, True, True, False]
    done.reach(10)
    assert sorted(done.ranges()) == [(5, 7), (20, 30)]
    again = Acknowledged(done.floor, done.ranges())
    assert [again.add(position) for position in (4, 6, 8, 25)] == [False, True, False, True]


@given(
    st.sets(st.integers(1, 60), min_size=1),
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60))),
)
def test_what_was_done_is_done_whenever_it_is_closed_and_opened(
    entries: set[int], steps: list[tuple[int, int]]
) -> None:
    done, finished = Acknowledged(0, []), set[int]()
    for position, reach in [*steps, (1, 60)]:
        for entry in sorted(one for one in entries if done.read_to < one <= reach):
            if done.add(entry):
                assert entry in finished
        done.reach(max(reach, done.read_to))
        come = {one for one in entries if one <= done.read_to}
        if position in come and not done.has(position):
            done.acknowledge(position)
            finished.add(position)
        assert {one for one in come if done.has(one)} == come & finished
        if position % 3 == 0:
            done = Acknowledged(done.floor, done.ranges())
