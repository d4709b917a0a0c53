"""Putting a WfSpec: all that is checked, in order, and what is stored then.

It knows the order; each module beside it knows one subject.
"""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.wf_spec_pb2 import PutWfSpecRequest, ThreadSpec, WfSpec
from hitchpost_server.engine.definitions.catalogue import (
    Definitions,
    RequiredDefinitions,
    united,
)
from hitchpost_server.engine.definitions.drafts import drafted
from hitchpost_server.engine.definitions.interrupts import check_interrupts
from hitchpost_server.engine.definitions.limits import NODES_MAX, THREAD_SPECS_MAX
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.definitions.parents import check_parent, parent_version
from hitchpost_server.engine.definitions.pinning import named_struct_defs, pin
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.references import check_references
from hitchpost_server.engine.definitions.scopes import WfSpecScope
from hitchpost_server.engine.definitions.shape import check_shape
from hitchpost_server.engine.definitions.threads import check_thread
from hitchpost_server.engine.definitions.variables import check_label, check_thread_variables
from hitchpost_server.engine.definitions.versions import versioned
from hitchpost_server.engine.nodes.kinds import kind_of


def required_definitions(
    request: PutWfSpecRequest, latest: WfSpec | None = None
) -> RequiredDefinitions:
    """Name the definitions that `put_wf_spec` will ask for.

    Those of `latest` count only for whether its output differs from the new
    one; what is not found is taken as unknown. Any request will do.
    """
    threads = [*request.thread_specs.values()]
    if latest is not None:
        threads.extend(latest.thread_specs.values())
    above = [request.parent_wf_spec] if request.HasField("parent_wf_spec") else []
    whole = RequiredDefinitions(
        wf_specs=frozenset(parent_version(one) for one in above),
        struct_defs=named_struct_defs(request),
    )
    return united([whole, *(_required_by(thread) for thread in threads)])


def put_wf_spec(
    request: PutWfSpecRequest,
    latest: WfSpec | None,
    definitions: Definitions,
    created_at: Timestamp,
) -> WfSpec:
    """Make the next version of a WfSpec, or return `latest` itself if nothing changes.

    Raises:
        FieldInvalid: its name is not one.
        DefinitionInvalid: it contradicts itself or names what does not exist.
        DefinitionExists: it differs, and the request allows no update.
        BreakingChange: it needs a new major version, and the request allows none.
    """
    check_name("name", request.name)
    place = Place("WfSpec", request.name)
    _check_size(request, place)
    check_shape(request, place)
    draft = drafted(request, created_at, definitions)
    if pin(draft, place, definitions):
        check_shape(draft, place)  # what literals say of themselves now nests them more deeply
    _check_spec(draft, place, definitions)
    return versioned(draft, latest, request.allowed_updates, definitions)


def _required_by(thread: ThreadSpec) -> RequiredDefinitions:
    interrupts = frozenset(each.external_event_def_id.name for each in thread.interrupt_defs)
    nodes = (kind_of(node).required(node) for node in thread.nodes.values())
    return united([RequiredDefinitions(external_event_defs=interrupts), *nodes])


def _check_size(request: PutWfSpecRequest, place: Place) -> None:
    if len(request.thread_specs) > THREAD_SPECS_MAX:
        raise place.at("thread_specs").invalid(f"there are more than {THREAD_SPECS_MAX}")
    if sum(len(thread.nodes) for thread in request.thread_specs.values()) > NODES_MAX:
        raise place.at("thread_specs").invalid(f"they have more than {NODES_MAX} nodes")


def _check_spec(draft: WfSpec, place: Place, definitions: Definitions) -> None:
    _check_labels(draft, place)
    _check_entrypoint(draft, place)
    check_thread_variables(draft, place)
    check_parent(draft, place, definitions)
    check_references(draft, place)
    whole = WfSpecScope.of(draft, definitions)
    for name in sorted(draft.thread_specs):
        check_thread(draft, name, place.at("thread_specs", name), whole)
    check_interrupts(draft, place, definitions)
    if draft.retention_policy.seconds_after_wf_termination < 0:
        raise place.at("retention_policy.seconds_after_wf_termination").invalid(
            "it may not be negative"
        )


def _check_labels(draft: WfSpec, place: Place) -> None:
    for name in sorted(draft.thread_specs):
        check_label(name, place.at("thread_specs", name))
        for node_name in sorted(draft.thread_specs[name].nodes):
            check_label(node_name, place.at("thread_specs", name).at("nodes", node_name))


def _check_entrypoint(draft: WfSpec, place: Place) -> None:
    if draft.entrypoint_thread_name not in draft.thread_specs:
        raise place.at("entrypoint_thread_name").invalid("there is no ThreadSpec of that name")
