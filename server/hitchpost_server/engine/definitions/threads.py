"""One ThreadSpec: where it begins, its nodes, its edges and its ends."""

from hitchpost.v1.wf_spec_pb2 import ThreadSpec, WfSpec
from hitchpost_server.engine.definitions.edges import check_edges
from hitchpost_server.engine.definitions.failure_handlers import check_handlers
from hitchpost_server.engine.definitions.outputs import check_exits
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.scopes import ThreadScope, WfSpecScope
from hitchpost_server.engine.nodes.kind import Surroundings
from hitchpost_server.engine.nodes.kinds import kind_of


def check_thread(spec: WfSpec, thread_name: str, place: Place, whole: WfSpecScope) -> None:
    """Refuse a thread that cannot be begun, or whose nodes or edges are wrong."""
    thread = spec.thread_specs[thread_name]
    _check_entrypoint(thread, place)
    scope = ThreadScope.of(thread, whole)
    surroundings = Surroundings(scope, whole.definitions, spec, thread_name)
    for name in sorted(thread.nodes):
        node = thread.nodes[name]
        spot = place.at("nodes", name).at(node.WhichOneof("node") or "node")
        kind_of(node).validate(node, spot, surroundings)
        check_handlers(spec, node.failure_handlers, place.at("nodes", name), "failure_handlers")
    check_exits(thread, place, scope)
    for name in sorted(thread.nodes):
        check_edges(thread, name, place.at("nodes", name), scope.at_edges_of(name))


def _check_entrypoint(thread: ThreadSpec, place: Place) -> None:
    count = sum(node.HasField("entrypoint") for node in thread.nodes.values())
    if count != 1:
        raise place.at("nodes").invalid(f"a thread has one ENTRYPOINT node, this one has {count}")
