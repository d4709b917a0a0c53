"""Which facts a command will ask for, as far as that can be known beforehand.

A table, one function a kind of command. Each may look at the facts it has
already and name what it needs next; whoever fetches asks again until nothing
new is named. What is forgotten here costs time, never correctness: a decision
that misses a fact says so and is taken again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands, facts
from hitchpost_server.engine.archiving import away
from hitchpost_server.engine.definitions.pinning import named_struct_defs
from hitchpost_server.engine.definitions.wf_specs import required_definitions
from hitchpost_server.engine.facts import Facts, MissingFact
from hitchpost_server.engine.ids import CONSUMER_STREAM
from hitchpost_server.engine.rows import LATEST, RowKey
from hitchpost_server.engine.starting import wanted_version
from hitchpost_server.engine.state import (
    DefinitionState,
    FamilyState,
    ScheduleState,
    StreamState,
)

UserTaskCommand = (
    commands.AssignUserTask
    | commands.CompleteUserTask
    | commands.CancelUserTask
    | commands.SaveUserTask
    | commands.CommentUserTask
)


def needs(state: StreamState, command: commands.Command, known: Facts) -> list[RowKey]:
    """Name facts that a command will ask for; the known ones among them are harmless."""
    found: list[RowKey] = []
    if command.follow_up:
        found.append(facts.follow_up_key(command.follow_up))
    if isinstance(state, FamilyState) and state.archived:
        found.extend(facts.archived_run_key(run) for run in _archived(state, command))
    finder = FINDERS.get(type(command))
    if finder is None:
        return found
    try:
        found.extend(finder(state, command, known))
    except MissingFact as missing:
        found.append(missing.key)
    return found


def _archived(state: FamilyState, command: Any) -> Sequence[str]:
    """Name runs that a command needs and that may be archived; all commands name their run."""
    return away(state, command.run)


def _of_started(state: FamilyState, key: str, known: Facts) -> Sequence[RowKey]:
    run = state.runs.get(key)
    if run is None or run.wf_run is None:
        return ()
    spec = facts.wf_spec_key(run.wf_spec_name, run.wf_spec_sequence)
    return (spec, *known.get(spec).definitions)


def _start_run(_state: FamilyState, command: commands.StartRun, known: Facts) -> Sequence[RowKey]:
    return _of_wanted(command.request, known)


def _schedule_wf(
    _state: ScheduleState, command: commands.ScheduleWf, known: Facts
) -> Sequence[RowKey]:
    return _of_wanted(command.request, known)


def _of_wanted(
    request: wf_runs.RunWfRequest | schedules.ScheduleWfRequest, known: Facts
) -> Sequence[RowKey]:
    return _of_version(request.wf_spec_name, wanted_version(request), known)


def _of_version(name: str, version: tuple[int, int], known: Facts) -> Sequence[RowKey]:
    at = facts.wf_spec_version_key(name, *version)
    sequence = known.get(at)
    if sequence is None:
        return (at,)
    spec = facts.wf_spec_key(name, sequence)
    return (at, spec, *known.get(spec).definitions)


def _continue_as_new(
    state: FamilyState, command: commands.ContinueAsNew, known: Facts
) -> Iterator[RowKey]:
    yield from _of_started(state, command.run, known)
    run = state.runs.get(command.run)
    if command.request.latest_wf_spec and run is not None and run.wf_run is not None:
        yield from _of_version(run.wf_spec_name, (LATEST, LATEST), known)


def _post_external_event(
    state: FamilyState, command: commands.PostExternalEvent, known: Facts
) -> list[RowKey]:
    request = command.request
    name = request.external_event_def_id.name
    found = [facts.external_event_def_key(name)]
    run = state.runs.get(command.run)
    # A run knows the guids of its events until one is claimed, if it is not archived.
    if request.guid and (state.archived if run is None else not run.all_unclaimed):
        found.extend(facts.external_event_keys(command.run, name, request.guid))
    found.extend(_of_started(state, command.run, known))
    return found


def _deliver_correlated_event(
    state: FamilyState, command: commands.DeliverCorrelatedEvent, known: Facts
) -> Iterator[RowKey]:
    yield facts.external_event_def_key(command.delivery.request.external_event_def_id.name)
    yield from _of_started(state, command.run, known)


def _put_correlated_event(
    _state: StreamState, command: commands.PutCorrelatedEvent, _known: Facts
) -> Iterator[RowKey]:
    yield facts.external_event_def_key(command.request.external_event_def_id.name)


def _report_task(
    state: FamilyState, command: commands.ReportTask, known: Facts
) -> Sequence[RowKey]:
    guid = command.report.task_run_id.task_guid
    run = state.runs.get(command.run)
    if run is None or guid not in run.tasks:
        wanted = facts.task_run_key(command.run, guid)
    else:
        wanted = facts.task_def_key(run.tasks[guid].task_def_id.name)
    return (wanted, *_of_started(state, command.run, known))


def _change_user_task(
    state: FamilyState, command: UserTaskCommand, known: Facts
) -> Iterator[RowKey]:
    guid = command.request.user_task_run_id.user_task_guid
    run = state.runs.get(command.run)
    if run is None or guid not in run.user_tasks:
        yield facts.user_task_run_key(command.run, guid)
        return
    definition = run.user_tasks[guid].user_task_def_id
    yield facts.user_task_def_key(definition.name, definition.version)
    yield from _of_started(state, command.run, known)


def _of_run(
    state: StreamState, command: commands.RunCommand | commands.FireTimer, known: Facts
) -> Iterator[RowKey]:
    if isinstance(state, FamilyState):
        yield from _of_started(state, command.run, known)


def _put_checkpoint(
    state: FamilyState, command: commands.PutCheckpoint, _known: Facts
) -> Iterator[RowKey]:
    guid = command.request.task_run_id.task_guid
    run = state.runs.get(command.run)
    if run is None or guid not in run.tasks:
        yield facts.task_run_key(command.run, guid)


def _put_wf_spec(
    state: DefinitionState, command: commands.PutWfSpec, known: Facts
) -> Iterator[RowKey]:
    latest = None
    if state.versions:
        sequence = state.versions[max(state.versions)]
        yield facts.wf_spec_key(command.request.name, sequence)
        latest = known.wf_spec(command.request.name, sequence).wf_spec
    required = required_definitions(command.request, latest)
    yield from (facts.task_def_key(name) for name in required.task_defs)
    yield from (facts.external_event_def_key(name) for name in required.external_event_defs)
    yield from (facts.workflow_event_def_key(name) for name in required.workflow_event_defs)
    for version in required.wf_specs:
        yield facts.wf_spec_version_key(*version)
        found = known.wf_spec_sequence(*version)
        if found is not None:
            yield facts.wf_spec_key(version.name, found)
    for form in required.user_task_defs:
        yield facts.user_task_def_key(*form)
        pinned = known.user_task_def(*form)
        if pinned is not None:
            yield facts.user_task_def_key(pinned.name, pinned.version)
    yield from _of_struct_defs(required.struct_defs, known)


def _put_definition(
    _state: DefinitionState, command: "_PutsTypes", known: Facts
) -> Iterator[RowKey]:
    yield from _of_struct_defs(named_struct_defs(command.request), known)


def _of_struct_defs(named: Iterable[tuple[str, int]], known: Facts) -> Iterator[RowKey]:
    """Name versions of StructDefs and all that they are made of."""
    waiting, seen = list(named), set[tuple[str, int]]()
    while waiting:
        version = waiting.pop()
        if version in seen:
            continue
        seen.add(version)
        yield facts.struct_def_key(*version)
        found = known.struct_def(*version)
        if found is not None:
            waiting.extend(named_struct_defs(found))


def _save_consumer(
    _state: StreamState, command: commands.SaveConsumer, _known: Facts
) -> Iterator[RowKey]:
    if not command.is_new:
        yield facts.consumer_key(command.stream.removeprefix(CONSUMER_STREAM))


def _publish_message(
    _state: StreamState, command: commands.PublishMessage, _known: Facts
) -> Iterator[RowKey]:
    if command.request.HasField("id"):
        yield facts.published_message_key(command.request.topic, command.request.id)


_PutsTypes = (
    commands.PutTaskDef
    | commands.PutExternalEventDef
    | commands.PutWorkflowEventDef
    | commands.PutStructDef
    | commands.ValidateStructDefEvolution
)

FINDERS: dict[type[commands.Command], Callable[[Any, Any, Facts], Iterable[RowKey]]] = {
    commands.StartRun: _start_run,
    commands.ContinueAsNew: _continue_as_new,
    commands.PostExternalEvent: _post_external_event,
    commands.ReportTask: _report_task,
    commands.PutCheckpoint: _put_checkpoint,
    commands.AssignUserTask: _change_user_task,
    commands.CompleteUserTask: _change_user_task,
    commands.CancelUserTask: _change_user_task,
    commands.SaveUserTask: _change_user_task,
    commands.CommentUserTask: _change_user_task,
    commands.FireTimer: _of_run,
    commands.StopThread: _of_run,
    commands.ResumeThread: _of_run,
    commands.RescueThread: _of_run,
    commands.PutWfSpec: _put_wf_spec,
    commands.PutTaskDef: _put_definition,
    commands.PutExternalEventDef: _put_definition,
    commands.PutWorkflowEventDef: _put_definition,
    commands.PutStructDef: _put_definition,
    commands.ValidateStructDefEvolution: _put_definition,
    commands.ScheduleWf: _schedule_wf,
    commands.PublishMessage: _publish_message,
    commands.SaveConsumer: _save_consumer,
    commands.PutCorrelatedEvent: _put_correlated_event,
    commands.DeliverCorrelatedEvent: _deliver_correlated_event,
}
