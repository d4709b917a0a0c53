"""The table of node kinds, by the name of their member in the contract's Node."""

from hitchpost.v1.wf_spec_pb2 import Node
from hitchpost_server.engine.nodes.entrypoint import EntrypointKind
from hitchpost_server.engine.nodes.exit import ExitKind
from hitchpost_server.engine.nodes.external_event import ExternalEventKind
from hitchpost_server.engine.nodes.kind import NodeKind
from hitchpost_server.engine.nodes.nop import NopKind
from hitchpost_server.engine.nodes.run_child_wf import RunChildWfKind
from hitchpost_server.engine.nodes.sleep import SleepKind
from hitchpost_server.engine.nodes.start_multiple_threads import StartMultipleThreadsKind
from hitchpost_server.engine.nodes.start_thread import StartThreadKind
from hitchpost_server.engine.nodes.task import TaskKind
from hitchpost_server.engine.nodes.throw_event import ThrowEventKind
from hitchpost_server.engine.nodes.user_task import UserTaskKind
from hitchpost_server.engine.nodes.wait_for_child_wf import WaitForChildWfKind
from hitchpost_server.engine.nodes.wait_for_condition import WaitForConditionKind
from hitchpost_server.engine.nodes.wait_for_threads import WaitForThreadsKind

NODE_KINDS: dict[str, NodeKind] = {
    "entrypoint": EntrypointKind(),
    "exit": ExitKind(),
    "task": TaskKind(),
    "external_event": ExternalEventKind(),
    "start_thread": StartThreadKind(),
    "wait_for_threads": WaitForThreadsKind(),
    "nop": NopKind(),
    "sleep": SleepKind(),
    "throw_event": ThrowEventKind(),
    "start_multiple_threads": StartMultipleThreadsKind(),
    "wait_for_condition": WaitForConditionKind(),
    "run_child_wf": RunChildWfKind(),
    "wait_for_child_wf": WaitForChildWfKind(),
    "user_task": UserTaskKind(),
}

# What is not in the table has nothing to say of itself; it is refused before.
_OTHER = NodeKind()


def kind_of(node: Node) -> NodeKind:
    """Find a node's kind."""
    return NODE_KINDS.get(node.WhichOneof("node") or "", _OTHER)
