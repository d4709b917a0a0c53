"""WAIT_FOR_THREADS: wait until child threads have ended, all of them or the first that does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.definitions.failure_handlers import check_handlers
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.failing import handler_of
from hitchpost_server.engine.failure_names import failure_status
from hitchpost_server.engine.halting import Reason, halt
from hitchpost_server.engine.nodes.kind import (
    DONE,
    Done,
    NodeFailure,
    NodeKind,
    Surroundings,
    Visit,
)
from hitchpost_server.engine.state import FAILED
from hitchpost_server.engine.threads import start_handler
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.json_documents import document_of
from hitchpost_server.engine.values.static_types import assignment_type, check_assignable
from hitchpost_server.engine.values.type_definitions import kind_of
from hitchpost_server.engine.values.types import type_name

Waited = node_runs.WaitForThreadsRun.WaitForThread
Run = node_runs.WaitForThreadsRun

INT = values.TypeDefinition(primitive_type=values.INT)


@dataclass(frozen=True, slots=True)
class WaitForThreads:
    """Which threads, one by one or as a list; who handles their failures; when it is over."""

    numbers: tuple[Assignment, ...]
    listed: Assignment | None
    handlers: tuple[wf_specs.FailureHandlerDef, ...]
    verdict: "Callable[[Visit, list[Waited]], bool]"


class WaitForThreadsKind(NodeKind):
    """Complete as its strategy says; fails with the failure of a thread that it waits for."""

    waits_for_threads = True

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse numbers that are not INT, and a list that is none."""
        wait = node.wait_for_threads
        for index, thread in enumerate(wait.threads.threads):
            with place.at("threads.threads", index).typed():
                check_assignable(thread.thread_run_number, INT, surroundings.scope)
        if wait.HasField("thread_list"):
            with place.at("thread_list").typed():
                found = assignment_type(wait.thread_list, surroundings.scope)
            if found is not None and kind_of(found) not in ("json_arr", "array"):
                raise place.at("thread_list").invalid(f"{type_name(found)} is not a list")
        handlers = wait.per_thread_failure_handlers
        check_handlers(surroundings.wf_spec, handlers, place, "per_thread_failure_handlers")

    def compile(self, node: wf_specs.WaitForThreadsNode) -> WaitForThreads:
        """Compile where the numbers come from."""
        return WaitForThreads(
            tuple(compile_assignment(one.thread_run_number) for one in node.threads.threads),
            compile_assignment(node.thread_list) if node.HasField("thread_list") else None,
            tuple(node.per_thread_failure_handlers),
            VERDICTS[node.strategy],
        )

    def entered(self, _details: WaitForThreads) -> history.NodeEntered:
        """Show a WaitForThreadsRun; WaitingThreadsChanged fills it in."""
        return history.NodeEntered(wait_for_threads=Run())

    def arrive(self, visit: Visit) -> None:
        """Find out which threads to wait for."""
        waited = [
            Waited(thread_run_number=number, thread_status=visit.traversal.status_of(number))
            for number in _numbers(visit)
        ]
        _note(visit, waited)

    def check(self, visit: Visit) -> Done | None:
        """Look at every thread that has not come to a good end, then at the whole."""
        waited = list(visit.thread.node_run.wait_for_threads.threads)
        before = waited.copy()
        try:
            for index, one in enumerate(before):
                waited[index] = _looked_at(visit, one)
        finally:  # a handler that cannot start does not undo the start of others
            if waited != before:
                _note(visit, waited)
        details: WaitForThreads = visit.details
        return DONE if details.verdict(visit, waited) else None

    def abandon(self, visit: Visit) -> None:
        """Halt handlers of children for good: nobody waits for them any more."""
        for one in visit.thread.node_run.wait_for_threads.threads:
            handler = one.failure_handler_thread_run_id
            if one.waiting_status == Run.THREAD_HANDLING_FAILURE and handler in visit.run.threads:
                _dismiss(visit, handler)

    def covered(self, visit: Visit) -> list[int]:
        """Number the threads that it waited for and that failed."""
        waited = visit.thread.node_run.wait_for_threads.threads
        numbers = [one.thread_run_number for one in waited]
        return [number for number in numbers if visit.traversal.status_of(number) in FAILED]


def _numbers(visit: Visit) -> list[int]:
    details: WaitForThreads = visit.details
    found = [number for one in details.numbers for number in _read(one(visit))]
    if details.listed is not None:
        found.extend(_read(details.listed(visit)))
    above = set(_with_ancestors(visit))
    for number in found:
        if not 0 <= number <= visit.run.wf_run.greatest_threadrun_number:
            raise EvaluationError(f"there is no thread {number} to wait for")
        if number in above:
            raise EvaluationError(f"thread {number} is this one or above it: it cannot wait for it")
    return list(dict.fromkeys(found))


def _with_ancestors(visit: Visit) -> Iterator[int]:
    thread = visit.thread
    while thread is not None:
        yield thread.number
        thread = visit.run.parent_of(thread)


def _read(value: values.VariableValue) -> list[int]:
    """Read one number or a list of numbers."""
    kind = value.WhichOneof("value")
    if kind == "int":
        return [value.int]
    if kind == "array":
        return [number for item in value.array.items for number in _read(item)]
    if kind == "json_arr":
        elements = document_of(value)
        if all(type(element) is int for element in elements):
            return list(elements)
    raise EvaluationError(f"{kind or 'NULL'} does not number threads")


