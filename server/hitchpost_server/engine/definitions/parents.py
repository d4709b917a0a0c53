"""The WfSpec above: from whose runs the runs of another inherit variables.

It knows what a WfSpec may ask of the one above, and nothing of runs.
"""

from hitchpost.v1.wf_spec_pb2 import INHERITED_VAR, PRIVATE_VAR, WfSpec
from hitchpost_server.engine.definitions.catalogue import Definitions, WfSpecVersion
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.definitions.variables import declared


def parent_version(parent: WfSpec.ParentWfSpecReference) -> WfSpecVersion:
    """Say which version a reference means: the first revision of its major version."""
    return WfSpecVersion(parent.wf_spec_name, parent.wf_spec_major_version, 0)


def check_parent(spec: WfSpec, place: Place, definitions: Definitions) -> None:
    """Refuse a parent that does not exist, and variables that it does not give on."""
    shared: set[str] = set()
    if spec.HasField("parent_wf_spec"):
        version = parent_version(spec.parent_wf_spec)
        parent = definitions.wf_spec_version(version)
        if parent is None:
            raise place.at("parent_wf_spec").invalid(
                f"WfSpec {shortened(version.name)} {version.major_version}.0 does not exist"
            )
        shared = {
            each.var_def.name for each in declared(parent) if each.access_level != PRIVATE_VAR
        }
    for variable in declared(spec):
        if variable.access_level == INHERITED_VAR and variable.var_def.name not in shared:
            name = shortened(variable.var_def.name)
            raise place.invalid(f"variable {name} is inherited, but no WfSpec above shares it")
