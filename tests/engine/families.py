"""Workflows whose runs start child runs, for tests of families."""

import hitchpost
from hitchpost_server.engine.ids import run_key


def put(world, write, name, **settings):
    world.put_workflow(hitchpost.workflow(name, **settings)(write))


def doubling(wf):
    number = wf.input("number", int)
    wf.complete(number * 2)


def waiting(wf):
    wf.wait_for_event("go")


def parent_of(name, inputs=None, **settings):
    def write(wf):
        result = wf.variable("result", int)
        child = wf.run_child_wf(name, inputs or {}, **settings)
        wf.set(result, wf.wait_for_child_wf(child))

    return write


def child_key(run):
    return run_key(run.node(0, 1).run_child_wf.child_wf_run_id)
