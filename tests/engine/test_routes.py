"""Routes on record: what is put, paused, parked and redelivered."""

from typing import Any

import pytest
from tests.engine.conftest import World

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.engine import commands, snapshots
from hitchpost_server.engine.errors import ObjectNotFound
from hitchpost_server.engine.ids import ROUTE_STREAM
from hitchpost_server.engine.rows import DeadLetterRow, RouteCursorRow, RouteRow
from hitchpost_server.storage.v1 import storage_pb2 as storage

STREAM = ROUTE_STREAM + "faults"


def put(world: World, url: str = "https://example.com/", start: int = 7) -> routes.Route:
    route = routes.Route(patterns=["run.faulted"], webhook=routes.WebhookTarget(url=url))
    command = commands.PutRoute(**world.common(STREAM), route=route, start_position=start)
    reply: routes.Route = world.do(command)
    return reply


def do(world: World, command: type[commands.Command], **fields: Any) -> Any:
    return world.do(command(**world.common(STREAM), **fields))


def park(world: World, position: int, error: str = "HTTP 500", born: int = 1) -> Any:
    letter = routes.DeadLetter(position=position, topic="run.faulted", attempts=3, error=error)
    return do(world, commands.ParkEntry, born=born, dead_letter=letter)


def move(world: World, read_to: int, *unsettled: int) -> None:
    cursor = storage.StoredRouteCursor(read_to=read_to, open=unsettled)
    do(world, commands.MoveRoute, born=1, cursor=cursor)


def rows(world: World, table: type[Any]) -> list[Any]:
    return sorted(row for row in world.rows.values() if isinstance(row, table))


def kinds(world: World) -> list[str | None]:
    return [event.WhichOneof("event") for event in world.history_of(STREAM)]


def test_a_route_is_stored_with_where_it_begins(world: World) -> None:
    route = put(world)
    assert route.id == "faults"
    assert route.HasField("created_at")
    (event,) = world.history_of(STREAM)
    assert event.route_put.start_position == 7
    assert [row.id for row in rows(world, RouteRow)] == ["faults"]


def test_an_equal_route_changes_nothing_and_another_takes_its_place(world: World) -> None:
    first = put(world)
    assert put(world, start=99) == first
    second = put(world, "https://example.org/", start=99)
    assert second.created_at == first.created_at
    assert kinds(world) == ["route_put", "route_put"]
    assert world.history_of(STREAM)[1].route_put.start_position == 7


def test_a_paused_route_stays_paused_when_it_is_put_again(world: World) -> None:
    put(world)
    assert do(world, commands.PauseRoute).paused
    assert do(world, commands.PauseRoute).paused
    assert put(world, "https://example.org/").paused
    assert not do(world, commands.ResumeRoute).paused
    assert kinds(world) == ["route_put", "route_paused", "route_put", "route_resumed"]


@pytest.mark.parametrize("command", [commands.PauseRoute, commands.ResumeRoute])
def test_what_is_not_there_cannot_be_paused(world: World, command: type[commands.Command]) -> None:
    with pytest.raises(ObjectNotFound):
        do(world, command)


def test_a_dead_letter_is_there_until_it_is_redelivered(world: World) -> None:
    put(world)
    assert park(world, 12) == 1
    assert park(world, 9) == 2
    assert park(world, 12, "HTTP 503") == 2
    letters = [routes.DeadLetter.FromString(row.body) for row in rows(world, DeadLetterRow)]
    assert [(one.route_id, one.position, one.error) for one in letters] == [
        ("faults", 9, "HTTP 500"),
        ("faults", 12, "HTTP 503"),
    ]
    assert do(world, commands.RedeliverEntry, born=1, position=9) == 1
    assert do(world, commands.RedeliverEntry, born=1, position=9) == 1
    assert [row.position for row in rows(world, DeadLetterRow)] == [12]


def test_dead_letters_are_discarded_with_the_reason_and_once(world: World) -> None:
    put(world)
    for position in (9, 12, 15):
        park(world, position)
    asked = {"born": 1, "positions": [9, 15, 99], "reason": history.DISCARD_ASKED_FOR}
    assert do(world, commands.DiscardEntries, **asked) == (1, [9, 15])
    assert do(world, commands.DiscardEntries, **asked) == (1, [])
    assert [row.position for row in rows(world, DeadLetterRow)] == [12]
    events = [event.entry_discarded for event in world.history_of(STREAM)[-2:]]
    assert [(one.position, one.reason) for one in events] == [
        (9, history.DISCARD_ASKED_FOR),
        (15, history.DISCARD_ASKED_FOR),
    ]


def test_how_far_a_route_has_come_is_a_row_and_no_event(world: World) -> None:
    put(world)
    move(world, 30)
    move(world, 31)
    (row,) = rows(world, RouteCursorRow)
    assert (row.route, row.position) == ("faults", 31)
    assert kinds(world) == ["route_put"]


def test_a_route_has_come_as_far_as_everything_is_settled(world: World) -> None:
    put(world)
    move(world, 99, 12, 40)
    (row,) = rows(world, RouteCursorRow)
    assert row.position == 11
    assert storage.StoredRouteCursor.FromString(row.body).read_to == 99


def test_a_deleted_route_takes_everything_with_it(world: World) -> None:
    put(world)
    park(world, 12)
    move(world, 30)
    do(world, commands.DeleteRoute)
    do(world, commands.DeleteRoute)
    assert not rows(world, RouteRow) + rows(world, DeadLetterRow) + rows(world, RouteCursorRow)
    assert kinds(world) == ["route_put", "entry_parked", "route_deleted"]


def test_what_comes_late_from_an_earlier_route_is_void(world: World) -> None:
    put(world)
    do(world, commands.DeleteRoute)
    put(world)
    assert park(world, 12, born=1) == 0
    move(world, 30)
    assert not rows(world, DeadLetterRow) + rows(world, RouteCursorRow)
    assert park(world, 12, born=3) == 1
    late = {"born": 1, "positions": [12], "reason": history.DISCARD_ASKED_FOR}
    assert do(world, commands.DiscardEntries, **late) == (1, [])


def test_a_snapshot_holds_the_route(world: World) -> None:
    put(world)
    park(world, 12)
    state = world.states[STREAM]
    body = snapshots.route_to_bytes(state)
    assert snapshots.route_from_bytes(STREAM, state.sequence, body) == state


def test_what_was_delivered_meanwhile_does_not_become_a_dead_letter_again(world: World) -> None:
    put(world)
    park(world, 9)
    letter = routes.DeadLetter(position=9, attempts=4)
    again = {"born": 1, "dead_letter": letter, "again": True}
    assert do(world, commands.ParkEntry, **again) == 1
    do(world, commands.RedeliverEntry, born=1, position=9)
    assert do(world, commands.ParkEntry, **again) == 0
    assert rows(world, DeadLetterRow) == []
