"""Classes that stand for StructDefs: their definitions, their values, and what takes them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

import pytest
from scripted_server import ScriptedServer

import hitchpost
from hitchpost import Array, Field, Map, WorkflowBuilder
from hitchpost._calls.struct_defs import inline_struct_def
from hitchpost._calls.user_task_defs import form_fields
from hitchpost._types import type_definition
from hitchpost.v1 import struct_def_pb2, value_pb2
from hitchpost.v1.object_id_pb2 import StructDefId, WfRunId
from hitchpost.v1.struct_def_pb2 import StructDef, ValidateStructDefEvolutionResponse
from hitchpost.v1.task_pb2 import TaskDef
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost.v1.wf_spec_pb2 import Node


@hitchpost.struct("person", version=3)
class Person:
    first_name: str
    email: Annotated[str | None, Field(masked=True)] = None


@hitchpost.struct("car", description="A car of ours")
class Car:
    plate: Annotated[str, Field(name="licencePlate", description="As on the car")]
    owner: Person
    wheels: list[int] = field(default_factory=lambda: [1, 2])
    seats: dict[str, Person] = field(default_factory=dict)
    price: float = 0
    built: datetime | None = None
    drivers: list[Person] | None = None


ADA = Person("Ada", "ada@example.org")
CAR = Car("A 1", ADA, [3], {"left": ADA}, 2, datetime(2030, 1, 1, tzinfo=UTC), [ADA])


def test_a_class_says_what_its_struct_def_holds() -> None:
    fields = inline_struct_def(Car).fields
    assert fields.keys() == {
        "licencePlate",
        "owner",
        "wheels",
        "seats",
        "price",
        "built",
        "drivers",
    }
    assert fields["licencePlate"].description == "As on the car"
    assert fields["owner"].field_type.struct_def_id == StructDefId(name="person", version=3)
    array = fields["wheels"].field_type.inline_array_def
    assert array.array_type == type_definition(int)
    assert fields["seats"].field_type.inline_map_def.value_type == type_definition(Person)
    assert inline_struct_def(Person).fields["email"].field_type.masked


def test_a_default_and_none_make_a_field_optional() -> None:
    fields = inline_struct_def(Car).fields
    assert not fields["owner"].HasField("default_value")
    assert fields["price"].default_value.double == 0
    assert fields["price"].default_value.HasField("double")
    assert [item.int for item in fields["wheels"].default_value.array.items] == [1, 2]
    assert {name for name, one in fields.items() if one.is_nullable} == {"built", "drivers"}


def test_a_struct_goes_and_comes_back() -> None:
    value = hitchpost.to_value(CAR)
    assert value.struct.struct_def_id == StructDefId(name="car", version=-1)
    assert value.struct.struct.fields["wheels"].value.HasField("array")
    back = hitchpost.from_value(value, Car)
    assert back == CAR
    assert isinstance(back.drivers, list)


def test_a_struct_comes_as_a_dict_to_those_who_do_not_know_its_class() -> None:
    back = hitchpost.from_value(hitchpost.to_value(CAR))
    assert back["licencePlate"] == "A 1"
    assert back["owner"]["firstName"] == "Ada"


def test_fields_that_are_absent_take_their_defaults() -> None:
    value = hitchpost.to_value(Person("Ada"))
    del value.struct.struct.fields["email"]
    assert hitchpost.from_value(value, Person) == Person("Ada")


def test_structs_may_be_in_arrays_and_maps() -> None:
    many = hitchpost.to_value([ADA], Array[Person])
    assert hitchpost.from_value(many, list[Person]) == [ADA]
    named = hitchpost.to_value(Map({"a": ADA}))
    assert hitchpost.from_value(named, dict[str, Person]) == {"a": ADA}


def test_arrays_and_maps_are_types_of_their_own() -> None:
    array = type_definition(Array[list[int]]).inline_array_def.array_type
    assert array.inline_array_def.array_type.primitive_type == value_pb2.INT
    entries = type_definition(Map[str, bool]).inline_map_def
    assert (entries.key_type, entries.value_type) == (type_definition(str), type_definition(bool))
    assert type_definition(list[int]).primitive_type == value_pb2.JSON_ARR


@pytest.mark.parametrize(
    ("obj", "declared", "form"),
    [
        ([1], Array[int], "array"),
        ((1,), Array[int], "array"),
        ([1], list, "json_arr"),
        ({"a": 1}, Map[str, int], "map"),
        (Array([1]), None, "array"),
        (Map({1: 2}), None, "map"),
        (1, float, "double"),
        ("a_b", WfRunId, "wf_run_id"),
        (None, Array[int], None),
        (True, float, "bool"),
    ],
)
def test_a_declared_type_decides_what_an_object_becomes(
    obj: object, declared: object, form: str | None
) -> None:
    assert hitchpost.to_value(obj, declared).WhichOneof("value") == form


def test_arrays_and_maps_come_back_as_they_went() -> None:
    for obj in (Array([1, 2]), Map({"a": Array([1])})):
        back = hitchpost.from_value(hitchpost.to_value(obj))
        assert back == obj
        assert type(back) is type(obj)


def test_a_plain_class_is_no_type() -> None:
    with pytest.raises(TypeError, match="no type of a variable"):
        type_definition(dataclass(type("Plain", (), {})))


def test_a_class_is_a_form_of_a_user_task() -> None:
    @dataclass
    class Approval:
        is_approved: bool
        reason: Annotated[str | None, Field(display_name="Why not?", description="In short")] = None

    approved, reason = form_fields(Approval)
    assert (approved.name, approved.display_name) == ("is_approved", "Is approved")
    assert (approved.type, approved.required) == (value_pb2.BOOL, True)
    assert (reason.display_name, reason.description, reason.required) == (
        "Why not?",
        "In short",
        False,
    )


def test_a_form_has_fields_of_simple_types() -> None:
    @dataclass
    class Bad:
        owner: Person

    with pytest.raises(TypeError, match="owner"):
        form_fields(Bad)


def written(wf: hitchpost.Workflow, name: str) -> Node:
    return wf.compile().thread_specs["entrypoint"].nodes[name]


def test_a_workflow_goes_into_structs_by_the_names_of_the_class() -> None:
    @hitchpost.workflow("drive")
    def drive(wf: WorkflowBuilder) -> None:
        car = wf.variable("car", Car)
        wf.task("t", car["plate"], car["owner"]["first_name"], car["seats"]["left"]["email"])
        wf.set(car["wheels"][0], 4)
        wf.set(car["price"], 3)

    task = written(drive, "1-t-TASK")
    paths = [[step.key for step in one.lh_path.path] for one in task.task.variables]
    assert paths == [["licencePlate"], ["owner", "firstName"], ["seats", "left", "email"]]
    wheel, price = task.outgoing_edges[0].variable_mutations
    assert [(step.key, step.index) for step in wheel.lhs_lh_path.path] == [("wheels", 0), ("", 0)]
    assert price.rhs_assignment.literal_value.double == 3


def test_a_key_of_a_path_may_be_computed() -> None:
    @hitchpost.workflow("drive")
    def drive(wf: WorkflowBuilder) -> None:
        index = wf.variable("index", int)
        wf.task("t", wf.variable("cars", Array[Car])[index]["plate"])

    [argument] = written(drive, "1-t-TASK").task.variables
    assert argument.lh_path.path[0].dynamic.variable_name == "index"
    assert argument.lh_path.path[1].key == "licencePlate"


def test_an_output_whose_type_is_said_is_gone_into_as_that() -> None:
    @hitchpost.workflow("drive")
    def drive(wf: WorkflowBuilder) -> None:
        car = wf.task("find").of_type(Car)
        wf.task("t", car["plate"], car["price"] > 100)

    path, condition = written(drive, "2-t-TASK").task.variables
    assert path.node_output.node_name == "1-find-TASK"
    assert path.lh_path.path[0].key == "licencePlate"
    assert condition.expression.rhs.literal_value.double == 100


def test_the_two_kinds_of_paths_do_not_mix() -> None:
    def mixed(wf: WorkflowBuilder) -> None:
        wf.variable("order", dict)["a"].get("b")

    def mixed_too(wf: WorkflowBuilder) -> None:
        wf.variable("order", dict).get("a").path("$.b")

    for write in (mixed, mixed_too):
        with pytest.raises(hitchpost.WorkflowInvalid):
            hitchpost.Workflow("order", write).compile()


def test_a_workflow_makes_structs_of_what_it_has() -> None:
    @hitchpost.workflow("drive")
    def drive(wf: WorkflowBuilder) -> None:
        name = wf.variable("name", str)
        car = wf.variable("car", Car)
        owner = wf.struct(Person, first_name=name)
        wf.set(car, wf.struct(Car, plate="A 1", owner=owner, price=3, wheels=[1]))

    edge = written(drive, "0-entrypoint-ENTRYPOINT").outgoing_edges[0]
    builder = edge.variable_mutations[0].rhs_assignment.struct_builder
    assert builder.struct_def_id == StructDefId(name="car", version=-1)
    fields = builder.value.fields
    inner = fields["owner"].sub_structure.fields["firstName"]
    assert inner.simple_value.variable_name == "name"
    assert fields["price"].simple_value.literal_value.double == 3
    assert fields["wheels"].simple_value.literal_value.HasField("array")


def test_a_struct_is_made_of_fields_that_its_class_has() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.task("t", wf.struct("person", {"firstName": "Ada"}))
        wf.task("t", wf.struct(Person, name="Ada"))

    with pytest.raises(hitchpost.WorkflowInvalid, match="Person has no name"):
        hitchpost.Workflow("order", write).compile()


def test_a_workflow_makes_maps_of_what_it_has() -> None:
    @hitchpost.workflow("order")
    def order(wf: WorkflowBuilder) -> None:
        key = wf.variable("key", str)
        wf.task("t", wf.map({"a": 1, key: key}), wf.map([("b", 2)], Map[str, float]))

    untyped, typed = (one.map_builder for one in written(order, "1-t-TASK").task.variables)
    assert untyped.entries[1].key.variable_name == "key"
    assert not untyped.HasField("map_type")
    assert typed.entries[0].value.literal_value.double == 2


def test_lists_are_compared_and_extended_as_what_they_are() -> None:
    @hitchpost.workflow("order")
    def order(wf: WorkflowBuilder) -> None:
        prices = wf.variable("prices", Array[float], default=[1])
        wf.task("t", prices.extend([2]), prices.extend(3), prices.remove(4), prices.contains(5))

    request = order.compile().thread_specs["entrypoint"]
    default = request.variable_defs[0].var_def.default_value
    assert default.array.items[0].double == 1
    literals = [
        side.literal_value.WhichOneof("value")
        for one in written(order, "1-t-TASK").task.variables
        for side in (one.expression.lhs, one.expression.rhs)
        if side.HasField("literal_value")
    ]
    assert literals == ["array", "double", "double", "double"]


async def test_struct_defs_are_put_and_asked_for(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutStructDef", StructDef())
    scripted.on("GetStructDef", StructDef())
    scripted.on("ValidateStructDefEvolution", ValidateStructDefEvolutionResponse(is_valid=True))
    compatible = struct_def_pb2.FULLY_COMPATIBLE_SCHEMA_UPDATES
    await connected.put_struct_def(Car, allowed_updates=compatible)
    await connected.get_struct_def("car", 2)
    await connected.get_struct_def(Person)
    assert await connected.validate_struct_def_evolution(Car)
    [put] = scripted.requests("PutStructDef")
    assert (put.name, put.description, put.allowed_updates) == ("car", "A car of ours", compatible)
    assert put.struct_def == inline_struct_def(Car)
    asked = scripted.requests("GetStructDef")
    assert asked == [StructDefId(name="car", version=2), StructDefId(name="person", version=3)]
    with pytest.raises(TypeError, match="no struct"):
        await connected.put_struct_def(int)


async def test_a_function_says_what_its_task_takes(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    async def drive(
        car: Car, pin: Annotated[str, Field(masked=True)], context: hitchpost.TaskContext
    ) -> Array[Person]:
        raise NotImplementedError(car, pin, context)

    scripted.on("PutTaskDef", TaskDef())
    await connected.put_task_def("drive", drive)
    [request] = scripted.requests("PutTaskDef")
    car, pin = request.input_vars
    assert (car.name, car.type_def.struct_def_id.name) == ("car", "car")
    assert pin.type_def == TypeDefinition(primitive_type=value_pb2.STR, masked=True)
    assert request.return_type.return_type == type_definition(Array[Person])


def test_a_value_stays_what_it_is() -> None:
    value = VariableValue(int=1)
    assert hitchpost.to_value(value, float) is value
