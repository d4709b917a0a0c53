"""Versions of a WfSpec: which number a new one gets, and what it may not break.

A change that callers or other runs could notice needs a new major version.
Variables that they rely on are frozen: their types never change again.
"""

from collections.abc import Iterable

from google.protobuf.message import Message

from hitchpost.v1.object_id_pb2 import WfSpecId
from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import (
    MINOR_REVISION_UPDATES,
    NO_UPDATES,
    PUBLIC_VAR,
    AllowedUpdateType,
    ThreadVarDef,
    WfSpec,
)
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.definitions.catalogue import Definitions
from hitchpost_server.engine.definitions.outputs import output_of
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.definitions.scopes import ThreadScope, WfSpecScope
from hitchpost_server.engine.definitions.variables import declared
from hitchpost_server.engine.errors import BreakingChange, DefinitionExists


def versioned(
    draft: WfSpec, latest: WfSpec | None, allowed: AllowedUpdateType, definitions: Definitions
) -> WfSpec:
    """Give a checked draft its frozen variables and its id, or return `latest` itself.

    Raises:
        DefinitionInvalid: a frozen variable would change its type.
        DefinitionExists: the request allows no other version.
        BreakingChange: the request does not allow a new major version.
    """
    if latest is None:
        draft.frozen_variables.extend(frozen_variables(draft, ()))
        return draft
    _check_frozen(draft, latest)
    draft.frozen_variables.extend(frozen_variables(draft, latest.frozen_variables))
    if _says_the_same(draft, latest):
        return latest
    problem = breaking_change(draft, latest, definitions)
    _check_allowed(draft.id.name, allowed, problem)
    draft.id.CopyFrom(_next_id(latest.id, is_breaking=problem is not None))
    return draft


def breaking_change(new: WfSpec, old: WfSpec, definitions: Definitions) -> str | None:
    """Say which part of what others rely on differs, if any does."""
    if _contents(_public(new)) != _contents(_public(old)):
        return "its public variables differ"
    if _contents(_required(new)) != _contents(_required(old)):
        return "its required variables differ"
    if _output(new, definitions) != _output(old, definitions):
        return "its output differs"
    return None


def frozen_variables(spec: WfSpec, before: Iterable[ThreadVarDef]) -> list[ThreadVarDef]:
    """List what others rely on, by name: now, or before and no longer declared."""
    here = {variable.var_def.name for variable in declared(spec)}
    frozen = {each.var_def.name: each for each in before if each.var_def.name not in here}
    for variable in (*_required(spec), *_public(spec)):
        frozen.setdefault(variable.var_def.name, variable)
    return [frozen[name] for name in sorted(frozen)]


def _required(spec: WfSpec) -> list[ThreadVarDef]:
    entrypoint = spec.thread_specs[spec.entrypoint_thread_name]
    return [variable for variable in entrypoint.variable_defs if variable.required]


def _public(spec: WfSpec) -> list[ThreadVarDef]:
    return [each for each in declared(spec) if each.access_level == PUBLIC_VAR]


def _output(spec: WfSpec, definitions: Definitions) -> bytes:
    entrypoint = spec.thread_specs[spec.entrypoint_thread_name]
    scope = ThreadScope.of(entrypoint, WfSpecScope.of(spec, definitions))
    return _content(output_of(entrypoint, scope))


def _check_frozen(draft: WfSpec, latest: WfSpec) -> None:
    types: dict[str, list[TypeDefinition]] = {}
    for variable in declared(draft):
        types.setdefault(variable.var_def.name, []).append(variable.var_def.type_def)
    for frozen in latest.frozen_variables:
        name = frozen.var_def.name
        if name in types and frozen.var_def.type_def not in types[name]:
            place = Place("WfSpec", draft.id.name).at("variable_defs", name)
            raise place.invalid(
                f"the type of variable {shortened(name)} is frozen since an earlier version"
            )


def _says_the_same(draft: WfSpec, latest: WfSpec) -> bool:
    """Whether they differ in nothing but the version and the time."""
    copy = copy_of(draft)
    copy.id.CopyFrom(latest.id)
    copy.created_at.CopyFrom(latest.created_at)
    return _content(copy) == _content(latest)


def _check_allowed(name: str, allowed: AllowedUpdateType, problem: str | None) -> None:
    if allowed == NO_UPDATES:
        raise DefinitionExists(
            kind="WfSpec", name=name, problem="the request allows no update of it"
        )
    if allowed == MINOR_REVISION_UPDATES and problem is not None:
        raise BreakingChange(name=name, problem=problem)


def _next_id(latest: WfSpecId, *, is_breaking: bool) -> WfSpecId:
    if is_breaking:
        return WfSpecId(name=latest.name, major_version=latest.major_version + 1)
    return WfSpecId(
        name=latest.name, major_version=latest.major_version, revision=latest.revision + 1
    )


def _contents(messages: Iterable[Message]) -> set[bytes]:
    return {_content(message) for message in messages}


def _content(message: Message) -> bytes:
    """Compare by bytes: messages with a NaN in them never equal themselves."""
    return message.SerializeToString(deterministic=True)
