"""An office for tests: a form, runs that have people fill it in, and what people do with it."""

from typing import Any

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import USER_TASK_DEF_STREAM, run_id
from hitchpost_server.engine.rows import (
    NodeRunRow,
    RunRow,
    TaskRunRow,
    TimerRow,
    UserTaskRunRow,
)

Trigger = wf_specs.UTActionTrigger
IGNORE = user_tasks.SaveUserTaskRunProgressRequest.IGNORE_CLAIM


def literal(value: Any) -> VariableAssignment:
    return VariableAssignment(literal_value=hitchpost.to_value(value))


def variable(name: str) -> VariableAssignment:
    return VariableAssignment(variable_name=name)


def reminder(delay: Any, *inputs: Any, **options: Any) -> Trigger:
    task = wf_specs.TaskNode(
        task_def_id=ids.TaskDefId(name="remind"), variables=map(literal, inputs)
    )
    task.retries = options.pop("retries", 0)
    return Trigger(task=Trigger.UTATask(task=task), delay_seconds=literal(delay), **options)


def release(delay: Any, group: Any = None, user: Any = None, **options: Any) -> Trigger:
    """Give it to somebody else after a time that counts from each assignment."""
    options.setdefault("hook", Trigger.ON_TASK_ASSIGNED)
    to = Trigger.UTAReassign(
        user_group=None if group is None else literal(group),
        user_id=None if user is None else literal(user),
    )
    return Trigger(reassign=to, delay_seconds=literal(delay), **options)


def cancellation(delay: Any) -> Trigger:
    return Trigger(cancel=Trigger.UTACancel(), delay_seconds=literal(delay))


class Office:
    """A world with a form, where people fill it in."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.put_form("reason", amount=values.INT)
        world.put_task_def("remind", {"text": str})

    def put_form(self, required: str, **others: values.VariableType) -> user_tasks.UserTaskDef:
        fields = [user_tasks.UserTaskField(name=required, type=values.STR, required=True)]
        fields += [user_tasks.UserTaskField(name=n, type=kind) for n, kind in others.items()]
        request = user_tasks.PutUserTaskDefRequest(name="form", fields=fields)
        common = self.world.common(USER_TASK_DEF_STREAM + "form")
        reply: user_tasks.UserTaskDef = self.world.do(
            commands.PutUserTaskDef(**common, request=request)
        )
        return reply

    def put(
        self, *actions: Trigger, handler: str | None = None, **fields: VariableAssignment
    ) -> wf_specs.WfSpec:
        """Put `wf`: a person fills in the form, and `result` is what they said."""
        node = wf_specs.UserTaskNode(user_task_def_name="form", actions=actions, **fields)
        spec = wf_specs.PutWfSpecRequest(name="wf", entrypoint_thread_name="main")
        main = spec.thread_specs["main"]
        main.nodes["begin"].entrypoint.SetInParent()
        main.nodes["begin"].outgoing_edges.add(sink_node_name="ask")
        main.nodes["ask"].user_task.CopyFrom(node)
        done = main.nodes["ask"].outgoing_edges.add(sink_node_name="end")
        output = VariableAssignment.NodeOutputReference(node_name="ask")
        done.variable_mutations.add(
            lhs_name="result", rhs_assignment=VariableAssignment(node_output=output)
        )
        main.nodes["end"].exit.SetInParent()
        for name, kind in (("result", values.JSON_OBJ), ("who", values.STR)):
            declared = main.variable_defs.add(access_level=wf_specs.PRIVATE_VAR)
            declared.var_def.name = name
            declared.var_def.type_def.primitive_type = kind
        if handler is not None:
            main.nodes["ask"].failure_handlers.add(
                handler_spec_name="mend", specific_failure=handler
            )
            mend = spec.thread_specs["mend"]
            mend.nodes["begin"].entrypoint.SetInParent()
            mend.nodes["begin"].outgoing_edges.add(sink_node_name="end")
            mend.nodes["end"].exit.SetInParent()
        reply: wf_specs.WfSpec = self.world.put_wf_spec(spec)
        return reply

    def start(self, *actions: Trigger, handler: str | None = None, **fields: Any) -> Any:
        """Put `wf`, by default for Ada, and start run `r`."""
        given = fields or {"user_id": literal("ada")}
        self.put(*actions, handler=handler, **given)
        return self.world.start("wf")

    def do(self, command: type[Any], request: Any) -> Any:
        about = ids.UserTaskRunId(wf_run_id=run_id("r"), user_task_guid="0-1")
        request.user_task_run_id.CopyFrom(about)
        common = self.world.common("run/r")
        return self.world.do(command(**common, run="r", request=request))

    def assign(self, *, override: bool = False, **to: str) -> None:
        request = user_tasks.AssignUserTaskRunRequest(override_claim=override, **to)
        self.do(commands.AssignUserTask, request)

    def complete(self, user: str = "ada", **results: Any) -> None:
        given = {name: hitchpost.to_value(value) for name, value in results.items()}
        request = user_tasks.CompleteUserTaskRunRequest(user_id=user, results=given)
        self.do(commands.CompleteUserTask, request)

    def cancel(self) -> None:
        self.do(commands.CancelUserTask, user_tasks.CancelUserTaskRunRequest())

    def save(self, user: str = "ada", *, policy: Any = 0, **results: Any) -> Any:
        given = {name: hitchpost.to_value(value) for name, value in results.items()}
        request = user_tasks.SaveUserTaskRunProgressRequest(
            user_id=user, results=given, policy=policy
        )
        return self.do(commands.SaveUserTask, request)

    def comment(self, text: str, user: str = "ada") -> Any:
        request = user_tasks.PutUserTaskRunCommentRequest(user_id=user, comment=text)
        return self.do(commands.CommentUserTask, request)

    def edit(self, number: int, text: str) -> Any:
        request = user_tasks.EditUserTaskRunCommentRequest(
            user_comment_id=number, user_id="ada", comment=text
        )
        return self.do(commands.CommentUserTask, request)

    def delete(self, number: int) -> Any:
        request = user_tasks.DeleteUserTaskRunCommentRequest(user_comment_id=number, user_id="ada")
        return self.do(commands.CommentUserTask, request)

    # What can be seen.

    @property
    def task(self) -> user_tasks.UserTaskRun:
        found: user_tasks.UserTaskRun = self.world.found(
            user_tasks.UserTaskRun, UserTaskRunRow, "r", "0-1"
        )
        return found

    @property
    def happened(self) -> list[str]:
        return [event.WhichOneof("event") or "" for event in self.task.events]

    @property
    def run_status(self) -> int:
        return int(self.world.found(wf_runs.WfRun, RunRow, "r").status)

    @property
    def failure(self) -> tuple[str, str]:
        node = self.world.found(node_runs.NodeRun, NodeRunRow, "r", 0, 1)
        return node.failures[-1].failure_name, node.failures[-1].message

    @property
    def timers(self) -> int:
        return sum(isinstance(row, TimerRow) for row in self.world.rows.values())

    @property
    def reminders(self) -> list[tasks.TaskRun]:
        found = [row for row in self.world.rows.values() if isinstance(row, TaskRunRow)]
        return [tasks.TaskRun.FromString(row.body) for row in found]
