"""EXIT: the end of a thread, by completion or by a failure of the workflow's own."""

from dataclasses import dataclass
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.definitions.names import problem_with
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.failure_names import ERROR_NAMES
from hitchpost_server.engine.halting import is_at_rest
from hitchpost_server.engine.limits import check_made
from hitchpost_server.engine.nodes.kind import (
    DONE,
    NULL,
    Done,
    NodeFailure,
    NodeKind,
    Surroundings,
    Visit,
)
from hitchpost_server.engine.state import FAILED, ThreadState
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.static_types import assignment_type


@dataclass(frozen=True, slots=True)
class Exit:
    """What an EXIT node does: throw `failure`, or return what `output` gives."""

    failure: wf_specs.FailureDef | None
    content: Assignment | None
    output: Assignment | None


class ExitKind(NodeKind):
    """Ends its thread; the output of the node becomes that of the thread."""

    ends_thread = True
    waits_for_threads = True

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a failure with a name of the server's own, and what has no type."""
        if node.exit.HasField("failure_def"):
            _validate_failure(node.exit.failure_def, place.at("failure_def"), surroundings)
        elif node.exit.HasField("return_content"):
            with place.at("return_content").typed():
                assignment_type(node.exit.return_content, surroundings.scope)

    def compile(self, node: wf_specs.ExitNode) -> Exit:
        """Compile the failure's content or the returned content."""
        failure = node.failure_def if node.HasField("failure_def") else None
        has_content = failure is not None and failure.HasField("content")
        has_output = node.HasField("return_content")
        return Exit(
            failure,
            compile_assignment(node.failure_def.content) if has_content else None,
            compile_assignment(node.return_content) if has_output else None,
        )

    def entered(self, _details: Any) -> history.NodeEntered:
        """Show an ExitRun."""
        return history.NodeEntered(exit=node_runs.ExitRun())

    def arrive(self, visit: Visit) -> None:
        """Throw the failure, if the node has one; it does not wait for anything."""
        details: Exit = visit.details
        if details.failure is None:
            return
        message, content = details.failure.message, NULL
        if details.content is not None:
            try:
                content = _made(details.content, visit)
            except EvaluationError as error:
                message = f"{message} (its content could not be evaluated: {error})"
        raise NodeFailure(details.failure.failure_name, message, content)

    def check(self, visit: Visit) -> Done | None:
        """Wait for what is below the thread, then evaluate what the thread returns.

        Below a child that has failed and was handled something may still come to rest.
        """
        details: Exit = visit.details
        children = visit.traversal.children(visit.thread.number)
        if children and not self._is_alone(visit, children):
            return None
        return Done(_returned(details.output, visit)) if details.output else DONE

    def _is_alone(self, visit: Visit, children: list[Any]) -> bool:
        """Whether nothing goes on below a thread; raise NodeFailure if something has failed."""
        if not all(_is_over(child.thread) for child in children):
            return False
        failed = self.covered(visit)
        # A failure that was handled is behind the thread.
        if failed and visit.thread.node_run.status not in FAILED:
            numbers = ", ".join(str(number) for number in failed)
            raise NodeFailure("CHILD_FAILURE", f"threads below this one have failed: {numbers}")
        return all(is_at_rest(child) for child in children)

    def covered(self, visit: Visit) -> list[int]:
        """Number the failed threads below this one that still count.

        Handlers do not: this thread failed with them, and has gone on since.
        """
        handled = visit.thread.thread_run.handled_failed_children
        return [
            child.thread.number
            for child in visit.traversal.children(visit.thread.number)
            if child.thread.status in FAILED
            and child.thread.thread_run.type == wf_runs.CHILD
            and child.thread.number not in handled
        ]


# For what a thread may stand still without holding up the one above it: nothing but
# somebody outside makes it go on.
_FOR_GOOD = ("manual_halt", "halted_by_parent")


def _is_over(child: ThreadState) -> bool:
    """Whether a thread has ended, or stands still and does not go on by itself."""
    if child.status != status.HALTED:
        return child.is_terminated
    reasons = child.thread_run.halt_reasons
    return any(reason.WhichOneof("reason") in _FOR_GOOD for reason in reasons)


def _validate_failure(
    failure: wf_specs.FailureDef, place: Place, surroundings: Surroundings
) -> None:
    problem = problem_with(failure.failure_name)
    if failure.failure_name in ERROR_NAMES:
        problem = f"{failure.failure_name} is the name of one of the server's own errors"
    if problem is not None:
        raise place.at("failure_name").invalid(problem)
    if failure.HasField("content"):
        with place.at("content").typed():
            assignment_type(failure.content, surroundings.scope)


def _returned(output: Assignment, visit: Visit) -> values.VariableValue:
    try:
        value = _made(output, visit)
        # The WfRun shows what all its threads return.
        beside = visit.run.wf_run.ByteSize()
        check_made(value, "the WfRun with the value", visit.draft.limits, beside)
        return value
    except EvaluationError as error:
        raise NodeFailure(
            "VAR_ERROR", f"cannot evaluate what the thread returns: {error}"
        ) from error


def _made(assignment: Assignment, visit: Visit) -> values.VariableValue:
    value = assignment(visit)
    check_made(value, "the value", visit.draft.limits)
    return value
