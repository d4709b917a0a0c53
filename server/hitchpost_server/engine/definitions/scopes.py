"""What is known of types where an assignment of a thread stands.

It knows which declaration a name means and which node puts out what; it knows
nothing of values.
"""

from dataclasses import dataclass, replace

from hitchpost.v1.struct_def_pb2 import StructDef
from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import ThreadSpec, WfSpec
from hitchpost_server.engine.definitions.catalogue import Definitions
from hitchpost_server.engine.definitions.variables import declared
from hitchpost_server.engine.nodes.kinds import kind_of
from hitchpost_server.engine.values.errors import StaticTypeError


@dataclass(frozen=True, slots=True)
class WfSpecScope:
    """The types of a whole WfSpec; None where threads disagree on a name."""

    definitions: Definitions
    variables: dict[str, TypeDefinition | None]

    @classmethod
    def of(cls, spec: WfSpec, definitions: Definitions) -> "WfSpecScope":
        """Gather the variables that all threads declare."""
        variables: dict[str, TypeDefinition | None] = {}
        for variable in declared(spec):
            name, type_def = variable.var_def.name, variable.var_def.type_def
            known = variables.setdefault(name, type_def)
            variables[name] = type_def if known == type_def else None
        return cls(definitions, variables)


@dataclass(frozen=True, slots=True)
class ThreadScope:
    """The types of one thread: its own variables hide those of others.

    `leaving` is the node whose edges are looked at, if any are.
    """

    thread: ThreadSpec
    whole: WfSpecScope
    own: dict[str, TypeDefinition]
    leaving: str = ""

    @classmethod
    def of(cls, thread: ThreadSpec, whole: WfSpecScope) -> "ThreadScope":
        """Gather the variables that the thread declares."""
        own = {each.var_def.name: each.var_def.type_def for each in thread.variable_defs}
        return cls(thread, whole, own)

    def at_edges_of(self, node_name: str) -> "ThreadScope":
        """Look at what leaves a node."""
        return replace(self, leaving=node_name)

    def variable_type(self, name: str) -> TypeDefinition | None:
        """Find the type of a variable; None if it is not known."""
        if name in self.own:
            return self.own[name]
        if name in self.whole.variables:
            return self.whole.variables[name]
        raise StaticTypeError(f"variable {name} is declared by no thread")

    def node_output_type(self, node_name: str) -> TypeDefinition | None:
        """Find the type of a node's output; None if it is not known or there is none.

        An empty name is the node being left.
        """
        node = self.thread.nodes.get(node_name or self.leaving)
        if node is None:
            raise StaticTypeError(f"node {node_name} is not in the same thread")
        return kind_of(node).output_type(node, self.whole.definitions)

    def struct_def(self, name: str, version: int) -> StructDef | None:
        """Find a StructDef."""
        return self.whole.definitions.struct_def(name, version)
