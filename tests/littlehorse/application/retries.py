"""Tasks that fail and are tried again, at once or later and later."""

import asyncio

from features import Feature, Found
from littlehorse.model import ExponentialBackoffRetryPolicy, TaskRun
from littlehorse.worker import WorkerContext
from littlehorse.workflow import Workflow, WorkflowThread
from stage import Stage, attempts_of, failures_of, output_of, status_of

BACKOFF = ExponentialBackoffRetryPolicy(base_interval_ms=300, multiplier=2.0, max_delay_ms=500)


async def succeed_at(attempt: int, context: WorkerContext) -> str:
    """Fail until there have been so many attempts before."""
    context.log(f"attempt {context.attempt_number}")
    if context.attempt_number < attempt:
        raise RuntimeError(f"not yet at {context.attempt_number}")
    return context.idempotency_key


def retrying(thread: WorkflowThread) -> None:
    attempt = thread.declare_int("attempt").required()
    thread.complete(thread.execute("succeed-at", attempt, retries=2))


def backing_off(thread: WorkflowThread) -> None:
    thread.complete(thread.execute("succeed-at", thread.declare_int("attempt").required()))


def gaps_of(task: TaskRun) -> list[int]:
    """Give the milliseconds between the end of each attempt and the begin of the next."""
    return [
        later.schedule_time.ToMilliseconds() - earlier.end_time.ToMilliseconds()
        for earlier, later in zip(task.attempts, task.attempts[1:], strict=False)
    ]


async def play_retries(stage: Stage) -> Found:
    good, bad = await asyncio.gather(
        stage.play("retrying", {"attempt": 2}), stage.play("retrying", {"attempt": 3})
    )
    [task], [exhausted] = [await stage.tasks(run.id) for run in (good, bad)]
    return {
        "good": [status_of(good), output_of(good)],
        "attempts": attempts_of(task),
        "at once": max(gaps_of(task)) < 1_000,
        "log": [one.log_output.str.partition("] ")[2] for one in task.attempts],
        "bad": [status_of(bad), failures_of(await stage.nodes(bad.id))],
        "exhausted": attempts_of(exhausted),
    }


async def play_backoff(stage: Stage) -> Found:
    good, bad = await asyncio.gather(
        stage.play("backing-off", {"attempt": 2}), stage.play("backing-off", {"attempt": 9})
    )
    [task], [exhausted] = [await stage.tasks(run.id) for run in (good, bad)]
    # The workers' clock stamps the end, the server's the begin: both are this machine's.
    waits = [
        least - 50 <= gap < least + 5_000
        for gap, least in zip(gaps_of(task), (300, 500), strict=True)
    ]
    return {
        "good": status_of(good),
        "attempts": attempts_of(task),
        "waits": waits,
        "bad": status_of(bad),
        "exhausted": attempts_of(exhausted),
        "policy": task.exponential_backoff == BACKOFF,
        "total": task.total_attempts,
    }


FEATURES = [
    Feature("retries", play_retries, (Workflow("retrying", retrying),), {"succeed-at": succeed_at}),
    Feature(
        "backoff",
        play_backoff,
        (
            Workflow("backing-off", backing_off).with_retry_policy(
                retries=2, exponential_backoff=BACKOFF
            ),
        ),
        {"succeed-at": succeed_at},
    ),
]
