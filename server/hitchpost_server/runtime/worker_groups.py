"""Task workers: who has said lately that it works on what.

A group tells of the present and is kept in memory only: a worker that is there
says so again before long, and one that does not is not worth remembering. How
many are remembered is bounded; the longest silent ones make room.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from hitchpost_server.engine.rows import TaskDefRow
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.store.protocol import WriteSet


@dataclass(slots=True)
class WorkerGroup:
    """The workers of one TaskDef; `heartbeats` maps their ids to when each was heard last.

    Times are microseconds since 1970.
    """

    created_us: int
    heartbeats: dict[str, int] = field(default_factory=dict)


class WorkerGroups:
    """All groups of one server."""

    def __init__(self, clock: Clock, limits: RuntimeLimits) -> None:
        self._clock = clock
        self._limits = limits
        self._groups: dict[str, WorkerGroup] = {}
        # All workers of all groups, the longest silent one first.
        self._silence: OrderedDict[tuple[str, str], None] = OrderedDict()

    def heartbeat(self, task_def: str, worker_id: str) -> None:
        """Note that a worker is there."""
        now_us = self._clock.now_us()
        group = self._groups.setdefault(task_def, WorkerGroup(now_us))
        group.heartbeats[worker_id] = now_us
        self._silence[task_def, worker_id] = None
        self._silence.move_to_end((task_def, worker_id))
        if len(self._silence) > self._limits.workers_known_max:
            self._forget(*next(iter(self._silence)))

    def _forget(self, task_def: str, worker_id: str) -> None:
        del self._silence[task_def, worker_id]
        del self._groups[task_def].heartbeats[worker_id]
        if not self._groups[task_def].heartbeats:
            del self._groups[task_def]

    def find(self, task_def: str) -> WorkerGroup | None:
        """Tell which workers of a TaskDef are there; None if none has ever been."""
        group = self._groups.get(task_def)
        if group is None:
            return None
        silent_since_us = self._clock.now_us() - self._limits.worker_silence_seconds * 1_000_000
        there = {one: at for one, at in group.heartbeats.items() if at > silent_since_us}
        return WorkerGroup(group.created_us, there)

    def committed(self, write: WriteSet) -> None:
        """Forget the workers of a TaskDef that a commit has deleted."""
        for key in write.deletions:
            if key.table is TaskDefRow and (group := self._groups.get(str(key.key[0]))):
                for worker_id in list(group.heartbeats):
                    self._forget(str(key.key[0]), worker_id)
