"""How a run begins: which WfSpec it follows, and whether its inputs will do."""

from collections.abc import Iterator

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine import errors
from hitchpost_server.engine.advance import ThreadVisit, start_thread
from hitchpost_server.engine.compiled import CompiledWfSpec
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.ids import wf_spec_name
from hitchpost_server.engine.limits import check_size
from hitchpost_server.engine.rows import LATEST
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.values.types import is_null, mismatch, variable_type


def wanted_version(
    request: wf_runs.RunWfRequest | schedules.ScheduleWfRequest,
) -> tuple[int, int]:
    """Say which version a request asks for; a revision counts only with a major version."""
    if not request.HasField("major_version"):
        return LATEST, LATEST
    return request.major_version, request.revision if request.HasField("revision") else LATEST


def begin_run(draft: Draft, run: RunState, request: wf_runs.RunWfRequest) -> CompiledWfSpec:
    """Check everything, then start the run with thread 0 at its entrypoint."""
    sequence, spec = find_spec(draft.facts, request)
    if run.wf_run is not None:
        raise errors.WfRunExists(wf_run=run.key)
    if request.HasField("parent_wf_run_id"):
        raise errors.FieldInvalid(
            field="parent_wf_run_id", problem=f"WfSpec {request.wf_spec_name} has no parent WfSpec"
        )
    variables = list(first_values(spec.entrypoint.spec, request))
    for variable in variables:
        check_size(variable.value, draft.limits)
    draft.begin_transition(run)
    started = history.RunStarted(wf_spec_id=spec.wf_spec.id, wf_spec_sequence=sequence)
    draft.emit(run, "run_started", started)
    draft.emit(
        run,
        "thread_started",
        history.ThreadStarted(
            thread_run_number=0,
            thread_spec_name=spec.entrypoint.name,
            type=wf_runs.ENTRYPOINT,
            variables=variables,
        ),
    )
    _drop_unreferenced(draft, run, spec)
    start_thread(ThreadVisit(draft, run, run.threads[0], spec.threads))
    return spec


def find_spec(known: Facts, request: wf_runs.RunWfRequest) -> tuple[int, CompiledWfSpec]:
    """Find the version that a request asks for, with its sequence number."""
    name = request.wf_spec_name
    sequence = known.wf_spec_sequence(name, *wanted_version(request))
    if sequence is None:
        version = ".".join(str(part) for part in wanted_version(request) if part != LATEST)
        raise errors.ObjectNotFound(kind="WfSpec", id=f"{name} {version}".strip())
    return sequence, known.wf_spec(name, sequence)


def first_values(
    spec: wf_specs.ThreadSpec, request: wf_runs.RunWfRequest
) -> Iterator[values.VarNameAndVal]:
    """Give every variable of a thread its first value; raise InputInvalid for bad inputs."""
    declared = {variable.var_def.name: variable for variable in spec.variable_defs}
    for name in request.variables:
        if name not in declared:
            raise errors.InputInvalid(variable=name, problem="the WfSpec does not declare it")
    for name, variable in declared.items():
        yield _first_value(variable, request.variables.get(name))


def _first_value(
    variable: wf_specs.ThreadVarDef, given: values.VariableValue | None
) -> values.VarNameAndVal:
    name, declared = variable.var_def.name, variable_type(variable.var_def)
    if given is None and variable.required:
        raise errors.InputInvalid(variable=name, problem="it is required and missing")
    if given is not None:
        problem = mismatch(given, declared)
        if problem is not None:
            raise errors.InputInvalid(variable=name, problem=problem)
    if given is None or is_null(given):
        given = variable.var_def.default_value
    return values.VarNameAndVal(var_name=name, value=given, masked=declared.masked)


def _drop_unreferenced(draft: Draft, run: RunState, spec: CompiledWfSpec) -> None:
    """Give up early events whose definition requires a reference that the WfSpec lacks."""
    for unclaimed in list(run.unclaimed.values()):
        if unclaimed.requires_reference and unclaimed.name not in spec.referenced_events:
            draft.warnings.append(
                f"WfRun {run.key}: ExternalEvent {unclaimed.name} {unclaimed.event.id.guid} is "
                f"dropped: WfSpec {wf_spec_name(spec.wf_spec.id)} does not refer to it"
            )
            draft.emit(
                run,
                "external_event_dropped",
                history.ExternalEventDropped(
                    external_event_id=unclaimed.event.id, reason=history.NO_REFERENCE_AT_START
                ),
            )
