"""EXTERNAL_EVENT: wait for an external event, for a time or for ever."""

from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import Node
from hitchpost_server.engine.definitions.catalogue import Definitions, RequiredDefinitions
from hitchpost_server.engine.definitions.nodes.kind import NodeKind, Surroundings
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.values.static_types import assignment_type


def external_event_def_name(node: Node) -> str:
    """Name the definition that an EXTERNAL_EVENT node waits for."""
    return node.external_event.external_event_def_id.name


def _required(node: Node) -> RequiredDefinitions:
    return RequiredDefinitions(external_event_defs=frozenset({external_event_def_name(node)}))


def _check(node: Node, place: Place, surroundings: Surroundings) -> None:
    name = external_event_def_name(node)
    if surroundings.definitions.external_event_def(name) is None:
        raise place.at("external_event_def_id").invalid(
            f"ExternalEventDef {shortened(name)} does not exist"
        )
    if node.external_event.HasField("timeout_seconds"):
        # Any type will do here; the run looks at the value.
        with place.at("timeout_seconds").typed():
            assignment_type(node.external_event.timeout_seconds, surroundings.scope)


def _output_type(node: Node, definitions: Definitions) -> TypeDefinition | None:
    found = definitions.external_event_def(external_event_def_name(node))
    if found is None or not found.type_information.HasField("return_type"):
        return None
    return found.type_information.return_type


KIND = NodeKind(required=_required, check=_check, output_type=_output_type)
