"""Who waits for workflow events: a commit brings them the row itself."""

from hitchpost_server.engine.rows import WorkflowEventRow
from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.runtime.waits import Waits
from hitchpost_server.store.protocol import WriteSet


class EventWaits(Waits[WorkflowEventRow]):
    """All calls that wait for an event of a run."""

    def __init__(self, limits: RuntimeLimits) -> None:
        super().__init__(limits.event_waits_max, limits.overload_retry_seconds)

    def committed(self, write: WriteSet) -> None:
        """Wake the calls that wait for what a commit has brought."""
        for row in write.rows:
            if type(row) is WorkflowEventRow:
                self.tell(row.run, row)
