"""Work that people do: forms, who has them, comments, reminders, deadlines, and approvals."""

import asyncio
from typing import Any

from features import Feature, Found
from littlehorse.config import LHConfig
from littlehorse.model import (
    AssignUserTaskRunRequest,
    CancelUserTaskRunRequest,
    CompleteUserTaskRunRequest,
    DeleteUserTaskRunCommentRequest,
    EditUserTaskRunCommentRequest,
    ListUserTaskRunRequest,
    PutUserTaskDefRequest,
    PutUserTaskRunCommentRequest,
    SaveUserTaskRunProgressRequest,
    SearchUserTaskRunRequest,
    UserTaskField,
    UserTaskRun,
    UserTaskRunId,
    UserTaskRunStatus,
    VariableType,
    WfRunId,
)
from littlehorse.worker import WorkerContext
from littlehorse.workflow import Workflow, WorkflowThread
from stage import (
    Stage,
    attempts_of,
    code_of,
    failures_of,
    inputs_of,
    output_of,
    status_of,
    to_value,
)

FORM = "approval"


def put_form(config: LHConfig) -> None:
    """Register the form that everybody fills in here."""
    fields = [
        UserTaskField(
            name="approved", display_name="Approved?", type=VariableType.BOOL, required=True
        ),
        UserTaskField(name="reason", display_name="Why?", type=VariableType.STR),
    ]
    config.stub().PutUserTaskDef(PutUserTaskDefRequest(name=FORM, fields=fields))


async def remind(who: str, context: WorkerContext) -> str:
    context.log(f"reminding {who} of node {context.node_run_id.position}")
    return f"reminded {who}"


def asking(thread: WorkflowThread) -> None:
    who = thread.declare_str("who").required()
    approved = thread.declare_bool("approved")
    reason = thread.declare_str("reason")
    form = thread.assign_user_task(FORM, user_id=who, user_group="managers").with_notes(
        thread.format("Please decide, {0}", who)
    )
    approved.assign(form.with_json_path("$.approved"))
    reason.assign(form.with_json_path("$.reason"))
    thread.complete(reason)


async def form_of(stage: Stage, run: WfRunId) -> UserTaskRun:
    """Wait for the only form of a run."""

    async def look() -> UserTaskRun | None:
        listed = await stage.stub.ListUserTaskRuns(ListUserTaskRunRequest(wf_run_id=run))
        return listed.results[0] if listed.results else None

    return await stage.until(look, f"a form of {run.id}")


def events_of(form: UserTaskRun) -> list[str]:
    return [str(event.WhichOneof("event")) for event in form.events]


def state_of(form: UserTaskRun) -> list[str]:
    """Tell the status of a form, and whose it is."""
    return [UserTaskRunStatus.Name(form.status), form.user_id, form.user_group]


async def fill_in(stage: Stage, form: UserTaskRun, who: str, **results: Any) -> None:
    await stage.stub.CompleteUserTaskRun(
        CompleteUserTaskRunRequest(
            user_task_run_id=form.id,
            user_id=who,
            results={name: to_value(value) for name, value in results.items()},
        )
    )


async def play_asking(stage: Stage) -> Found:
    run = (await stage.run("asking", {"who": "ann"})).id
    form = await form_of(stage, run)
    save = SaveUserTaskRunProgressRequest(
        user_task_run_id=form.id, user_id="ann", results={"reason": to_value("not sure")}
    )
    saved = await stage.stub.SaveUserTaskRunProgress(save)
    save.user_id = "bob"
    assign = AssignUserTaskRunRequest(user_task_run_id=form.id, user_id="bob")
    found: Found = {
        "form": [*state_of(form), form.notes],
        "saved": saved.results["reason"].str,
        "saved by another": await code_of(stage.stub.SaveUserTaskRunProgress(save)),
        "claimed by another": await code_of(stage.stub.AssignUserTaskRun(assign)),
    }
    assign.override_claim = True
    await stage.stub.AssignUserTaskRun(assign)
    taken = await stage.stub.GetUserTaskRun(form.id)
    found["taken over"] = [*state_of(taken), taken.epoch]
    found["incomplete"] = await code_of(fill_in(stage, form, "bob", reason="no"))
    found["unknown field"] = await code_of(fill_in(stage, form, "bob", approved=True, mood=1))
    await fill_in(stage, form, "bob", approved=True, reason="why not")
    done = await stage.over(run)
    ended = await stage.stub.GetUserTaskRun(form.id)
    return {
        **found,
        "run": [status_of(done), output_of(done), await stage.value(run, "approved")],
        "form in the end": state_of(ended),
        "events": events_of(ended),
    }


