"""Carrying out one attempt of a task: call the function, and say in a report what came of it.

It knows a function and a report and no connection.

    returned                      TASK_SUCCESS
    raised TaskException          TASK_EXCEPTION, never tried again
    raised anything else          TASK_FAILED, tried again if the workflow says so
    inputs do not fit             TASK_INPUT_VAR_SUB_ERROR
    output is no VariableValue    TASK_OUTPUT_SERDE_ERROR
"""

import asyncio
import traceback
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from hitchpost._errors import ValueUnsupported
from hitchpost._values import to_value
from hitchpost._working.checkpoints import Checkpoints
from hitchpost._working.context import TaskContext
from hitchpost._working.task_function import InputUnmappable, TaskFunction
from hitchpost.v1 import status_pb2, task_pb2
from hitchpost.v1.status_pb2 import LHErrorType
from hitchpost.v1.task_pb2 import (
    LHTaskError,
    LHTaskException,
    ReportTaskRun,
    ScheduledTask,
    TaskStatus,
)

_CHARACTERS_MAX = 8_000  # an error that carries a page of HTML is cut


class TaskException(Exception):
    """A business failure: the task is not tried again, and the workflow can handle it by name.

    Not an error of this package; a task's function raises it.
    """

    def __init__(self, name: str, message: str = "", content: object = None) -> None:
        super().__init__(f"{name}: {message}" if message else name)
        self.name = name
        self.message = message
        self.content = content


async def carry_out(
    function: TaskFunction,
    scheduled: ScheduledTask,
    threads: Executor,
    checkpoints: Checkpoints | None = None,
) -> ReportTaskRun:
    """Carry out one attempt and give its report; the function's errors end up in it."""
    context = TaskContext(scheduled, checkpoints)
    try:
        arguments = function.arguments([one.value for one in scheduled.variables], context)
        returned = await _call(function, arguments, threads)
        report = _success(function, returned)
    except InputUnmappable as error:
        report = failure(task_pb2.TASK_INPUT_VAR_SUB_ERROR, status_pb2.VAR_SUB_ERROR, str(error))
    except TaskException as exception:
        report = _business_failure(exception)
    except (Exception, asyncio.CancelledError) as error:
        if _is_cancelled():
            raise
        report = _technical_failure(error, context)
    return complete_report(report, scheduled, context.log_text)


def _is_cancelled() -> bool:
    """Say whether it is the worker that gives up, and not something that the function awaits."""
    attempt = asyncio.current_task()
    return attempt is not None and attempt.cancelling() > 0


async def _call(function: TaskFunction, arguments: dict[str, object], threads: Executor) -> object:
    if function.is_async:
        return await function.function(**arguments)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(threads, _in_thread, function.function, arguments)


def _in_thread(function: Callable[..., Any], arguments: dict[str, object]) -> object:
    try:
        return function(**arguments)
    except StopIteration as error:  # a future cannot hold it and would never be done
        raise RuntimeError("the task raised StopIteration") from error


def _success(function: TaskFunction, returned: object) -> ReportTaskRun:
    try:
        return ReportTaskRun(status=task_pb2.TASK_SUCCESS, output=function.output(returned))
    except ValueUnsupported as error:
        return unserializable(str(error))


def unserializable(message: str) -> ReportTaskRun:
    """Report that an output cannot be sent."""
    return failure(
        task_pb2.TASK_OUTPUT_SERDE_ERROR, status_pb2.VAR_MUTATION_ERROR, f"output: {message}"
    )


def _business_failure(exception: TaskException) -> ReportTaskRun:
    try:
        content = to_value(exception.content)
    except ValueUnsupported as error:
        return unserializable(f"content of {exception.name}: {error}")
    told = LHTaskException(
        name=_sendable(exception.name), message=_sendable(exception.message), content=content
    )
    return ReportTaskRun(status=task_pb2.TASK_EXCEPTION, exception=told)


def _technical_failure(error: BaseException, context: TaskContext) -> ReportTaskRun:
    """Report what was raised; where from goes into the log."""
    context.log("".join(traceback.format_exception(error)).rstrip()[-_CHARACTERS_MAX:])
    text = "".join(traceback.format_exception_only(error)).strip()
    return failure(task_pb2.TASK_FAILED, status_pb2.TASK_FAILURE, text)


def failure(status: TaskStatus, kind: LHErrorType, message: str) -> ReportTaskRun:
    """Report a technical failure."""
    error = LHTaskError(type=kind, message=_sendable(message[:_CHARACTERS_MAX]))
    return ReportTaskRun(status=status, error=error)


def complete_report(
    report: ReportTaskRun, scheduled: ScheduledTask, log_text: str | None
) -> ReportTaskRun:
    """Add which attempt it is about, when it ended, and what was logged."""
    report.task_run_id.CopyFrom(scheduled.task_run_id)
    report.attempt_number = scheduled.attempt_number
    report.time.GetCurrentTime()
    if log_text is not None:
        report.log_output.str = _sendable(log_text)
    return report


def _sendable(text: str) -> str:
    """Replace what UTF-8 cannot hold: a report must get through whatever it tells."""
    return text.encode(errors="replace").decode()
