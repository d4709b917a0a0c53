"""The table of node kinds, by the name of their member in the contract's Node."""

from hitchpost_server.engine.nodes.entrypoint import EntrypointKind
from hitchpost_server.engine.nodes.exit import ExitKind
from hitchpost_server.engine.nodes.external_event import ExternalEventKind
from hitchpost_server.engine.nodes.kind import NodeKind
from hitchpost_server.engine.nodes.sleep import SleepKind
from hitchpost_server.engine.nodes.task import TaskKind

NODE_KINDS: dict[str, NodeKind] = {
    "entrypoint": EntrypointKind(),
    "exit": ExitKind(),
    "task": TaskKind(),
    "external_event": ExternalEventKind(),
    "nop": EntrypointKind(),
    "sleep": SleepKind(),
}
