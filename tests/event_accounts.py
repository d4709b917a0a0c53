"""What has become of the external events of a run, as its history tells it.

Reads HistoryEvents alone, in order and one by one, and knows nothing of states and
rows. Every accepted event has an account: somebody claimed it, once; or it has
expired, or was dropped for a reason; or it waits. Where the history does not hang
together, `problems` says so.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost.v1.object_id_pb2 import ExternalEventId
from hitchpost_server.config import MAX_EXTERNAL_EVENT_CARRY_FORWARD_EXECUTIONS
from hitchpost_server.engine.ids import run_key

Key = tuple[str, str]  # definition, guid


class End(Enum):
    """Where an accepted event has ended."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    EXPIRED = "expired"
    DROPPED = "dropped"


_LATE = frozenset({history.AIMED_AT_ENDED_EXECUTION})
# Those that clients can still read; the guid of another may be used again.
KEPT = frozenset({End.WAITING, End.CLAIMED})


@dataclass(eq=False)
class Account:
    """One accepted event; `event` is what clients read of it by now.

    `handlers` are the threads that it has interrupted, `execution` is the one in which it
    came to its end.
    """

    event: events.ExternalEvent
    received_sequence: int
    command: history.CommandKind
    requires_reference: bool
    end: End = End.WAITING
    execution: int = 0
    handlers: set[int] = field(default_factory=set)
    reason: history.DropReason = history.DROP_REASON_UNSPECIFIED

    @property
    def key(self) -> Key:
        """What tells it apart from the others of its run."""
        return key_of(self.event.id)

    @property
    def is_aimed(self) -> bool:
        """Whether it is for one thread or node."""
        return self.event.HasField("thread_run_number") or self.event.HasField("node_run_position")

    def may_go_to(self, thread: int, position: int) -> bool:
        """Whether it is for a node, or for any."""
        for aim, at in (("thread_run_number", thread), ("node_run_position", position)):
            if self.event.HasField(aim) and getattr(self.event, aim) != at:
                return False
        return True


def key_of(event_id: ExternalEventId) -> Key:
    """Tell events of one run apart."""
    return event_id.external_event_def_id.name, event_id.guid


