"""Arbitrary values, types, paths, assignments and mutations, sound and unsound."""

import json
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import strategies as st
from value_words import array, mapping, struct

from hitchpost.v1 import assignment_pb2 as assignments
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.assignment_pb2 import LHPath, VariableAssignment, VariableMutation
from hitchpost.v1.object_id_pb2 import StructDefId, WfRunId
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.times import is_moment
from hitchpost_server.engine.values.types import type_of

NAMES = ["x", "y", "z"]
PATHS = [
    "$",
    "a",
    "$.a.b",
    "$[0]",
    "$.a[-1]",
    "$[*]",
    "$..a",
    "$.length()",
    "$[?@.a > 1]",
    "$[?(@.a == @.b)].a",
    "$[0:2]",
]
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
keys = st.sampled_from(["a", "b", "", "é", "1"])
ints = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(keys, documents, max_size=3)
lists = st.lists(documents, max_size=4)
garbage = st.text(alphabet='{}[]",:0123456789.eE+-ntrufalse\\ NI', max_size=20)
json_paths = st.sampled_from(PATHS) | st.text(alphabet="$.[]*?@()'ab01:,-<=>!& ", max_size=12)
templates = st.text(alphabet="{}'01 aé", max_size=10)


def run_ids(depth: int = 3) -> st.SearchStrategy[WfRunId]:
    ids = st.from_regex(r"[a-z][a-z0-9-]{0,3}", fullmatch=True)
    if depth == 0:
        return ids.map(lambda name: WfRunId(id=name))
    parents = st.none() | run_ids(depth - 1)
    return st.builds(lambda name, above: WfRunId(id=name, parent_wf_run_id=above), ids, parents)


timestamps = st.builds(
    Timestamp, seconds=st.integers(-(2**40), 2**40), nanos=st.integers(0, 999_999_999)
)
sound_json = st.one_of(
    objects.map(lambda document: VariableValue(json_obj=json.dumps(document))),
    lists.map(lambda document: VariableValue(json_arr=json.dumps(document))),
)
sound_scalars = st.one_of(
    st.just(VariableValue()),
    ints.map(lambda number: VariableValue(int=number)),
    st.floats().map(lambda number: VariableValue(double=number)),
    st.booleans().map(lambda truth: VariableValue(bool=truth)),
    (texts | templates | st.sampled_from(["true", "5", "1.5"])).map(
        lambda text: VariableValue(str=text)
    ),
    st.binary(max_size=4).map(lambda content: VariableValue(bytes=content)),
    run_ids().map(lambda wf_run_id: VariableValue(wf_run_id=wf_run_id)),
    timestamps.filter(is_moment).map(lambda time: VariableValue(utc_timestamp=time)),
)
scalars = sound_scalars | timestamps.map(lambda time: VariableValue(utc_timestamp=time))
unsound_json = st.one_of(
    garbage.map(lambda text: VariableValue(json_obj=text)),
    garbage.map(lambda text: VariableValue(json_arr=text)),
)
type_defs = st.recursive(
    st.integers(0, 9).map(lambda number: TypeDefinition(primitive_type=number))
    | st.builds(
        lambda version: TypeDefinition(struct_def_id=StructDefId(name="car", version=version)),
        st.integers(0, 1),
    )
    | st.just(TypeDefinition()),
    lambda inner: (
        st.builds(
            lambda item: TypeDefinition(inline_array_def=values.InlineArrayDef(array_type=item)),
            st.none() | inner,
        )
        | st.builds(
            lambda key, entry: TypeDefinition(
                inline_map_def=values.InlineMapDef(key_type=key, value_type=entry)
            ),
            st.none() | inner,
            st.none() | inner,
        )
    ),
    max_leaves=3,
)
primitive_types = st.integers(0, 8).map(lambda number: TypeDefinition(primitive_type=number))


def _containers(inner: st.SearchStrategy[VariableValue]) -> st.SearchStrategy[VariableValue]:
    arrays = st.builds(
        lambda items, of: VariableValue(array=values.Array(items=items, element_type=of)),
        st.lists(inner, max_size=3),
        st.none() | type_defs,
    )
    maps = st.lists(
        st.builds(lambda key, value: values.Map.Entry(key=key, value=value), inner, inner),
        max_size=3,
    ).map(lambda entries: VariableValue(map=values.Map(entries=entries)))
    return arrays | maps


struct_values = st.builds(
    lambda name, version, fields: VariableValue(
        struct=values.Struct(
            struct_def_id=StructDefId(name=name, version=version),
            struct=values.InlineStruct(
                fields={key: values.StructField(value=value) for key, value in fields.items()}
            ),
        )
    ),
    st.sampled_from(["car", "bus"]),
    st.integers(0, 1),
    st.dictionaries(keys, scalars, max_size=2),
)
any_values = st.recursive(
    scalars | sound_json | unsound_json | struct_values, _containers, max_leaves=5
)
sound_values = sound_scalars | sound_json


