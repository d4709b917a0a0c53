"""User tasks: who has them, what people do with them, and what comes of that."""

from typing import Any

import pytest
from tests.engine.office import (
    IGNORE,
    Office,
    literal,
    release,
    variable,
)

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
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
from hitchpost_server.engine.ids import USER_TASK_DEF_STREAM
from hitchpost_server.engine.rows import (
    NodeRunRow,
    VariableRow,
)


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
        ({"user_group": literal("x" * 1_001)}, "VAR_ERROR", "Invalid user task assignment"),
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


def test_task_that_would_be_too_large_is_left_as_it_is(make_world: Any) -> None:
    office = Office(make_world(object_bytes_max=3_000, content_bytes_max=2_000))
    office.start()
    with pytest.raises(ObjectTooLarge):
        office.comment("x" * 2_000)
    assert office.happened == ["assigned"]


def test_task_that_drafts_have_filled_can_still_be_completed(make_world: Any) -> None:
    office = Office(make_world(object_bytes_max=5_000, content_bytes_max=2_000))
    office.start()
    for _ in range(4):
        office.save(reason="x" * 500)
    with pytest.raises(ObjectTooLarge):
        office.save(reason="x" * 500)
    office.complete(reason="y" * 500)
    assert office.run_status == status.COMPLETED


def test_results_are_refused_only_if_they_are_too_large_with_all_that_was_before(
    make_world: Any,
) -> None:
    office = Office(make_world(object_bytes_max=5_000, content_bytes_max=2_000))
    office.start()
    office.save(reason="x" * 1_500)
    with pytest.raises(ObjectTooLarge):
        office.complete(reason="y" * 3_500)
    office.complete(reason="y" * 3_000)
    assert office.run_status == status.COMPLETED
