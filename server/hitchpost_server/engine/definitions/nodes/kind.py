"""What every kind of node tells about itself."""

from collections.abc import Callable
from dataclasses import dataclass

from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import Node
from hitchpost_server.engine.definitions.catalogue import Definitions, RequiredDefinitions
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.values.static_types import TypeScope


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a node is checked against: its thread's types, the stored definitions."""

    scope: TypeScope
    definitions: Definitions


def _needs_nothing(_node: Node) -> RequiredDefinitions:
    return RequiredDefinitions()


def _keeps_all(_node: Node) -> None:
    return None


def _takes_all(_node: Node, _place: Place, _surroundings: Surroundings) -> None:
    return None


def _unknown(_node: Node, _definitions: Definitions) -> TypeDefinition | None:
    return None


@dataclass(frozen=True, slots=True)
class NodeKind:
    """A kind of node.

    `required` names the definitions that a node leans on; it must stand any
    node. `normalise` changes a node, in place, into what is stored. `check`
    refuses it. `output_type` is the type of its output, None if that is
    unknown or there is none.
    """

    required: Callable[[Node], RequiredDefinitions] = _needs_nothing
    normalise: Callable[[Node], None] = _keeps_all
    check: Callable[[Node, Place, Surroundings], None] = _takes_all
    output_type: Callable[[Node, Definitions], TypeDefinition | None] = _unknown