async def play_comments(stage: Stage) -> Found:
    run = (await stage.run("asking", {"who": "ann"})).id
    id = (await form_of(stage, run)).id
    stub = stage.stub
    for comment in ("first", "second"):
        form = await stub.PutUserTaskRunComment(
            PutUserTaskRunCommentRequest(user_task_run_id=id, user_id="cy", comment=comment)
        )
    edit = EditUserTaskRunCommentRequest(
        user_task_run_id=id, user_comment_id=1, user_id="cy", comment="the very first"
    )
    edited = await stub.EditUserTaskRunComment(edit)
    delete = DeleteUserTaskRunCommentRequest(user_task_run_id=id, user_comment_id=1, user_id="cy")
    deleted = await stub.DeleteUserTaskRunComment(delete)
    edit_deleted = await code_of(stub.EditUserTaskRunComment(edit))
    edit.user_comment_id = 9
    await stub.CancelUserTaskRun(CancelUserTaskRunRequest(user_task_run_id=id))
    done = await stage.over(run)
    return {
        "comments": [one.comment_added.user_comment_id for one in form.events[1:]],
        "edited": edited.events[-1].comment_edited.comment,
        "events": events_of(deleted),
        "edit a deleted one": edit_deleted,
        "edit an unknown one": await code_of(stub.EditUserTaskRunComment(edit)),
        "delete again": await code_of(stub.DeleteUserTaskRunComment(delete)),
        "cancelled": [status_of(done), failures_of(await stage.nodes(run))],
    }


def reminding(thread: WorkflowThread) -> None:
    """Remind at once, and give it to somebody else after a second."""
    form = thread.assign_user_task(FORM, user_id="ann")
    thread.schedule_reminder_task(form, 0, "remind", "ann")
    thread.reassign_user_task_on_deadline(form, 1, user_id="bob")


def releasing(thread: WorkflowThread) -> None:
    form = thread.assign_user_task(FORM, user_id="ann", user_group="managers")
    thread.release_to_group_on_deadline(form, 1)


def cancelling(thread: WorkflowThread) -> None:
    mark = thread.declare_str("mark", "nothing")
    form = thread.assign_user_task(FORM, user_id="ann").with_on_cancellation_exception("too-late")
    thread.cancel_user_task_run_after(form, 1)
    thread.handle_exception(form, lambda handler: mark.assign("was too late"), "too-late")
    thread.complete(mark)


async def play_reminding(stage: Stage) -> Found:
    run = (await stage.run("reminding")).id
    id = (await form_of(stage, run)).id
    reassigned = await reassigned_to_bob(stage, id)
    reminder = next(event for event in reassigned.events if event.HasField("task_executed"))
    task = await stage.stub.GetTaskRun(reminder.task_executed.task_run)
    await fill_in(stage, reassigned, "bob", approved=True)
    return {
        "reassigned": state_of(reassigned),
        "events": events_of(reassigned),
        "reminder": [attempts_of(task), inputs_of(task)],
        "log": task.attempts[0].log_output.str.partition("] ")[2],
        "status": status_of(await stage.over(run)),
    }


async def reassigned_to_bob(stage: Stage, id: UserTaskRunId) -> UserTaskRun:
    async def look() -> UserTaskRun | None:
        form = await stage.stub.GetUserTaskRun(id)
        return form if form.user_id == "bob" else None

    return await stage.until(look, "the form to be bob's")


async def play_releasing(stage: Stage) -> Found:
    run = (await stage.run("releasing")).id
    form = await form_of(stage, run)
    before = state_of(form)

    async def look() -> UserTaskRun | None:
        seen = await stage.stub.GetUserTaskRun(form.id)
        return None if seen.HasField("user_id") else seen

    released = await stage.until(look, "the release of the form")
    await fill_in(stage, released, "cy", approved=True)
    return {
        "before": before,
        "released": state_of(released),
        "status": status_of(await stage.over(run)),
    }


