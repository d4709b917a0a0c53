"""What is done about failures of steps. Each public function is a builder's verb.

A handler is a thread of its own. When it has completed, the failed thread goes on behind the
step; when it fails, so does the thread. The first handler that fits is taken.
"""

from collections.abc import Callable

from hitchpost._building.draft import ENTRYPOINT, ThreadWriter
from hitchpost._building.steps import EachChild, Handled
from hitchpost._building.thread import Writing
from hitchpost._errors import WorkflowInvalid
from hitchpost.v1.status_pb2 import LHErrorType
from hitchpost.v1.wf_spec_pb2 import FailureHandlerDef


def handle_failure(self: Writing, step: Handled) -> Callable[[ThreadWriter], ThreadWriter]:
    """Have a thread of its own handle every failure of a step; decorates its writer.

        charged = wf.task("charge", total)

        @wf.handle_failure(charged)
        def refund(handler: hitchpost.WorkflowBuilder) -> None:
            handler.task("refund", total)

    Afterwards this thread goes on behind the step, whose output is then not there.
    """
    return _handle(self, step, FailureHandlerDef(), "failure")


def handle_error(
    self: Writing, step: Handled, name: str | None = None
) -> Callable[[ThreadWriter], ThreadWriter]:
    """Have a thread handle the technical failures of a step, or those of a name, like TIMEOUT.

    VAR_ERROR stands for VAR_SUB_ERROR and VAR_MUTATION_ERROR too, TASK_ERROR for TASK_FAILURE
    and TIMEOUT.
    """
    if name is None:
        errors = FailureHandlerDef(any_failure_of_type=FailureHandlerDef.FAILURE_TYPE_ERROR)
        return _handle(self, step, errors, "error")
    if not _is_error(name):
        raise WorkflowInvalid(f"{name} is no technical failure; handle_exception handles it")
    return _handle(self, step, FailureHandlerDef(specific_failure=name), name)


def handle_exception(
    self: Writing, step: Handled, name: str | None = None
) -> Callable[[ThreadWriter], ThreadWriter]:
    """Have a thread handle the business failures of a step, or those of a name.

    They are what a TaskException or `fail` has named. The handler gets the content with
    `received`.
    """
    if name is None:
        kind = FailureHandlerDef.FAILURE_TYPE_EXCEPTION
        return _handle(self, step, FailureHandlerDef(any_failure_of_type=kind), "exception")
    if _is_error(name):
        raise WorkflowInvalid(f"{name} is a technical failure; handle_error handles it")
    return _handle(self, step, FailureHandlerDef(specific_failure=name), name)


def _handle(
    self: Writing, step: Handled, handled: FailureHandlerDef, failures: str
) -> Callable[[ThreadWriter], ThreadWriter]:
    self._thread.owns(step)
    what = "child" if isinstance(step, EachChild) else "handler"
    # Steps of several threads may have the same name.
    where = "" if self._thread.name == ENTRYPOINT else f"{self._thread.name}-"
    name = f"{what}-{where}{step.node_name}-{failures}"

    def write_handler(write: ThreadWriter) -> ThreadWriter:
        handled.handler_spec_name = self._thread.write_other(name, write)
        step.failure_handlers.append(handled)
        return write

    return write_handler


def _is_error(name: str) -> bool:
    return name in LHErrorType.keys()  # noqa: SIM118 (not a mapping)
