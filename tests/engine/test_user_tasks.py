"""User tasks: who has them, what comes of them, what happens to them as time goes by."""

from typing import Any

import pytest

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import (
    CommentUnavailable,
    DefinitionInvalid,
    FieldInvalid,
    ObjectNotFound,
    ObjectTooLarge,
    UserTaskClaimed,
    UserTaskEnded,
)
from hitchpost_server.engine.ids import USER_TASK_DEF_STREAM, run_id
from hitchpost_server.engine.rows import (
    NodeRunRow,
    QueuedTaskRow,
    RunRow,
    TaskRunRow,
    TimerRow,
    UserTaskRunRow,
    VariableRow,
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


@pytest.fixture
def office(world: Any) -> Office:
    return Office(world)


def test_arrival_gives_the_task_to_its_user_and_links_the_node(office: Office) -> None:
    run = office.start(user_id=literal("ada"), user_group=literal("law"), notes=literal("now"))
    assert run.status == status.RUNNING
    task, node = office.task, office.world.found(node_runs.NodeRun, NodeRunRow, "r", 0, 1)
    assert (task.status, task.user_id, task.user_group) == (user_tasks.ASSIGNED, "ada", "law")
    assert (task.notes, task.epoch, task.user_task_def_id.version) == ("now", 1, 0)
    assert node.user_task.user_task_run_id == task.id
    assert task.node_run_id == node.id
    [event] = task.events
    assert (event.assigned.new_user_id, event.assigned.new_user_group) == ("ada", "law")
    assert not event.assigned.HasField("old_user_id")


def test_a_group_alone_leaves_the_task_unassigned(office: Office) -> None:
    office.start(user_group=literal("law"))
    assert office.task.status == user_tasks.UNASSIGNED
    assert not office.task.HasField("user_id")


def test_completion_moves_the_run_on_with_an_object_of_the_results(office: Office) -> None:
    office.start()
    office.complete(reason="too dear", amount=7)
    assert office.run_status == status.COMPLETED
    result = office.world.found(values.Variable, VariableRow, "r", 0, "result")
    assert hitchpost.from_value(result.value) == {"reason": "too dear", "amount": 7}
    assert office.task.status == user_tasks.DONE
    assert office.happened == ["assigned", "completed"]


def test_completion_twice_changes_nothing(office: Office) -> None:
    office.start()
    office.complete(reason="a")
    before = office.task
    office.complete(reason="b")
    assert office.task == before


def test_another_who_completes_has_it_from_then_on(office: Office) -> None:
    office.start(release(60, "boss"), user_id=literal("ada"), user_group=literal("law"))
    office.complete("bob", reason="a")
    assert (office.task.user_id, office.task.user_group, office.task.epoch) == ("bob", "law", 2)
    assert office.happened == ["assigned", "assigned", "completed"]
    assert office.task.events[1].assigned.old_user_id == "ada"


def test_completion_without_a_user_leaves_it_with_whoever_has_it(office: Office) -> None:
    office.start()
    office.complete("", reason="a")
    assert office.task.user_id == "ada"


@pytest.mark.parametrize(
    ("results", "field"),
    [
        ({"amount": 7}, "results[reason]"),
        ({"reason": 7}, "results[reason]"),
        ({"reason": None}, "results[reason]"),
        ({"reason": "a", "amount": 7.0}, "results[amount]"),
        ({"reason": "a", "other": 1}, "results[other]"),
    ],
)
def test_results_that_the_form_does_not_ask_for_are_refused(
    office: Office, results: dict[str, Any], field: str
) -> None:
    office.start()
    with pytest.raises(FieldInvalid) as refusal:
        office.complete(**results)
    assert refusal.value.facts["field"] == field
    assert office.happened == ["assigned"]


def test_what_was_saved_counts_for_fields_that_may_be_missing_only(office: Office) -> None:
    office.start()
    office.save(reason="draft", amount=3)
    with pytest.raises(FieldInvalid):
        office.complete(amount=4)
    office.complete(reason="final")
    output = office.world.found(values.Variable, VariableRow, "r", 0, "result")
    assert hitchpost.from_value(output.value) == {"reason": "final", "amount": 3}


def test_saving_replaces_all_that_was_saved_before(office: Office) -> None:
    office.start()
    office.save(reason="a", amount=3)
    saved = office.save(unknown=True)
    assert sorted(saved.results) == ["unknown"]
    assert saved == office.task
    assert saved.events[-1].saved.user_id == "ada"


def test_saving_what_another_has_is_refused_unless_the_claim_is_ignored(office: Office) -> None:
    office.start()
    with pytest.raises(UserTaskClaimed, match="another user"):
        office.save("bob", reason="a")
    assert office.happened == ["assigned"]
    assert office.save("bob", policy=IGNORE, reason="a").user_id == "ada"


def test_malformed_json_cannot_be_saved(office: Office) -> None:
    office.start()
    request = user_tasks.SaveUserTaskRunProgressRequest(user_id="ada")
    request.results["reason"].json_obj = "{"
    with pytest.raises(FieldInvalid):
        office.do(commands.SaveUserTask, request)


def test_assigning_a_user_takes_it_from_the_group_and_the_reverse(office: Office) -> None:
    office.start(user_group=literal("law"))
    office.assign(user_id="ada")
    assert not office.task.HasField("user_group")
    assert office.task.status == user_tasks.ASSIGNED
    office.assign(user_group="tax", override=True)
    assert (office.task.status, office.task.user_group) == (user_tasks.UNASSIGNED, "tax")
    assert office.task.epoch == 3
    assert office.task.events[-1].assigned.old_user_id == "ada"


def test_what_a_user_has_is_taken_from_them_on_purpose_only(office: Office) -> None:
    office.start()
    for user in ("bob", "ada"):
        with pytest.raises(UserTaskClaimed):
            office.assign(user_id=user)
    office.assign(user_id="bob", override=True)
    assert office.task.user_id == "bob"


def test_cancellation_fails_the_node(office: Office) -> None:
    office.start()
    office.cancel()
    assert office.failure[0] == "USER_TASK_CANCELLED"
    assert office.run_status == status.ERROR
    assert office.task.status == user_tasks.CANCELLED
    assert office.happened == ["assigned", "cancelled"]


def test_cancellation_may_be_an_exception_of_the_business(office: Office) -> None:
    office.start(
        handler="gone",
        user_id=literal("ada"),
        on_cancellation_exception_name=literal("gone"),
    )
    office.cancel()
    assert office.failure[0] == "gone"
    assert office.run_status == status.COMPLETED


def test_blank_exception_name_means_the_default(office: Office) -> None:
    office.start(user_id=literal("ada"), on_cancellation_exception_name=literal("  "))
    office.cancel()
    assert office.failure[0] == "USER_TASK_CANCELLED"


def test_what_has_ended_takes_comments_and_nothing_else(office: Office) -> None:
    office.start()
    office.complete(reason="a")
    for refused in (
        lambda: office.assign(user_id="bob", override=True),
        lambda: office.save(reason="b"),
        office.cancel,
    ):
        with pytest.raises(UserTaskEnded):
            refused()
    assert office.comment("late").events[-1].comment_added.comment == "late"
    assert office.edit(1, "later") == office.task
    assert office.delete(1) == office.task
    assert office.happened[2:] == ["comment_added", "comment_edited", "comment_deleted"]


def test_cancelling_twice_is_as_good_as_once(office: Office) -> None:
    office.start()
    office.cancel()
    before = office.task
    office.cancel()
    assert office.task == before


def test_comments_are_numbered_and_say_what_became_of_them(office: Office) -> None:
    office.start()
    office.comment("one")
    assert office.comment("two", "bob").events[-1].comment_added.user_comment_id == 2
    office.edit(2, "deux")
    assert office.delete(2) == office.task
    for late in (lambda: office.edit(2, "no"), lambda: office.delete(2)):
        with pytest.raises(CommentUnavailable):
            late()
    for unknown in (lambda: office.edit(3, "no"), lambda: office.delete(9)):
        with pytest.raises(ObjectNotFound):
            unknown()
    assert office.comment("three").events[-1].comment_added.user_comment_id == 3


@pytest.mark.parametrize(
    ("fields", "failure", "beginning"),
    [
        ({"user_id": variable("who")}, "VAR_ERROR", "Invalid user task assignment"),
        ({"user_group": variable("who")}, "VAR_ERROR", "Invalid user task assignment"),
        ({"user_id": variable("blank")}, "VAR_ERROR", "Invalid user task assignment"),
        ({"user_group": variable("blank")}, "VAR_ERROR", "Invalid group task assignment"),
    ],
)
def test_nobody_to_give_it_to_fails_the_node(
    office: Office, fields: dict[str, VariableAssignment], failure: str, beginning: str
) -> None:
    blank = VariableAssignment(format_string=VariableAssignment.FormatString(format=literal(" ")))
    given = {name: blank if one == variable("blank") else one for name, one in fields.items()}
    office.start(**given)
    assert office.failure[0] == failure
    assert office.failure[1].startswith(beginning)
    assert office.run_status == status.ERROR


def test_form_that_was_deleted_fails_the_node(office: Office) -> None:
    office.put(user_id=literal("ada"))
    common = office.world.common(USER_TASK_DEF_STREAM + "form")
    about = ids.UserTaskDefId(name="form")
    office.world.do(commands.DeleteUserTaskDef(**common, user_task_def_id=about))
    office.world.start("wf")
    assert office.failure[0] == "TASK_ERROR"


def test_form_deleted_meanwhile_takes_any_field(office: Office) -> None:
    office.start()
    common = office.world.common(USER_TASK_DEF_STREAM + "form")
    about = ids.UserTaskDefId(name="form")
    office.world.do(commands.DeleteUserTaskDef(**common, user_task_def_id=about))
    office.complete(whatever=True)
    assert office.run_status == status.COMPLETED


def test_version_of_the_form_is_pinned_when_the_workflow_is_put(office: Office) -> None:
    assert office.put_form("reason", price=values.INT).version == 1
    spec = office.put(user_id=literal("ada"))
    assert spec.thread_specs["main"].nodes["ask"].user_task.user_task_def_version == 1
    office.put_form("verdict")
    office.world.start("wf")
    office.complete(reason="a", price=3)
    assert office.run_status == status.COMPLETED


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, "user_id or a user_group"),
        ({"user_id": literal(" ")}, "blank"),
        ({"user_id": literal("a"), "user_group": literal("")}, "blank"),
        ({"user_id": literal({"a": 1})}, "user_id"),
        ({"user_id": literal("a"), "notes": literal([1])}, "notes"),
        ({"user_id": variable("nowhere")}, "nowhere"),
    ],
)
def test_nobody_or_nonsense_is_refused_when_the_workflow_is_put(
    office: Office, change: dict[str, VariableAssignment], problem: str
) -> None:
    with pytest.raises(DefinitionInvalid, match=problem):
        office.put(**change)


