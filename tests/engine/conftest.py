"""A world for the engine: streams, facts and a clock in plain dicts, no store and no server.

Every command is followed by the two laws: the fold of the log equals the live
state, and the rows made on the way equal those made from the log alone.
"""

import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hitchpost
from hitchpost._calls.struct_defs import inline_struct_def
from hitchpost._requests import return_type
from hitchpost._types import type_definition
from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.engine.decide import Decision, decide
from hitchpost_server.engine.decoding import decoded
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.ids import (
    EXTERNAL_EVENT_DEF_STREAM,
    STRUCT_DEF_STREAM,
    TASK_DEF_STREAM,
    WF_SPEC_STREAM,
    WORKFLOW_EVENT_DEF_STREAM,
    correlation_stream,
    family_stream,
    run_id,
)
from hitchpost_server.engine.log import expanded, without_run
from hitchpost_server.engine.owed_commands import from_follow_up
from hitchpost_server.engine.rows import FollowUpRow, Row, RowKey, TimerRow
from hitchpost_server.engine.state import FamilyState
from hitchpost_server.engine.streams import kind_of
from hitchpost_server.engine.tables import Erased, Touched
from hitchpost_server.storage.v1 import storage_pb2 as storage

# Tests are imported without packages; this lets those below share modules.
sys.path.insert(0, str(Path(__file__).parent))

from kept_rows import take  # noqa: E402

START_US = 1_800_000_000_000_000

# Records with the number of their last event; those erased have no body.
Log = list[tuple[int, bytes | None]]


