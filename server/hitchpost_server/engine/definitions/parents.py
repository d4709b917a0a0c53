"""The WfSpec above: from whose runs the runs of another inherit variables.

It knows what a WfSpec may ask of the one above, and nothing of runs.
"""

from collections.abc import Mapping

from hitchpost.v1.value_pb2 import TypeDefinition, VariableDef
from hitchpost.v1.wf_spec_pb2 import INHERITED_VAR, PRIVATE_VAR, WfSpec
from hitchpost_server.engine.definitions.catalogue import Definitions, WfSpecVersion
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.definitions.variables import declared
from hitchpost_server.engine.values.types import is_assignable, type_name


def parent_version(parent: WfSpec.ParentWfSpecReference) -> WfSpecVersion:
    """Say which version a reference means: the first revision of its major version."""
    return WfSpecVersion(parent.wf_spec_name, parent.wf_spec_major_version, 0)


def check_parent(spec: WfSpec, place: Place, definitions: Definitions) -> None:
    """Refuse a parent that does not exist, and variables that it does not give on."""
    shared: dict[str, TypeDefinition] = {}
    if spec.HasField("parent_wf_spec"):
        version = parent_version(spec.parent_wf_spec)
        parent = definitions.wf_spec_version(version)
        if parent is None:
            raise place.at("parent_wf_spec").invalid(
                f"WfSpec {shortened(version.name)} {version.major_version}.0 does not exist"
            )
        shared = {
            each.var_def.name: each.var_def.type_def
            for each in declared(parent)
            if each.access_level != PRIVATE_VAR
        }
    for variable in declared(spec):
        if variable.access_level == INHERITED_VAR:
            _check_inherited(variable.var_def, shared, place)


def _check_inherited(
    definition: VariableDef, shared: Mapping[str, TypeDefinition], place: Place
) -> None:
    name, own = shortened(definition.name), definition.type_def
    if definition.name not in shared:
        raise place.invalid(f"variable {name} is inherited, but no WfSpec above shares it")
    theirs = shared[definition.name]
    if not (is_assignable(own, theirs) and is_assignable(theirs, own)):
        names = f"{type_name(own)} here and {type_name(theirs)} there"
        raise place.invalid(f"variable {name} is inherited from the WfSpec above, but is {names}")
