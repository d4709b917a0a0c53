"""Stored rows as decisions use them."""

from typing import Any

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.engine.compiled import compile_wf_spec
from hitchpost_server.engine.rows import (
    ExternalEventDefRow,
    Row,
    StructDefRow,
    TaskDefRow,
    UserTaskDefRow,
    WfSpecRow,
    WfSpecVersionRow,
    WorkflowEventDefRow,
)


def decoded(row: Row) -> Any:
    """Decode a row into what decisions use; WfSpecs are compiled here, once."""
    match row:
        case TaskDefRow():
            return tasks.TaskDef.FromString(row.body)
        case ExternalEventDefRow():
            return events.ExternalEventDef.FromString(row.body)
        case WorkflowEventDefRow():
            return workflow_events.WorkflowEventDef.FromString(row.body)
        case WfSpecRow():
            return compile_wf_spec(wf_specs.WfSpec.FromString(row.body))
        case WfSpecVersionRow():
            return row.sequence
        case StructDefRow():
            return struct_defs.StructDef.FromString(row.body)
        case UserTaskDefRow():
            return user_tasks.UserTaskDef.FromString(row.body)
        case _:
            return row
