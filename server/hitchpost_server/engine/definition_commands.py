"""What commands do to definitions."""

from collections.abc import Callable
from typing import Any

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.engine import commands, definition_fold, errors
from hitchpost_server.engine.definitions import built_in
from hitchpost_server.engine.definitions.external_event_defs import put_external_event_def
from hitchpost_server.engine.definitions.struct_defs import is_valid_evolution, put_struct_def
from hitchpost_server.engine.definitions.task_defs import put_task_def
from hitchpost_server.engine.definitions.user_task_defs import put_user_task_def
from hitchpost_server.engine.definitions.wf_specs import put_wf_spec
from hitchpost_server.engine.definitions.workflow_event_defs import put_workflow_event_def
from hitchpost_server.engine.ids import struct_def_name, user_task_def_name, wf_spec_name
from hitchpost_server.engine.limits import check_size
from hitchpost_server.engine.state import DefinitionState
from hitchpost_server.engine.stream_draft import StreamDraft

DefinitionDraft = StreamDraft[DefinitionState]


def _put_task_def(draft: DefinitionDraft, command: commands.PutTaskDef) -> tasks.TaskDef:
    stored = draft.state.body if isinstance(draft.state.body, tasks.TaskDef) else None
    task_def = put_task_def(command.request, stored, draft.facts, draft.now)
    if task_def is not stored:
        check_size(task_def, draft.limits)
        draft.emit("task_def_put", history.TaskDefPut(task_def=task_def))
    return task_def


def _put_external_event_def(
    draft: DefinitionDraft, command: commands.PutExternalEventDef
) -> events.ExternalEventDef:
    stored = draft.state.body if isinstance(draft.state.body, events.ExternalEventDef) else None
    definition = put_external_event_def(command.request, stored, draft.facts, draft.now)
    check_size(definition, draft.limits)
    body = history.ExternalEventDefPut(external_event_def=definition)
    draft.emit("external_event_def_put", body)
    return definition


def _put_workflow_event_def(
    draft: DefinitionDraft, command: commands.PutWorkflowEventDef
) -> workflow_events.WorkflowEventDef:
    always_there = built_in.WORKFLOW_EVENT_DEFS.get(command.request.name)
    if always_there is not None and not command.request.HasField("content_type"):
        return always_there  # LittleHorse's SDKs put what they throw, some without its type
    body = always_there or draft.state.body
    stored = body if isinstance(body, workflow_events.WorkflowEventDef) else None
    definition = put_workflow_event_def(command.request, stored, draft.facts, draft.now)
    if definition is not stored:
        check_size(definition, draft.limits)
        put = history.WorkflowEventDefPut(workflow_event_def=definition)
        draft.emit("workflow_event_def_put", put)
    return definition


def _put_wf_spec(draft: DefinitionDraft, command: commands.PutWfSpec) -> wf_specs.WfSpec:
    latest = None
    if draft.state.versions:
        sequence = draft.state.versions[max(draft.state.versions)]
        latest = draft.facts.wf_spec(command.request.name, sequence).wf_spec
    wf_spec = put_wf_spec(command.request, latest, draft.facts, draft.now)
    if wf_spec is not latest:
        check_size(wf_spec, draft.limits)
        draft.emit("wf_spec_put", history.WfSpecPut(wf_spec=wf_spec))
    return wf_spec


def _delete_task_def(draft: DefinitionDraft, _command: commands.DeleteTaskDef) -> None:
    _must_exist(draft, "TaskDef")
    draft.emit("task_def_deleted", history.TaskDefDeleted())


def _delete_external_event_def(
    draft: DefinitionDraft, _command: commands.DeleteExternalEventDef
) -> None:
    _must_exist(draft, "ExternalEventDef")
    draft.emit("external_event_def_deleted", history.ExternalEventDefDeleted())


