"""The variables that a definition declares.

It knows their names, their types and how the older way to declare a type is
folded into the newer one; it knows nothing of values.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import TypeDefinition, VariableDef, VariableValue
from hitchpost.v1.wf_spec_pb2 import INHERITED_VAR, ThreadSpec, ThreadVarDef, WfSpec
from hitchpost_server.engine.definitions.limits import LABEL_LENGTH_MAX
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.values.types import normalised, type_name, variable_type

# What a thread is started with by an interrupt: each handler may declare it.
INPUT = "INPUT"

MAP_KEY_TYPES = frozenset(
    {values.INT, values.STR, values.BOOL, values.DOUBLE, values.TIMESTAMP, values.WF_RUN_ID}
)


def folded(definition: VariableDef) -> VariableDef:
    """Return the variable with its type in `type_def` and nowhere else."""
    result = VariableDef(name=definition.name, type_def=variable_type(definition))
    if definition.HasField("default_value"):
        result.default_value.CopyFrom(definition.default_value)
    return result


def check_label(label: str, place: Place) -> None:
    """Refuse the name of a thread, a node or a variable if it is empty or too long."""
    if not label:
        raise place.invalid("a name is needed")
    if len(label) > LABEL_LENGTH_MAX:
        raise place.invalid(f"a name has at most {LABEL_LENGTH_MAX} characters")


def check_variable(definition: VariableDef, place: Place) -> None:
    """Refuse a variable without a name or of a type that cannot be."""
    check_label(definition.name, place.at("name"))
    check_type(definition.type_def, place.at("type_def"))


def check_type(type_def: TypeDefinition, place: Place) -> None:
    """Refuse a map whose keys nothing can be looked up by, at any depth."""
    kind = type_def.WhichOneof("defined_type")
    if kind == "inline_array_def":
        check_type(type_def.inline_array_def.array_type, place.at("inline_array_def.array_type"))
    elif kind == "inline_map_def":
        place = place.at("inline_map_def")
        key_type = normalised(type_def.inline_map_def.key_type)
        if key_type.WhichOneof("defined_type") != "primitive_type" or (
            key_type.primitive_type not in MAP_KEY_TYPES
        ):
            raise place.at("key_type").invalid(f"{type_name(key_type)} cannot be a map's key")
        check_type(type_def.inline_map_def.value_type, place.at("value_type"))


def check_thread_variables(spec: WfSpec, place: Place) -> None:
    """Refuse variables of a WfSpec that are malformed or share a name.

    A name belongs to the whole WfSpec; only `INPUT` may be declared by each
    thread of its own.
    """
    for thread_name in sorted(spec.thread_specs):
        thread = spec.thread_specs[thread_name]
        for index, variable in enumerate(thread.variable_defs):
            spot = place.at("thread_specs", thread_name).at("variable_defs", index)
            check_variable(variable.var_def, spot.at("var_def"))
    for (name, _), count in Counter(_owners(spec)).items():
        if count > 1:
            raise place.invalid(f"variable {shortened(name)} is declared {count} times")


def declared(spec: WfSpec) -> Iterator[ThreadVarDef]:
    """Yield the variables of all threads, the entrypoint's first."""
    entrypoint = spec.entrypoint_thread_name
    for name in sorted(spec.thread_specs, key=lambda name: (name != entrypoint, name)):
        yield from spec.thread_specs[name].variable_defs


def names_of(thread: ThreadSpec) -> list[str]:
    """List the names of the variables that a thread declares."""
    return [variable.var_def.name for variable in thread.variable_defs]


def own_variables(thread: ThreadSpec) -> Iterator[ThreadVarDef]:
    """Yield the variables that belong to a thread itself and not to a run above."""
    for variable in thread.variable_defs:
        if variable.access_level != INHERITED_VAR:
            yield variable


class DeclaredVariable(NamedTuple):
    """A variable of a thread's own, as it begins: its type is normalised."""

    name: str
    type: TypeDefinition
    required: bool
    default: VariableValue


def declared_variables(thread: ThreadSpec) -> dict[str, DeclaredVariable]:
    """Describe the variables that belong to a thread itself, by name and in their order."""
    return {
        variable.var_def.name: DeclaredVariable(
            variable.var_def.name,
            variable_type(variable.var_def),
            variable.required,
            variable.var_def.default_value,
        )
        for variable in own_variables(thread)
    }


def _owners(spec: WfSpec) -> Iterator[tuple[str, str]]:
    """Yield each variable's name with the thread that alone may use it, if any."""
    for thread_name, thread in spec.thread_specs.items():
        for name in names_of(thread):
            yield name, thread_name if name == INPUT else ""
