"""The fold of definitions: what exists under a name after its events."""

from collections.abc import Callable
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.rows import LATEST
from hitchpost_server.engine.state import DefinitionState
from hitchpost_server.engine.tables import Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage

Applier = Callable[[DefinitionState, Any, Touched], None]


def apply_record(state: DefinitionState, record: storage.LogRecord, rows: Touched) -> None:
    """Apply all events of one command."""
    for event in record.events:
        kind = event.WhichOneof("event")
        assert kind is not None
        apply(state, kind, getattr(event, kind), rows)


def apply(state: DefinitionState, kind: str, body: Any, rows: Touched) -> None:
    """Apply one event; `kind` names its member of the oneof, `body` is that member."""
    state.sequence += 1
    APPLIERS[kind](state, body, rows)


def definition_name(state: DefinitionState) -> str:
    """Name the definition that the stream is about."""
    return state.stream.partition("/")[2]


def _put(kind: str) -> Applier:
    """Make what applies the event that a definition of some kind was put."""

    def apply_put(state: DefinitionState, body: Any, rows: Touched) -> None:
        put = getattr(body, kind)
        state.body = copy_of(put)
        getattr(rows, kind)(definition_name(state), state.body)

    return apply_put


def _deleted(kind: str) -> Applier:
    """Make what applies the event that a definition of some kind was deleted."""

    def apply_deleted(state: DefinitionState, _body: Any, rows: Touched) -> None:
        state.body = None
        getattr(rows, kind)(definition_name(state), None)

    return apply_deleted


def _wf_spec_put(state: DefinitionState, body: history.WfSpecPut, rows: Touched) -> None:
    spec_id = body.wf_spec.id
    state.versions[spec_id.major_version, spec_id.revision] = state.sequence
    rows.wf_spec(body.wf_spec, state.sequence)
    rows.wf_spec_version(spec_id.name, spec_id.major_version, spec_id.revision, state.sequence)
    _point_to_latest(state, spec_id.major_version, rows)


def _wf_spec_deleted(state: DefinitionState, body: history.WfSpecDeleted, rows: Touched) -> None:
    spec_id = body.wf_spec_id
    del state.versions[spec_id.major_version, spec_id.revision]
    rows.wf_spec_version(spec_id.name, spec_id.major_version, spec_id.revision, None)
    _point_to_latest(state, spec_id.major_version, rows)


def _point_to_latest(state: DefinitionState, major_version: int, rows: Touched) -> None:
    name = definition_name(state)
    of_major = max((at for at in state.versions if at[0] == major_version), default=None)
    of_all = max(state.versions, default=None)
    rows.wf_spec_version(name, major_version, LATEST, of_major and state.versions[of_major])
    rows.wf_spec_version(name, LATEST, LATEST, of_all and state.versions[of_all])


# Kinds of definitions whose versions are numbered, and where a version's number is.
_NUMBERS: dict[str, Callable[[Any], int]] = {
    "user_task_def": lambda user_task_def: user_task_def.version,
    "struct_def": lambda struct_def: struct_def.id.version,
}


def _version_put(kind: str) -> Applier:
    """Make what applies the event that a numbered version of some kind was put."""

    def apply_put(state: DefinitionState, body: Any, rows: Touched) -> None:
        put = copy_of(getattr(body, kind))
        number = _NUMBERS[kind](put)
        _versions(state, kind)[number] = put
        getattr(rows, kind)(definition_name(state), number, put)
        _latest_version(state, kind, rows)

    return apply_put


def _version_deleted(kind: str) -> Applier:
    """Make what applies the event that a numbered version of some kind was deleted."""

    def apply_deleted(state: DefinitionState, body: Any, rows: Touched) -> None:
        del _versions(state, kind)[body.version]
        getattr(rows, kind)(definition_name(state), body.version, None)
        _latest_version(state, kind, rows)

    return apply_deleted


def _versions(state: DefinitionState, kind: str) -> dict[int, Any]:
    found: dict[int, Any] = getattr(state, f"{kind}s")
    return found


def _latest_version(state: DefinitionState, kind: str, rows: Touched) -> None:
    versions = _versions(state, kind)
    body = versions[max(versions)] if versions else None
    getattr(rows, kind)(definition_name(state), LATEST, body)


APPLIERS: dict[str, Applier] = {
    "task_def_put": _put("task_def"),
    "task_def_deleted": _deleted("task_def"),
    "external_event_def_put": _put("external_event_def"),
    "external_event_def_deleted": _deleted("external_event_def"),
    "workflow_event_def_put": _put("workflow_event_def"),
    "workflow_event_def_deleted": _deleted("workflow_event_def"),
    "wf_spec_put": _wf_spec_put,
    "wf_spec_deleted": _wf_spec_deleted,
    "user_task_def_put": _version_put("user_task_def"),
    "user_task_def_deleted": _version_deleted("user_task_def"),
    "struct_def_put": _version_put("struct_def"),
    "struct_def_deleted": _version_deleted("struct_def"),
}
