"""The commands: everything that anybody can order a stream to do.

A command says which stream it is for, who sent it, and when it is decided;
what it means is in `decide.py`. Requests of clients ride along as they came,
after the api has checked their shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import feed_pb2 as feed
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import route_pb2 as routes
from hitchpost.v1 import runs_pb2 as runs
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.storage.v1 import storage_pb2 as storage


@dataclass(slots=True, kw_only=True)
class Command:
    """What every command has.

    `seed` is 32 hex digits that no other command has: ids that the server
    gives out are made of it. `now_us` is set by the committer when it decides.
    `follow_up` is the id of the follow-up that the command carries out.
    """

    kind: ClassVar[history.CommandKind]

    stream: str
    seed: str
    principal: str = ""
    traceparent: str = ""
    follow_up: str = ""
    now_us: int = 0


@dataclass(slots=True, kw_only=True)
class RunCommand(Command):
    """A command about one run, named by its text form."""

    run: str


@dataclass(slots=True, kw_only=True)
class StartRun(RunCommand):
    """Start a run of a WfSpec. The reply is the WfRun."""

    kind = history.START_RUN
    request: wf_runs.RunWfRequest


@dataclass(slots=True, kw_only=True)
class ContinueAsNew(RunCommand):
    """Let a run start over under its id. The reply is the WfRun."""

    kind = history.CONTINUE_AS_NEW
    request: runs.ContinueAsNewRequest


@dataclass(slots=True, kw_only=True)
class PostExternalEvent(RunCommand):
    """Hand an external event to a run. The reply is the ExternalEvent."""

    kind = history.POST_EXTERNAL_EVENT
    request: events.PutExternalEventRequest


@dataclass(slots=True, kw_only=True)
class StartTask(RunCommand):
    """Give the latest attempt of a task to a worker. The reply is a ScheduledTask or None."""

    kind = history.START_TASK
    task_guid: str
    task_worker_id: str
    task_worker_version: str | None


@dataclass(slots=True, kw_only=True)
class PutCheckpoint(RunCommand):
    """Keep what a worker has reached in the middle of a task. The reply is the response."""

    kind = history.PUT_CHECKPOINT
    request: tasks.PutCheckpointRequest


@dataclass(slots=True, kw_only=True)
class ReturnTask(RunCommand):
    """Take an attempt back that was started for a worker but never sent. The reply is None.

    It is submitted at most once for each start of an attempt, so it cannot meet
    a later start of the same one.
    """

    kind = history.RETURN_TASK
    task_guid: str
    attempt_number: int


@dataclass(slots=True, kw_only=True)
class ReportTask(RunCommand):
    """Say how an attempt of a task ended. The reply is None."""

    kind = history.REPORT_TASK
    report: tasks.ReportTaskRun


@dataclass(slots=True, kw_only=True)
class FireTimer(Command):
    """Let a due timer do what it was set for. The reply is None.

    `run` is the run that it was set for; empty in streams that are not of runs.
    """

    kind = history.FIRE_TIMER
    run: str
    timer: int


@dataclass(slots=True, kw_only=True)
class DeleteRun(RunCommand):
    """Erase a run. The reply is None."""

    kind = history.DELETE_RUN


@dataclass(slots=True, kw_only=True)
class AssignUserTask(RunCommand):
    """Give a user task to somebody. The reply is None."""

    kind = history.ASSIGN_USER_TASK
    request: user_tasks.AssignUserTaskRunRequest


@dataclass(slots=True, kw_only=True)
class CompleteUserTask(RunCommand):
    """Say that a user task is done, and with which results. The reply is None."""

    kind = history.COMPLETE_USER_TASK
    request: user_tasks.CompleteUserTaskRunRequest


@dataclass(slots=True, kw_only=True)
class CancelUserTask(RunCommand):
    """Give a user task up. The reply is None."""

    kind = history.CANCEL_USER_TASK
    request: user_tasks.CancelUserTaskRunRequest


@dataclass(slots=True, kw_only=True)
class SaveUserTask(RunCommand):
    """Save what was filled in so far. The reply is the UserTaskRun."""

    kind = history.SAVE_USER_TASK
    request: user_tasks.SaveUserTaskRunProgressRequest


@dataclass(slots=True, kw_only=True)
class CommentUserTask(RunCommand):
    """Put, edit or delete a comment on a user task. The reply is the UserTaskRun."""

    kind = history.COMMENT_USER_TASK
    request: (
        user_tasks.PutUserTaskRunCommentRequest
        | user_tasks.EditUserTaskRunCommentRequest
        | user_tasks.DeleteUserTaskRunCommentRequest
    )


@dataclass(slots=True, kw_only=True)
class StopThread(RunCommand):
    """Halt a thread until it is resumed. The reply is None."""

    kind = history.STOP_THREAD
    thread_run_number: int


@dataclass(slots=True, kw_only=True)
class ResumeThread(RunCommand):
    """Let a stopped thread go on. The reply is None."""

    kind = history.RESUME_THREAD
    thread_run_number: int


@dataclass(slots=True, kw_only=True)
class RescueThread(RunCommand):
    """Bring a failed thread back to life. The reply is the WfRun."""

    kind = history.RESCUE_THREAD
    thread_run_number: int
    skip_current_node: bool


@dataclass(slots=True, kw_only=True)
class PutTaskDef(Command):
    """Put a TaskDef. The reply is the TaskDef."""

    kind = history.PUT_DEFINITION
    request: tasks.PutTaskDefRequest


@dataclass(slots=True, kw_only=True)
class PutExternalEventDef(Command):
    """Put an ExternalEventDef. The reply is the ExternalEventDef."""

    kind = history.PUT_DEFINITION
    request: events.PutExternalEventDefRequest


@dataclass(slots=True, kw_only=True)
class PutWorkflowEventDef(Command):
    """Put a WorkflowEventDef. The reply is the WorkflowEventDef."""

    kind = history.PUT_DEFINITION
    request: workflow_events.PutWorkflowEventDefRequest


@dataclass(slots=True, kw_only=True)
class PutWfSpec(Command):
    """Put a version of a WfSpec. The reply is the WfSpec."""

    kind = history.PUT_DEFINITION
    request: wf_specs.PutWfSpecRequest


@dataclass(slots=True, kw_only=True)
class DeleteTaskDef(Command):
    """Delete a TaskDef. The reply is None."""

    kind = history.DELETE_DEFINITION


@dataclass(slots=True, kw_only=True)
class DeleteExternalEventDef(Command):
    """Delete an ExternalEventDef. The reply is None."""

    kind = history.DELETE_DEFINITION


@dataclass(slots=True, kw_only=True)
class DeleteWorkflowEventDef(Command):
    """Delete a WorkflowEventDef. The reply is None."""

    kind = history.DELETE_DEFINITION


@dataclass(slots=True, kw_only=True)
class DeleteWfSpec(Command):
    """Delete one version of a WfSpec. The reply is None."""

    kind = history.DELETE_DEFINITION
    wf_spec_id: ids.WfSpecId


@dataclass(slots=True, kw_only=True)
class PutStructDef(Command):
    """Put a version of a StructDef. The reply is the StructDef."""

    kind = history.PUT_DEFINITION
    request: struct_defs.PutStructDefRequest


@dataclass(slots=True, kw_only=True)
class ValidateStructDefEvolution(Command):
    """Ask what putting a StructDef would come to. The reply is a bool; nothing happens."""

    kind = history.PUT_DEFINITION
    request: struct_defs.ValidateStructDefEvolutionRequest


@dataclass(slots=True, kw_only=True)
class DeleteStructDef(Command):
    """Delete one version of a StructDef. The reply is None."""

    kind = history.DELETE_DEFINITION
    struct_def_id: ids.StructDefId


@dataclass(slots=True, kw_only=True)
class PutUserTaskDef(Command):
    """Put a version of a UserTaskDef. The reply is the UserTaskDef."""

    kind = history.PUT_DEFINITION
    request: user_tasks.PutUserTaskDefRequest


@dataclass(slots=True, kw_only=True)
class DeleteUserTaskDef(Command):
    """Delete one version of a UserTaskDef. The reply is None."""

    kind = history.DELETE_DEFINITION
    user_task_def_id: ids.UserTaskDefId


@dataclass(slots=True, kw_only=True)
class ScheduleWf(Command):
    """Have the clock start runs of a WfSpec. The reply is the ScheduledWfRun."""

    kind = history.SCHEDULE_WF
    request: schedules.ScheduleWfRequest


@dataclass(slots=True, kw_only=True)
class DeleteSchedule(Command):
    """Delete a schedule; there may be none. The reply is None."""

    kind = history.DELETE_SCHEDULE


@dataclass(slots=True, kw_only=True)
class PublishMessage(Command):
    """Put a message from outside into the log. The reply is the PublishReceipt."""

    kind = history.PUBLISH_MESSAGE
    request: feed.PublishRequest


@dataclass(slots=True, kw_only=True)
class ForgetMessages(Command):
    """Erase the messages of a topic up to a sequence, with their ids. The reply is None."""

    kind = history.FORGET_MESSAGES
    message_ids: Sequence[str]
    up_to_sequence: int


@dataclass(slots=True, kw_only=True)
class PutRoute(Command):
    """Store a route; a new one begins behind `start_position`. The reply is the Route."""

    kind = history.PUT_ROUTE
    route: routes.Route
    start_position: int


@dataclass(slots=True, kw_only=True)
class DeleteRoute(Command):
    """Delete a route. The reply is None."""

    kind = history.DELETE_ROUTE


@dataclass(slots=True, kw_only=True)
class PauseRoute(Command):
    """Let a route send nothing. The reply is the Route."""

    kind = history.PAUSE_ROUTE


@dataclass(slots=True, kw_only=True)
class ResumeRoute(Command):
    """Let a route go on. The reply is the Route."""

    kind = history.RESUME_ROUTE


@dataclass(slots=True, kw_only=True)
class ParkEntry(Command):
    """Make an entry a dead letter. The reply is how many the route has.

    `born` tells for which of the routes that had this id the entry was tried. One that is tried
    `again` stays a dead letter, but does not become one: somebody else may have delivered it.
    """

    kind = history.PARK_ENTRY
    born: int
    dead_letter: routes.DeadLetter
    again: bool = False


@dataclass(slots=True, kw_only=True)
class RedeliverEntry(Command):
    """Note that a dead letter was delivered. The reply is how many the route has left."""

    kind = history.REDELIVER_ENTRY
    born: int
    position: int


@dataclass(slots=True, kw_only=True)
class DiscardEntries(Command):
    """Give dead letters up for good.

    The reply is how many the route has left, and the positions of those that were discarded.
    """

    kind = history.DISCARD_ENTRIES
    born: int
    positions: Sequence[int]
    reason: history.DiscardReason


@dataclass(slots=True, kw_only=True)
class MoveRoute(Command):
    """Note how far a route has come. The reply is None."""

    kind = history.MOVE_ROUTE
    born: int
    cursor: storage.StoredRouteCursor


@dataclass(slots=True, kw_only=True)
class SaveConsumer(Command):
    """Note how far a consumer has come. The reply is the consumer as it is noted.

    One that `is_new` is made; of one that is not there any more, nothing is noted.
    """

    kind = history.SAVE_CONSUMER
    consumer: storage.StoredConsumer
    is_new: bool


@dataclass(slots=True, kw_only=True)
class DeleteConsumer(Command):
    """Forget a consumer; there may be none. The reply is None."""

    kind = history.DELETE_CONSUMER


@dataclass(slots=True, kw_only=True)
class RecordRefusal(Command):
    """Put a refused external event on record. The reply is None."""

    kind = history.RECORD_REFUSAL
    refusal: storage.RecordRefusal


@dataclass(slots=True, kw_only=True)
class PutCorrelatedEvent(Command):
    """Put a correlated event. The reply is the CorrelatedEvent."""

    kind = history.PUT_CORRELATED_EVENT
    request: correlated_events.PutCorrelatedEventRequest


@dataclass(slots=True, kw_only=True)
class DeleteCorrelatedEvent(Command):
    """Delete the correlated event of a key. The reply is None."""

    kind = history.DELETE_CORRELATED_EVENT


@dataclass(slots=True, kw_only=True)
class MarkCorrelation(Command):
    """Note that a node waits for a correlation key. The reply is None."""

    kind = history.MARK_CORRELATION
    waiting: history.CorrelatedWait


@dataclass(slots=True, kw_only=True)
class UnmarkCorrelation(Command):
    """Note that a node does not wait for a correlation key any more. The reply is None."""

    kind = history.MARK_CORRELATION
    waiting: history.CorrelatedWait


@dataclass(slots=True, kw_only=True)
class MatchCorrelatedEvent(Command):
    """Let a correlated event meet more of the nodes that wait for it. The reply is None."""

    kind = history.MATCH_CORRELATED_EVENT


@dataclass(slots=True, kw_only=True)
class DeliverCorrelatedEvent(RunCommand):
    """Give a run the external event that comes of a correlated event. The reply is None."""

    kind = history.DELIVER_CORRELATED_EVENT
    delivery: storage.DeliverCorrelatedEvent
