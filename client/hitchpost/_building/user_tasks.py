"""User tasks: who gets one, and what happens as time goes by. It knows the USER_TASK node."""

from typing import Literal

from hitchpost._building.expression import Expression, NodeOutput, assignment
from hitchpost._building.tasks import task_node
from hitchpost._building.thread import Writing
from hitchpost._errors import WorkflowInvalid
from hitchpost._types import type_definition
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost.v1.wf_spec_pb2 import Node, UserTaskNode, UTActionTrigger

# From when on the time of an action counts: once from the arrival at the step, or from each
# time when the task gets another user.
Since = Literal["arrival", "assignment"]

_HOOKS = {"arrival": UTActionTrigger.ON_ARRIVAL, "assignment": UTActionTrigger.ON_TASK_ASSIGNED}


class UserTaskOutput(NodeOutput):
    """What a user filled in, by field: `approval["approved"]`; and what happens meanwhile.

    Delays are in seconds. They count once from the arrival at the step, or, with
    `since="assignment"`, from each time when the task gets another user.
    """

    def __init__(self, node_name: str, node: Node) -> None:
        super().__init__(node_name, node, type_definition(dict))

    def remind_after(
        self,
        seconds: int | Expression,
        task_name: str | Expression,
        *arguments: object,
        since: Since = "arrival",
    ) -> None:
        """Execute a task after a while; how that ends does not touch the run."""
        task = UTActionTrigger.UTATask(task=task_node(task_name, arguments))
        self._after(seconds, since, UTActionTrigger(task=task))

    def reassign_after(
        self,
        seconds: int | Expression,
        *,
        user: str | Expression | None = None,
        group: str | Expression | None = None,
        since: Since = "arrival",
    ) -> None:
        """Give it to somebody else after a while, if it is still assigned as it was."""
        if user is None and group is None:
            raise WorkflowInvalid("say to which user or group it is given")
        somebody = UTActionTrigger.UTAReassign(user_id=_who(user), user_group=_who(group))
        self._after(seconds, since, UTActionTrigger(reassign=somebody))

    def release_after(self, seconds: int | Expression, *, since: Since = "assignment") -> None:
        """Give it back from its user to its group after a while."""
        if not self.node.user_task.HasField("user_group"):
            raise WorkflowInvalid(f"{self.node_name} has no group to be given back to")
        group = UTActionTrigger.UTAReassign(user_group=self.node.user_task.user_group)
        self._after(seconds, since, UTActionTrigger(reassign=group))

    def cancel_after(self, seconds: int | Expression, *, since: Since = "arrival") -> None:
        """Cancel it after a while, which fails the step."""
        cancel = UTActionTrigger(cancel=UTActionTrigger.UTACancel())
        self._after(seconds, since, cancel)

    def _after(self, seconds: int | Expression, since: Since, action: UTActionTrigger) -> None:
        action.delay_seconds.CopyFrom(assignment(seconds))
        action.hook = _HOOKS[since]
        self.node.user_task.actions.append(action)


def user_task(
    self: Writing,
    name: str,
    *,
    user: str | Expression | None = None,
    group: str | Expression | None = None,
    notes: str | Expression | None = None,
    cancelled_as: str | Expression | None = None,
    version: int | None = None,
) -> UserTaskOutput:
    """Wait until a user, or somebody of a group, has filled in a form, and give what is in it.

        approval = wf.user_task("approve", group="finance", notes=wf.format("for {0}", item))
        approval.remind_after(3600, "send-reminder", item)
        with wf.when(approval["approved"] == False): ...

    A cancellation fails the step with USER_TASK_CANCELLED, a technical failure, or with the
    business failure `cancelled_as`. `version` of the form absent means the latest of now.
    """
    if user is None and group is None:
        raise WorkflowInvalid(f"user task {name}: say which user or group it is for")
    if any(isinstance(one, str) and not one.strip() for one in (user, group)):
        raise WorkflowInvalid(f"user task {name}: no user and no group has a blank name")
    form = UserTaskNode(
        user_task_def_name=name,
        user_id=_who(user),
        user_group=_who(group),
        notes=_who(notes),
        on_cancellation_exception_name=_who(cancelled_as),
        user_task_def_version=version,
    )
    node = Node(user_task=form)
    return UserTaskOutput(self._thread.add(name, node), node)


def _who(given: str | Expression | None) -> VariableAssignment | None:
    return None if given is None else assignment(given)