class World:
    """What a server would keep, for tests of the engine alone."""

    def __init__(self, **limits: int) -> None:
        self.limits = Settings(**limits).engine_limits  # type: ignore[arg-type]
        self.now_us = START_US
        self.states: dict[str, Any] = {}
        self.rows: dict[RowKey, Row] = {}
        self._facts: dict[RowKey, tuple[Row, Any]] = {}
        self.log: dict[str, Log] = {}
        self._twins: dict[str, tuple[Any, dict[RowKey, Row], int]] = {}
        self._seeds = (f"{number:032x}" for number in itertools.count(1))

    def __getitem__(self, key: RowKey) -> Any:
        """Facts are what the rows say; each row is decoded once, as a server does it."""
        row = self.rows.get(key)
        if row is None:
            return None
        if key not in self._facts or self._facts[key][0] is not row:
            self._facts[key] = row, decoded(row)
        return self._facts[key][1]

    def decide(self, command: commands.Command) -> Decision:
        """Decide a command and check the laws."""
        command.now_us = self.now_us
        stream = command.stream
        state = self.states.setdefault(stream, kind_of(stream).new(stream))
        touched = Touched()
        decision = decide(state, command, Facts(self), self.limits, touched)
        take(self.rows, touched)
        if decision.record.events:
            record = (state.sequence, decision.record.SerializeToString())
            self.log.setdefault(stream, []).append(record)
        for erased in touched.erased:
            self._erase_log(erased)
        self.check_laws(stream)
        return decision

    def do(self, command: commands.Command) -> Any:
        """Decide a command that is not to be refused, and its follow-ups; return the reply."""
        decision = self.decide(command)
        if decision.rejection is not None:
            raise decision.rejection
        return decision.reply

    def _erase_log(self, erased: Erased) -> None:
        def left_of(body: bytes | None) -> bytes | None:
            if body is None or not erased.family_goes_on:
                return None
            return without_run(erased.stream, erased.run, body)

        self._twins.pop(erased.stream, None)
        self.log[erased.stream] = [
            (last, left_of(body) if last <= erased.up_to_sequence else body)
            for last, body in self.log[erased.stream]
        ]

    def folded(self, stream: str) -> tuple[Any, dict[RowKey, Row]]:
        """Make state and rows of a stream from its log alone."""
        state, rows = kind_of(stream).new(stream), dict[RowKey, Row]()
        self._fold(state, rows, self.log.get(stream, []))
        return state, rows

    def _followed(self, stream: str) -> tuple[Any, dict[RowKey, Row]]:
        """Make the same record by record as the log grows; anew when some of it was erased."""
        log = self.log.get(stream, [])
        state, rows, done = self._twins.get(stream) or (kind_of(stream).new(stream), {}, 0)
        self._fold(state, rows, log[done:])
        self._twins[stream] = state, rows, len(log)
        return state, rows

    def _fold(self, state: Any, rows: dict[RowKey, Row], log: Log) -> None:
        for last, body in log:
            if body is None:
                state.sequence = last
                continue
            touched = Touched()
            kind = kind_of(state.stream)
            kind.apply_record(state, storage.LogRecord.FromString(body), touched)
            take(rows, touched)

    def check_laws(self, stream: str) -> None:
        """Fold the stream's log and compare with live state and rows."""
        kind, live = kind_of(stream), self.states[stream]
        state, rows = self._followed(stream)
        assert kind.to_bytes(state) == kind.to_bytes(live)
        assert state.sequence == live.sequence
        for key, row in rows.items():
            assert self.rows.get(key) == row
        revived = kind.from_bytes(stream, live.sequence, kind.to_bytes(live))
        assert kind.to_bytes(revived) == kind.to_bytes(live)
        if isinstance(live, FamilyState):
            assert state.waits == live.waits
            assert revived.waits == live.waits

    def forget(self) -> None:
        """Lose all live state, as in a restart, and fold it again from the log."""
        for stream in self.log:
            self.states[stream], _ = self.folded(stream)

    # What people order.

    def common(self, stream: str) -> dict[str, Any]:
        """Fill in what every command has."""
        return {"stream": stream, "seed": next(self._seeds), "principal": "tester"}

    def _of_run(self, run: str) -> dict[str, Any]:
        return {**self.common(family_stream(run)), "run": run}

    def put_task_def(
        self, name: str, inputs: dict[str, Any] | None = None, returns: Any = None
    ) -> tasks.TaskDef:
        """Put a TaskDef."""
        request = tasks.PutTaskDefRequest(
            name=name,
            input_vars=[
                values.VariableDef(name=one, type_def=type_definition(declared))
                for one, declared in (inputs or {}).items()
            ],
            return_type=return_type(returns),
        )
        command = commands.PutTaskDef(**self.common(TASK_DEF_STREAM + name), request=request)
        reply: tasks.TaskDef = self.do(command)
        return reply

    def put_struct_def(
        self,
        struct: type,
        allowed_updates: struct_defs.StructDefCompatibilityType = struct_defs.NO_SCHEMA_UPDATES,
        description: str | None = None,
    ) -> struct_defs.StructDef:
        """Put the StructDef that a class of `hitchpost.struct` stands for."""
        name = type_definition(struct).struct_def_id.name
        request = struct_defs.PutStructDefRequest(
            name=name,
            description=description,
            struct_def=inline_struct_def(struct),
            allowed_updates=allowed_updates,
        )
        command = commands.PutStructDef(**self.common(STRUCT_DEF_STREAM + name), request=request)
        reply: struct_defs.StructDef = self.do(command)
        return reply

    def is_valid_evolution(self, struct: type, **fields: Any) -> bool:
        """Ask whether a class could be put."""
        named = type_definition(struct).struct_def_id
        request = struct_defs.ValidateStructDefEvolutionRequest(
            struct_def_id=named, struct_def=inline_struct_def(struct), **fields
        )
        stream = STRUCT_DEF_STREAM + named.name
        command = commands.ValidateStructDefEvolution(**self.common(stream), request=request)
        return bool(self.do(command))

    def delete_struct_def(self, name: str, version: int) -> None:
        """Delete a version of a StructDef."""
        struct_def_id = ids.StructDefId(name=name, version=version)
        stream = STRUCT_DEF_STREAM + name
        self.do(commands.DeleteStructDef(**self.common(stream), struct_def_id=struct_def_id))

    def put_event_def(self, name: str, **fields: Any) -> events.ExternalEventDef:
        """Put an ExternalEventDef."""
        request = events.PutExternalEventDefRequest(name=name, **fields)
        stream = EXTERNAL_EVENT_DEF_STREAM + name
        reply: events.ExternalEventDef = self.do(
            commands.PutExternalEventDef(**self.common(stream), request=request)
        )
        return reply

    def put_workflow_event_def(
        self, name: str, content_type: values.TypeDefinition | None = None
    ) -> workflow_events.WorkflowEventDef:
        """Put a WorkflowEventDef."""
        request = workflow_events.PutWorkflowEventDefRequest(
            name=name, content_type=values.ReturnType(return_type=content_type)
        )
        stream = WORKFLOW_EVENT_DEF_STREAM + name
        reply: workflow_events.WorkflowEventDef = self.do(
            commands.PutWorkflowEventDef(**self.common(stream), request=request)
        )
        return reply

    def delete_workflow_event_def(self, name: str) -> None:
        """Delete a WorkflowEventDef."""
        stream = WORKFLOW_EVENT_DEF_STREAM + name
        self.do(commands.DeleteWorkflowEventDef(**self.common(stream)))

    def delete_event_def(self, name: str) -> None:
        """Delete an ExternalEventDef."""
        stream = EXTERNAL_EVENT_DEF_STREAM + name
        self.do(commands.DeleteExternalEventDef(**self.common(stream)))

    def put_workflow(self, workflow: hitchpost.Workflow) -> Any:
        """Put a WfSpec, and before it the ExternalEventDefs that it registers."""
        for definition in workflow.external_event_defs():
            stream = EXTERNAL_EVENT_DEF_STREAM + definition.name
            self.do(commands.PutExternalEventDef(**self.common(stream), request=definition))
        return self.put_wf_spec(workflow.compile())

    def put_wf_spec(self, request: wf_specs.PutWfSpecRequest) -> wf_specs.WfSpec:
        """Put a WfSpec."""
        stream = WF_SPEC_STREAM + request.name
        reply: wf_specs.WfSpec = self.do(commands.PutWfSpec(**self.common(stream), request=request))
        return reply

    def delete_wf_spec(self, wf_spec: wf_specs.WfSpec) -> None:
        """Delete one version of a WfSpec."""
        stream = WF_SPEC_STREAM + wf_spec.id.name
        self.do(commands.DeleteWfSpec(**self.common(stream), wf_spec_id=wf_spec.id))

    def start(self, wf_spec: str, run: str = "r", **inputs: Any) -> wf_runs.WfRun:
        """Start a run."""
        variables = {name: hitchpost.to_value(value) for name, value in inputs.items()}
        request = wf_runs.RunWfRequest(wf_spec_name=wf_spec, id=run, variables=variables)
        return self.start_request(request, run)

    def start_request(self, request: wf_runs.RunWfRequest, run: str) -> wf_runs.WfRun:
        """Start a run as a request says."""
        reply: wf_runs.WfRun = self.do(commands.StartRun(**self._of_run(run), request=request))
        return reply

    def post(
        self, name: str, content: Any = None, run: str = "r", **fields: Any
    ) -> events.ExternalEvent:
        """Post an external event."""
        request = events.PutExternalEventRequest(
            wf_run_id=run_id(run),
            external_event_def_id=ids.ExternalEventDefId(name=name),
            content=hitchpost.to_value(content),
            **fields,
        )
        reply: events.ExternalEvent = self.do(
            commands.PostExternalEvent(**self._of_run(run), request=request)
        )
        return reply

    def start_task(self, guid: str, run: str = "r") -> tasks.ScheduledTask | None:
        """Take a task as a worker."""
        reply: tasks.ScheduledTask | None = self.do(
            commands.StartTask(
                **self._of_run(run),
                task_guid=guid,
                task_worker_id="worker",
                task_worker_version=None,
            )
        )
        return reply

    def report(
        self,
        guid: str,
        output: Any = None,
        *,
        run: str = "r",
        attempt: int = 0,
        status: tasks.TaskStatus = tasks.TASK_SUCCESS,
        **fields: Any,
    ) -> None:
        """Report a task as a worker."""
        report = tasks.ReportTaskRun(
            task_run_id=ids.TaskRunId(wf_run_id=run_id(run), task_guid=guid),
            attempt_number=attempt,
            status=status,
            **fields,
        )
        if status == tasks.TASK_SUCCESS:
            report.output.CopyFrom(hitchpost.to_value(output))
        self.do(commands.ReportTask(**self._of_run(run), report=report))

    def put_checkpoint(
        self, guid: str, value: Any = None, *, run: str = "r", attempt: int = 0, **fields: Any
    ) -> tasks.PutCheckpointResponse:
        """Put a checkpoint as a worker."""
        request = tasks.PutCheckpointRequest(
            task_run_id=ids.TaskRunId(wf_run_id=run_id(run), task_guid=guid),
            task_attempt=attempt,
            value=hitchpost.to_value(value),
            **fields,
        )
        reply: tasks.PutCheckpointResponse = self.do(
            commands.PutCheckpoint(**self._of_run(run), request=request)
        )
        return reply

    def return_task(self, guid: str, *, run: str = "r", attempt: int = 0) -> None:
        """Take a task back that was not sent to its worker."""
        self.do(commands.ReturnTask(**self._of_run(run), task_guid=guid, attempt_number=attempt))

    def do_task(self, guid: str, output: Any = None, run: str = "r") -> None:
        """Take and finish a task."""
        assert self.start_task(guid, run) is not None
        self.report(guid, output, run=run)

    def delete(self, run: str = "r") -> None:
        """Delete a run."""
        self.do(commands.DeleteRun(**self._of_run(run)))

    def stop(self, thread: int = 0, run: str = "r") -> None:
        """Stop a thread."""
        self.do(commands.StopThread(**self._of_run(run), thread_run_number=thread))

    def resume(self, thread: int = 0, run: str = "r") -> None:
        """Resume a thread."""
        self.do(commands.ResumeThread(**self._of_run(run), thread_run_number=thread))

    def continue_as_new(self, run: str = "r", **inputs: Any) -> wf_runs.WfRun:
        """Let a run start over."""
        variables = {name: hitchpost.to_value(value) for name, value in inputs.items()}
        return self.start_over(runs.ContinueAsNewRequest(variables=variables), run)

    def start_over(self, request: runs.ContinueAsNewRequest, run: str = "r") -> wf_runs.WfRun:
        """Let a run start over as a request says."""
        command = commands.ContinueAsNew(**self._of_run(run), request=request)
        reply: wf_runs.WfRun = self.do(command)
        return reply

    def rescue(self, thread: int = 0, run: str = "r", *, skip: bool = False) -> wf_runs.WfRun:
        """Rescue a thread."""
        reply: wf_runs.WfRun = self.do(
            commands.RescueThread(
                **self._of_run(run), thread_run_number=thread, skip_current_node=skip
            )
        )
        return reply

    def put_correlated(
        self, name: str, key: str, content: Any = None
    ) -> correlated_events.CorrelatedEvent:
        """Put a correlated event."""
        request = correlated_events.PutCorrelatedEventRequest(
            key=key,
            external_event_def_id=ids.ExternalEventDefId(name=name),
            content=hitchpost.to_value(content),
        )
        stream = correlation_stream(name, key)
        reply: correlated_events.CorrelatedEvent = self.do(
            commands.PutCorrelatedEvent(**self.common(stream), request=request)
        )
        return reply

    def delete_correlated(self, name: str, key: str) -> None:
        """Delete a correlated event."""
        stream = correlation_stream(name, key)
        self.do(commands.DeleteCorrelatedEvent(**self.common(stream)))

    def pass_time(self, seconds: float, at_most: int = 1_000) -> int:
        """Let time pass and fire what becomes due, in order, `at_most` so many; say how many."""
        until_us, fired = self.now_us + int(seconds * 1_000_000), 0
        while fired < at_most and (
            due := sorted(
                (row.due_us, row.stream, row.timer, row.run)
                for row in self.rows.values()
                if isinstance(row, TimerRow) and row.due_us <= until_us
            )
        ):
            due_us, stream, timer, run = due[0]
            self.now_us = max(self.now_us, due_us)
            self.do(commands.FireTimer(**self.common(stream), run=run, timer=timer))
            fired += 1
        self.now_us = max(self.now_us, until_us)
        return fired

    def owed(self) -> list[FollowUpRow]:
        """Give what is owed, oldest first."""
        return [row for row in self.rows.values() if isinstance(row, FollowUpRow)]

    def carry_out(self, row: FollowUpRow) -> None:
        """Carry out one follow-up."""
        self.do(from_follow_up(row.id, row.stream, next(self._seeds), row.body))

    def carry_out_follow_ups(self) -> int:
        """Carry out what is owed, and what is then owed for it; return how many there were."""
        count = 0
        while owed := self.owed():
            for row in owed:
                self.carry_out(row)
            count += len(owed)
        return count

    # What can be seen.

    def history(self, run: str = "r") -> list[HistoryEvent]:
        """Read the events of a run's stream."""
        return self.history_of(family_stream(run))

    def history_of(self, stream: str) -> list[HistoryEvent]:
        """Read the events of a stream."""
        found: list[HistoryEvent] = []
        first = 1
        for last, body in self.log.get(stream, []):
            found.extend(expanded(stream, first, first, body))
            first = last + 1
        return found

    def kinds(self, run: str = "r") -> list[str]:
        """Name what has happened to a run, without the brackets of transitions."""
        names = [event.WhichOneof("event") or "" for event in self.history(run)]
        return [name for name in names if not name.startswith("transition_")]

    def body(self, kind: str, run: str = "r") -> Any:
        """Read the last event of a kind."""
        return [
            getattr(event, kind)
            for event in self.history(run)
            if event.HasField(kind)  # type: ignore[arg-type]
        ][-1]

    def found(self, message: Any, table: type[Row], *key: str | int) -> Any:
        """Read a row's message."""
        row: Any = self.rows[RowKey(table, key)]
        return message.FromString(row.body)


@pytest.fixture
def world() -> World:
    """An empty world."""
    return World()


@pytest.fixture
def make_world() -> type[World]:
    """For worlds with other limits."""
    return World


@pytest.fixture
def play(world: World) -> Callable[..., Any]:
    """Put a workflow, start it as run `r`, and look at that."""
    from run_view import RunView  # found by the path that is set above

    def play_it(write: Callable[[hitchpost.WorkflowBuilder], None], **inputs: Any) -> Any:
        world.put_workflow(hitchpost.workflow("flow")(write))
        world.start("flow", **inputs)
        return RunView(world)

    return play_it
