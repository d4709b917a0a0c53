"""NOP: a node at which nothing happens, for edges to meet and to part."""

from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost_server.engine.nodes.kind import NodeKind


class NopKind(NodeKind):
    """A node that is complete as soon as it is reached."""

    def entered(self, _details: Any) -> history.NodeEntered:
        """Show an EntrypointRun: NodeRun has no member for NOP, in LittleHorse neither."""
        return history.NodeEntered(entrypoint=node_runs.EntrypointRun())
