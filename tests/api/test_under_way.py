"""How much of a stream of events may be under way: so many, and so many bytes of them."""

from hitchpost_server.api.event_streams import UnderWay
from hitchpost_server.engine.errors import FieldInvalid

REFUSED = FieldInvalid(field="guid", problem="is missing")


def test_neither_more_events_nor_more_bytes_are_taken_than_there_is_room_for() -> None:
    under_way = UnderWay(events_max=4, bytes_max=100)
    under_way.take([REFUSED] * 3, 60)
    assert under_way.has_room_for(1, 40)
    assert not under_way.has_room_for(2, 10)
    assert not under_way.has_room_for(1, 41)


def test_one_event_is_taken_however_large_if_nothing_else_is_under_way() -> None:
    under_way = UnderWay(events_max=4, bytes_max=100)
    assert under_way.has_room_for(1, 1_000)
    assert not under_way.has_room_for(2, 1_000)
    under_way.take([REFUSED], 1)
    assert not under_way.has_room_for(1, 1_000)


def test_bytes_of_events_that_came_together_are_free_when_all_are_answered() -> None:
    under_way = UnderWay(events_max=10, bytes_max=100)
    under_way.take([REFUSED] * 3, 60)
    under_way.take([REFUSED], 40)
    under_way.sent(2)
    assert not under_way.has_room_for(1, 1)
    under_way.sent(2)
    assert under_way.has_room_for(9, 100)
    assert not under_way.answers
