"""What a command allocates goes with its last use: the garbage collector finds nothing to do."""

import gc

import pytest

import hitchpost
from hitchpost.v1.external_event_pb2 import PutExternalEventRequest
from hitchpost.v1.object_id_pb2 import ExternalEventDefId, WfRunId
from hitchpost_server.engine import commands
from hitchpost_server.engine.errors import ExternalEventDefNotFound


@pytest.fixture
def collected():
    """Counts what only the garbage collector can free, while it does nothing by itself."""
    gc.collect()
    gc.disable()
    yield gc.collect
    gc.enable()


def test_commands_make_no_cycles(world, monkeypatch, collected):
    monkeypatch.setattr(world, "check_laws", lambda stream: None)
    world.put_event_def("go")
    world.put_workflow(hitchpost.workflow("any")(lambda wf: wf.wait_for_event("go")))
    collected()
    for number in range(20):
        world.start("any", f"r{number}")
        world.stop(run=f"r{number}")
        world.resume(run=f"r{number}")
        world.post("go", run=f"r{number}")
    assert collected() < 20


def test_refused_commands_make_no_cycles(world, monkeypatch, collected):
    monkeypatch.setattr(world, "check_laws", lambda stream: None)
    request = PutExternalEventRequest(
        wf_run_id=WfRunId(id="r"), external_event_def_id=ExternalEventDefId(name="unknown")
    )
    for number in range(20):
        command = commands.PostExternalEvent(
            stream="run/r", seed=str(number), run="r", request=request
        )
        decision = world.decide(command)
        assert isinstance(decision.rejection, ExternalEventDefNotFound)
    del decision
    assert collected() < 20
