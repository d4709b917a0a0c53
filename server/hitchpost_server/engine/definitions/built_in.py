"""Definitions that every tenant has without anybody having put them.

They cannot be deleted, and putting the same again changes nothing.
"""

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.workflow_event_pb2 import WorkflowEventDef

# A run that throws it starts over; the content is an object of the new inputs.
CONTINUE_AS_NEW = "hitchpost-continue-as-new"

WORKFLOW_EVENT_DEFS: dict[str, WorkflowEventDef] = {
    CONTINUE_AS_NEW: WorkflowEventDef(
        id=ids.WorkflowEventDefId(name=CONTINUE_AS_NEW),
        content_type=values.ReturnType(
            return_type=values.TypeDefinition(primitive_type=values.JSON_OBJ)
        ),
    )
}