def test_form_that_does_not_exist_is_refused_when_the_workflow_is_put(office: Office) -> None:
    spec = wf_specs.PutWfSpecRequest(name="other", entrypoint_thread_name="main")
    spec.thread_specs["main"].nodes["begin"].entrypoint.SetInParent()
    ask = spec.thread_specs["main"].nodes["ask"].user_task
    ask.user_id.CopyFrom(literal("ada"))
    for name, version in (("none", None), ("form", 7), ("form", -1)):
        ask.user_task_def_name = name
        if version is not None:
            ask.user_task_def_version = version
        with pytest.raises(DefinitionInvalid):
            office.world.put_wf_spec(spec)


@pytest.mark.parametrize(
    "action",
    [
        Trigger(cancel=Trigger.UTACancel()),
        Trigger(delay_seconds=literal(1)),
        cancellation("soon"),
        reminder(1),
        release(1, ""),
    ],
)
def test_action_that_cannot_be_is_refused_when_the_workflow_is_put(
    office: Office, action: Trigger
) -> None:
    with pytest.raises(DefinitionInvalid):
        office.put(action, user_id=literal("ada"))


def test_reminder_is_scheduled_for_whoever_has_the_task(office: Office) -> None:
    office.start(reminder(10, "hurry"), user_id=literal("ada"), user_group=literal("law"))
    office.world.pass_time(9)
    assert office.reminders == []
    office.world.pass_time(1)
    [task_run] = office.reminders
    trigger = task_run.source.user_task_trigger
    assert task_run.id.task_guid == "ut-0-1-1"
    assert (trigger.user_id, trigger.user_group) == ("ada", "law")
    assert (trigger.user_task_event_number, trigger.node_run_id.position) == (1, 1)
    assert task_run.source.wf_spec_id.name == "wf"
    assert office.task.events[1].task_executed.task_run == task_run.id