class EventAccounts:
    """The accounts of one run, in order of acceptance; `began` is where its executions begin."""

    def __init__(self, carry_max: int = MAX_EXTERNAL_EVENT_CARRY_FORWARD_EXECUTIONS) -> None:
        self.accounts: list[Account] = []
        self.problems: list[str] = []
        self.execution = 1
        self.began: dict[int, int] = {}
        self._carry_max = carry_max
        self._latest: dict[Key, Account] = {}
        self._sequence = 0
        self._next = 1
        self._timers: dict[int, tuple[Key, int]] = {}
        self._fired: tuple[Key, int] | None = None
        self._awaited: dict[int, str] = {}
        self._interrupting: Account | None = None
        self._to_sort: list[Account] | None = None

    def read(self, event: HistoryEvent) -> None:
        """Take note of the next event of the run."""
        kind = event.WhichOneof("event") or ""
        if event.sequence <= self._sequence:
            self._problem(event, f"comes after event {self._sequence}")
        self._sequence = event.sequence
        if kind == "run_started":
            self.execution = self._next
        if event.execution != self.execution:
            self._problem(event, f"is of execution {event.execution} within {self.execution}")
        if kind in _READERS:
            _READERS[kind](self, event, getattr(event, kind))

    def latest(self, key: Key) -> Account | None:
        """The account of an event, the latest if it had the guid of one that was given up."""
        return self._latest.get(key)

    @property
    def waiting(self) -> list[Account]:
        """The events that nobody has claimed yet, oldest first."""
        return [one for one in self.accounts if one.end == End.WAITING]

    def told(self) -> list[tuple[Key, End, int, history.DropReason, frozenset[int]]]:
        """All accounts, in a form that can be compared."""
        return [
            (one.key, one.end, one.execution, one.reason, frozenset(one.handlers))
            for one in self.accounts
        ]

    def sums(self) -> Counter[End]:
        """How many have ended where."""
        return Counter(one.end for one in self.accounts)

    def _problem(self, event: HistoryEvent, what: str) -> None:
        self.problems.append(f"event {event.sequence}, {event.WhichOneof('event')}: {what}")

    def _end(self, event: HistoryEvent, event_id: ExternalEventId, end: End) -> Account | None:
        """Close an account that is open."""
        account = self._latest.get(key_of(event_id))
        if account is None or account.end != End.WAITING:
            self._problem(event, f"{key_of(event_id)} does not wait: {account}")
            return None
        account.end, account.execution = end, self.execution
        return account

    # Executions.

    def _started(self, event: HistoryEvent, body: history.RunStarted) -> None:
        if (body.execution if body.HasField("execution") else 1) != self.execution:
            self._problem(event, f"begins execution {body.execution}, not {self.execution}")
        self.began[self.execution] = event.sequence
        self._to_sort = self.waiting

    def _continued(self, event: HistoryEvent, body: history.RunContinuedAsNew) -> None:
        self._next = self.execution + 1
        if body.next_execution != self._next:
            self._problem(event, f"execution {body.next_execution} follows {self.execution}")
        self._awaited.clear()

    def _thread_started(self, event: HistoryEvent, _body: history.ThreadStarted) -> None:
        """With thread 0 it is clear which events came along; the others wait for good."""
        self._pass_over(event, until=None)

    def _pass_over(self, event: HistoryEvent, until: Account | None) -> None:
        """Only at its first start do events stay with a run without a word."""
        while self._to_sort and self._to_sort[0] is not until:
            passed = self._to_sort.pop(0)
            if self.execution > 1:
                self._problem(event, f"{passed.key} neither came along nor was dropped before")
        self._to_sort = self._to_sort or None

    def _sort(self, event: HistoryEvent, event_id: ExternalEventId) -> Account | None:
        """Find the next event that comes along or not: they go by in their order."""
        account = self._latest.get(key_of(event_id))
        if account is None or account not in (self._to_sort or ()):
            self._problem(event, f"{key_of(event_id)} is not among those whose turn it is")
            return None
        self._pass_over(event, until=account)
        if self._to_sort:
            self._to_sort.pop(0)
        return account

    def _carried(self, event: HistoryEvent, body: history.ExternalEventCarried) -> None:
        account = self._sort(event, body.external_event_id)
        if account is None:
            return
        if body.received_sequence != account.received_sequence:
            self._problem(event, f"{account.key} was received at {account.received_sequence}")
        reasons = self._reasons_to_drop(account) - {history.NO_REFERENCE_AT_START}
        if self.execution == 1 or reasons:
            self._problem(event, f"{account.key} comes along into {self.execution}: {reasons}")

    def _dropped(self, event: HistoryEvent, body: history.ExternalEventDropped) -> None:
        late = self._late(event, body.external_event_id)
        account = late or self._sort(event, body.external_event_id)
        if account is None or self._end(event, body.external_event_id, End.DROPPED) is None:
            return
        account.reason = body.reason
        if body.reason not in (_LATE if late else self._reasons_to_drop(account)):
            reason = history.DropReason.Name(body.reason)
            self._problem(event, f"{account.key} is dropped in {self.execution} as {reason}")

    def _late(self, event: HistoryEvent, event_id: ExternalEventId) -> Account | None:
        """Find what a key has brought for a node of an execution that has ended meanwhile."""
        account = self._latest.get(key_of(event_id))
        if account is None or account.command != history.DELIVER_CORRELATED_EVENT:
            return None
        return account if event.sequence == account.received_sequence + 1 else None

    def _reasons_to_drop(self, account: Account) -> set[history.DropReason]:
        """Why it may be dropped now; a missing reference is for others to judge."""
        age = self.execution - account.event.execution
        if age and account.is_aimed:
            return {history.AIMED_AT_ENDED_EXECUTION}
        if age > self._carry_max:
            return {history.CARRY_LIMIT}
        return {history.NO_REFERENCE_AT_START} if account.requires_reference else set()

    # Coming and going.

    def _received(self, event: HistoryEvent, body: history.ExternalEventReceived) -> None:
        account = Account(
            events.ExternalEvent.FromString(body.external_event.SerializeToString()),
            event.sequence,
            event.cause.command,
            body.requires_reference,
        )
        before = self._latest.get(account.key)
        if before is not None and before.end in KEPT:
            self._problem(event, f"{account.key} was accepted before")
        if account.event.execution != self.execution:
            self._problem(event, f"{account.key} says that it is of {account.event.execution}")
        self.accounts.append(account)
        self._latest[account.key] = self._interrupting = account

    def _entered(self, _event: HistoryEvent, body: history.NodeEntered) -> None:
        name = body.external_event.external_event_def_id.name
        self._awaited[body.thread_run_number] = name

    def _claimed(self, event: HistoryEvent, body: history.ExternalEventClaimed) -> None:
        """A node takes the oldest of its name that may go to it."""
        at = body.thread_run_number, body.node_run_position
        name = body.external_event_id.external_event_def_id.name
        if self._awaited.get(body.thread_run_number) != name:
            self._problem(event, f"thread {at[0]} does not wait for {name}")
        fitting = [one for one in self.waiting if one.key[0] == name and one.may_go_to(*at)]
        account = self._end(event, body.external_event_id, End.CLAIMED)
        if account is None:
            return
        if not fitting or fitting[0] is not account:
            self._problem(event, f"{account.key} is taken out of turn: {[*map(_key, fitting)]}")
        account.event.claimed = True
        account.event.thread_run_number, account.event.node_run_position = at

    def _interrupted(self, event: HistoryEvent, body: history.InterruptTriggered) -> None:
        """An event interrupts threads, each once, as it comes and never later."""
        account = self._interrupting
        if account is None or account.key != key_of(body.external_event_id):
            self._problem(event, f"{key_of(body.external_event_id)} has not just come")
            return
        if not account.handlers:
            self._end(event, body.external_event_id, End.CLAIMED)
            account.event.claimed = True
        if body.thread_run_number in account.handlers:
            self._problem(event, f"thread {body.thread_run_number} is interrupted twice by it")
        if not account.may_go_to(body.thread_run_number, account.event.node_run_position):
            self._problem(event, f"{account.key} is not for thread {body.thread_run_number}")
        account.handlers.add(body.thread_run_number)

    def _bracket(self, _event: HistoryEvent, _body: object) -> None:
        self._interrupting = None

    # Retention.

    def _timer_set(self, event: HistoryEvent, body: history.TimerSet) -> None:
        if body.kind == history.EVENT_RETENTION:
            due = key_of(body.external_event_id), body.due.ToMicroseconds()
            self._timers[event.sequence] = due

    def _timer_fired(self, _event: HistoryEvent, body: history.TimerFired) -> None:
        self._fired = self._timers.pop(body.timer, None)

    def _expired(self, event: HistoryEvent, body: history.ExternalEventExpired) -> None:
        (key, due), self._fired = self._fired or (None, 0), None
        if key != key_of(body.external_event_id):
            self._problem(event, f"no timer of {key_of(body.external_event_id)} has fired")
        if event.time.ToMicroseconds() < due:
            self._problem(event, f"{key} was to expire at {due} only")
        self._end(event, body.external_event_id, End.EXPIRED)


