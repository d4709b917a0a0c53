"""Which figures there are, by the names that `--only` takes, in the order of the report."""

from bench.figures.accepted_events import AcceptedEvents
from bench.figures.catching_up import CatchingUp
from bench.figures.completed_runs import CompletedRuns
from bench.figures.completion_latency import CompletionLatency
from bench.figures.figure import Figure
from bench.figures.followed_events import FollowedEvents
from bench.figures.started_runs import StartedRuns
from bench.figures.streamed_events import StreamedEvents

FIGURES: dict[str, type[Figure]] = {
    "accepted-events": AcceptedEvents,
    "streamed-events": StreamedEvents,
    "started-runs": StartedRuns,
    "completed-runs": CompletedRuns,
    "completion-latency": CompletionLatency,
    "followed-events": FollowedEvents,
    "catching-up": CatchingUp,
}