def test_reminder_is_done_and_forgotten_and_never_touches_the_run(office: Office) -> None:
    office.start(reminder(0, "hurry"))
    office.world.pass_time(0)
    office.world.do_task("ut-0-1-1")
    assert office.reminders[0].status == tasks.TASK_SUCCESS
    assert office.run_status == status.RUNNING
    state = office.world.states["run/r"].runs["r"]
    assert (state.tasks, office.timers) == ({}, 0)
    assert "transition_started" not in [
        event.WhichOneof("event") for event in office.world.history()[-3:]
    ]


def test_reminder_that_fails_is_tried_again_and_then_given_up(office: Office) -> None:
    office.start(reminder(0, "hurry", retries=1))
    office.world.pass_time(0)
    for attempt in range(2):
        assert office.world.start_task("ut-0-1-1") is not None
        office.world.report("ut-0-1-1", attempt=attempt, status=tasks.TASK_FAILED)
    assert office.world.start_task("ut-0-1-1") is None
    assert office.reminders[0].status == tasks.TASK_FAILED
    assert office.world.states["run/r"].runs["r"].tasks == {}
    office.complete(reason="a")
    assert office.run_status == status.COMPLETED


def test_reminder_that_is_not_reported_times_out(office: Office) -> None:
    office.start(reminder(0, "hurry"))
    office.world.pass_time(0)
    office.world.start_task("ut-0-1-1")
    office.complete(reason="a")
    office.world.pass_time(60)
    assert office.reminders[0].status == tasks.TASK_TIMEOUT
    assert office.world.states["run/r"].runs["r"].tasks == {}