def _delete_workflow_event_def(
    draft: DefinitionDraft, _command: commands.DeleteWorkflowEventDef
) -> None:
    name = definition_fold.definition_name(draft.state)
    if name in built_in.WORKFLOW_EVENT_DEFS:
        raise errors.DefinitionBuiltIn(kind="WorkflowEventDef", name=name)
    _must_exist(draft, "WorkflowEventDef")
    draft.emit("workflow_event_def_deleted", history.WorkflowEventDefDeleted())


def _must_exist(draft: DefinitionDraft, kind: str) -> None:
    if draft.state.body is None:
        name = definition_fold.definition_name(draft.state)
        raise errors.ObjectNotFound(kind=kind, id=name)


def _delete_wf_spec(draft: DefinitionDraft, command: commands.DeleteWfSpec) -> None:
    wf_spec_id = command.wf_spec_id
    if (wf_spec_id.major_version, wf_spec_id.revision) not in draft.state.versions:
        raise errors.ObjectNotFound(kind="WfSpec", id=wf_spec_name(wf_spec_id))
    draft.emit("wf_spec_deleted", history.WfSpecDeleted(wf_spec_id=wf_spec_id))


def _put_user_task_def(
    draft: DefinitionDraft, command: commands.PutUserTaskDef
) -> user_tasks.UserTaskDef:
    versions = draft.state.user_task_defs
    latest = versions[max(versions)] if versions else None
    user_task_def = put_user_task_def(command.request, latest, draft.now)
    if user_task_def is not latest:
        check_size(user_task_def, draft.limits)
        draft.emit("user_task_def_put", history.UserTaskDefPut(user_task_def=user_task_def))
    return user_task_def


def _delete_user_task_def(draft: DefinitionDraft, command: commands.DeleteUserTaskDef) -> None:
    version = command.user_task_def_id.version
    if version not in draft.state.user_task_defs:
        name = user_task_def_name(command.user_task_def_id)
        raise errors.ObjectNotFound(kind="UserTaskDef", id=name)
    draft.emit("user_task_def_deleted", history.UserTaskDefDeleted(version=version))


def _put_struct_def(
    draft: DefinitionDraft, command: commands.PutStructDef
) -> struct_defs.StructDef:
    versions = draft.state.struct_defs
    latest = versions[max(versions)] if versions else None
    struct_def = put_struct_def(command.request, latest, draft.facts, draft.now)
    if struct_def is not latest:
        check_size(struct_def, draft.limits)
        draft.emit("struct_def_put", history.StructDefPut(struct_def=struct_def))
    return struct_def


def _validate_struct_def_evolution(
    draft: DefinitionDraft, command: commands.ValidateStructDefEvolution
) -> bool:
    return is_valid_evolution(command.request, draft.facts)


def _delete_struct_def(draft: DefinitionDraft, command: commands.DeleteStructDef) -> None:
    version = command.struct_def_id.version
    if version not in draft.state.struct_defs:
        raise errors.ObjectNotFound(kind="StructDef", id=struct_def_name(command.struct_def_id))
    draft.emit("struct_def_deleted", history.StructDefDeleted(version=version))


DEFINITION_DECIDERS: dict[type[commands.Command], Callable[[DefinitionDraft, Any], Any]] = {
    commands.PutTaskDef: _put_task_def,
    commands.PutExternalEventDef: _put_external_event_def,
    commands.PutWorkflowEventDef: _put_workflow_event_def,
    commands.PutWfSpec: _put_wf_spec,
    commands.DeleteTaskDef: _delete_task_def,
    commands.DeleteExternalEventDef: _delete_external_event_def,
    commands.DeleteWorkflowEventDef: _delete_workflow_event_def,
    commands.DeleteWfSpec: _delete_wf_spec,
    commands.PutStructDef: _put_struct_def,
    commands.ValidateStructDefEvolution: _validate_struct_def_evolution,
    commands.DeleteStructDef: _delete_struct_def,
    commands.PutUserTaskDef: _put_user_task_def,
    commands.DeleteUserTaskDef: _delete_user_task_def,
}
