"""Attempts of tasks: how they end, whether there is another one, and what the node hears.

The statuses and failure names are LittleHorse's; the tables below are the rules.
"""

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.nodes.kind import NodeFailure
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.times import is_moment, later, timestamp
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.errors import MisfitError
from hitchpost_server.engine.values.nesting import flaw

# Which status of an attempt fails the node, and under which failure name. An
# exception of the business has a name of its own.
TASK_FAILURES: dict[int, str] = {
    tasks.TASK_FAILED: "TASK_FAILURE",
    tasks.TASK_TIMEOUT: "TIMEOUT",
    tasks.TASK_EXCEPTION: "",
    tasks.TASK_OUTPUT_SERDE_ERROR: "VAR_MUTATION_ERROR",
    tasks.TASK_INPUT_VAR_SUB_ERROR: "VAR_SUB_ERROR",
}

# What may still become of a task whose last attempt looks like this.
TASK_OPEN = frozenset({tasks.TASK_SCHEDULED, tasks.TASK_RUNNING, tasks.TASK_PENDING})

RETRIED = frozenset({tasks.TASK_FAILED, tasks.TASK_TIMEOUT})

REPORTABLE = frozenset(
    {
        tasks.TASK_SUCCESS,
        tasks.TASK_FAILED,
        tasks.TASK_EXCEPTION,
        tasks.TASK_OUTPUT_SERDE_ERROR,
        tasks.TASK_INPUT_VAR_SUB_ERROR,
        tasks.TASK_TIMEOUT,
    }
)


def failure_of(task_run: tasks.TaskRun) -> NodeFailure:
    """Say how the node fails when the last attempt has."""
    attempt = task_run.attempts[-1]
    if attempt.status == tasks.TASK_EXCEPTION:
        thrown = attempt.exception
        return NodeFailure(thrown.name or "TASK_FAILURE", thrown.message, thrown.content)
    name = TASK_FAILURES[attempt.status]
    detail = attempt.error.message
    kind = tasks.TaskStatus.Name(attempt.status)
    return NodeFailure(name, f"task {task_run.task_def_id.name} ended with {kind}: {detail}")


def ended(
    task_run: tasks.TaskRun, report: tasks.ReportTaskRun, now: Timestamp
) -> history.TaskAttemptEnded:
    """Turn a worker's report into the end of the latest attempt."""
    end = history.TaskAttemptEnded()
    end.task_guid = task_run.id.task_guid
    end.status = report.status if report.status in REPORTABLE else tasks.TASK_FAILED
    end.end_time.CopyFrom(report.time if _has_time(report) else now)
    if report.HasField("log_output"):
        end.log_output.CopyFrom(report.log_output)
    result = report.WhichOneof("result")
    if result is not None:
        said = getattr(end, result)
        said.CopyFrom(getattr(report, result))
        said.SetInParent()
    if end.status == tasks.TASK_EXCEPTION and result != "exception":
        end.status = tasks.TASK_FAILED
    if end.status == tasks.TASK_SUCCESS and result != "output":
        end.output.SetInParent()
    return end


def _has_time(report: tasks.ReportTaskRun) -> bool:
    return report.HasField("time") and is_moment(report.time)


def reject_bad_output(
    end: history.TaskAttemptEnded,
    task_run: tasks.TaskRun,
    declared: values.TypeDefinition | None,
    draft: Draft,
) -> None:
    """Turn an end whose output, content or log cannot be kept into a TASK_OUTPUT_SERDE_ERROR."""
    room = draft.limits.object_bytes_max - task_run.ByteSize()
    if end.status == tasks.TASK_SUCCESS and end.ByteSize() <= room:
        output = end.output
        try:
            kept = admitted(output, declared, draft.facts)
        except MisfitError as misfit:
            _serde_error(end, f"output: {misfit}")
        else:
            if kept is not output:
                output.CopyFrom(kept)
    if end.ByteSize() > room:
        limit = draft.limits.object_bytes_max
        _serde_error(end, f"RESOURCE_EXHAUSTED: the TaskRun with its result exceeds {limit} bytes")
        end.ClearField("log_output")
    elif problem := flaw(end.log_output if end.status == tasks.TASK_SUCCESS else end):
        _serde_error(end, f"what was reported: {problem}")
        end.ClearField("log_output")