def test_reminder_already_scheduled_is_carried_out_though_the_run_has_ended(
    office: Office,
) -> None:
    office.start(reminder(5, "cancelled soon"), cancellation(5))
    office.world.pass_time(5)
    assert office.run_status == status.ERROR
    office.world.do_task("ut-0-1-1")
    assert office.reminders[0].status == tasks.TASK_SUCCESS
    assert not any(isinstance(row, QueuedTaskRow) for row in office.world.rows.values())


def test_reminder_that_cannot_be_scheduled_is_left_out_with_a_warning(office: Office) -> None:
    office.start(reminder(5, "hurry"))
    office.world.do(commands.DeleteTaskDef(**office.world.common("task-def/remind")))
    [timer] = [row for row in office.world.rows.values() if isinstance(row, TimerRow)]
    fire = commands.FireTimer(**office.world.common("run/r"), run="r", timer=timer.timer)
    assert "left out" in office.world.decide(fire).warnings[0]
    assert office.happened == ["assigned"]
    assert office.run_status == status.RUNNING


def test_nothing_more_happens_to_a_task_that_has_ended(office: Office) -> None:
    office.start(reminder(5, "hurry"), release(6, "boss"), cancellation(7))
    assert office.timers == 3
    office.complete(reason="a")
    assert office.timers == 0


def test_deadline_releases_the_task_to_the_group(office: Office) -> None:
    office.start(reminder(0, "hurry"), release(1, "law"), user_id=literal("ada"))
    office.world.pass_time(1)
    assert office.task.status == user_tasks.UNASSIGNED
    assert office.task.user_group == "law"
    assert office.happened == ["assigned", "task_executed", "assigned"]


def test_release_counts_from_the_latest_assignment_of_a_new_user(office: Office) -> None:
    office.start(release(10, "law"), user_id=literal("ada"))
    office.world.pass_time(6)
    office.assign(user_id="bob", override=True)
    office.world.pass_time(6)
    assert office.task.user_id == "bob"
    office.world.pass_time(4)
    assert office.task.user_group == "law"


def test_hook_of_assignment_does_not_count_for_groups_nor_for_the_same_user(
    office: Office,
) -> None:
    office.start(release(10, "law"), user_group=literal("tax"))
    assert office.timers == 0
    office.assign(user_id="ada")
    assert office.timers == 1
    office.assign(user_id="ada", override=True)
    office.assign(user_group="tax", override=True)
    assert office.timers == 1


