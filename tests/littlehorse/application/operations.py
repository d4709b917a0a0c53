"""Runs in the hands of who runs them: checkpoints, dynamic tasks, schedules, stop and rescue."""

from collections import Counter

from features import Feature, Found
from littlehorse.model import (
    AllowedUpdateType,
    CheckpointId,
    DeleteScheduledWfRunRequest,
    DeleteWfRunRequest,
    GetLatestWfSpecRequest,
    RescueThreadRunRequest,
    ResumeWfRunRequest,
    ScheduleWfRequest,
    SearchScheduledWfRunRequest,
    StopWfRunRequest,
    WfRun,
    WfRunId,
    WorkflowRetentionPolicy,
)
from littlehorse.utils import extract_value
from littlehorse.worker import WorkerContext
from littlehorse.workflow import SpawnedThreads, Workflow, WorkflowThread
from stage import Stage, attempts_of, code_of, failures_of, output_of, status_of

# How often each part of a task was really carried out.
CARRIED_OUT: Counter[str] = Counter()
# What is in order again, so that whoever needs it may go on.
MENDED: set[str] = set()


async def work_in_parts(context: WorkerContext) -> str:
    """Fail between two checkpoints the first time."""
    CARRIED_OUT["all"] += 1
    first = await context.execute_and_checkpoint(lambda checkpoint: part("first"))
    if context.attempt_number == 0:
        raise RuntimeError("between the checkpoints")
    second = await context.execute_and_checkpoint(lambda checkpoint: part("second"))
    return f"{first}, {second}"


def part(name: str) -> str:
    CARRIED_OUT[name] += 1
    return f"{name} part"


def checkpoints(thread: WorkflowThread) -> None:
    thread.complete(thread.execute("work-in-parts", retries=1))


async def play_checkpoints(stage: Stage) -> Found:
    run = await stage.play("checkpoints")
    [task] = await stage.tasks(run.id)
    kept = [
        await stage.stub.GetCheckpoint(CheckpointId(task_run=task.id, checkpoint_number=number))
        for number in (0, 1)
    ]
    missing = CheckpointId(task_run=task.id, checkpoint_number=2)
    found = {
        "status": status_of(run),
        "output": output_of(run),
        "attempts": attempts_of(task),
        "carried out": dict(CARRIED_OUT),
        "checkpoints": [extract_value(one.value) for one in kept],
        "total": task.total_checkpoints,
        "missing": await code_of(stage.stub.GetCheckpoint(missing)),
    }
    await stage.stub.DeleteWfRun(DeleteWfRunRequest(id=run.id))
    return {**found, "deleted": await code_of(stage.stub.GetCheckpoint(kept[0].id))}


async def carve(what: str) -> str:
    return f"a wooden {what}"


async def cast(what: str) -> str:
    return f"a metal {what}"


def dynamic_tasks(thread: WorkflowThread) -> None:
    how = thread.declare_str("how").required()
    named = thread.declare_str("task").required()
    first = thread.declare_str("first")
    first.assign(thread.execute(thread.format("make-{0}", how), "horse"))
    thread.complete(thread.execute(named, "cart"))


async def play_dynamic_tasks(stage: Stage) -> Found:
    run = await stage.play("dynamic-tasks", {"how": "carved", "task": "make-cast"})
    unknown = await stage.play("dynamic-tasks", {"how": "knitted", "task": "make-cast"})
    failed = (await stage.nodes(unknown.id))[1]
    return {
        "status": status_of(run),
        "first": await stage.value(run.id, "first"),
        "output": output_of(run),
        "tasks": [task.task_def_id.name for task in await stage.tasks(run.id)],
        "unknown": [status_of(unknown), failures_of([failed])],
        "said": "make-knitted" in failed.failures[0].message,
    }


def stopping(thread: WorkflowThread) -> None:
    thread.wait_for_event("go-on", auto_register=True)


