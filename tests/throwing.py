"""Workflows that throw events: the builder has no word for it yet, so a task stands for it."""

import hitchpost
from hitchpost.v1.wf_spec_pb2 import PutWfSpecRequest

THROW = "throw-"


def throw(wf: hitchpost.WorkflowBuilder, name: str, content: object = None) -> None:
    """Throw an event; `throwing` makes it one."""
    wf.task(THROW + name, content)


def throwing(workflow: hitchpost.Workflow) -> PutWfSpecRequest:
    """Compile a workflow, with THROW_EVENT nodes where `throw` was called."""
    request = workflow.compile()
    for thread in request.thread_specs.values():
        for node in thread.nodes.values():
            name = node.task.task_def_id.name
            if name.startswith(THROW):
                content = node.task.variables[0]
                node.throw_event.event_def_id.name = name.removeprefix(THROW)
                node.throw_event.content.CopyFrom(content)
    return request
