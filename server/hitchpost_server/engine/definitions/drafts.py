"""From a request to the WfSpec that would be stored, apart from its version.

It knows what is filled in and what is folded; it refuses nothing.
"""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.status_pb2 import ACTIVE
from hitchpost.v1.wf_spec_pb2 import PutWfSpecRequest, WfSpec
from hitchpost_server.engine.definitions.catalogue import Definitions
from hitchpost_server.engine.definitions.variables import folded
from hitchpost_server.engine.nodes.kinds import kind_of


def drafted(request: PutWfSpecRequest, created_at: Timestamp, definitions: Definitions) -> WfSpec:
    """Make version 0.0 of a request that holds together."""
    draft = WfSpec(
        created_at=created_at,
        status=ACTIVE,
        entrypoint_thread_name=request.entrypoint_thread_name,
    )
    draft.id.name = request.name
    for name, thread in request.thread_specs.items():
        draft.thread_specs[name].CopyFrom(thread)
    if request.HasField("retention_policy"):
        draft.retention_policy.CopyFrom(request.retention_policy)
    if request.HasField("parent_wf_spec"):
        draft.parent_wf_spec.CopyFrom(request.parent_wf_spec)
    draft.DiscardUnknownFields()
    _normalise(draft, definitions)
    return draft


def _normalise(draft: WfSpec, definitions: Definitions) -> None:
    for thread in draft.thread_specs.values():
        for variable in thread.variable_defs:
            variable.var_def.CopyFrom(folded(variable.var_def))
        for node in thread.nodes.values():
            kind_of(node).normalise(node, definitions)
