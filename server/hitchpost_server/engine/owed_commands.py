"""What a stored follow-up comes to: the command that one stream owes another."""

from typing import Any

from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import requested_run_id, run_key
from hitchpost_server.storage.v1 import storage_pb2 as storage


def from_follow_up(follow_up: str, stream: str, seed: str, body: bytes) -> commands.Command:
    """Make the command that a stored follow-up asks for."""
    owed = storage.FollowUp.FromString(body)
    common: dict[str, Any] = {
        "stream": stream,
        "seed": seed,
        "principal": owed.principal,
        "follow_up": follow_up,
    }
    match owed.WhichOneof("command"):
        case "mark_correlation":
            return commands.MarkCorrelation(waiting=owed.mark_correlation, **common)
        case "unmark_correlation":
            return commands.UnmarkCorrelation(waiting=owed.unmark_correlation, **common)
        case "match_correlated_event":
            return commands.MatchCorrelatedEvent(**common)
        case "deliver_correlated_event":
            delivery = owed.deliver_correlated_event
            run = run_key(delivery.request.wf_run_id)
            return commands.DeliverCorrelatedEvent(delivery=delivery, run=run, **common)
        case "start_run":
            run = run_key(requested_run_id(owed.start_run))
            return commands.StartRun(run=run, request=owed.start_run, **common)
        case "record_refusal":
            return commands.RecordRefusal(refusal=owed.record_refusal, **common)
        case other:
            raise ValueError(f"follow-up {follow_up} asks for something unknown: {other}")
