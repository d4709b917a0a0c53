"""Calls about user tasks: finding them, assigning them, filling in their forms.

It knows nothing of the nodes that wait for them. Each function up to `list_user_tasks` is a
method of Client. A user task is named by its id or by itself.
"""

import dataclasses
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, TypeVar, overload

from hitchpost import _methods
from hitchpost._calls.pages import every_item
from hitchpost._connection import Connection
from hitchpost._errors import UserTaskClaimed
from hitchpost._ids import NamedRun, wf_run_id
from hitchpost._readings import from_value
from hitchpost._structs import members
from hitchpost._values import to_value
from hitchpost.v1.object_id_pb2 import UserTaskRunId
from hitchpost.v1.user_task_pb2 import (
    AssignUserTaskRunRequest,
    CancelUserTaskRunRequest,
    CompleteUserTaskRunRequest,
    ListUserTaskRunRequest,
    SaveUserTaskRunProgressRequest,
    SearchUserTaskRunRequest,
    UserTaskRun,
    UserTaskRunStatus,
)
from hitchpost.v1.value_pb2 import VariableValue

Form = TypeVar("Form")

# How callers may name a user task.
NamedUserTask = UserTaskRun | UserTaskRunId

_POLICIES = SaveUserTaskRunProgressRequest.SaveUserTaskRunAssignmentPolicy


async def get_user_task(self: Connection, task: NamedUserTask) -> UserTaskRun:
    """Get a user task as it stands. Raises ObjectNotFound."""
    return await self.call(_methods.GET_USER_TASK_RUN, user_task_run_id(task))


async def assign_user_task(
    self: Connection,
    task: NamedUserTask,
    *,
    user: str | None = None,
    group: str | None = None,
    override: bool = False,
) -> None:
    """Give a user task to a user, a group, or both; what is None it has no more.

    One that a user has already is given away with `override` only. Raises ObjectNotFound,
    UserTaskClaimed, UserTaskEnded.
    """
    request = AssignUserTaskRunRequest(
        user_task_run_id=user_task_run_id(task),
        override_claim=override,
        user_group=group,
        user_id=user,
    )
    try:
        await self.call(_methods.ASSIGN_USER_TASK_RUN, request)
    except UserTaskClaimed as claimed:
        if not (claimed.outcome_unknown and await _is_assigned(self, request)):
            raise


async def _is_assigned(self: Connection, request: AssignUserTaskRunRequest) -> bool:
    """Say whether an earlier try of the same call has assigned the task."""
    there = await get_user_task(self, request.user_task_run_id)
    return (there.user_id, there.user_group) == (request.user_id, request.user_group)


async def complete_user_task(
    self: Connection, task: NamedUserTask, results: object, *, user: str
) -> None:
    """Fill in the form, as this user: a dataclass or a mapping of field names to values.

    One that has ended stays as it is. Raises ObjectNotFound, RequestInvalid if a field
    does not fit.
    """
    request = CompleteUserTaskRunRequest(
        user_task_run_id=user_task_run_id(task), results=result_values(results), user_id=user
    )
    await self.call(_methods.COMPLETE_USER_TASK_RUN, request)


async def save_user_task(
    self: Connection,
    task: NamedUserTask,
    results: object,
    *,
    user: str,
    ignore_claim: bool = False,
) -> UserTaskRun:
    """Keep what has been filled in so far, in place of what was kept before.

    One that another user has is refused, except with `ignore_claim`. Raises ObjectNotFound,
    UserTaskClaimed, UserTaskEnded.
    """
    policy = _POLICIES.IGNORE_CLAIM if ignore_claim else _POLICIES.FAIL_IF_CLAIMED_BY_OTHER
    request = SaveUserTaskRunProgressRequest(
        user_task_run_id=user_task_run_id(task),
        results=result_values(results),
        user_id=user,
        policy=policy,
    )
    return await self.call(_methods.SAVE_USER_TASK_RUN_PROGRESS, request)


async def cancel_user_task(self: Connection, task: NamedUserTask) -> None:
    """Cancel a user task; its node fails. Raises ObjectNotFound."""
    request = CancelUserTaskRunRequest(user_task_run_id=user_task_run_id(task))
    await self.call(_methods.CANCEL_USER_TASK_RUN, request)


def search_user_tasks(
    self: Connection,
    *,
    status: UserTaskRunStatus | None = None,
    name: str | None = None,
    user: str | None = None,
    group: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[UserTaskRunId]:
    """Yield the ids of the user tasks of which all that is given holds, oldest first.

    `name` is that of the form. One of status, name, user and group must be given.
    """
    request = SearchUserTaskRunRequest(
        status=status,
        user_task_def_name=name,
        user_id=user,
        user_group=group,
        earliest_start=since,
        latest_start=until,
    )
    return every_item(self, _methods.SEARCH_USER_TASK_RUN, request, UserTaskRunId)


def list_user_tasks(self: Connection, run: NamedRun) -> AsyncIterator[UserTaskRun]:
    """Yield the user tasks of a run."""
    request = ListUserTaskRunRequest(wf_run_id=wf_run_id(run))
    return every_item(self, _methods.LIST_USER_TASK_RUNS, request, UserTaskRun)


@overload
def read_form(task: UserTaskRun) -> dict[str, Any]: ...
@overload
def read_form(task: UserTaskRun, form: type[Form]) -> Form: ...
def read_form(task: UserTaskRun, form: type | None = None) -> Any:
    """Give what has been filled in so far, by field, or as an instance of the form's class.

    Raises TypeError when a field is missing that the class must have.
    """
    filled = {name: from_value(value) for name, value in task.results.items()}
    if form is None:
        return filled
    named = {one.mark.name or one.attribute: one.attribute for one in members(form)}
    return form(**{named[name]: one for name, one in filled.items() if name in named})


def user_task_run_id(task: NamedUserTask) -> UserTaskRunId:
    """Give the id of a user task."""
    return task.id if isinstance(task, UserTaskRun) else task


def result_values(results: object) -> dict[str, VariableValue]:
    """Turn what was filled in into values by field; fields that are None are left out."""
    filled = results if isinstance(results, Mapping) else _filled_in(results)
    return {str(name): to_value(one) for name, one in filled.items() if one is not None}


def _filled_in(results: Any) -> dict[str, object]:
    if isinstance(results, type) or not dataclasses.is_dataclass(results):
        raise TypeError(f"{results!r} is neither a dataclass nor a mapping")
    described = members(type(results))
    return {one.mark.name or one.attribute: getattr(results, one.attribute) for one in described}