async def play_cancelling(stage: Stage) -> Found:
    run = (await stage.run("cancelling")).id
    done = await stage.over(run)
    form = await form_of(stage, run)
    return {
        "run": [status_of(done), output_of(done)],
        "failures": failures_of(await stage.nodes(run)),
        "form": state_of(form)[0],
        "events": events_of(form),
    }


def cancelling_after_assignment(thread: WorkflowThread) -> None:
    """Give whoever takes it a second."""
    form = thread.assign_user_task(FORM, user_group="managers")
    thread.cancel_user_task_run_after_assignment(form, 1)


async def play_cancelling_after_assignment(stage: Stage) -> Found:
    run = (await stage.run("cancelling-after-assignment")).id
    form = await form_of(stage, run)
    await stage.stub.AssignUserTaskRun(
        AssignUserTaskRunRequest(user_task_run_id=form.id, user_id="ann", user_group="managers")
    )
    done = await stage.over(run)
    cancelled = await form_of(stage, run)
    taken, ended = cancelled.events[-2:]
    return {
        "before": state_of(form)[0],
        "run": [status_of(done), failures_of(await stage.nodes(run))],
        "form": state_of(cancelled),
        "events": events_of(cancelled),
        "in time": 0.9 <= (ended.time.ToDatetime() - taken.time.ToDatetime()).total_seconds() < 6,
    }


def approvals(thread: WorkflowThread) -> None:
    """Ask several people at once; one who denies it makes the whole denied."""
    approvers = thread.declare_json_arr("approvers").required()
    verdict = thread.declare_str("verdict", "approved")

    def ask(child: WorkflowThread) -> None:
        answer = child.declare_bool("answer")
        form = child.assign_user_task(FORM, user_id=child.declare_str("INPUT"))
        answer.assign(form.with_json_path("$.approved"))
        child.do_if(answer.is_equal_to(False), lambda body: body.fail("denied", "somebody said no"))

    asked = thread.spawn_thread_for_each(approvers, ask, "ask-one")
    thread.wait_for_threads(asked).handle_exception_on_child(
        lambda handler: verdict.assign("denied"), "denied"
    )
    thread.complete(verdict)


async def approve(stage: Stage, who: str, *, approved: bool) -> None:
    """Find the only form that somebody has, and fill it in."""

    async def look() -> UserTaskRunId | None:
        request = SearchUserTaskRunRequest(user_id=who, status=UserTaskRunStatus.ASSIGNED)
        ids = (await stage.stub.SearchUserTaskRun(request)).results
        return ids[0] if ids else None

    id = await stage.until(look, f"a form for {who}")
    await fill_in(stage, await stage.stub.GetUserTaskRun(id), who, approved=approved)


async def play_approvals(stage: Stage) -> Found:
    names = {"all": ["dee", "eve", "fay"], "not all": ["gus", "hal"]}
    runs = {
        how: (await stage.run("approvals", {"approvers": who})).id for how, who in names.items()
    }
    await asyncio.gather(
        *(approve(stage, who, approved=who != "gus") for some in names.values() for who in some)
    )
    done = {how: await stage.over(run) for how, run in runs.items()}
    return {how: [status_of(run), output_of(run)] for how, run in done.items()}


FEATURES = [
    Feature("user task", play_asking, (Workflow("asking", asking),), prepare=put_form),
    Feature("comments", play_comments, (Workflow("asking", asking),), prepare=put_form),
    Feature(
        "reminder",
        play_reminding,
        (Workflow("reminding", reminding),),
        {"remind": remind},
        put_form,
    ),
    Feature("release", play_releasing, (Workflow("releasing", releasing),), prepare=put_form),
    Feature("deadline", play_cancelling, (Workflow("cancelling", cancelling),), prepare=put_form),
    Feature(
        "deadline after assignment",
        play_cancelling_after_assignment,
        (Workflow("cancelling-after-assignment", cancelling_after_assignment),),
        prepare=put_form,
    ),
    Feature("approvals", play_approvals, (Workflow("approvals", approvals),), prepare=put_form),
]
