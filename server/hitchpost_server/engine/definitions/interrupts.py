"""Interrupts: which external event starts which handler beside which thread.

An external event is either waited for by nodes, or it interrupts one thread:
never both.
"""

from collections.abc import Iterator

from hitchpost.v1.wf_spec_pb2 import InterruptDef, WfSpec
from hitchpost_server.engine.definitions.catalogue import Definitions
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.definitions.variables import INPUT, names_of
from hitchpost_server.engine.nodes.kinds import kind_of


def check_interrupts(spec: WfSpec, place: Place, definitions: Definitions) -> None:
    """Refuse an interrupt that could not be handled or that is ambiguous."""
    taken = dict.fromkeys(_awaited(spec), "waited for by an EXTERNAL_EVENT node")
    for spot, interrupt in _interrupts(spec, place):
        name = interrupt.external_event_def_id.name
        if definitions.external_event_def(name) is None:
            raise spot.at("external_event_def_id").invalid(
                f"ExternalEventDef {shortened(name)} does not exist"
            )
        _check_handler(spec, interrupt.handler_spec_name, spot.at("handler_spec_name"))
        if name in taken:
            raise spot.at("external_event_def_id").invalid(
                f"ExternalEventDef {name} is {taken[name]} already"
            )
        taken[name] = "an interrupt"


def _check_handler(spec: WfSpec, handler: str, place: Place) -> None:
    if handler not in spec.thread_specs:
        raise place.invalid(f"ThreadSpec {shortened(handler)} does not exist")
    if names_of(spec.thread_specs[handler]) not in ([], [INPUT]):
        raise place.invalid(f"a handler may declare no variable but {INPUT}")


def _interrupts(spec: WfSpec, place: Place) -> Iterator[tuple[Place, InterruptDef]]:
    for name in sorted(spec.thread_specs):
        spot = place.at("thread_specs", name)
        for index, interrupt in enumerate(spec.thread_specs[name].interrupt_defs):
            yield spot.at("interrupt_defs", index), interrupt


def _awaited(spec: WfSpec) -> Iterator[str]:
    for thread in spec.thread_specs.values():
        for node in thread.nodes.values():
            yield from kind_of(node).required(node).external_event_defs