def _note(visit: Visit, waited: list[Waited]) -> None:
    visit.emit(
        "waiting_threads_changed",
        history.WaitingThreadsChanged(thread_run_number=visit.thread.number, threads=waited),
    )


def _looked_at(visit: Visit, before: Waited) -> Waited:
    """Tell how a thread looks to the node now; start a handler if it has failed and has one."""
    now = copy_of(before)
    now.thread_status = visit.traversal.status_of(now.thread_run_number)
    ended = visit.run.threads.get(now.thread_run_number)
    if ended is not None and ended.is_terminated:
        now.thread_end_time.CopyFrom(ended.thread_run.end_time)
    if now.waiting_status == Run.THREAD_UNSUCCESSFUL and now.thread_status not in FAILED:
        now.waiting_status = Run.THREAD_IN_PROGRESS  # somebody has rescued it
        now.ClearField("failure_handler_thread_run_id")
    if now.waiting_status == Run.THREAD_IN_PROGRESS:
        _look_at_progress(visit, now)
    elif now.waiting_status == Run.THREAD_HANDLING_FAILURE:
        _look_at_handler(visit, now)
    return now


def _look_at_progress(visit: Visit, now: Waited) -> None:
    if now.thread_status == status.COMPLETED:
        now.waiting_status = Run.THREAD_COMPLETED_OR_FAILURE_HANDLED
    elif now.thread_status in FAILED:
        failure = visit.run.threads[now.thread_run_number].failure
        handler = handler_of(visit.details.handlers, failure)
        if handler is None:
            now.waiting_status = Run.THREAD_UNSUCCESSFUL
            return
        now.waiting_status = Run.THREAD_HANDLING_FAILURE
        now.failure_handler_thread_run_id = start_handler(
            visit.traversal,
            handler.handler_spec_name,
            now.thread_run_number,
            wf_runs.FAILURE_HANDLER,
            failure.content,
        )


def _look_at_handler(visit: Visit, now: Waited) -> None:
    end = visit.traversal.status_of(now.failure_handler_thread_run_id)
    if end == status.COMPLETED:
        now.waiting_status = Run.THREAD_COMPLETED_OR_FAILURE_HANDLED
        _disregard(visit, [now.thread_run_number])
    elif end in FAILED:
        now.waiting_status = Run.THREAD_UNSUCCESSFUL


def _disregard(visit: Visit, children: list[int]) -> None:
    """Let failed threads not count against this one."""
    handled = history.FailuresHandled(
        thread_run_number=visit.thread.number, children=children, own=False
    )
    visit.emit("failures_handled", handled)


def _all(visit: Visit, waited: list[Waited]) -> bool:
    for one in waited:
        if one.waiting_status == Run.THREAD_UNSUCCESSFUL:
            raise _failure_of(visit, one)
    return all(_is_well(one) for one in waited)


def _first(visit: Visit, waited: list[Waited]) -> bool:
    if not waited:
        raise NodeFailure("CHILD_FAILURE", "there is no thread to be the first")
    for one in waited:
        if _is_well(one):
            _dismiss_others(visit, waited)
            return True
        if one.waiting_status == Run.THREAD_UNSUCCESSFUL:
            _dismiss_others(visit, waited)
            raise _failure_of(visit, one)
    return False


def _any(visit: Visit, waited: list[Waited]) -> bool:
    if any(_is_well(one) for one in waited):
        _dismiss_others(visit, waited)
        return True
    if all(one.waiting_status == Run.THREAD_UNSUCCESSFUL for one in waited):
        raise NodeFailure("CHILD_FAILURE", "none of the threads that were waited for succeeded")
    return False


# When the node is complete, by strategy; a verdict raises NodeFailure when it has failed.
VERDICTS: dict[int, Callable[[Any, list[Waited]], bool]] = {
    wf_specs.WAIT_FOR_ALL: _all,
    wf_specs.WAIT_FOR_FIRST: _first,
    wf_specs.WAIT_FOR_ANY: _any,
}


def _is_well(one: Waited) -> bool:
    return one.waiting_status == Run.THREAD_COMPLETED_OR_FAILURE_HANDLED


def _dismiss_others(visit: Visit, waited: list[Waited]) -> None:
    """Halt what is not over, and let what has failed not count."""
    left = [one.thread_run_number for one in waited if not _is_well(one)]
    for number in left:
        _dismiss(visit, number)
    failed = [number for number in left if visit.traversal.status_of(number) in FAILED]
    if failed:
        _disregard(visit, failed)


def _dismiss(visit: Visit, number: int) -> None:
    """Halt a thread for good, for which there is no more use."""
    reason = wf_runs.HaltedByParentNodeHaltReason(
        parent_thread_run_number=visit.thread.number,
        waiting_node_run_position=visit.thread.position,
    )
    halt(visit.traversal.visit(number), Reason(halted_by_parent=reason))


def _failure_of(visit: Visit, one: Waited) -> NodeFailure:
    """Tell how a thread failed, or its handler: exceptions as they are, errors as CHILD_FAILURE."""
    number = one.thread_run_number
    if one.HasField("failure_handler_thread_run_id"):
        number = one.failure_handler_thread_run_id
    failure = visit.run.threads[number].failure
    if failure_status(failure.failure_name) == status.EXCEPTION:
        return NodeFailure.like(failure, failure.message)
    message = f"thread {number} failed with {failure.failure_name}: {failure.message}"
    return NodeFailure("CHILD_FAILURE", message)
