"""What a command allocates goes with its last use: the garbage collector finds nothing to do."""

import gc

import pytest

import hitchpost


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
