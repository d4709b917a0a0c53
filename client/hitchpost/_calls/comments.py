"""Calls about what users write on user tasks. Each function is a method of Client."""

from hitchpost import _methods
from hitchpost._calls.user_tasks import NamedUserTask, user_task_run_id
from hitchpost._connection import Connection
from hitchpost._retry import Retry
from hitchpost.v1.user_task_pb2 import (
    DeleteUserTaskRunCommentRequest,
    EditUserTaskRunCommentRequest,
    PutUserTaskRunCommentRequest,
    UserTaskRun,
)

# A second try of a comment whose outcome is unknown might write it twice.
_ONCE = Retry(tries_max=1)


async def comment_user_task(
    self: Connection, task: NamedUserTask, comment: str, *, user: str
) -> UserTaskRun:
    """Write a comment on a user task, as this user; tried only once. Raises ObjectNotFound.

    Comments are counted from 1: the number of this one is in the answer's last event.
    """
    request = PutUserTaskRunCommentRequest(
        user_task_run_id=user_task_run_id(task), user_id=user, comment=comment
    )
    return await self.call(_methods.PUT_USER_TASK_RUN_COMMENT, request, retry=_ONCE)


async def edit_user_task_comment(
    self: Connection, task: NamedUserTask, number: int, comment: str, *, user: str
) -> UserTaskRun:
    """Write a comment anew. Raises ObjectNotFound, CommentUnavailable if it was deleted."""
    request = EditUserTaskRunCommentRequest(
        user_comment_id=number,
        user_task_run_id=user_task_run_id(task),
        user_id=user,
        comment=comment,
    )
    return await self.call(_methods.EDIT_USER_TASK_RUN_COMMENT, request)


async def delete_user_task_comment(
    self: Connection, task: NamedUserTask, number: int, *, user: str
) -> UserTaskRun:
    """Delete a comment. Raises ObjectNotFound, CommentUnavailable if it was before."""
    request = DeleteUserTaskRunCommentRequest(
        user_task_run_id=user_task_run_id(task), user_comment_id=number, user_id=user
    )
    return await self.call(_methods.DELETE_USER_TASK_RUN_COMMENT, request)
