"""Words to write values, types, assignments and scopes with, for tests."""

import json
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.assignment_pb2 import LHPath, VariableAssignment, VariableMutation
from hitchpost.v1.object_id_pb2 import StructDefId, WfRunId
from hitchpost.v1.struct_def_pb2 import StructDef
from hitchpost.v1.value_pb2 import StructFieldDef, TypeDefinition, VariableValue
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.errors import EvaluationError, MisfitError, StaticTypeError
from hitchpost_server.engine.values.evaluation import compile_assignment
from hitchpost_server.engine.values.mutations import compile_mutation
from hitchpost_server.engine.values.static_types import assignment_type
from hitchpost_server.engine.values.types import type_name

NULL = VariableValue()
_FIELDS = {bool: "bool", int: "int", float: "double", str: "str", bytes: "bytes"}


def val(given: Any) -> VariableValue:
    """Make a value: None is NULL, a dict JSON_OBJ, a list JSON_ARR."""
    if given is None or isinstance(given, VariableValue):
        return given or NULL
    if isinstance(given, dict):
        return VariableValue(json_obj=_compact(given))
    if isinstance(given, list):
        return VariableValue(json_arr=_compact(given))
    return VariableValue(**{_FIELDS[type(given)]: given})


def _compact(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))


def at(seconds: int, nanos: int = 0) -> VariableValue:
    return VariableValue(utc_timestamp=Timestamp(seconds=seconds, nanos=nanos))


def run(name: str, parent: str | None = None) -> VariableValue:
    above = WfRunId(id=parent) if parent else None
    return VariableValue(wf_run_id=WfRunId(id=name, parent_wf_run_id=above))


def array(*items: Any, of: TypeDefinition | None = None) -> VariableValue:
    return VariableValue(array=values.Array(items=map(val, items), element_type=of))


def mapping(
    entries: dict[Any, Any], of: tuple[TypeDefinition, TypeDefinition] | None = None
) -> VariableValue:
    map_type = of and values.InlineMapDef(key_type=of[0], value_type=of[1])
    made = [values.Map.Entry(key=val(key), value=val(item)) for key, item in entries.items()]
    return VariableValue(map=values.Map(entries=made, map_type=map_type))


def struct(name: str, version: int = 0, **fields: Any) -> VariableValue:
    return VariableValue(
        struct=values.Struct(
            struct_def_id=StructDefId(name=name, version=version),
            struct=values.InlineStruct(
                fields={key: values.StructField(value=val(each)) for key, each in fields.items()}
            ),
        )
    )


def plain(value: VariableValue) -> Any:
    """Turn a value into what `val`, `array` and `mapping` are given, for comparing."""
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind in ("json_obj", "json_arr"):
        return json.loads(getattr(value, kind))
    if kind == "array":
        return [plain(item) for item in value.array.items]
    if kind == "map":
        return {plain(entry.key): plain(entry.value) for entry in value.map.entries}
    if kind == "struct":
        return {name: plain(one.value) for name, one in value.struct.struct.fields.items()}
    return getattr(value, kind)


def typed(name: int) -> TypeDefinition:
    return TypeDefinition(primitive_type=name)


INT, STR, BOOL, DOUBLE, BYTES = map(
    typed, (values.INT, values.STR, values.BOOL, values.DOUBLE, values.BYTES)
)
JSON_OBJ, JSON_ARR = typed(values.JSON_OBJ), typed(values.JSON_ARR)
WF_RUN_ID, TIMESTAMP = typed(values.WF_RUN_ID), typed(values.TIMESTAMP)


def array_of(item: TypeDefinition | None) -> TypeDefinition:
    return TypeDefinition(inline_array_def=values.InlineArrayDef(array_type=item))


def map_of(key: TypeDefinition | None, entry: TypeDefinition | None) -> TypeDefinition:
    return TypeDefinition(inline_map_def=values.InlineMapDef(key_type=key, value_type=entry))


def struct_of(name: str, version: int = 0) -> TypeDefinition:
    return TypeDefinition(struct_def_id=StructDefId(name=name, version=version))


def lit(given: Any, **more: Any) -> VariableAssignment:
    return VariableAssignment(literal_value=val(given), **more)


def var(name: str, **more: Any) -> VariableAssignment:
    return VariableAssignment(variable_name=name, **more)


def output(node: str, **more: Any) -> VariableAssignment:
    return VariableAssignment(
        node_output=VariableAssignment.NodeOutputReference(node_name=node), **more
    )


def some(given: Any) -> VariableAssignment:
    """Take an assignment as it is, and make a literal of anything else."""
    return given if isinstance(given, VariableAssignment) else lit(given)


def expr(left: Any, operation: int, right: Any, **more: Any) -> VariableAssignment:
    expression = VariableAssignment.Expression(
        lhs=some(left), rhs=some(right), mutation_type=operation
    )
    return VariableAssignment(expression=expression, **more)


def compare(left: Any, comparator: int, right: Any, **more: Any) -> VariableAssignment:
    expression = VariableAssignment.Expression(
        lhs=some(left), rhs=some(right), comparator=comparator
    )
    return VariableAssignment(expression=expression, **more)