async def play_stopping(stage: Stage) -> Found:
    run = (await stage.run("stopping")).id
    await stage.stands(run, "external_event")
    await stage.stub.StopWfRun(StopWfRunRequest(wf_run_id=run))
    stopped = await stage.stub.GetWfRun(run)
    node = (await stage.nodes(run))[1]
    early = await stage.post(run, "go-on")
    await stage.stub.ResumeWfRun(ResumeWfRunRequest(wf_run_id=run))
    unknown = StopWfRunRequest(wf_run_id=WfRunId(id="unknown"))
    return {
        "stopped": [status_of(stopped), status_of(stopped.thread_runs[0]), status_of(node)],
        "why": [one.WhichOneof("reason") for one in stopped.thread_runs[0].halt_reasons],
        "claimed while stopped": early.claimed,
        "resumed": status_of(await stage.over(run)),
        "unknown": await code_of(stage.stub.StopWfRun(unknown)),
    }


async def need(what: str) -> str:
    if what not in MENDED:
        raise RuntimeError(f"{what} is not in order")
    return f"{what} is fine"


def rescuing(thread: WorkflowThread) -> None:
    seen = thread.declare_str("seen", "nothing")
    seen.assign(thread.execute("need", thread.declare_str("what").required()))
    thread.complete(seen)


async def play_rescuing(stage: Stage) -> Found:
    async def rescue(run: WfRun, *, skip: bool) -> Found:
        await stage.stub.RescueThreadRun(
            RescueThreadRunRequest(wf_run_id=run.id, skip_current_node=skip)
        )
        done = await stage.over(run.id)
        tasks = [attempts_of(task) for task in await stage.tasks(run.id)]
        return {"run": [status_of(done), output_of(done)], "tasks": tasks}

    failed = [await stage.play("rescuing", {"what": "pump"}) for _ in range(2)]
    MENDED.add("pump")
    again = RescueThreadRunRequest(wf_run_id=failed[0].id)
    return {
        "failed": [status_of(run) for run in failed],
        "again": await rescue(failed[0], skip=False),
        "skipped": await rescue(failed[1], skip=True),
        "one that is well": await code_of(stage.stub.RescueThreadRun(again)),
    }


def rescuing_child(thread: WorkflowThread) -> None:
    """Let a child fail, and with it the parent that waits for it."""

    def child(child: WorkflowThread) -> None:
        child.execute("need", "valve")

    spawned = thread.spawn_thread(child, "child")
    thread.wait_for_threads(SpawnedThreads.from_list(spawned))
    thread.complete("both went on")


def needing(thread: WorkflowThread) -> None:
    thread.complete(thread.execute("need", "valve"))


def rescuing_child_run(thread: WorkflowThread) -> None:
    thread.complete(thread.wait_for_child_wf(thread.run_wf("needing")))


async def play_rescuing_families(stage: Stage) -> Found:
    """Rescue what is below: what failed with it above goes on too."""
    thread, run = await stage.play("rescuing-child"), await stage.play("rescuing-child-run")
    child = (await stage.nodes(run.id))[1].run_child_wf.child_wf_run_id
    stage.watch(child)
    MENDED.add("valve")
    for rescue in (
        RescueThreadRunRequest(wf_run_id=thread.id, thread_run_number=1),
        RescueThreadRunRequest(wf_run_id=child),
    ):
        await stage.stub.RescueThreadRun(rescue)
    done = [await stage.over(one.id) for one in (thread, run)]
    return {
        "failed": [status_of(one) for one in (thread, run)],
        "rescued": [[status_of(one), output_of(one)] for one in done],
        "threads": [status_of(one) for one in done[0].thread_runs],
        "ways": [
            [node.WhichOneof("node_type") for node in await stage.nodes(one.id)]
            for one in (thread, run)
        ],
    }