def test_reassignment_to_a_user_counts_as_a_new_assignment(office: Office) -> None:
    office.start(release(10, user="bob"), reminder(1, "yours", hook=Trigger.ON_TASK_ASSIGNED))
    office.world.pass_time(12)
    assert office.task.user_id == "bob"
    assert office.happened == ["assigned", "task_executed", "assigned", "task_executed"]
    assert [one.id.task_guid for one in office.reminders] == ["ut-0-1-1", "ut-0-1-3"]


def test_reassignment_to_nobody_changes_nothing(office: Office) -> None:
    to = Trigger.UTAReassign(user_id=variable("who"))
    action = Trigger(reassign=to, delay_seconds=literal(1), hook=Trigger.ON_TASK_ASSIGNED)
    office.start(action, user_id=literal("ada"))
    office.world.pass_time(2)
    assert (office.task.user_id, office.task.epoch) == ("ada", 1)


def test_reassignment_that_cannot_be_evaluated_fails_the_node_and_gives_the_task_up(
    office: Office,
) -> None:
    selected = VariableAssignment(variable_name="result", json_path="$.missing[0]")
    to = Trigger.UTAReassign(user_id=selected)
    action = Trigger(reassign=to, delay_seconds=literal(1), hook=Trigger.ON_TASK_ASSIGNED)
    office.start(action, user_id=literal("ada"))
    office.world.pass_time(2)
    assert office.failure[0] == "VAR_SUB_ERROR"
    assert office.task.status == user_tasks.CANCELLED
    assert office.run_status == status.ERROR


def test_cancellation_after_a_time_is_not_disarmed_by_a_reassignment(office: Office) -> None:
    office.start(cancellation(10))
    office.assign(user_id="bob", override=True)
    office.world.pass_time(10)
    assert office.failure[0] == "USER_TASK_CANCELLED"


def test_delay_that_is_no_number_fails_the_arrival(office: Office) -> None:
    path = VariableAssignment(variable_name="result", json_path="$.delay")
    action = Trigger(cancel=Trigger.UTACancel(), delay_seconds=path)
    office.start(action, user_id=literal("ada"))
    assert office.failure[0] == "VAR_SUB_ERROR"
    assert ("r", "0-1") not in [key.key for key in office.world.rows if key.table is UserTaskRunRow]


def test_halting_the_thread_cancels_the_task_and_resuming_fails_the_node(office: Office) -> None:
    office.start(reminder(5, "hurry"))
    common = office.world.common("run/r")
    office.world.do(commands.StopThread(**common, run="r", thread_run_number=0))
    assert office.task.status == user_tasks.CANCELLED
    assert (office.run_status, office.timers) == (status.HALTED, 0)
    office.complete(reason="late")
    assert office.comment("why?").events[-1].comment_added.user_comment_id == 1
    common = office.world.common("run/r")
    office.world.do(commands.ResumeThread(**common, run="r", thread_run_number=0))
    assert office.failure[0] == "USER_TASK_CANCELLED"
    assert office.run_status == status.ERROR


def test_what_is_forgotten_comes_back_with_the_log(office: Office) -> None:
    office.start(reminder(5, "hurry"), release(8, "law"))
    office.save(reason="a")
    office.world.pass_time(5)
    office.world.forget()
    office.world.do_task("ut-0-1-2")
    office.world.pass_time(3)
    office.complete("bob", reason="b")
    assert office.happened == [
        *("assigned", "saved", "task_executed", "assigned", "assigned", "completed")
    ]


def test_deleted_run_takes_its_tasks_along_and_a_new_one_has_other_guids(office: Office) -> None:
    office.start(reminder(0, "hurry"))
    office.world.pass_time(0)
    office.world.delete()
    with pytest.raises(ObjectNotFound):
        office.complete(reason="a")
    office.world.start("wf")
    office.world.pass_time(0)
    guids = [key.key[1] for key in office.world.rows if key.table in (UserTaskRunRow, TaskRunRow)]
    assert sorted(guids) == ["i1.0-1", "i1.ut-0-1-1"]


def test_task_that_would_be_too_large_is_left_as_it_is(make_world: Any) -> None:
    office = Office(make_world(object_bytes_max=3_000, content_bytes_max=2_000))
    office.start()
    with pytest.raises(ObjectTooLarge):
        office.comment("x" * 2_000)
    assert office.happened == ["assigned"]
