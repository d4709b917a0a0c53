"""What a thread gives back when it ends: nothing, a type, or what is not known."""

from collections.abc import Iterator

from hitchpost.v1.value_pb2 import ReturnType, TypeDefinition
from hitchpost.v1.wf_spec_pb2 import ExitNode, ThreadSpec
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.values.errors import StaticTypeError
from hitchpost_server.engine.values.static_types import TypeScope, assignment_type
from hitchpost_server.engine.values.types import type_name

VOID = ReturnType()
UNKNOWN = ReturnType(return_type=TypeDefinition())


def check_exits(thread: ThreadSpec, place: Place, scope: TypeScope) -> None:
    """Refuse a thread whose EXIT nodes, failures aside, give back different things."""
    known: ReturnType | None = None
    for node_name, exit_node in _exits(thread):
        given = _given_back(exit_node, scope)
        problem = _difference(known, given) if known is not None else None
        if problem is not None:
            raise place.at("nodes", node_name).at("exit").invalid(problem)
        if known in (None, UNKNOWN):
            known = given


def output_of(thread: ThreadSpec, scope: TypeScope) -> ReturnType:
    """Find what a thread gives back: VOID, a type or UNKNOWN."""
    given = [_given_back(exit_node, scope) for _, exit_node in _exits(thread)]
    return UNKNOWN if UNKNOWN in given else next(iter(given), VOID)


def _exits(thread: ThreadSpec) -> Iterator[tuple[str, ExitNode]]:
    for name in sorted(thread.nodes):
        node = thread.nodes[name]
        if node.HasField("exit") and not node.exit.HasField("failure_def"):
            yield name, node.exit


def _given_back(exit_node: ExitNode, scope: TypeScope) -> ReturnType:
    if not exit_node.HasField("return_content"):
        return VOID
    try:
        found = assignment_type(exit_node.return_content, scope)
    except StaticTypeError:  # a stored WfSpec whose definitions have changed since
        return UNKNOWN
    return UNKNOWN if found is None else ReturnType(return_type=_unmasked(found))


def _unmasked(type_def: TypeDefinition) -> TypeDefinition:
    result = copy_of(type_def)
    result.masked = False
    return result


def _difference(first: ReturnType, other: ReturnType) -> str | None:
    if first == other:
        return None
    if VOID in (first, other):
        this, earlier = ("void", "non-void") if other == VOID else ("non-void", "void")
        return f"this EXIT returns {this}, an earlier one returns {earlier}"
    if UNKNOWN in (first, other):
        return None
    names = f"{type_name(first.return_type)} and {type_name(other.return_type)}"
    return f"EXIT nodes of one thread returned different output types: {names}"
