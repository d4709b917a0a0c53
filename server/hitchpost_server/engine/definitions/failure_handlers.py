"""Failure handlers of nodes: which thread handles which failure.

It knows how failures may be named; when a handler is started is found out in a run.
"""

from collections.abc import Sequence

from hitchpost.v1.wf_spec_pb2 import FailureHandlerDef, WfSpec
from hitchpost_server.engine.definitions.names import problem_with
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.failure_names import ERROR_NAMES


def check_handlers(
    spec: WfSpec, handlers: Sequence[FailureHandlerDef], place: Place, field: str
) -> None:
    """Refuse a handler, in a field of what stands at a place, without a thread or for nothing."""
    for index, handler in enumerate(handlers):
        spot = place.at(field, index)
        if handler.handler_spec_name not in spec.thread_specs:
            name = shortened(handler.handler_spec_name)
            raise spot.at("handler_spec_name").invalid(f"ThreadSpec {name} does not exist")
        if handler.HasField("specific_failure"):
            _check_name(handler.specific_failure, spot.at("specific_failure"))


def _check_name(failure: str, place: Place) -> None:
    problem = None if failure in ERROR_NAMES else problem_with(failure)
    if problem is not None:
        raise place.invalid(problem)
