"""Which definitions must be looked up before a WfSpec is put."""

from hitchpost.v1.wf_spec_pb2 import PutWfSpecRequest
from hitchpost_server.engine.definitions.catalogue import RequiredDefinitions
from hitchpost_server.engine.definitions.wf_specs import required_definitions


def test_tasks_events_and_interrupts_of_all_threads_are_named(spec):
    throw = {"event_def_id": {"name": "shipped"}}
    built = spec().task("greet").task("greet").wait("signed").then(throw_event=throw).exit()
    built.thread("handler").task("mend").interrupt("cancelled", "handler").exit()
    assert required_definitions(built.request) == RequiredDefinitions(
        task_defs=frozenset({"greet", "mend"}),
        external_event_defs=frozenset({"signed", "cancelled"}),
        workflow_event_defs=frozenset({"shipped"}),
    )


def test_what_the_latest_version_needs_is_named_too(put, spec, catalogue):
    catalogue.add_task("greet")
    latest = put(spec().task("greet").exit())
    assert required_definitions(spec().exit().request, latest).task_defs == {"greet"}


def test_an_empty_request_needs_nothing():
    assert required_definitions(PutWfSpecRequest()) == RequiredDefinitions()


def test_a_malformed_request_needs_what_it_names(spec):
    built = spec().then(task={}).then(nop={}).exit()
    built.current.nodes["2-nop"].ClearField("nop")
    assert required_definitions(built.request).task_defs == {""}
