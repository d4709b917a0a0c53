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
from hitchpost_server.engine.values.types import mismatch


def check(
    draft: Draft, run: RunState, request: events.PutExternalEventRequest
) -> events.ExternalEventDef:
    """Raise an ExternalEventRefused if the event must not be accepted; return its definition."""
    definition = defined(draft.facts, request.external_event_def_id.name)
    _not_known_yet(draft, run, request)
    content_fits(request.content, definition, draft.limits)
    if definition.require_wfrun and run.wf_run is None:
        raise errors.WfRunNotFound(wf_run=run.key, external_event_def=definition.id.name)
    if definition.require_wfspec_reference and run.wf_run is not None:
        _referenced(draft, run, definition.id.name)
    within_limit(draft, run, request)
    return definition


def defined(facts: Facts, name: str) -> events.ExternalEventDef:
    """Return the definition of an event; refuse one that has none."""
    definition = facts.external_event_def(name)
    if definition is None:
        raise errors.ExternalEventDefNotFound(external_event_def=name)
    return definition


def _not_known_yet(draft: Draft, run: RunState, request: events.PutExternalEventRequest) -> None:
    """Refuse a guid that was accepted before.

    One that the server makes up is new, and so is any of a stream without events.
    """
    if not request.guid or not draft.state.sequence:
        return
    name = request.external_event_def_id.name
    if (name, request.guid) in run.unclaimed or draft.facts.has_external_event(
        run.key, name, request.guid
    ):
        raise errors.ExternalEventExists(wf_run=run.key, external_event_def=name, guid=request.guid)


def content_fits(
    content: values.VariableValue, definition: events.ExternalEventDef, limits: EngineLimits
) -> None:
    """Refuse content of the wrong type or size."""
    name, size = definition.id.name, content.ByteSize()
    if not is_void(definition):  # which takes any content, as in LittleHorse
        typed = definition.HasField("type_information")
        wanted = definition.type_information.return_type if typed else None
        problem = mismatch(content, wanted)
        if problem is not None:
            raise errors.ContentTypeMismatch(external_event_def=name, problem=problem)
    if size > limits.content_bytes_max:
        raise errors.ContentTooLarge(
            external_event_def=name, bytes=size, limit=limits.content_bytes_max
        )


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
    limit = draft.limits.unconsumed_events_per_run_max
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