def _structs(name: str, version: int, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Structs as they are declared, some without fields that may be absent."""
    optional = {key: each for key, each in fields.items() if key in ("a", "b", "end", "secret")}
    required = {key: each for key, each in fields.items() if key not in optional}
    given = st.fixed_dictionaries(required, optional=optional)
    return given.map(lambda made: struct(name, version, **made))


points = _structs("point", 1, x=ints, y=ints)
lines = _structs(
    "line",
    0,
    start=points,
    end=st.none() | points,
    secret=st.none() | texts,
    through=st.lists(points, max_size=2).map(lambda items: array(*items)),
    named=st.dictionaries(keys, points, max_size=2).map(mapping),
    extra=sound_values,
)
# Structs that are as their StructDefs say.
sound_structs = st.one_of(
    _structs("car", 1, a=st.none() | texts), _structs("car", 2, a=texts, b=st.floats()), lines
)
scopes = st.fixed_dictionaries(
    dict.fromkeys(
        NAMES,
        st.recursive(
            scalars | sound_json | unsound_json | sound_structs, _containers, max_leaves=5
        ),
    )
)


def lh_paths(inner: st.SearchStrategy[VariableAssignment]) -> st.SearchStrategy[LHPath]:
    selectors = st.one_of(
        keys.map(lambda key: LHPath.Selector(key=key)),
        st.integers(-2, 2).map(lambda index: LHPath.Selector(index=index)),
        inner.map(lambda assignment: LHPath.Selector(dynamic=assignment)),
        st.just(LHPath.Selector()),
    )
    return st.lists(selectors, max_size=3).map(lambda steps: LHPath(path=steps))


sources = st.one_of(
    st.sampled_from([*NAMES, "nobody"]).map(lambda name: VariableAssignment(variable_name=name)),
    any_values.map(lambda value: VariableAssignment(literal_value=value)),
    st.just(VariableAssignment(node_output={"node_name": "x"})),
    st.just(VariableAssignment()),
    st.just(VariableAssignment(struct_builder={"struct_def_id": {"name": "car"}})),
)


def _expressions(inner: st.SearchStrategy[VariableAssignment]) -> st.SearchStrategy[Any]:
    operation = st.one_of(
        st.fixed_dictionaries({"mutation_type": st.integers(0, 13)}),
        st.fixed_dictionaries({"comparator": st.integers(0, 9)}),
        st.just({}),
    )
    return st.builds(
        lambda left, right, kind: VariableAssignment(
            expression=VariableAssignment.Expression(lhs=left, rhs=right, **kind)
        ),
        inner,
        inner,
        operation,
    )


def _others(inner: st.SearchStrategy[VariableAssignment]) -> st.SearchStrategy[Any]:
    template = inner | templates.map(
        lambda text: VariableAssignment(literal_value=VariableValue(str=text))
    )
    formats = st.builds(
        lambda text, args: VariableAssignment(format_string={"format": text, "args": args}),
        template,
        st.lists(inner, max_size=2),
    )
    sizes = inner.map(lambda operand: VariableAssignment(size_of={"operand": operand}))
    fields = inner.map(lambda made: {"simple_value": made}) | st.dictionaries(
        st.sampled_from(["x", "y"]), inner.map(lambda made: {"simple_value": made}), max_size=2
    ).map(lambda made: {"sub_structure": {"fields": made}})
    builders = st.builds(
        lambda named, made: VariableAssignment(
            struct_builder={"struct_def_id": {"name": named}, "value": {"fields": made}}
        ),
        st.sampled_from(["car", "bus", "point", "line", "gone"]),
        st.dictionaries(st.sampled_from(["a", "x", "y", "start"]), fields, max_size=2),
    )
    entries = st.builds(
        lambda key, value: assignments.MapBuilder.Entry(key=key, value=value), inner, inner
    )
    maps = st.lists(entries, max_size=2).map(
        lambda made: VariableAssignment(map_builder=assignments.MapBuilder(entries=made))
    )
    return formats | sizes | maps | builders


@st.composite
def _finished(draw: st.DrawFn, inner: st.SearchStrategy[VariableAssignment]) -> VariableAssignment:
    assignment = VariableAssignment()
    assignment.CopyFrom(draw(inner))
    way = draw(st.sampled_from(["", "", "json_path", "lh_path"]))
    if way == "json_path":
        assignment.json_path = draw(json_paths)
    elif way == "lh_path":
        assignment.lh_path.CopyFrom(draw(lh_paths(sources)))
    if draw(st.integers(0, 3)) == 0:
        assignment.target_type.CopyFrom(draw(type_defs))
    return assignment


any_assignments = st.recursive(
    _finished(sources),
    lambda inner: _finished(_expressions(inner) | _others(inner)),
    max_leaves=5,
)


@st.composite
def any_mutations(draw: st.DrawFn) -> VariableMutation:
    mutation = VariableMutation(lhs_name="x", operation=draw(st.integers(0, 12)))
    mutation.rhs_assignment.CopyFrom(draw(any_assignments))
    way = draw(st.sampled_from(["", "json_path", "lh_path"]))
    if way == "json_path":
        mutation.lhs_json_path = draw(json_paths)
    elif way == "lh_path":
        mutation.lhs_lh_path.CopyFrom(draw(lh_paths(sources)))
    return mutation


def types_of(scope: dict[str, VariableValue]) -> dict[str, TypeDefinition | None]:
    return {name: type_of(value) for name, value in scope.items()}
