"""Who follows the history of a stream: a commit rings a bell and brings nothing.

Whoever hears it reads on in the store when there is room. So a slow reader
neither holds up a commit nor lets anything pile up.
"""

from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.runtime.waits import Waits
from hitchpost_server.store.protocol import WriteSet


class HistoryWatches(Waits[None]):
    """All calls that follow the history of a stream."""

    def __init__(self, limits: RuntimeLimits) -> None:
        super().__init__(limits.history_watches_max, limits.overload_retry_seconds)

    def committed(self, write: WriteSet) -> None:
        """Wake those that follow a stream which has gone on."""
        for append in write.appends:
            self.tell(append.stream, None)
