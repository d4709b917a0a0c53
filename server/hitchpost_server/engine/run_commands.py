"""What commands do to runs: the rules.

Every decider first refuses what is to be refused, then lets events happen to
the draft and returns the reply.
"""

from collections.abc import Callable
from typing import Any

from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands
from hitchpost_server.engine.advance import advance
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.external_event_commands import (
    deliver_correlated_event,
    post_external_event,
)
from hitchpost_server.engine.run_erasure import erase
from hitchpost_server.engine.run_timers import fire_timer
from hitchpost_server.engine.starting import begin_run
from hitchpost_server.engine.starting_over import check_start_over, start_over
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.task_commands import (
    put_checkpoint,
    report_task,
    return_task,
    start_task,
)
from hitchpost_server.engine.thread_commands import (
    rescue_thread,
    resume_thread,
    stop_thread,
)
from hitchpost_server.engine.user_task_commands import USER_TASK_DECIDERS


def start_run(draft: Draft, run: RunState, command: commands.StartRun) -> wf_runs.WfRun:
    """Start a run and move it as far as it goes."""
    begin_run(draft, run, command.request)
    advance(draft, run)
    draft.complete_transition()
    assert run.wf_run is not None
    return copy_of(run.wf_run)


def continue_as_new(draft: Draft, run: RunState, command: commands.ContinueAsNew) -> wf_runs.WfRun:
    """Let a run start over, and move it as far as it goes."""
    sequence, spec, variables = check_start_over(draft, run, command)
    draft.begin_transition(run)
    start_over(draft, run, spec, sequence, variables)
    advance(draft, run)
    draft.complete_transition()
    assert run.wf_run is not None
    return copy_of(run.wf_run)


def delete_run(draft: Draft, run: RunState, _command: commands.DeleteRun) -> None:
    """Erase a run and its events; one of which nothing is known is erased already."""
    if run.wf_run is not None or run.unclaimed:
        erase(draft, run)


RUN_DECIDERS: dict[type[commands.Command], Callable[[Draft, RunState, Any], Any]] = {
    commands.StartRun: start_run,
    commands.ContinueAsNew: continue_as_new,
    commands.PostExternalEvent: post_external_event,
    commands.StartTask: start_task,
    commands.PutCheckpoint: put_checkpoint,
    commands.ReturnTask: return_task,
    commands.ReportTask: report_task,
    commands.FireTimer: fire_timer,
    commands.DeleteRun: delete_run,
    commands.StopThread: stop_thread,
    commands.ResumeThread: resume_thread,
    commands.RescueThread: rescue_thread,
    commands.DeliverCorrelatedEvent: deliver_correlated_event,
    **USER_TASK_DECIDERS,
}
