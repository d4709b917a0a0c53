"""The edges that leave a node: where they lead, when they are taken, what they change."""

from hitchpost.v1.wf_spec_pb2 import Edge, ThreadSpec
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.values.static_types import TypeScope, check_condition, check_mutation


def check_edges(thread: ThreadSpec, node_name: str, place: Place, scope: TypeScope) -> None:
    """Refuse an edge of a node that leads nowhere or whose types do not fit."""
    for index, edge in enumerate(thread.nodes[node_name].outgoing_edges):
        spot = place.at("outgoing_edges", index)
        _check_sink(thread, node_name, edge.sink_node_name, spot.at("sink_node_name"))
        _check_types(edge, spot, scope)


def _check_sink(thread: ThreadSpec, node_name: str, sink: str, place: Place) -> None:
    node = thread.nodes.get(sink)
    if node is None:
        raise place.invalid(f"node {shortened(sink)} is not in the same thread")
    if sink == node_name:
        raise place.invalid("an edge may not lead back to its own node")
    if node.HasField("entrypoint"):
        raise place.invalid("an edge may not lead to an ENTRYPOINT node")


def _check_types(edge: Edge, place: Place, scope: TypeScope) -> None:
    condition = edge.WhichOneof("edge_condition")
    if condition is not None:
        with place.at(condition).typed():
            check_condition(edge, scope)
    for index, mutation in enumerate(edge.variable_mutations):
        with place.at("variable_mutations", index).typed():
            check_mutation(mutation, scope)
