"""How large a user task may become, so that whoever fills it in can also complete it.

Knows sizes; nothing of what people may do otherwise.
"""

from google.protobuf.message import Message

from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.errors import ObjectTooLarge
from hitchpost_server.engine.limits import EngineLimits

# Of what an object may take, notes, drafts, comments and assignments fill so much at most: a user
# task keeps all of them, and they must leave room for the results in the end.
SHARE_BEFORE_THE_END = 0.75


def bytes_before_the_end(limits: EngineLimits) -> int:
    """Tell how large a user task may be before it is completed."""
    return int(limits.object_bytes_max * SHARE_BEFORE_THE_END)


def check_growth(
    user_task_run: user_tasks.UserTaskRun, request: Message, limits: EngineLimits
) -> None:
    """Refuse what would leave no room for results; drafts are kept as an event as well."""
    _check(user_task_run.ByteSize() + 2 * request.ByteSize(), bytes_before_the_end(limits))


def check_completion(
    user_task_run: user_tasks.UserTaskRun,
    request: user_tasks.CompleteUserTaskRunRequest,
    limits: EngineLimits,
) -> None:
    """Refuse results that are too large together with all that was before."""
    completed = copy_of(user_task_run)
    for name, value in request.results.items():
        completed.results[name].CopyFrom(value)
    _check(completed.ByteSize(), limits.object_bytes_max)


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise ObjectTooLarge(kind="UserTaskRun", bytes=size, limit=limit)
