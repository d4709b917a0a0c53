"""The table of node kinds: what a node's oneof is called, and what it knows."""

from hitchpost.v1.wf_spec_pb2 import Node
from hitchpost_server.engine.definitions.nodes import (
    entrypoint,
    exit,
    external_event,
    nop,
    sleep,
    task,
)
from hitchpost_server.engine.definitions.nodes.kind import NodeKind

NODE_KINDS: dict[str, NodeKind] = {
    "entrypoint": entrypoint.KIND,
    "exit": exit.KIND,
    "task": task.KIND,
    "external_event": external_event.KIND,
    "nop": nop.KIND,
    "sleep": sleep.KIND,
}

# What is not in the table has nothing to say of itself; it is refused before.
_OTHER = NodeKind()


def kind_of(node: Node) -> NodeKind:
    """Find what is known of a node's kind."""
    return NODE_KINDS.get(node.WhichOneof("node") or "", _OTHER)
