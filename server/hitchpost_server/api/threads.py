"""Stops, resumes and rescues the threads of runs."""

from typing import Any

from google.protobuf.empty_pb2 import Empty

from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import family_stream
from hitchpost_server.runtime.committer import Committer


class Threads:
    """The methods about single threads of a run."""

    def __init__(self, committer: Committer, shapes: Shapes) -> None:
        self._committer = committer
        self._shapes = shapes

    async def stop_wf_run(self, caller: Caller, request: wf_runs.StopWfRunRequest) -> Empty:
        """Halt a thread and what is below it."""
        await self._committer.submit(commands.StopThread(**self._of_thread(caller, request)))
        return Empty()

    async def resume_wf_run(self, caller: Caller, request: wf_runs.ResumeWfRunRequest) -> Empty:
        """Let a stopped thread go on."""
        await self._committer.submit(commands.ResumeThread(**self._of_thread(caller, request)))
        return Empty()

    async def rescue_thread_run(
        self, caller: Caller, request: wf_runs.RescueThreadRunRequest
    ) -> wf_runs.WfRun:
        """Bring a failed thread back to life."""
        command = commands.RescueThread(
            **self._of_thread(caller, request), skip_current_node=request.skip_current_node
        )
        reply: wf_runs.WfRun = await self._committer.submit(command)
        return reply

    def _of_thread(self, caller: Caller, request: Any) -> dict[str, Any]:
        run = self._shapes.run("wf_run_id", request.wf_run_id)
        return {
            **sender(caller),
            "stream": family_stream(run),
            "run": run,
            "thread_run_number": request.thread_run_number,
        }

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {
            "StopWfRun": Unary(wf_runs.StopWfRunRequest, self.stop_wf_run),
            "ResumeWfRun": Unary(wf_runs.ResumeWfRunRequest, self.resume_wf_run),
            "RescueThreadRun": Unary(wf_runs.RescueThreadRunRequest, self.rescue_thread_run),
        }
