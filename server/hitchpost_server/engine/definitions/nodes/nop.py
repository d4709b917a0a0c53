"""NOP: where edges meet and part. It holds nothing."""

from hitchpost_server.engine.definitions.nodes.kind import NodeKind

KIND = NodeKind()
