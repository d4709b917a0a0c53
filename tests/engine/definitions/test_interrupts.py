"""Interrupts and their handlers."""

import pytest

from hitchpost.v1.value_pb2 import INT
from hitchpost_server.engine.errors import DefinitionInvalid


@pytest.fixture(autouse=True)
def _events(catalogue):
    catalogue.add_event("signed")
    catalogue.add_event("cancelled")


def interrupted(spec):
    return spec().interrupt("cancelled", "handler").wait("signed").exit()


def test_a_handler_stands_beside_the_entrypoint(put, spec):
    stored = put(interrupted(spec).thread("handler").exit())
    interrupt = stored.thread_specs["main"].interrupt_defs[0]
    assert interrupt.handler_spec_name == "handler"


def test_a_handler_may_declare_its_input(put, spec):
    assert put(interrupted(spec).thread("handler").variable("INPUT", INT).exit())


@pytest.mark.parametrize("names", [["other"], ["INPUT", "other"]])
def test_a_handler_may_declare_nothing_else(put, spec, names):
    built = interrupted(spec).thread("handler").exit()
    for name in names:
        built.variable(name, INT)
    with pytest.raises(DefinitionInvalid, match="handler_spec_name"):
        put(built)


def test_a_handler_must_exist(put, spec):
    with pytest.raises(DefinitionInvalid, match="ThreadSpec handler"):
        put(interrupted(spec))


def test_a_handler_is_checked_like_any_thread(put, spec):
    with pytest.raises(DefinitionInvalid, match=r"thread_specs\[handler\]"):
        put(interrupted(spec).thread("handler").task("unknown").exit())


def test_its_definition_must_exist(put, spec):
    with pytest.raises(DefinitionInvalid, match="ExternalEventDef unknown"):
        put(spec().interrupt("unknown", "handler").exit().thread("handler").exit())


def test_an_event_that_a_node_waits_for_cannot_interrupt(put, spec):
    built = interrupted(spec).thread("handler").wait("cancelled").exit()
    with pytest.raises(DefinitionInvalid, match="waited for"):
        put(built)


def test_an_event_interrupts_one_thread_only(put, spec):
    built = interrupted(spec).thread("handler").exit()
    built.thread("other").interrupt("cancelled", "handler").exit()
    with pytest.raises(DefinitionInvalid, match="an interrupt already"):
        put(built)
