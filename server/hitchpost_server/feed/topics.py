"""Topics: the dotted name that each entry of the feed goes by.

It knows how each kind of HistoryEvent is called, what topics may look like, and
which first words are the log's own; it knows nothing of who listens.
"""

import re

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.ids import TOPIC_STREAM

# Deep enough for an organisation, a system, a subject and an event, many times over.
TOKENS_MAX = 16
# What NATS and file systems take as a name; a topic is one everywhere it goes.
TOPIC_LENGTH_MAX = 255

_TOPIC = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")

# The only kind whose topic is in the event's stream: whoever publishes names it.
MESSAGE = "message_published"

TOPICS: dict[str, str] = {
    "transition_started": "transition.started",
    "transition_completed": "transition.completed",
    "run_started": "run.started",
    "run_continued_as_new": "run.continued-as-new",
    "run_completed": "run.completed",
    "run_faulted": "run.faulted",
    "run_halted": "run.halted",
    "run_resumed": "run.resumed",
    "run_deleted": "run.deleted",
    "thread_started": "thread.started",
    "thread_ended": "thread.ended",
    "thread_halted": "thread.halted",
    "thread_resumed": "thread.resumed",
    "thread_rescued": "thread.rescued",
    "threads_archived": "thread.archived",
    "failures_handled": "thread.failures-handled",
    "interrupt_triggered": "thread.interrupt-triggered",
    "node_entered": "node.entered",
    "node_exited": "node.exited",
    "node_failed": "node.failed",
    "waiting_threads_changed": "node.waiting-threads-changed",
    "edge_taken": "edge.taken",
    "variables_changed": "variables.changed",
    "child_run_started": "child-run.started",
    "child_run_awaited": "child-run.awaited",
    "task_scheduled": "task.scheduled",
    "task_started": "task.started",
    "task_returned": "task.returned",
    "task_attempt_ended": "task.attempt-ended",
    "checkpoint_put": "task.checkpoint-put",
    "user_task_run_started": "user-task.started",
    "user_task_run_assigned": "user-task.assigned",
    "user_task_run_saved": "user-task.saved",
    "user_task_run_completed": "user-task.completed",
    "user_task_run_cancelled": "user-task.cancelled",
    "user_task_run_commented": "user-task.commented",
    "external_event_received": "external-event.received",
    "external_event_refused": "external-event.refused",
    "external_event_claimed": "external-event.claimed",
    "external_event_carried": "external-event.carried",
    "external_event_expired": "external-event.expired",
    "external_event_dropped": "external-event.dropped",
    "workflow_event_thrown": "workflow-event.thrown",
    "correlated_event_put": "correlated-event.put",
    "correlated_event_matched": "correlated-event.matched",
    "correlated_event_deleted": "correlated-event.deleted",
    "correlation_key_computed": "correlation.key-computed",
    "correlation_marked": "correlation.marked",
    "correlation_unmarked": "correlation.unmarked",
    "timer_set": "timer.set",
    "timer_fired": "timer.fired",
    "schedule_put": "schedule.put",
    "schedule_deleted": "schedule.deleted",
    "schedule_ticked": "schedule.ticked",
    "task_def_put": "task-def.put",
    "task_def_deleted": "task-def.deleted",
    "external_event_def_put": "external-event-def.put",
    "external_event_def_deleted": "external-event-def.deleted",
    "workflow_event_def_put": "workflow-event-def.put",
    "workflow_event_def_deleted": "workflow-event-def.deleted",
    "wf_spec_put": "wf-spec.put",
    "wf_spec_deleted": "wf-spec.deleted",
    "user_task_def_put": "user-task-def.put",
    "user_task_def_deleted": "user-task-def.deleted",
    "struct_def_put": "struct-def.put",
    "struct_def_deleted": "struct-def.deleted",
    "route_put": "route.put",
    "route_deleted": "route.deleted",
    "route_paused": "route.paused",
    "route_resumed": "route.resumed",
    "entry_parked": "dead-letter.parked",
    "entry_redelivered": "dead-letter.redelivered",
    "entry_discarded": "dead-letter.discarded",
}

# First words that the log has or may come to have: nobody publishes below them.
RESERVED = frozenset(
    {topic.partition(".")[0] for topic in TOPICS.values()}
    | {"dead-letter", "feed", "hitchpost", "message", "principal", "route", "tenant", "trigger"}
)


def topic_of(event: history.HistoryEvent) -> str:
    """Name the topic of an event."""
    kind = event.WhichOneof("event")
    assert kind is not None, "what was erased is no entry"
    if kind == MESSAGE:
        return event.stream.removeprefix(TOPIC_STREAM)
    return TOPICS[kind]


def check_topic(field: str, topic: str) -> None:
    """Refuse a topic that nobody can publish to.

    Raises:
        FieldInvalid: with the path `field`.
    """
    problem = problem_with(topic)
    if problem is not None:
        raise FieldInvalid(field=field, problem=problem)


def problem_with(topic: str) -> str | None:
    """Say why a topic cannot be published to, if it cannot."""
    if len(topic) > TOPIC_LENGTH_MAX:
        return f"a topic has at most {TOPIC_LENGTH_MAX} characters, this one has {len(topic)}"
    if not _TOPIC.fullmatch(topic):
        return f"{topic!r} is not a topic: words of letters, digits, _ and -, with dots between"
    if topic.count(".") >= TOKENS_MAX:
        return f"a topic has at most {TOKENS_MAX} words"
    first = topic.partition(".")[0]
    if first in RESERVED:
        return f"topics that begin with {first!r} are the server's own"
    return None
