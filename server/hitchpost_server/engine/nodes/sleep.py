"""SLEEP: wait for some seconds or until a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.nodes.kind import DONE, Done, NodeKind, Surroundings, Visit
from hitchpost_server.engine.times import LATEST_US, later, microseconds, timestamp
from hitchpost_server.engine.values.casts import coerce
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.static_types import assignment_type
from hitchpost_server.engine.values.types import is_assignable, is_null, type_name

INT = values.TypeDefinition(primitive_type=values.INT)
STR = values.TypeDefinition(primitive_type=values.STR)
TIMESTAMP = values.TypeDefinition(primitive_type=values.TIMESTAMP)


@dataclass(frozen=True, slots=True)
class Sleep:
    """When a SLEEP node is over: `end` turns the value and the present into that moment.

    `moves`: the moment does not depend on the present, and may change with a variable.
    """

    length: Assignment
    end: Callable[[values.VariableValue, int], int]
    moves: bool


# What each way to say how long may be given as.
LENGTH_TYPES: dict[str, tuple[values.TypeDefinition, ...]] = {
    "raw_seconds": (INT,),
    "iso_date": (STR,),
    "timestamp": (TIMESTAMP, INT),
}


class SleepKind(NodeKind):
    """Complete when its timer has fired."""

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a length of a type that says no time."""
        form = node.sleep.WhichOneof("sleep_length")
        assert form is not None
        place = place.at(form)
        with place.typed():
            given = assignment_type(getattr(node.sleep, form), surroundings.scope)
        if not any(is_assignable(given, accepted) for accepted in LENGTH_TYPES[form]):
            names = " or ".join(type_name(accepted) for accepted in LENGTH_TYPES[form])
            raise place.invalid(f"{type_name(given)} cannot be used as {names}")

    def compile(self, node: wf_specs.SleepNode) -> Sleep:
        """Compile whichever form of the length is given."""
        form = node.WhichOneof("sleep_length")
        assert form is not None
        return Sleep(compile_assignment(getattr(node, form)), ENDS[form], form != "raw_seconds")

    def entered(self, _details: Any) -> history.NodeEntered:
        """Show a SleepNodeRun; TimerSet fills in when it matures."""
        return history.NodeEntered(sleep=node_runs.SleepNodeRun())

    def arrive(self, visit: Visit) -> None:
        """Set the timer."""
        _set_timer(visit, _end(visit))

    def check(self, visit: Visit) -> Done | None:
        """Complete once matured; until then the moment follows the variables that it is made of."""
        shown = visit.thread.node_run.sleep
        if visit.details.moves and (end_us := _end(visit)) != microseconds(shown.maturation_time):
            _set_timer(visit, end_us)
            return None
        return DONE if shown.matured else None


def _end(visit: Visit) -> int:
    details: Sleep = visit.details
    length = details.length(visit)
    if is_null(length):
        raise EvaluationError("the length of a sleep is NULL")
    return min(max(details.end(length, visit.draft.now_us), 0), LATEST_US)


def _set_timer(visit: Visit, due_us: int) -> None:
    visit.emit(
        "timer_set",
        history.TimerSet(
            kind=history.SLEEP_END,
            due=timestamp(due_us),
            thread_run_number=visit.thread.number,
            node_run_position=visit.thread.position,
        ),
    )


def _after_seconds(value: values.VariableValue, now_us: int) -> int:
    return later(now_us, coerce(value, INT).int)


def _at_timestamp(value: values.VariableValue, _now_us: int) -> int:
    """INT is epoch milliseconds; of a TIMESTAMP whole seconds count."""
    if value.WhichOneof("value") == "utc_timestamp":
        return value.utc_timestamp.seconds * 1_000_000
    return int(coerce(value, INT).int) * 1000


def _at_iso_date(value: values.VariableValue, _now_us: int) -> int:
    text = coerce(value, STR).str
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise EvaluationError("the STR is no moment as ISO 8601 writes it") from error
    if moment.tzinfo is None:
        raise EvaluationError("the moment that the STR names has no time zone")
    return int(moment.timestamp() * 1_000_000)


ENDS: dict[str, Callable[[values.VariableValue, int], int]] = {
    "raw_seconds": _after_seconds,
    "timestamp": _at_timestamp,
    "iso_date": _at_iso_date,
}
