"""Events that a workflow throws, and the definitions of events that it brings along.

It knows the THROW_EVENT node. Each function is a builder's verb.
"""

from hitchpost._building.expression import assignment
from hitchpost._building.steps import Step
from hitchpost._building.thread import Writing
from hitchpost._requests import (
    Correlation,
    put_external_event_def_request,
    put_workflow_event_def_request,
)
from hitchpost._types import DeclaredType
from hitchpost.v1.object_id_pb2 import WorkflowEventDefId
from hitchpost.v1.value_pb2 import ReturnType
from hitchpost.v1.wf_spec_pb2 import Node, ThrowEventNode


def throw_event(self: Writing, name: str, content: object = None) -> Step:
    """Throw an event for those outside who wait for it (`Client.await_workflow_event`)."""
    event = ThrowEventNode(event_def_id=WorkflowEventDefId(name=name), content=assignment(content))
    node = Node(throw_event=event)
    return Step(self._thread.add(f"throw-{name}", node), node)


def register_event(
    self: Writing,
    name: str,
    *,
    content_type: DeclaredType | ReturnType | None = None,
    require_wfrun: bool | None = None,
    require_wfspec_reference: bool | None = None,
    retention_seconds: int | None = None,
    correlation: Correlation | None = None,
) -> None:
    """Have this external event defined whenever the workflow is put.

    The arguments are those of `Client.put_external_event_def`.
    """
    self._thread.draft.event_defs[name] = put_external_event_def_request(
        name,
        content_type=content_type,
        require_wfrun=require_wfrun,
        require_wfspec_reference=require_wfspec_reference,
        retention_seconds=retention_seconds,
        correlation=correlation,
    )


def register_workflow_event(
    self: Writing, name: str, *, content_type: DeclaredType | ReturnType | None = None
) -> None:
    """Have this event, which the workflow throws, defined whenever the workflow is put.

    The arguments are those of `Client.put_workflow_event_def`.
    """
    request = put_workflow_event_def_request(name, content_type)
    self._thread.draft.workflow_event_defs[name] = request