def declared_output(task_def: tasks.TaskDef | None) -> values.TypeDefinition | None:
    """The type that an output must have; None for void, unknown and deleted TaskDefs."""
    if task_def is None:
        return None
    returned = task_def.return_type
    return returned.return_type if returned.HasField("return_type") else None


def hides_output(end: history.TaskAttemptEnded, declared: values.TypeDefinition | None) -> bool:
    """Whether clients may not read what the attempt has returned."""
    return declared is not None and declared.masked and end.HasField("output")


def _serde_error(end: history.TaskAttemptEnded, message: str) -> None:
    end.status = tasks.TASK_OUTPUT_SERDE_ERROR
    end.error.type = status.VAR_SUB_ERROR
    end.error.message = message


def timed_out(task_run: tasks.TaskRun, now_us: int) -> history.TaskAttemptEnded:
    """End the latest attempt because nobody has reported it in time."""
    message = f"no report within {task_run.timeout_seconds} seconds"
    return history.TaskAttemptEnded(
        task_guid=task_run.id.task_guid,
        status=tasks.TASK_TIMEOUT,
        end_time=timestamp(now_us),
        error=tasks.LHTaskError(type=status.TIMEOUT, message=message),
    )


def given_up(task_run: tasks.TaskRun, now_us: int) -> history.TaskAttemptEnded:
    """End the latest attempt because the thread that waits for it has failed."""
    return history.TaskAttemptEnded(
        task_guid=task_run.id.task_guid,
        status=tasks.TASK_FAILED,
        end_time=timestamp(now_us),
        error=tasks.LHTaskError(
            type=status.TASK_FAILURE, message="the thread that waits for it has failed"
        ),
    )


def has_another(task_run: tasks.TaskRun, end: int) -> bool:
    """Whether another attempt follows if the latest ends with that status."""
    return end in RETRIED and len(task_run.attempts) < task_run.total_attempts


def is_reminder(task_run: tasks.TaskRun) -> bool:
    """Whether a user task has caused the task, so that no node waits for it."""
    return task_run.source.HasField("user_task_trigger")


def retry_if_due(draft: Draft, run: RunState, task_run: tasks.TaskRun) -> bool:
    """Schedule the next attempt if the latest has failed and there is one; tell whether."""
    made = len(task_run.attempts)
    if not has_another(task_run, task_run.status):
        return False
    guid = task_run.id.task_guid
    pending = task_run.HasField("exponential_backoff")
    draft.emit(
        run,
        "task_scheduled",
        history.TaskScheduled(task_guid=guid, attempt_number=made, pending=pending),
    )
    if pending:
        delay_ms = backoff_ms(task_run.exponential_backoff, made)
        _set_timer(draft, run, history.TASK_BACKOFF, task_run, delay_ms)
    return True


def backoff_ms(policy: tasks.ExponentialBackoffRetryPolicy, attempt_number: int) -> int:
    """How long attempt `attempt_number` (1 is the first retry) waits, in milliseconds."""
    try:
        delay = policy.base_interval_ms * policy.multiplier ** (attempt_number - 1)
    except OverflowError:
        return policy.max_delay_ms
    return int(min(delay, policy.max_delay_ms))


def set_deadline(draft: Draft, run: RunState, task_run: tasks.TaskRun) -> None:
    """Let the latest attempt end by itself if nothing is heard of it for its whole time."""
    delay_ms = task_run.timeout_seconds * 1000
    _set_timer(draft, run, history.TASK_DEADLINE, task_run, delay_ms)


def _set_timer(
    draft: Draft, run: RunState, kind: history.TimerKind, task_run: tasks.TaskRun, delay_ms: int
) -> None:
    """Set a timer of a task, and of the node that waits for it if one does."""
    node = task_run.source.task_node.node_run_id
    timer: history.TimerSet = draft.write(run, "timer_set")
    timer.kind = kind
    timer.due.CopyFrom(timestamp(later(draft.now_us, delay_ms / 1000)))
    timer.thread_run_number = node.thread_run_number
    timer.node_run_position = node.position
    timer.task_guid = task_run.id.task_guid
    draft.apply(run, "timer_set", timer)
