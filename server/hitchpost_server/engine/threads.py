"""How threads begin and leave their run: first values, the limit, archival.

Knows what every new thread needs, whoever starts it; who starts which is the
business of nodes and handlers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.definitions.variables import INPUT, DeclaredVariable
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.limits import check_made
from hitchpost_server.engine.nodes.kind import NodeFailure
from hitchpost_server.engine.ready_events import node_entered
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.times import microseconds
from hitchpost_server.engine.values.admission import admitted, admitted_or_left
from hitchpost_server.engine.values.errors import EvaluationError, MisfitError
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.types import is_null
from hitchpost_server.engine.visits import ThreadVisit, Traversal

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledThread

Given = Mapping[str, values.VariableValue]


class BadInputError(Exception):
    """A thread cannot start with what it was given: `variable` says where, `problem` why."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"input variable {variable}: {problem}")
        self.variable = variable
        self.problem = problem


def first_values(
    declared: Mapping[str, DeclaredVariable], given: Given, struct_defs: StructDefs
) -> Iterator[values.VarNameAndVal]:
    """Give every variable of a thread its first value; raise BadInputError."""
    for name in given:
        if name not in declared:
            raise BadInputError(name, "it is not declared, or it is inherited")
    for variable in declared.values():
        yield _first_value(variable, given.get(variable.name), struct_defs)


def _first_value(
    variable: DeclaredVariable, given: values.VariableValue | None, struct_defs: StructDefs
) -> values.VarNameAndVal:
    if given is None and variable.required:
        raise BadInputError(variable.name, "it is required and missing")
    if given is None or is_null(given):
        kept = admitted_or_left(variable.default, variable.type, struct_defs)
    else:
        try:
            kept = admitted(given, variable.type, struct_defs)
        except MisfitError as misfit:
            raise BadInputError(variable.name, str(misfit)) from misfit
    first = values.VarNameAndVal()
    first.var_name = variable.name
    first.masked = variable.type.masked
    value = first.value
    value.CopyFrom(kept)
    value.SetInParent()  # NULL is a value too
    return first


def check_room(traversal: Traversal, more: int) -> None:
    """Raise NodeFailure if a run cannot hold so many more threads."""
    limit, count = traversal.draft.limits.threads_per_run_max, len(traversal.run.threads) + more
    if count > limit:
        raise NodeFailure(
            "INTERNAL_ERROR",
            f"{count} would be more than {limit} (threads_per_run_max), the maximum number of "
            "ThreadRuns per WfRun",
        )


def start_threads(
    traversal: Traversal,
    name: str,
    given: Sequence[Given],
    kind: wf_runs.ThreadType,
    **facts: Any,
) -> list[int]:
    """Start threads of one ThreadSpec at its entrypoint, all or none; return their numbers.

    `facts` are fields of ThreadStarted: whose children they are, what they handle.
    Raises EvaluationError for values that do not fit, NodeFailure if the run
    holds too many threads.
    """
    check_room(traversal, len(given))
    thread, draft, wf_run = traversal.spec.threads[name], traversal.draft, traversal.run.wf_run
    assert wf_run is not None
    variables = [computed_values(thread.variables, one, f"thread {name}", draft) for one in given]
    first = wf_run.greatest_threadrun_number + 1
    for number, own in enumerate(variables, first):
        started = history.ThreadStarted(
            thread_run_number=number, thread_spec_name=name, type=kind, variables=own, **facts
        )
        draft.emit(traversal.run, "thread_started", started)
        stand_at_entrypoint(draft, traversal.run, thread, number)
    return [*range(first, first + len(given))]


def computed_values(
    declared: Mapping[str, DeclaredVariable], given: Given, whose: str, draft: Draft
) -> list[values.VarNameAndVal]:
    """Give the variables of a thread their first values; raise EvaluationError if a node cannot."""
    try:
        variables = list(first_values(declared, given, draft.facts))
    except BadInputError as error:
        raise EvaluationError(f"{whose}: {error}") from error
    for variable in variables:
        check_made(variable.value, f"{whose}: variable {variable.var_name}", draft.limits)
    return variables


def stand_at_entrypoint(draft: Draft, run: RunState, thread: "CompiledThread", number: int) -> None:
    """Let a thread that has begun stand at its ENTRYPOINT node."""
    draft.emit_ready(run, node_entered(thread.nodes[thread.entrypoint], number))


def start_handler(
    traversal: Traversal,
    name: str,
    parent: int,
    kind: wf_runs.ThreadType,
    content: values.VariableValue,
    **facts: Any,
) -> int:
    """Start a handler below a thread; it gets the content if it declares `INPUT`."""
    given = {INPUT: content} if traversal.spec.threads[name].takes_input else {}
    [number] = start_threads(traversal, name, [given], kind, parent_thread_id=parent, **facts)
    return number


def archive_if_crowded(traversal: Traversal) -> None:
    """Move completed threads out of a run that holds almost as many as it may."""
    limits = traversal.draft.limits
    if len(traversal.run.threads) >= limits.threads_per_run_max * 9 // 10:
        _archive(traversal, _completed(traversal))


def archive_expired(traversal: Traversal) -> None:
    """Move threads out of a run whose retention is over."""
    if traversal.spec.retains_threads:
        _archive(traversal, [visit for visit in _completed(traversal) if _is_expired(visit)])


def _is_expired(visit: ThreadVisit) -> bool:
    seconds = visit.spec.retention_seconds
    if seconds is None:
        return False
    ended_us = microseconds(visit.thread.thread_run.end_time)
    return ended_us + seconds * 1_000_000 <= visit.draft.now_us


def _completed(traversal: Traversal) -> list[ThreadVisit]:
    """Find threads that nothing can refer back to: completed, and so is all that is below them."""
    found: dict[int, ThreadVisit] = {}
    for number, thread in reversed(traversal.run.threads.items()):
        if number and thread.status == status.COMPLETED:
            below = traversal.children(number)
            if all(child.thread.number in found for child in below):
                found[number] = traversal.visit(number)
    return [*reversed(found.values())]


def _archive(traversal: Traversal, visits: list[ThreadVisit]) -> None:
    if visits:
        numbers = [visit.thread.number for visit in visits]
        archived = history.ThreadsArchived(thread_run_numbers=numbers)
        traversal.draft.emit(traversal.run, "threads_archived", archived)
