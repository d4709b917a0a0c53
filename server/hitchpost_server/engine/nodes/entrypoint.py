"""ENTRYPOINT: where a thread begins; nothing happens there."""

from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost_server.engine.nodes.kind import NodeKind


class EntrypointKind(NodeKind):
    """A node that is complete as soon as it is reached."""

    def entered(self, _details: Any) -> history.NodeEntered:
        """Show an EntrypointRun."""
        return history.NodeEntered(entrypoint=node_runs.EntrypointRun())
