"""Routes: what is ordered of a route's stream, and the fold of it.

It knows which route there is under an id, whether it is paused, and which
entries it has given up on. How entries are matched, written and sent is the
feed's matter. `born` tells routes apart that had the same id one after another:
what comes late from whoever served an earlier one changes nothing.
"""

from collections.abc import Callable
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.ids import ROUTE_STREAM
from hitchpost_server.engine.limits import check_size
from hitchpost_server.engine.state import RouteState
from hitchpost_server.engine.stream_draft import StreamDraft
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage

RouteDraft = StreamDraft[RouteState]


def _put(draft: RouteDraft, command: commands.PutRoute) -> routes.Route:
    """Store a route in the place of whatever has its id; an equal one stays as it is."""
    put = history.RoutePut(route=command.route, start_position=command.start_position)
    put.route.id = _route_id(draft.state)
    put.route.created_at.CopyFrom(draft.now)
    stored = draft.state.put
    put.route.paused = stored is not None and stored.route.paused
    if stored is not None:
        put.route.created_at.CopyFrom(stored.route.created_at)
        put.start_position = stored.start_position
        if put == stored:
            return copy_of(stored.route)
    check_size(put, draft.limits)
    draft.emit("route_put", put)
    return put.route


def _delete(draft: RouteDraft, _command: commands.DeleteRoute) -> None:
    if draft.state.put is not None:
        draft.emit("route_deleted", history.RouteDeleted())
        draft.rows.route_cursor(_route_id(draft.state), None)


def _pause(draft: RouteDraft, _command: commands.PauseRoute) -> routes.Route:
    if not _existing(draft).route.paused:
        draft.emit("route_paused", history.RoutePaused())
    return copy_of(_existing(draft).route)


def _resume(draft: RouteDraft, _command: commands.ResumeRoute) -> routes.Route:
    if _existing(draft).route.paused:
        draft.emit("route_resumed", history.RouteResumed())
    return copy_of(_existing(draft).route)


def _existing(draft: RouteDraft) -> history.RoutePut:
    if draft.state.put is None:
        raise errors.ObjectNotFound(kind="Route", id=_route_id(draft.state))
    return draft.state.put


def _park(draft: RouteDraft, command: commands.ParkEntry) -> int:
    """Give up on an entry, once more if it was given up before; reply how many there are."""
    was_delivered = command.again and (command.dead_letter.position not in draft.state.dead_letters)
    if _is_current(draft, command.born) and not was_delivered:
        parked = history.EntryParked(dead_letter=command.dead_letter)
        parked.dead_letter.route_id = _route_id(draft.state)
        parked.dead_letter.parked_at.CopyFrom(draft.now)
        draft.emit("entry_parked", parked)
    return len(draft.state.dead_letters)


def _redelivered(draft: RouteDraft, command: commands.RedeliverEntry) -> int:
    """Note that a dead letter was delivered; reply how many are left."""
    if _is_current(draft, command.born) and command.position in draft.state.dead_letters:
        draft.emit("entry_redelivered", history.EntryRedelivered(position=command.position))
    return len(draft.state.dead_letters)


def _discard(draft: RouteDraft, command: commands.DiscardEntries) -> tuple[int, list[int]]:
    """Give dead letters up for good; reply how many are left, and which ones are not."""
    discarded = []
    for position in command.positions if _is_current(draft, command.born) else ():
        if position in draft.state.dead_letters:
            one = history.EntryDiscarded(position=position, reason=command.reason)
            draft.emit("entry_discarded", one)
            discarded.append(position)
    return len(draft.state.dead_letters), discarded


def _move(draft: RouteDraft, command: commands.MoveRoute) -> None:
    """Note how far the route has come: a row of its own, since the log must not grow by it."""
    if _is_current(draft, command.born):
        draft.rows.route_cursor(_route_id(draft.state), command.cursor)


def _is_current(draft: RouteDraft, born: int) -> bool:
    return draft.state.put is not None and draft.state.born == born


def _route_id(state: RouteState) -> str:
    return state.stream.removeprefix(ROUTE_STREAM)


def apply_record(state: RouteState, record: storage.LogRecord, rows: Touched) -> None:
    """Apply all events of one command."""
    for event in record.events:
        kind = event.WhichOneof("event")
        assert kind is not None
        apply(state, kind, getattr(event, kind), rows)


def apply(state: RouteState, kind: str, body: Any, rows: Touched) -> None:
    """Apply one event; `kind` names its member of the oneof, `body` is that member."""
    state.sequence += 1
    APPLIERS[kind](state, body, rows)


def _was_put(state: RouteState, body: history.RoutePut, rows: Touched) -> None:
    if state.put is None:
        state.born = state.sequence
    state.put = copy_of(body)
    rows.route(state.born, state.put)


def _was_deleted(state: RouteState, _body: object, rows: Touched) -> None:
    rows.route_gone(_route_id(state))
    for position in state.dead_letters:
        rows.dead_letter_gone(_route_id(state), position)
    state.put = None
    state.dead_letters.clear()


def _was_paused(state: RouteState, _body: object, rows: Touched) -> None:
    assert state.put is not None
    state.put.route.paused = True
    rows.route(state.born, state.put)


def _was_resumed(state: RouteState, _body: object, rows: Touched) -> None:
    assert state.put is not None
    state.put.route.paused = False
    rows.route(state.born, state.put)


def _was_parked(state: RouteState, body: history.EntryParked, rows: Touched) -> None:
    state.dead_letters.add(body.dead_letter.position)
    rows.dead_letter(copy_of(body.dead_letter))


def _is_settled(
    state: RouteState, body: history.EntryRedelivered | history.EntryDiscarded, rows: Touched
) -> None:
    state.dead_letters.discard(body.position)
    rows.dead_letter_gone(_route_id(state), body.position)


APPLIERS: dict[str, Callable[[RouteState, Any, Touched], None]] = {
    "route_put": _was_put,
    "route_deleted": _was_deleted,
    "route_paused": _was_paused,
    "route_resumed": _was_resumed,
    "entry_parked": _was_parked,
    "entry_redelivered": _is_settled,
    "entry_discarded": _is_settled,
}

ROUTE_DECIDERS: dict[type[commands.Command], Callable[[RouteDraft, Any], Any]] = {
    commands.PutRoute: _put,
    commands.DeleteRoute: _delete,
    commands.PauseRoute: _pause,
    commands.ResumeRoute: _resume,
    commands.ParkEntry: _park,
    commands.RedeliverEntry: _redelivered,
    commands.DiscardEntries: _discard,
    commands.MoveRoute: _move,
}
