"""ENTRYPOINT: where a thread begins. It holds nothing."""

from hitchpost_server.engine.definitions.nodes.kind import NodeKind

KIND = NodeKind()