def _key(account: Account) -> Key:
    return account.key


_READERS: dict[str, Callable[[EventAccounts, HistoryEvent, Any], None]] = {
    "run_started": EventAccounts._started,
    "run_continued_as_new": EventAccounts._continued,
    "thread_started": EventAccounts._thread_started,
    "transition_started": EventAccounts._bracket,
    "transition_completed": EventAccounts._bracket,
    "node_entered": EventAccounts._entered,
    "timer_set": EventAccounts._timer_set,
    "timer_fired": EventAccounts._timer_fired,
    "external_event_received": EventAccounts._received,
    "external_event_carried": EventAccounts._carried,
    "external_event_dropped": EventAccounts._dropped,
    "external_event_claimed": EventAccounts._claimed,
    "external_event_expired": EventAccounts._expired,
    "interrupt_triggered": EventAccounts._interrupted,
}


class FamilyAccounts:
    """The accounts of the runs of a family, by run; those of a deleted run are forgotten."""

    def __init__(self, *carry_max: int) -> None:
        self.runs: dict[str, EventAccounts] = {}
        self._carry_max = carry_max

    def of(self, run: str) -> EventAccounts:
        """The accounts of a run, perhaps none yet."""
        return self.runs.setdefault(run, EventAccounts(*self._carry_max))

    def read(self, told: Iterable[HistoryEvent]) -> "FamilyAccounts":
        """Take note of the next events of the family."""
        for event in told:
            run = run_key(event.wf_run_id)
            if event.HasField("run_deleted"):
                self.runs.pop(run, None)
            else:
                self.of(run).read(event)
        return self


def wrongly_shown(accounts: EventAccounts, shown: Iterable[events.ExternalEvent]) -> Iterator[str]:
    """Say which events of a run, shown all, are not what its history says."""
    found = {key_of(event.id): event for event in shown}
    wanted = {one.key: one.event for one in accounts.accounts if one.end in KEPT}
    for key in found.keys() | wanted.keys():
        if found.get(key) != wanted.get(key):
            yield f"{key} is shown as {found.get(key)}, the history says {wanted.get(key)}"
