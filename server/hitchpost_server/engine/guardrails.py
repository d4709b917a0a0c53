"""The guardrails: whether an external event may be accepted at all.

Each check either lets the event pass or raises; the first that fails decides,
and nothing of the event is stored. The order is part of the contract.
"""

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine import errors
from hitchpost_server.engine.claims import is_awaited
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.ids import wf_spec_name
from hitchpost_server.engine.limits import EngineLimits
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.errors import MisfitError
from hitchpost_server.engine.values.nesting import flaw


def check(
    draft: Draft, run: RunState, request: events.PutExternalEventRequest
) -> tuple[events.ExternalEventDef, values.VariableValue]:
    """Raise an ExternalEventRefused if the event must not be accepted.

    Returns its definition, and its content as it is to be kept.
    """
    name = request.external_event_def_id.name
    definition = defined(draft.facts, name)
    _not_known_yet(draft, run, name, request.guid)
    content = kept_content(request.content, definition, draft.facts, draft.limits)
    if run.wf_run is None:
        if definition.require_wfrun:
            raise errors.WfRunNotFound(wf_run=run.key, external_event_def=name)
    elif definition.require_wfspec_reference:
        _referenced(draft, run, name)
    within_limit(draft, run, request)
    return definition, content


def defined(facts: Facts, name: str) -> events.ExternalEventDef:
    """Return the definition of an event; refuse one that has none."""
    definition = facts.external_event_def(name)
    if definition is None:
        raise errors.ExternalEventDefNotFound(external_event_def=name)
    return definition


def _not_known_yet(draft: Draft, run: RunState, name: str, guid: str) -> None:
    """Refuse a guid that was accepted before; one that the server makes up is new."""
    if guid and ((name, guid) in run.unclaimed or _is_stored(draft, run, name, guid)):
        raise errors.ExternalEventExists(wf_run=run.key, external_event_def=name, guid=guid)


def _is_stored(draft: Draft, run: RunState, name: str, guid: str) -> bool:
    """Whether an event that is no longer unclaimed has the guid; those that expired have none."""
    return not run.all_unclaimed and draft.facts.has_external_event(run.key, name, guid)


def kept_content(
    content: values.VariableValue,
    definition: events.ExternalEventDef,
    facts: Facts,
    limits: EngineLimits,
) -> values.VariableValue:
    """Return content as it is to be kept; refuse one of the wrong type or size."""
    name, kept = definition.id.name, content
    typed = definition.HasField("type_information")
    if not typed or not is_void(definition):  # which takes any content, as in LittleHorse
        wanted = definition.type_information.return_type if typed else None
        try:
            kept = admitted(content, wanted, facts)
        except MisfitError as misfit:
            raise errors.ContentTypeMismatch(external_event_def=name, problem=misfit) from misfit
    elif (problem := flaw(content)) is not None:
        raise errors.ContentTypeMismatch(external_event_def=name, problem=problem)
    _check_size(content, limits.content_bytes_max, name)
    if kept is not content:
        _check_size(kept, limits.object_bytes_max, name)
    return kept


def _check_size(content: values.VariableValue, limit: int, name: str) -> None:
    size = content.ByteSize()
    if size > limit:
        raise errors.ContentTooLarge(external_event_def=name, bytes=size, limit=limit)


def is_void(definition: events.ExternalEventDef) -> bool:
    """Whether a definition says that its events carry nothing."""
    typed = definition.HasField("type_information")
    return typed and not definition.type_information.HasField("return_type")


def _referenced(draft: Draft, run: RunState, name: str) -> None:
    assert run.wf_run is not None
    wf_spec_id = run.wf_run.wf_spec_id
    spec = draft.facts.wf_spec(wf_spec_id.name, run.wf_spec_sequence)
    if name not in spec.referenced_events:
        raise errors.NotReferencedByWfSpec(
            wf_run=run.key, external_event_def=name, wf_spec=wf_spec_name(wf_spec_id)
        )


def within_limit(draft: Draft, run: RunState, request: events.PutExternalEventRequest) -> None:
    """Refuse an event that nobody waits for when too many of those are there already."""
    limit = draft.limits.max_unconsumed_external_events_per_run
    if len(run.unclaimed) >= limit and not _is_awaited(draft, run, request):
        raise errors.UnconsumedEventLimit(
            wf_run=run.key,
            external_event_def=request.external_event_def_id.name,
            count=len(run.unclaimed),
            limit=limit,
        )


def _is_awaited(draft: Draft, run: RunState, request: events.PutExternalEventRequest) -> bool:
    if run.wf_run is None or not run.is_running:
        return False
    spec = draft.facts.wf_spec(run.wf_run.wf_spec_id.name, run.wf_spec_sequence)
    return is_awaited(run, spec, request)
