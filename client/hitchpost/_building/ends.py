"""How a thread ends. It knows the EXIT node. Each function is a builder's verb."""

from hitchpost._building.expression import assignment
from hitchpost._building.steps import Step
from hitchpost._building.thread import Writing
from hitchpost._errors import WorkflowInvalid
from hitchpost.v1.status_pb2 import LHErrorType
from hitchpost.v1.wf_spec_pb2 import ExitNode, FailureDef, Node


def complete(self: Writing, content: object = None) -> Step:
    """End the thread well, and return something or nothing."""
    returned = None if content is None else assignment(content)
    node = Node(exit=ExitNode(return_content=returned))
    return Step(self._thread.add("complete", node), node)


def fail(self: Writing, name: str, message: str = "", content: object = None) -> Step:
    """End the thread with a failure of that name, which a handler gets the content of."""
    if name in LHErrorType.keys():  # noqa: SIM118 (not a mapping)
        raise WorkflowInvalid(f"{name} is a technical failure's name; choose another")
    failure = FailureDef(failure_name=name, message=message)
    if content is not None:
        failure.content.CopyFrom(assignment(content))
    node = Node(exit=ExitNode(failure_def=failure))
    return Step(self._thread.add(name, node), node)
