"""User tasks in a run: who may have one, and how it is given up.

What people, nodes and timers do to user tasks has these words in common.
"""

from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.nodes.kind import Visit
from hitchpost_server.engine.values.casts import coerce
from hitchpost_server.engine.values.evaluation import Assignment
from hitchpost_server.engine.values.types import is_null

ENDED = frozenset({user_tasks.DONE, user_tasks.CANCELLED})

# Users and groups are part of keys of indexes, and of every assignment that is kept.
PERSON_CHARACTERS_MAX = 1_000

STR = values.TypeDefinition(primitive_type=values.STR)


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who is to have a user task: a user, a group or both."""

    user_id: str | None
    user_group: str | None

    @property
    def is_nobody(self) -> bool:
        """Whether there is neither."""
        return self.user_id is None and self.user_group is None

    @property
    def problem(self) -> str | None:
        """Say what is wrong with it, if anything is."""
        if self.user_id is not None and not self.user_id.strip():
            return "Invalid user task assignment: the user's id is blank"
        if self.user_group is not None and not self.user_group.strip():
            return "Invalid group task assignment: the group's name is blank"
        if any(len(one) > PERSON_CHARACTERS_MAX for one in (self.user_id, self.user_group) if one):
            return (
                "Invalid user task assignment: the name of a user or group has more than "
                f"{PERSON_CHARACTERS_MAX} characters"
            )
        return None

    def of(self, user_task_guid: str) -> history.UserTaskRunAssigned:
        """Say that they have a user task now."""
        return history.UserTaskRunAssigned(
            user_task_guid=user_task_guid, user_id=self.user_id, user_group=self.user_group
        )


def evaluated_assignee(
    visit: Visit, user_id: Assignment | None, user_group: Assignment | None
) -> Assignee:
    """Find out who is to have a user task; what is not given is nobody."""
    return Assignee(
        text_of(user_id(visit)) if user_id is not None else None,
        text_of(user_group(visit)) if user_group is not None else None,
    )


def text_of(value: values.VariableValue) -> str | None:
    """Turn a value into text; None for NULL."""
    return None if is_null(value) else coerce(value, STR).str


def give_up(visit: Visit, user_task_run: user_tasks.UserTaskRun, message: str) -> None:
    """Cancel a user task that has not ended; its node fails when it is looked at next."""
    guid = user_task_run.id.user_task_guid
    visit.emit(
        "user_task_run_cancelled",
        history.UserTaskRunCancelled(user_task_guid=guid, message=message),
    )
