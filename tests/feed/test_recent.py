"""What was committed lately: it is told as the store has it, or not at all."""

import pytest

from hitchpost_server.feed.recent import Recent
from hitchpost_server.store.protocol import Append, Erasure, LoggedRecord, WriteSet

PLENTY = 1_000


def commit(*appends: tuple[str, int, int]) -> WriteSet:
    """Append so many events to streams, behind so many that they have."""
    return WriteSet([Append(stream, at, at + events, 1, b"1234") for stream, at, events in appends])


def positions(records: list[LoggedRecord] | None) -> list[tuple[str, int, int]] | None:
    if records is None:
        return None
    return [(one.stream, one.position, one.last_position) for one in records]


@pytest.fixture
def recent() -> Recent:
    """Two commits behind position 10."""
    one = Recent(PLENTY)
    one.add(commit(("a", 0, 2), ("b", 0, 1)), 13)
    one.add(commit(("a", 2, 1)), 14)
    return one


def test_records_are_given_as_the_store_would_give_them(recent: Recent) -> None:
    assert recent.behind(10, 9, PLENTY) == [
        LoggedRecord(11, "a", 1, 2, b"1234"),
        LoggedRecord(13, "b", 1, 1, b"1234"),
        LoggedRecord(14, "a", 3, 3, b"1234"),
    ]


def test_what_is_before_a_position_is_left_out_and_forgotten(recent: Recent) -> None:
    assert positions(recent.behind(11, 9, PLENTY)) == [("a", 11, 12), ("b", 13, 13), ("a", 14, 14)]
    assert positions(recent.behind(13, 9, PLENTY)) == [("a", 14, 14)]
    assert recent.behind(10, 9, PLENTY) is None


def test_at_the_end_there_is_nothing_and_nobody_has_to_ask(recent: Recent) -> None:
    assert recent.behind(14, 9, PLENTY) == []
    assert recent.behind(99, 9, PLENTY) == []


def test_store_is_asked_while_nothing_is_known(recent: Recent) -> None:
    assert Recent(PLENTY).behind(0, 9, PLENTY) is None
    assert recent.behind(9, 9, PLENTY) is None
    recent.clear()
    assert recent.behind(14, 9, PLENTY) is None


def test_no_more_commits_are_given_than_asked_for(recent: Recent) -> None:
    assert positions(recent.behind(10, 1, PLENTY)) == [("a", 11, 12), ("b", 13, 13)]
    assert positions(recent.behind(10, 9, 8)) == [("a", 11, 12), ("b", 13, 13)]


def test_commit_that_is_too_large_to_be_given_is_read_from_the_store(recent: Recent) -> None:
    assert recent.behind(10, 9, 7) is None
    assert positions(recent.behind(13, 9, 7)) == [("a", 14, 14)]


def test_what_is_too_much_is_forgotten_the_oldest_first() -> None:
    recent = Recent(8)
    for head in (1, 2, 3):
        recent.add(commit(("a", head - 1, 1)), head)
    assert recent.behind(0, 9, PLENTY) is None
    assert positions(recent.behind(1, 9, PLENTY)) == [("a", 2, 2), ("a", 3, 3)]
    recent.add(WriteSet([Append("a", 3, 4, 1, b"too much of it")]), 4)
    assert recent.behind(3, 9, PLENTY) is None


def test_nothing_is_known_of_what_is_between_two_commits(recent: Recent) -> None:
    recent.add(commit(("c", 0, 1)), 20)
    assert recent.behind(14, 9, PLENTY) is None
    assert positions(recent.behind(19, 9, PLENTY)) == [("c", 20, 20)]


def test_what_may_have_been_erased_is_read_from_the_store(recent: Recent) -> None:
    erasing = commit(("a", 3, 1))
    erasing.erasures = [Erasure("a", "a", 3)]
    recent.add(erasing, 15)
    assert recent.behind(10, 9, PLENTY) is None
    assert recent.behind(15, 9, PLENTY) == []
    recent.add(commit(("b", 1, 1)), 16)
    assert positions(recent.behind(15, 9, PLENTY)) == [("b", 16, 16)]
