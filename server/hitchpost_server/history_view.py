"""A run's history for people: one line an event, its essence in words."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.ids import run_key

TEXT_CHARACTERS_MAX = 60
# No kind of event has a longer name.
KIND_CHARACTERS = 26


def history_table(events: Iterable[history.HistoryEvent]) -> Table:
    """Make a table of events, oldest first."""
    table = Table(title="History", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("#", justify="right", style="dim")
    table.add_column("time (UTC)", style="dim", no_wrap=True)
    table.add_column("thread", justify="right", style="dim")
    table.add_column("what happened", style="bold", no_wrap=True)
    table.add_column("", overflow="fold")
    for row in history_lines(events):
        if not row[0]:
            table.add_section()
        table.add_row(*row)
    return table


def history_text(line: tuple[str, ...]) -> Text:
    """Set a line as it stands in the table, for those that come one by one."""
    sequence, moment, thread, kind, essence = line
    beginning = f"{sequence:>6}  {moment:12}  {thread:>6}  "
    return Text.assemble((beginning, "dim"), (f"{kind:{KIND_CHARACTERS}}  ", "bold"), essence)


def history_lines(
    events: Iterable[history.HistoryEvent], execution: int = 1
) -> Iterator[tuple[str, ...]]:
    """Give sequence, time, thread, kind and essence of each event.

    Where another execution begins than that of the event before, a line says so that has no
    sequence number; `execution` is that of the event before the first.
    """
    for event in events:
        if event.execution not in (0, execution):
            execution = event.execution
            yield "", "", "", f"execution {execution}", ""
        kind = event.WhichOneof("event") or ""
        moment = event.time.ToDatetime().strftime("%H:%M:%S.%f")[:-3]
        body = getattr(event, kind, None)
        thread = str(getattr(body, "thread_run_number", ""))
        yield str(event.sequence), moment, thread, kind.replace("_", " "), essence(event)


def essence(event: history.HistoryEvent) -> str:
    """Say in words what an event is about, besides its kind; empty if that says all."""
    kind = event.WhichOneof("event") or ""
    describe = DESCRIPTIONS.get(kind)
    words = describe(getattr(event, kind)) if describe else ""
    # Whoever sends content must not have a say in what the terminal does.
    return "".join(one if one.isprintable() else " " for one in words)


def _text(value: values.VariableValue) -> str:
    kind = value.WhichOneof("value")
    if kind is None:
        return "NULL"
    text = str(getattr(value, kind)).strip().replace("\n", " ")
    return text if len(text) <= TEXT_CHARACTERS_MAX else text[: TEXT_CHARACTERS_MAX - 1] + "…"


def _version(body: history.RunStarted) -> str:
    spec = body.wf_spec_id
    return f"WfSpec {spec.name} {spec.major_version}.{spec.revision}"


def _first_values(body: history.ThreadStarted) -> str:
    given = ", ".join(f"{one.var_name} = {_text(one.value)}" for one in body.variables)
    return f"{body.thread_spec_name}: {given}" if given else body.thread_spec_name


def _edge(body: history.EdgeTaken) -> str:
    changes = _changes(body)
    return f"to {body.sink_node_name}" + (f", {changes}" if changes else "")


def _changes(body: history.EdgeTaken | history.VariablesChanged) -> str:
    return ", ".join(f"{one.name} = {_text(one.value)}" for one in body.changes)


def _failed(body: history.NodeFailed) -> str:
    handler = f", handled by {body.handler_spec_name}" if body.handler_spec_name else ""
    return f"{body.failure.failure_name}: {body.failure.message}{handler}"


def _halted(body: history.ThreadHalted) -> str:
    now = status.LHStatus.Name(body.status)
    return f"{now}: {_reason(body.reason)}" if body.HasField("reason") else now


def _resumed(body: history.ThreadResumed) -> str:
    left = ", ".join(_reason(reason) for reason in body.halt_reasons)
    return f"still {status.LHStatus.Name(body.status)}: {left}" if left else "RUNNING"


def _reason(reason: wf_runs.ThreadHaltReason) -> str:
    return (reason.WhichOneof("reason") or "").replace("_", " ")


def _waited(body: history.WaitingThreadsChanged) -> str:
    name = node_runs.WaitForThreadsRun.WaitingThreadStatus.Name
    return ", ".join(
        f"{one.thread_run_number} {name(one.waiting_status).removeprefix('THREAD_')}"
        for one in body.threads
    )


def _numbers(threads: Iterable[int]) -> str:
    return ", ".join(str(number) for number in threads)


def _child_run(body: history.ChildRunStarted | history.ChildRunAwaited) -> str:
    return f"WfRun {run_key(body.child_wf_run_id)}"


def _attempt_end(body: history.TaskAttemptEnded) -> str:
    outcome = tasks.TaskStatus.Name(body.status)
    match body.WhichOneof("result"):
        case "output":
            outcome += f": {_text(body.output)}"
        case "error":
            outcome += f": {body.error.message}"
        case "exception":
            outcome += f": {body.exception.name}: {body.exception.message}"
    return f"{body.task_guid} {outcome}"


def _scheduled(body: history.TaskScheduled) -> str:
    name = body.task_run.task_def_id.name or "again"
    waits = ", after its backoff" if body.pending else ""
    return f"{body.task_guid} {name}, attempt {body.attempt_number}{waits}"


def _ended(body: history.ThreadEnded) -> str:
    end = status.LHStatus.Name(body.status)
    if body.HasField("error_message"):
        return f"{end}: {body.error_message}"
    return f"{end}: {_text(body.output)}" if body.HasField("output") else end


def _event_id(body: Any) -> str:
    event_id = body.external_event_id
    return f"{event_id.external_event_def_id.name} {event_id.guid}"


def _claimed(body: history.ExternalEventClaimed) -> str:
    return f"{_event_id(body)} at position {body.node_run_position}"


def _continued(body: history.RunContinuedAsNew) -> str:
    thrown = body.workflow_event_id
    event = f"{thrown.workflow_event_def_id.name} {thrown.number}"
    by = f", thrown as {event}" if body.HasField("workflow_event_id") else ""
    return f"execution {body.next_execution} follows{by}"


def _carried(body: history.ExternalEventCarried) -> str:
    if not body.HasField("external_event"):
        return f"{_event_id(body)}, erased since"
    event = body.external_event
    return f"{_event_id(body)} of execution {event.execution}: {_text(event.content)}"


def _thrown(body: history.WorkflowEventThrown) -> str:
    event = body.workflow_event
    return f"{event.id.workflow_event_def_id.name} {event.id.number} {_text(event.content)}"


def _matched(body: history.CorrelatedEventMatched) -> str:
    return f"{_waiting(body)} by {body.external_event_id.guid}"


def _waiting(body: Any) -> str:
    node = body.waiting.node_run_id
    place = f"thread {node.thread_run_number}, position {node.position}"
    return f"WfRun {run_key(node.wf_run_id)}, {place}"


def _assigned(body: history.UserTaskRunAssigned) -> str:
    names = [f"user {body.user_id}"] if body.HasField("user_id") else []
    names += [f"group {body.user_group}"] if body.HasField("user_group") else []
    return f"{body.user_task_guid} to {' and '.join(names)}"


def _filled_in(body: history.UserTaskRunSaved | history.UserTaskRunCompleted) -> str:
    given = ", ".join(f"{name} = {_text(body.results[name])}" for name in sorted(body.results))
    return f"{body.user_task_guid}: {given}" if given else body.user_task_guid


def _commented(body: history.UserTaskRunCommented) -> str:
    change = body.WhichOneof("change")
    if change is None:  # something that only a later version says
        return body.user_task_guid
    comment = getattr(body, change)
    text = "" if change == "deleted" else f": {comment.comment}"
    number = comment.user_comment_id
    return f"{body.user_task_guid}, {number} {change} by {comment.user_id}{text}"


def _timer(body: history.TimerSet) -> str:
    due = body.due.ToDatetime().isoformat(" ", "seconds")
    return f"{history.TimerKind.Name(body.kind)} at {due}"


DESCRIPTIONS: dict[str, Callable[[Any], str]] = {
    "run_started": _version,
    "run_continued_as_new": _continued,
    "run_faulted": lambda body: f"{body.failure_name}: {body.message}",
    "thread_started": _first_values,
    "thread_ended": _ended,
    "node_entered": lambda body: body.node_name,
    "node_exited": lambda body: f"output {_text(body.output)}" if body.HasField("output") else "",
    "node_failed": _failed,
    "edge_taken": _edge,
    "variables_changed": _changes,
    "thread_halted": _halted,
    "thread_resumed": _resumed,
    "threads_archived": lambda body: _numbers(body.thread_run_numbers),
    "failures_handled": lambda body: _numbers(body.children),
    "waiting_threads_changed": _waited,
    "interrupt_triggered": lambda body: f"{_event_id(body)}: {body.handler_spec_name}",
    "child_run_started": _child_run,
    "child_run_awaited": _child_run,
    "task_scheduled": _scheduled,
    "task_started": lambda body: f"{body.task_guid} by {body.task_worker_id}",
    "task_attempt_ended": _attempt_end,
    "external_event_received": lambda body: (
        f"{body.external_event.id.external_event_def_id.name} {_text(body.external_event.content)}"
    ),
    "external_event_carried": _carried,
    "external_event_claimed": _claimed,
    "external_event_expired": _event_id,
    "external_event_dropped": lambda body: (
        f"{_event_id(body)}: {history.DropReason.Name(body.reason)}"
    ),
    "workflow_event_thrown": _thrown,
    "correlation_key_computed": lambda body: body.correlation_key,
    "correlated_event_put": lambda body: (
        f"{body.correlated_event.id.key} {_text(body.correlated_event.content)}"
    ),
    "correlated_event_matched": _matched,
    "correlation_marked": _waiting,
    "correlation_unmarked": _waiting,
    "user_task_run_started": lambda body: (
        f"{body.user_task_guid} {body.user_task_def_id.name} {body.user_task_def_id.version}"
    ),
    "user_task_run_assigned": _assigned,
    "user_task_run_saved": _filled_in,
    "user_task_run_completed": _filled_in,
    "user_task_run_cancelled": lambda body: f"{body.user_task_guid}: {body.message}",
    "user_task_run_commented": _commented,
    "message_published": lambda body: f"{body.id} {_text(body.content)}",
    "route_put": lambda body: ", ".join(body.route.patterns) or ">",
    "entry_parked": lambda body: f"{body.dead_letter.position}: {body.dead_letter.error}",
    "entry_redelivered": lambda body: str(body.position),
    "entry_discarded": lambda body: f"{body.position} {history.DiscardReason.Name(body.reason)}",
    "timer_set": _timer,
    "timer_fired": lambda body: f"set by event {body.timer}",
}
