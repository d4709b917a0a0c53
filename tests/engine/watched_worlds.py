"""A world in which more than the two laws is looked at after every command.

- A twin of the state, brought back from its snapshot, decides the same.
- What a command has left can move no further without another one.
- A thread that has ended stays as it is, unless it is rescued; it completes after those
  below, but for those that somebody stopped, and may resume later.
- The laws of `run_laws.py` and `event_laws.py` hold, and keys know who waits for them.

Where external events have ended, and why they were dropped, is in `ends`.
"""

from event_laws import broken_event_laws
from run_laws import broken_laws, facts_of
from tests.event_accounts import FamilyAccounts

from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands
from hitchpost_server.engine.advance import advance
from hitchpost_server.engine.correlation_marks import key_problem
from hitchpost_server.engine.decide import decide
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.facts import Facts
from hitchpost_server.engine.ids import family_stream, root_of, run_key
from hitchpost_server.engine.log import expanded
from hitchpost_server.engine.state import CorrelationState, FamilyState
from hitchpost_server.engine.streams import kind_of
from hitchpost_server.engine.tables import Touched


def copy_of(state):
    """Bring a state back from its snapshot."""
    kind = kind_of(state.stream)
    return kind.from_bytes(state.stream, state.sequence, kind.to_bytes(state))


class Watching:
    """What is added to a class of worlds; `seen` are the kinds of events that happened."""

    def __init__(self, **limits):
        super().__init__(**limits)
        self.seen = set()
        self.ends = set()
        self._ended = {}
        self._accounts = {}

    def decide(self, command):
        """Decide a command twice, on the live state and on a twin, and look at it all."""
        stream = command.stream
        command.now_us = self.now_us
        state = self.states.setdefault(stream, kind_of(stream).new(stream))
        twin, touched = copy_of(state), Touched()
        wanted = decide(twin, command, Facts(self), self.limits, touched)
        decision = super().decide(command)
        assert _told(decision) == _told(wanted)
        to_bytes = kind_of(stream).to_bytes
        assert to_bytes(twin) == to_bytes(self.states[stream])
        self.seen |= {event.WhichOneof("event") for event in decision.record.events}
        if isinstance(twin, FamilyState):
            self._look_at(decision, twin, command)
        return decision

    def _look_at(self, decision, twin, command):
        facts = facts_of(command.stream, twin, self.rows, Facts(self))
        _expect_none("broken laws", broken_laws(facts))
        accounts = self._accounts_of(decision, twin)
        _expect_none("broken laws", broken_event_laws(facts, accounts, self.limits))
        self._check_rest(twin, command)
        self._check_ended(decision, twin)

    def _accounts_of(self, decision, state):
        """Go on reading what happens to external events."""
        accounts = self._accounts.get(state.stream)
        if accounts is None:
            accounts = FamilyAccounts(self.limits.max_external_event_carry_forward_executions)
            self._accounts[state.stream] = accounts
        first = state.sequence - len(decision.record.events) + 1
        record = decision.record.SerializeToString()
        accounts.read(expanded(state.stream, first, first, record))
        for run in accounts.runs.values():
            self.ends |= {(one.end, one.reason) for one in run.accounts}
        return accounts

    def _check_rest(self, twin, command):
        """Nothing can move: another look at every run changes nothing.

        But for threads that are to be archived by now, which nobody waits for.
        """
        draft = Draft(twin, command, Facts(self), self.limits, Touched())
        for run in list(twin.runs.values()):
            if run.wf_run is not None:
                advance(draft, run)
        moved = [one for one in draft.record.events if not one.HasField("threads_archived")]
        _expect_none("what could still move", moved)

    def _check_ended(self, decision, twin):
        rescued = {
            (
                run_key(event.wf_run_id) or root_of(twin.stream),
                event.thread_rescued.thread_run_number,
            )
            for event in decision.record.events
            if event.HasField("thread_rescued")
        }
        for run in twin.runs.values():
            for thread in run.threads.values():
                self._check_end(run, thread, (run.key, thread.number) in rescued)

    def _check_end(self, run, thread, is_rescued):
        at = (run.key, run.incarnation, run.execution, thread.number)
        end = None
        if thread.is_terminated:
            shown = wf_runs.ThreadRun()
            shown.CopyFrom(thread.thread_run)
            shown.ClearField("child_thread_ids")  # handlers of failed children come later
            end = shown.SerializeToString(), thread.node_run.status
        before = self._ended.get(at)
        if before not in (None, end) and not is_rescued:
            raise AssertionError(f"{at} had ended and has changed")
        if before != end and thread.status == status.COMPLETED:
            _expect_none(f"threads that go on below {at}", _going_on_below(run, thread))
        self._ended[at] = end

    def revive(self):
        """Lose all live state, as in a restart, and bring it back from snapshots."""
        for stream, state in self.states.items():
            self.states[stream] = copy_of(state)

    def post_request(self, request, run):
        """Post an external event as a request says."""
        common = self.common(family_stream(run))
        return self.do(commands.PostExternalEvent(**common, run=run, request=request))

    def delete_task_def(self, name):
        """Delete a TaskDef."""
        self.do(commands.DeleteTaskDef(**self.common(f"task-def/{name}")))

    def check_accounts(self):
        """The whole history says in the end what it has said by and by."""
        for stream, read in self._accounts.items():
            anew = FamilyAccounts(self.limits.max_external_event_carry_forward_executions)
            anew.read(self.history_of(stream))
            for run in read.runs.keys() | anew.runs.keys():
                assert anew.of(run).told() == read.of(run).told()

    def check_keys(self):
        """When nothing is owed, the keys know who waits for them: no more, no less."""
        assert not self.owed()
        waits, marks = {}, set()
        for state in self.states.values():
            if isinstance(state, FamilyState):
                waits |= state.waits
            elif isinstance(state, CorrelationState):
                marks |= state.marks.keys()
        assert marks == {wait for wait, at in waits.items() if key_problem(at.key) is None}


def watched(world_class):
    """Make a class of worlds of which all this is true."""
    return type("WatchedWorld", (Watching, world_class), {})


def _going_on_below(run, thread):
    below = (run.threads.get(number) for number in thread.thread_run.child_thread_ids)
    return [
        one.thread_run
        for one in below
        if one is not None and not one.is_terminated and one.status != status.HALTED
    ]


def _expect_none(what, found):
    """Fail with what was found, which pytest would not show from here."""
    if found:
        raise AssertionError(f"{what}: {found}")


def _told(decision):
    """What is told of a decision, in a form that can be compared."""
    return (
        decision.record.SerializeToString(deterministic=True),
        decision.reply,
        repr(decision.rejection),
        decision.follow_ups,
        decision.warnings,
    )
