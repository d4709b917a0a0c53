"""What a task's function may know of the attempt that it carries out, and its log."""

from datetime import UTC, datetime

from hitchpost._ids import run_id_text
from hitchpost.v1.object_id_pb2 import TaskRunId
from hitchpost.v1.task_pb2 import ScheduledTask


class TaskContext:
    """The attempt that a function carries out. A parameter annotated with it gets it.

    async def charge(amount: float, context: hitchpost.TaskContext) -> str:
        context.log(f"attempt {context.attempt_number} for {context.run_id}")
    """

    def __init__(self, scheduled: ScheduledTask) -> None:
        self._scheduled = scheduled
        self._lines: list[str] = []

    @property
    def task_run_id(self) -> TaskRunId:
        """The id of the task; the same for all its attempts, so good for idempotency."""
        return self._scheduled.task_run_id

    @property
    def run_id(self) -> str:
        """The id of the run, as text."""
        return run_id_text(self._scheduled.task_run_id.wf_run_id)

    @property
    def attempt_number(self) -> int:
        """Which attempt this is, counted from 0."""
        return self._scheduled.attempt_number

    @property
    def scheduled_at(self) -> datetime:
        """When this attempt was put into the queue."""
        return self._scheduled.created_at.ToDatetime(tzinfo=UTC)

    def log(self, text: str) -> None:
        """Add a line to what is stored with the attempt."""
        self._lines.append(text)

    @property
    def log_text(self) -> str | None:
        """What was logged, or None."""
        return "\n".join(self._lines) if self._lines else None
