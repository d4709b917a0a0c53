"""Calls that stop and mend the threads of runs. It knows nothing of what the threads do.

Each function is a method of Client.
"""

from hitchpost import _methods
from hitchpost._calls.runs import get_run
from hitchpost._connection import Connection
from hitchpost._errors import NotRescuable
from hitchpost._ids import NamedRun, wf_run_id
from hitchpost.v1.object_id_pb2 import InactiveThreadRunId
from hitchpost.v1.wf_run_pb2 import (
    InactiveThreadRun,
    RescueThreadRunRequest,
    ResumeWfRunRequest,
    StopWfRunRequest,
    WfRun,
)


async def stop_run(self: Connection, run: NamedRun, thread: int = 0) -> None:
    """Halt a thread of a run and those below it, until `resume_run`. Raises ObjectNotFound.

    A thread that has ended, or that is halted in this way already, stays as it is.
    """
    request = StopWfRunRequest(wf_run_id=wf_run_id(run), thread_run_number=thread)
    await self.call(_methods.STOP_WF_RUN, request)


async def resume_run(self: Connection, run: NamedRun, thread: int = 0) -> None:
    """Let a thread go on that `stop_run` has halted. Raises ObjectNotFound."""
    request = ResumeWfRunRequest(wf_run_id=wf_run_id(run), thread_run_number=thread)
    await self.call(_methods.RESUME_WF_RUN, request)


async def rescue_run(
    self: Connection, run: NamedRun, thread: int = 0, *, skip_node: bool = False
) -> WfRun:
    """Let a thread go on that has failed with an ERROR, and answer the run as it stands then.

    It begins again with the node where it failed, or behind it with `skip_node`. Raises
    ObjectNotFound, NotRescuable.
    """
    request = RescueThreadRunRequest(
        wf_run_id=wf_run_id(run), thread_run_number=thread, skip_current_node=skip_node
    )
    try:
        return await self.call(_methods.RESCUE_THREAD_RUN, request)
    except NotRescuable as refused:
        if refused.outcome_unknown:
            return await get_run(self, run)  # an earlier try of this call has rescued it
        raise


async def get_inactive_thread(self: Connection, run: NamedRun, thread: int) -> InactiveThreadRun:
    """Get a thread that its run does not show any more. Raises ObjectNotFound."""
    archived = InactiveThreadRunId(wf_run_id=wf_run_id(run), thread_run_number=thread)
    return await self.call(_methods.GET_INACTIVE_THREAD_RUN, archived)
