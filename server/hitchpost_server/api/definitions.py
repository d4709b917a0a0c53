"""Puts, reads and deletes definitions."""

from typing import Any

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.correlated_event_field import normalise
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import not_negative
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import ObjectNotFound
from hitchpost_server.engine.ids import (
    EXTERNAL_EVENT_DEF_STREAM,
    TASK_DEF_STREAM,
    WF_SPEC_STREAM,
    wf_spec_name,
)
from hitchpost_server.engine.rows import (
    LATEST,
    ExternalEventDefRow,
    TaskDefRow,
    WfSpecRow,
    WfSpecVersionRow,
)
from hitchpost_server.runtime.committer import Committer


class Definitions:
    """The methods about TaskDefs, ExternalEventDefs and WfSpecs."""

    def __init__(self, committer: Committer, reader: Reader) -> None:
        self._committer = committer
        self._reader = reader

    async def put_task_def(self, caller: Caller, request: tasks.PutTaskDefRequest) -> tasks.TaskDef:
        """Store a TaskDef, or find that the same one is stored already."""
        check_name("name", request.name)
        command = commands.PutTaskDef(
            **sender(caller), stream=TASK_DEF_STREAM + request.name, request=request
        )
        reply: tasks.TaskDef = await self._committer.submit(command)
        return reply

    async def get_task_def(self, _caller: Caller, request: ids.TaskDefId) -> tasks.TaskDef:
        """Read a TaskDef."""
        return await self._reader.get(tasks.TaskDef, TaskDefRow, (request.name,), request.name)

    async def delete_task_def(self, caller: Caller, request: tasks.DeleteTaskDefRequest) -> Empty:
        """Delete a TaskDef."""
        check_name("id.name", request.id.name)
        await self._committer.submit(
            commands.DeleteTaskDef(**sender(caller), stream=TASK_DEF_STREAM + request.id.name)
        )
        return Empty()

    async def put_external_event_def(
        self, caller: Caller, request: events.PutExternalEventDefRequest
    ) -> events.ExternalEventDef:
        """Store or replace an ExternalEventDef."""
        normalise(request)
        check_name("name", request.name)
        command = commands.PutExternalEventDef(
            **sender(caller), stream=EXTERNAL_EVENT_DEF_STREAM + request.name, request=request
        )
        reply: events.ExternalEventDef = await self._committer.submit(command)
        return reply

    async def get_external_event_def(
        self, _caller: Caller, request: ids.ExternalEventDefId
    ) -> events.ExternalEventDef:
        """Read an ExternalEventDef."""
        return await self._reader.get(
            events.ExternalEventDef, ExternalEventDefRow, (request.name,), request.name
        )

    async def delete_external_event_def(
        self, caller: Caller, request: events.DeleteExternalEventDefRequest
    ) -> Empty:
        """Delete an ExternalEventDef."""
        name = request.id.name
        check_name("id.name", name)
        await self._committer.submit(
            commands.DeleteExternalEventDef(
                **sender(caller), stream=EXTERNAL_EVENT_DEF_STREAM + name
            )
        )
        return Empty()

    async def put_wf_spec(
        self, caller: Caller, request: wf_specs.PutWfSpecRequest
    ) -> wf_specs.WfSpec:
        """Store a version of a WfSpec, or find that it equals the latest."""
        check_name("name", request.name)
        command = commands.PutWfSpec(
            **sender(caller), stream=WF_SPEC_STREAM + request.name, request=request
        )
        reply: wf_specs.WfSpec = await self._committer.submit(command)
        return reply

    async def get_wf_spec(self, _caller: Caller, request: ids.WfSpecId) -> wf_specs.WfSpec:
        """Read one version of a WfSpec."""
        not_negative("major_version", request.major_version)
        not_negative("revision", request.revision)
        at = (request.name, request.major_version, request.revision)
        return await self._wf_spec(at, wf_spec_name(request))

    async def get_latest_wf_spec(
        self, _caller: Caller, request: wf_specs.GetLatestWfSpecRequest
    ) -> wf_specs.WfSpec:
        """Read the latest version of a WfSpec, of one major version if it is named."""
        major_version = LATEST
        if request.HasField("major_version"):
            not_negative("major_version", request.major_version)
            major_version = request.major_version
        return await self._wf_spec((request.name, major_version, LATEST), request.name)

    async def _wf_spec(self, version: tuple[str, int, int], written: str) -> wf_specs.WfSpec:
        pointer: Any = await self._reader.find(WfSpecVersionRow, version)
        if pointer is None:
            raise ObjectNotFound(kind="WfSpec", id=written)
        at = (version[0], pointer.sequence)
        return await self._reader.get(wf_specs.WfSpec, WfSpecRow, at, written)

    async def delete_wf_spec(self, caller: Caller, request: wf_specs.DeleteWfSpecRequest) -> Empty:
        """Delete one version of a WfSpec."""
        check_name("id.name", request.id.name)
        command = commands.DeleteWfSpec(
            **sender(caller), stream=WF_SPEC_STREAM + request.id.name, wf_spec_id=request.id
        )
        await self._committer.submit(command)
        return Empty()

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "PutTaskDef": Unary(tasks.PutTaskDefRequest, self.put_task_def),
            "GetTaskDef": Unary(ids.TaskDefId, self.get_task_def),
            "DeleteTaskDef": Unary(tasks.DeleteTaskDefRequest, self.delete_task_def),
            "PutExternalEventDef": Unary(
                events.PutExternalEventDefRequest, self.put_external_event_def
            ),
            "GetExternalEventDef": Unary(ids.ExternalEventDefId, self.get_external_event_def),
            "DeleteExternalEventDef": Unary(
                events.DeleteExternalEventDefRequest, self.delete_external_event_def
            ),
            "PutWfSpec": Unary(wf_specs.PutWfSpecRequest, self.put_wf_spec),
            "GetWfSpec": Unary(ids.WfSpecId, self.get_wf_spec),
            "GetLatestWfSpec": Unary(wf_specs.GetLatestWfSpecRequest, self.get_latest_wf_spec),
            "DeleteWfSpec": Unary(wf_specs.DeleteWfSpecRequest, self.delete_wf_spec),
        }