def fmt(template: Any, *args: Any) -> VariableAssignment:
    return VariableAssignment(
        format_string=VariableAssignment.FormatString(
            format=some(template), args=[some(each) for each in args]
        )
    )


def size(operand: Any) -> VariableAssignment:
    return VariableAssignment(size_of=VariableAssignment.SizeOf(operand=some(operand)))


def path(*steps: Any) -> LHPath:
    """Make a path of keys, indexes and assignments that yield one."""
    fields = {str: "key", int: "index", VariableAssignment: "dynamic"}
    return LHPath(path=[LHPath.Selector(**{fields[type(step)]: step}) for step in steps])


def map_builder(
    entries: dict[Any, Any], of: tuple[TypeDefinition, TypeDefinition] | None = None
) -> VariableAssignment:
    made = [
        assignments.MapBuilder.Entry(key=some(key), value=some(entry))
        for key, entry in entries.items()
    ]
    map_type = of and values.InlineMapDef(key_type=of[0], value_type=of[1])
    return VariableAssignment(map_builder=assignments.MapBuilder(entries=made, map_type=map_type))


def field(type_def: TypeDefinition, **settings: Any) -> StructFieldDef:
    return StructFieldDef(field_type=type_def, **settings)


class Structs:
    """StructDefs, each with the fields of its versions."""

    def __init__(self, **definitions: list[dict[str, StructFieldDef]]) -> None:
        self._versions = {
            name: [
                StructDef(id={"name": name, "version": version}, struct_def={"fields": fields})
                for version, fields in enumerate(versions)
            ]
            for name, versions in definitions.items()
        }

    def struct_def(self, name: str, version: int) -> StructDef | None:
        versions = self._versions.get(name, [])
        return versions[version] if -1 <= version < len(versions) and versions else None


# What the tests of this folder build with: a point must have both of its numbers.
POINT = {"x": field(INT), "y": field(INT)}
STRUCTS = Structs(
    car=[
        {},
        {"a": field(STR, is_nullable=True)},
        {"a": field(STR, is_nullable=True), "b": field(DOUBLE, default_value=val(4.5))},
    ],
    bus=[{"a": field(INT, is_nullable=True)}, {}],
    point=[POINT, {**POINT, "label": field(typed(values.STR), is_nullable=True)}],
    line=[
        {
            "start": field(struct_of("point", 1)),
            "end": field(struct_of("point", 1), is_nullable=True),
            "through": field(array_of(struct_of("point", 1)), default_value=array()),
            "named": field(map_of(STR, struct_of("point", 0)), is_nullable=True),
            "secret": field(
                TypeDefinition(primitive_type=values.STR, masked=True), is_nullable=True
            ),
        }
    ],
)


def mismatch(value: VariableValue, expected: TypeDefinition | None) -> str | None:
    """Say why a value does not fit a type; None when it does."""
    try:
        admitted(value, expected, STRUCTS)
    except MisfitError as misfit:
        return str(misfit)
    return None


class Known:
    """A scope with the variables and outputs that a test names."""

    def __init__(self, variables: dict[str, Any], outputs: dict[str, Any] | None = None) -> None:
        self.variables = {name: val(each) for name, each in variables.items()}
        self.outputs = {name: val(each) for name, each in (outputs or {}).items()}

    def struct_def(self, name: str, version: int) -> StructDef | None:
        return STRUCTS.struct_def(name, version)

    def variable(self, name: str) -> VariableValue:
        if name not in self.variables:
            raise EvaluationError(f"{name} is out of scope")
        return self.variables[name]

    def node_output(self, node_name: str) -> VariableValue:
        if node_name not in self.outputs:
            raise EvaluationError(f"{node_name} never ran")
        return self.outputs[node_name]


class Declared:
    """A scope of types with the variables and outputs that a test names."""

    def __init__(
        self,
        variables: dict[str, TypeDefinition | None],
        outputs: dict[str, TypeDefinition | None] | None = None,
    ) -> None:
        self.variables = variables
        self.outputs = outputs or {}

    def struct_def(self, name: str, version: int) -> StructDef | None:
        return STRUCTS.struct_def(name, version)

    def variable_type(self, name: str) -> TypeDefinition | None:
        if name not in self.variables:
            raise StaticTypeError(f"{name} is not declared")
        return self.variables[name]

    def node_output_type(self, node_name: str) -> TypeDefinition | None:
        if node_name not in self.outputs:
            raise StaticTypeError(f"there is no node {node_name}")
        return self.outputs[node_name]


def evaluate(assignment: VariableAssignment, **variables: Any) -> VariableValue:
    return compile_assignment(assignment)(Known(variables))


def static(assignment: VariableAssignment, **variables: TypeDefinition | None) -> str:
    """Name the type of an assignment."""
    return type_name(assignment_type(assignment, Declared(variables)))


def mutation(operation: int, right: Any, name: str = "x", **more: Any) -> VariableMutation:
    return VariableMutation(lhs_name=name, operation=operation, rhs_assignment=some(right), **more)


def mutate(
    current: Any,
    operation: int,
    right: Any,
    declared: TypeDefinition | None = None,
    **more: Any,
) -> VariableValue:
    """Apply one mutation to a variable that holds `current`."""
    made = compile_mutation(mutation(operation, right, **more), declared)
    return made.apply(val(current), Known({"x": current}))
