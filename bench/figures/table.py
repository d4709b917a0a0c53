"""Which figures there are, by the names that `--only` takes, in the order of the report."""

from dataclasses import dataclass

from bench.figures.accepted_at_rates import AcceptedAtRates
from bench.figures.accepted_events import AcceptedEvents
from bench.figures.catching_up import CatchingUp
from bench.figures.completed_at_rates import CompletedAtRates
from bench.figures.completed_runs import CompletedRuns
from bench.figures.completion_latency import CompletionLatency
from bench.figures.done_tasks import DoneTasks
from bench.figures.figure import Figure
from bench.figures.followed_events import FollowedEvents
from bench.figures.started_runs import StartedRuns
from bench.figures.streamed_events import StreamedEvents


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that are read together; `beside` says what they are compared with."""

    title: str
    beside: str


CLOSED_LOOP = Group("Callers that wait for each answer", "echo")
IDLE = Group("One caller, and nothing else going on", "echo and one fsync")
OPEN_LOOP = Group("Calls at a fixed rate, a share of that", "echo, same rate")
FEED = Group("The feed", "echo")


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure, and what it is, for those who choose."""

    figure: type[Figure]
    group: Group
    about: str


FIGURES: dict[str, Entry] = {
    "accepted-events": Entry(
        AcceptedEvents, CLOSED_LOOP, "PutExternalEvent to runs that do not exist yet"
    ),
    "streamed-events": Entry(
        StreamedEvents, CLOSED_LOOP, "the same events on one stream of PutExternalEvents"
    ),
    "started-runs": Entry(StartedRuns, CLOSED_LOOP, "RunWf up to a wait for an external event"),
    "completed-runs": Entry(
        CompletedRuns, CLOSED_LOOP, "PutExternalEvent that completes a waiting run"
    ),
    "done-tasks": Entry(
        DoneTasks, CLOSED_LOOP, "RunWf, PollTask and ReportTask: a run with one task, to its end"
    ),
    "completion-latency": Entry(
        CompletionLatency, IDLE, "how long one event takes to complete an idle run"
    ),
    "accepted-at-rates": Entry(
        AcceptedAtRates, OPEN_LOOP, "how long accepted-events take at 50 and 80 % of their rate"
    ),
    "completed-at-rates": Entry(
        CompletedAtRates, OPEN_LOOP, "how long completed-runs take at 50 and 80 % of their rate"
    ),
    "followed-events": Entry(
        FollowedEvents, FEED, "accepted-events while a durable consumer takes everything"
    ),
    "catching-up": Entry(CatchingUp, FEED, "what a durable consumer takes that is far behind"),
}
