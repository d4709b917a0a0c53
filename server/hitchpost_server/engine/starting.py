"""How a run begins: which WfSpec it follows, and whether its inputs will do."""

from functools import partial
from typing import TYPE_CHECKING

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine import errors
from hitchpost_server.engine.carrying import take_along
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.folding import threads
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.limits import EngineLimits, check_size
from hitchpost_server.engine.ready_events import first_thread, run_started
from hitchpost_server.engine.rows import LATEST
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.threads import BadInputError, Given, first_values, stand_at_entrypoint

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledWfSpec


def wanted_version(
    request: wf_runs.RunWfRequest | schedules.ScheduleWfRequest,
) -> tuple[int, int]:
    """Say which version a request asks for; a revision counts only with a major version."""
    if not request.HasField("major_version"):
        return LATEST, LATEST
    return request.major_version, request.revision if request.HasField("revision") else LATEST


def begin_run(draft: Draft, run: RunState, request: wf_runs.RunWfRequest) -> None:
    """Check everything, then start the run with thread 0 at its entrypoint."""
    sequence, spec = find_spec(draft.facts, request)
    if run.wf_run is not None:
        raise errors.WfRunExists(wf_run=run.key)
    _check_parent(draft, request, spec.wf_spec)
    variables = inputs_of(request.variables, spec, draft.facts, draft.limits)
    draft.begin_transition(run)
    start(draft, run, spec, sequence, variables)


def start(
    draft: Draft,
    run: RunState,
    spec: "CompiledWfSpec",
    sequence: int,
    variables: list[values.VarNameAndVal],
    parent_trigger: wf_runs.WfRun.ParentTriggerReference | None = None,
) -> None:
    """Let an execution begin: by a client, by a node of the parent, or of the run itself.

    A run that starts over stays the same incarnation of its id, whatever was deleted meanwhile.
    """
    is_new = run.wf_run is None
    if is_new and parent_trigger is None:
        draft.emit_ready(run, run_started(spec, sequence, draft.state.incarnation))
    else:
        started = history.RunStarted(
            wf_spec_id=spec.wf_spec.id,
            wf_spec_sequence=sequence,
            parent_trigger=parent_trigger,
            incarnation=draft.state.incarnation if is_new else run.incarnation,
            execution=None if is_new else run.execution + 1,
        )
        draft.emit(run, "run_started", started)
    take_along(draft, run, spec)
    _begin_first_thread(draft, run, spec, variables)
    stand_at_entrypoint(draft, run, spec.entrypoint, 0)


def _begin_first_thread(
    draft: Draft,
    run: RunState,
    spec: "CompiledWfSpec",
    variables: list[values.VarNameAndVal],
) -> None:
    first = first_thread(spec)
    if not variables:
        draft.emit_ready(run, first.started)
        return
    started: history.ThreadStarted = draft.write(run, "thread_started")
    started.thread_run_number = 0
    started.thread_spec_name = spec.entrypoint.name
    started.type = wf_runs.ENTRYPOINT
    started.variables.extend(variables)
    draft.take_effect(run, partial(threads.begin_first_thread, first.like, started.variables))


def _check_parent(draft: Draft, request: wf_runs.RunWfRequest, wf_spec: wf_specs.WfSpec) -> None:
    """Refuse a parent that the WfSpec does not want, or one that it does not have."""
    wanted = wf_spec.parent_wf_spec.wf_spec_name
    if request.HasField("parent_wf_run_id") != wf_spec.HasField("parent_wf_spec"):
        problem = (
            f"WfSpec {request.wf_spec_name} needs a run of WfSpec {wanted} as its parent"
            if wanted
            else f"WfSpec {request.wf_spec_name} has no parent WfSpec"
        )
        raise errors.FieldInvalid(field="parent_wf_run_id", problem=problem)
    if not wanted:
        return
    key = run_key(request.parent_wf_run_id)
    parent = draft.state.runs.get(key)
    if parent is None or parent.wf_run is None:
        raise errors.ParentWfRunNotFound(wf_run=key)
    if parent.wf_run.wf_spec_id.name != wanted:
        problem = f"WfRun {key} follows WfSpec {parent.wf_run.wf_spec_id.name}, not {wanted}"
        raise errors.FieldInvalid(field="parent_wf_run_id", problem=problem)


def inputs_of(
    given: Given, spec: "CompiledWfSpec", known: Facts, limits: EngineLimits
) -> list[values.VarNameAndVal]:
    """Give the variables of thread 0 their first values; raise InputInvalid, ObjectTooLarge."""
    try:
        variables = list(first_values(spec.entrypoint.variables, given, known))
    except BadInputError as error:
        raise errors.InputInvalid(variable=error.variable, problem=error.problem) from error
    for variable in variables:
        check_size(variable.value, limits)
    return variables


def find_spec(known: Facts, request: wf_runs.RunWfRequest) -> tuple[int, "CompiledWfSpec"]:
    """Find the version that a request asks for, with its sequence number."""
    name = request.wf_spec_name
    sequence = known.wf_spec_sequence(name, *wanted_version(request))
    if sequence is None:
        version = ".".join(str(part) for part in wanted_version(request) if part != LATEST)
        raise errors.ObjectNotFound(kind="WfSpec", id=f"{name} {version}".strip())
    return sequence, known.wf_spec(name, sequence)
