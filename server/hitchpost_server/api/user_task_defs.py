"""Puts, reads and deletes UserTaskDefs."""

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.shapes import not_negative
from hitchpost_server.engine import commands
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.ids import USER_TASK_DEF_STREAM, user_task_def_name
from hitchpost_server.engine.rows import LATEST, UserTaskDefRow
from hitchpost_server.runtime.committer import Committer


class UserTaskDefs:
    """The methods about UserTaskDefs."""

    def __init__(self, committer: Committer, reader: Reader) -> None:
        self._committer = committer
        self._reader = reader

    async def put_user_task_def(
        self, caller: Caller, request: user_tasks.PutUserTaskDefRequest
    ) -> user_tasks.UserTaskDef:
        """Store a version of a UserTaskDef, or find that it equals the latest."""
        check_name("name", request.name)
        command = commands.PutUserTaskDef(
            **sender(caller), stream=USER_TASK_DEF_STREAM + request.name, request=request
        )
        reply: user_tasks.UserTaskDef = await self._committer.submit(command)
        return reply

    async def get_user_task_def(
        self, _caller: Caller, request: ids.UserTaskDefId
    ) -> user_tasks.UserTaskDef:
        """Read one version of a UserTaskDef."""
        not_negative("version", request.version)
        at = (request.name, request.version)
        return await self._read(at, user_task_def_name(request))

    async def get_latest_user_task_def(
        self, _caller: Caller, request: user_tasks.GetLatestUserTaskDefRequest
    ) -> user_tasks.UserTaskDef:
        """Read the latest version of a UserTaskDef."""
        return await self._read((request.name, LATEST), request.name)

    async def _read(self, at: tuple[str, int], written: str) -> user_tasks.UserTaskDef:
        return await self._reader.get(user_tasks.UserTaskDef, UserTaskDefRow, at, written)

    async def delete_user_task_def(
        self, caller: Caller, request: user_tasks.DeleteUserTaskDefRequest
    ) -> Empty:
        """Delete one version of a UserTaskDef."""
        check_name("id.name", request.id.name)
        command = commands.DeleteUserTaskDef(
            **sender(caller),
            stream=USER_TASK_DEF_STREAM + request.id.name,
            user_task_def_id=request.id,
        )
        await self._committer.submit(command)
        return Empty()

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "PutUserTaskDef": Unary(user_tasks.PutUserTaskDefRequest, self.put_user_task_def),
            "GetUserTaskDef": Unary(ids.UserTaskDefId, self.get_user_task_def),
            "GetLatestUserTaskDef": Unary(
                user_tasks.GetLatestUserTaskDefRequest, self.get_latest_user_task_def
            ),
            "DeleteUserTaskDef": Unary(
                user_tasks.DeleteUserTaskDefRequest, self.delete_user_task_def
            ),
        }
