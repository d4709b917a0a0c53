"""Gives people their tasks and takes what they do with them."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.searching import Searcher, time_range
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import CommentUnavailable, FieldInvalid
from hitchpost_server.engine.ids import family_stream, run_id
from hitchpost_server.engine.rows import UserTaskRunRow
from hitchpost_server.engine.searches import USER_TASK_RUN_INDEXES, searches
from hitchpost_server.engine.user_tasks import PERSON_CHARACTERS_MAX
from hitchpost_server.runtime.committer import Committer

STATUSES = user_tasks.UserTaskRunStatus.values()

# What a search may be by: fields of the request, and columns.
CRITERIA = {
    "user_id": "user_id",
    "user_group": "user_group",
    "user_task_def_name": "user_task_def",
    "status": "status",
}


class UserTaskRuns:
    """The methods about UserTaskRuns."""

    def __init__(
        self, committer: Committer, reader: Reader, searcher: Searcher, shapes: Shapes
    ) -> None:
        self._committer = committer
        self._reader = reader
        self._searcher = searcher
        self._shapes = shapes

    async def get_user_task_run(
        self, _caller: Caller, request: ids.UserTaskRunId
    ) -> user_tasks.UserTaskRun:
        """Read a UserTaskRun."""
        at = (self._shapes.run("wf_run_id", request.wf_run_id), request.user_task_guid)
        return await self._reader.get(user_tasks.UserTaskRun, UserTaskRunRow, at, "/".join(at))

    async def list_user_task_runs(
        self, _caller: Caller, request: user_tasks.ListUserTaskRunRequest
    ) -> user_tasks.UserTaskRunList:
        """List the UserTaskRuns of a run by guid."""
        response: user_tasks.UserTaskRunList = await self._reader.fill(
            user_tasks.UserTaskRunList(),
            user_tasks.UserTaskRun,
            UserTaskRunRow,
            (self._shapes.run("wf_run_id", request.wf_run_id),),
            request,
            self._limit(request),
        )
        return response

    async def search_user_task_run(
        self, _caller: Caller, request: user_tasks.SearchUserTaskRunRequest
    ) -> user_tasks.UserTaskRunIdList:
        """Find UserTaskRuns by all that the request names, oldest first."""
        response: user_tasks.UserTaskRunIdList = await self._searcher.fill(
            user_tasks.UserTaskRunIdList(),
            searches(
                USER_TASK_RUN_INDEXES, _wanted(request), {"status": STATUSES}, *time_range(request)
            ),
            request,
            self._limit(request),
            _id_of,
        )
        return response

    async def assign_user_task_run(
        self, caller: Caller, request: user_tasks.AssignUserTaskRunRequest
    ) -> Empty:
        """Give a UserTaskRun to a user, to a group or to both."""
        common = self._common(caller, request)
        for field, called in (("user_id", "UserId"), ("user_group", "UserGroup")):
            if request.HasField(field):
                _not_blank(field, getattr(request, field), called)
                _not_too_long(field, getattr(request, field))
        if not request.HasField("user_id") and not request.HasField("user_group"):
            raise FieldInvalid(field="user_id", problem="a user_id or a user_group is needed")
        await self._committer.submit(commands.AssignUserTask(**common, request=request))
        return Empty()

    async def complete_user_task_run(
        self, caller: Caller, request: user_tasks.CompleteUserTaskRunRequest
    ) -> Empty:
        """Take the results of a UserTaskRun; one that has ended stays as it is."""
        _not_too_long("user_id", request.user_id)
        common = self._common(caller, request)
        await self._committer.submit(commands.CompleteUserTask(**common, request=request))
        return Empty()

    async def cancel_user_task_run(
        self, caller: Caller, request: user_tasks.CancelUserTaskRunRequest
    ) -> Empty:
        """Give a UserTaskRun up."""
        common = self._common(caller, request)
        await self._committer.submit(commands.CancelUserTask(**common, request=request))
        return Empty()

    async def save_user_task_run_progress(
        self, caller: Caller, request: user_tasks.SaveUserTaskRunProgressRequest
    ) -> user_tasks.UserTaskRun:
        """Keep what was filled in so far."""
        _not_too_long("user_id", request.user_id)
        common = self._common(caller, request)
        command = commands.SaveUserTask(**common, request=request)
        reply: user_tasks.UserTaskRun = await self._committer.submit(command)
        return reply

    async def put_user_task_run_comment(
        self, caller: Caller, request: user_tasks.PutUserTaskRunCommentRequest
    ) -> user_tasks.UserTaskRun:
        """Add a comment."""
        _check_comment(request)
        return await self._comment(caller, request)

    async def edit_user_task_run_comment(
        self, caller: Caller, request: user_tasks.EditUserTaskRunCommentRequest
    ) -> user_tasks.UserTaskRun:
        """Let a comment say something else."""
        _check_comment_id(request)
        _check_comment(request)
        return await self._comment(caller, request)

    async def delete_user_task_run_comment(
        self, caller: Caller, request: user_tasks.DeleteUserTaskRunCommentRequest
    ) -> user_tasks.UserTaskRun:
        """Delete a comment."""
        _check_comment_id(request)
        if not request.user_id.strip():
            raise _unavailable(request, "the request does not say who deletes it")
        _not_too_long("user_id", request.user_id)
        return await self._comment(caller, request)

    async def _comment(self, caller: Caller, request: Any) -> user_tasks.UserTaskRun:
        command = commands.CommentUserTask(**self._common(caller, request), request=request)
        reply: user_tasks.UserTaskRun = await self._committer.submit(command)
        return reply

    def _common(self, caller: Caller, request: Any) -> dict[str, Any]:
        """Check which UserTaskRun a request is about, and say so for the command."""
        about: ids.UserTaskRunId = request.user_task_run_id
        run = self._shapes.run("user_task_run_id.wf_run_id", about.wf_run_id)
        self._shapes.guid("user_task_run_id.user_task_guid", about.user_task_guid)
        return {**sender(caller), "stream": family_stream(run), "run": run}

    def _limit(self, request: Any) -> int:
        return self._shapes.page(request.limit if request.HasField("limit") else None)

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "GetUserTaskRun": Unary(ids.UserTaskRunId, self.get_user_task_run),
            "ListUserTaskRuns": Unary(user_tasks.ListUserTaskRunRequest, self.list_user_task_runs),
            "SearchUserTaskRun": Unary(
                user_tasks.SearchUserTaskRunRequest, self.search_user_task_run
            ),
            "AssignUserTaskRun": Unary(
                user_tasks.AssignUserTaskRunRequest, self.assign_user_task_run
            ),
            "CompleteUserTaskRun": Unary(
                user_tasks.CompleteUserTaskRunRequest, self.complete_user_task_run
            ),
            "CancelUserTaskRun": Unary(
                user_tasks.CancelUserTaskRunRequest, self.cancel_user_task_run
            ),
            "SaveUserTaskRunProgress": Unary(
                user_tasks.SaveUserTaskRunProgressRequest, self.save_user_task_run_progress
            ),
            "PutUserTaskRunComment": Unary(
                user_tasks.PutUserTaskRunCommentRequest, self.put_user_task_run_comment
            ),
            "EditUserTaskRunComment": Unary(
                user_tasks.EditUserTaskRunCommentRequest, self.edit_user_task_run_comment
            ),
            "DeleteUserTaskRunComment": Unary(
                user_tasks.DeleteUserTaskRunCommentRequest, self.delete_user_task_run_comment
            ),
        }


def _wanted(request: user_tasks.SearchUserTaskRunRequest) -> Mapping[str, str | int]:
    """Read what a search is by; an empty text is as good as none."""
    wanted = {
        column: getattr(request, field)
        for field, column in CRITERIA.items()
        if request.HasField(field) and getattr(request, field) != ""
    }
    if not wanted:
        names = ", ".join(CRITERIA)
        raise FieldInvalid(field="user_id", problem=f"at least one of these is needed: {names}")
    return wanted


def _id_of(row: UserTaskRunRow) -> ids.UserTaskRunId:
    return ids.UserTaskRunId(wf_run_id=run_id(row.run), user_task_guid=row.user_task_guid)


def _not_blank(field: str, text: str, called: str) -> None:
    if not text.strip():
        raise FieldInvalid(field=field, problem=f"{called} can't be empty")


def _not_too_long(field: str, name: str) -> None:
    if len(name) > PERSON_CHARACTERS_MAX:
        raise FieldInvalid(field=field, problem=f"more than {PERSON_CHARACTERS_MAX} characters")


def _check_comment(
    request: user_tasks.PutUserTaskRunCommentRequest | user_tasks.EditUserTaskRunCommentRequest,
) -> None:
    _not_blank("user_id", request.user_id, "UserId")
    _not_too_long("user_id", request.user_id)
    _not_blank("comment", request.comment, "Comment")


def _check_comment_id(
    request: user_tasks.EditUserTaskRunCommentRequest | user_tasks.DeleteUserTaskRunCommentRequest,
) -> None:
    if request.user_comment_id == 0:
        raise _unavailable(request, "the request does not say which one")


def _unavailable(
    request: user_tasks.EditUserTaskRunCommentRequest | user_tasks.DeleteUserTaskRunCommentRequest,
    problem: str,
) -> CommentUnavailable:
    return CommentUnavailable(
        user_task_run=request.user_task_run_id.user_task_guid,
        user_comment_id=request.user_comment_id,
        problem=problem,
    )