async def play_schedules(stage: Stage) -> Found:
    """Keep a schedule and take it back; a minute is the shortest that cron knows."""
    stub = stage.stub
    request = ScheduleWfRequest(id="weekly", wf_spec_name="stopping", cron_expression="30 6 * * 1")
    put = await stub.ScheduleWf(request)
    search = SearchScheduledWfRunRequest(wf_spec_name="stopping")
    found = {
        "put": [put.id.id, put.wf_spec_id.name, put.cron_expression],
        "got": await stub.GetScheduledWfRun(put.id) == put,
        "found": [one.id for one in (await stub.SearchScheduledWfRun(search)).results],
        "bad": await code_of(
            stub.ScheduleWf(ScheduleWfRequest(wf_spec_name="stopping", cron_expression="never"))
        ),
        "unknown": await code_of(
            stub.ScheduleWf(ScheduleWfRequest(wf_spec_name="gone", cron_expression="0 0 * * *"))
        ),
    }
    await stub.DeleteScheduledWfRun(DeleteScheduledWfRunRequest(id=put.id))
    return {
        **found,
        "deleted": await code_of(stub.GetScheduledWfRun(put.id)),
        "found after": len((await stub.SearchScheduledWfRun(search)).results),
    }


def kept_briefly(thread: WorkflowThread) -> None:
    thread.declare_str("what", "soon forgotten")


async def play_retention(stage: Stage) -> Found:
    run = await stage.run("kept-briefly")

    async def gone() -> bool | None:
        code = await code_of(stage.stub.GetWfRun(run.id))
        return True if code == "NOT_FOUND" else None

    return {"status": status_of(run), "gone": await stage.until(gone, "the run to be gone")}


def first_version(thread: WorkflowThread) -> None:
    thread.declare_str("name").required()


def second_version(thread: WorkflowThread) -> None:
    thread.declare_str("name").required()
    thread.declare_int("age")


def third_version(thread: WorkflowThread) -> None:
    thread.declare_int("age").required()


async def play_versions(stage: Stage) -> Found:
    async def put(entrypoint, update: AllowedUpdateType) -> str:
        workflow = Workflow("versions", entrypoint).with_update_type(update)
        code = await code_of(stage.stub.PutWfSpec(workflow.compile()))
        latest = await stage.stub.GetLatestWfSpec(GetLatestWfSpecRequest(name="versions"))
        return f"{code} {latest.id.major_version}.{latest.id.revision}"

    minor, every, none = (
        AllowedUpdateType.MINOR_REVISION_UPDATES,
        AllowedUpdateType.ALL_UPDATES,
        AllowedUpdateType.NO_UPDATES,
    )
    return {
        "the same": await put(first_version, none),
        "another variable": await put(second_version, minor),
        "no update allowed": await put(third_version, none),
        "only a minor one": await put(third_version, minor),
        "any": await put(third_version, every),
    }


FEATURES = [
    Feature(
        "checkpoints",
        play_checkpoints,
        (Workflow("checkpoints", checkpoints),),
        {"work-in-parts": work_in_parts},
    ),
    Feature(
        "dynamic tasks",
        play_dynamic_tasks,
        (Workflow("dynamic-tasks", dynamic_tasks),),
        {"make-carved": carve, "make-cast": cast},
    ),
    Feature("stop and resume", play_stopping, (Workflow("stopping", stopping),)),
    Feature("rescue", play_rescuing, (Workflow("rescuing", rescuing),), {"need": need}),
    Feature(
        "rescue of families",
        play_rescuing_families,
        (
            Workflow("rescuing-child", rescuing_child),
            Workflow("needing", needing),
            Workflow("rescuing-child-run", rescuing_child_run),
        ),
        {"need": need},
    ),
    Feature("schedules", play_schedules, (Workflow("stopping", stopping),)),
    Feature(
        "retention",
        play_retention,
        (
            Workflow("kept-briefly", kept_briefly).with_retention_policy(
                WorkflowRetentionPolicy(seconds_after_wf_termination=1)
            ),
        ),
    ),
    Feature("versions", play_versions, (Workflow("versions", first_version),)),
]
