"""Structs, arrays and maps as Python objects, on a real server."""

from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Annotated

import pytest
from playing import ended, started, variable, working

import hitchpost
from hitchpost import Client, WorkflowBuilder
from hitchpost.v1 import status_pb2, struct_def_pb2

MASK = "*****"  # what is read of a masked field, even of one that is NULL


@hitchpost.struct("person")
class Person:
    first_name: str
    email: Annotated[str | None, hitchpost.Field(masked=True)] = None


@hitchpost.struct("car", description="A car of ours")
class Car:
    plate: str
    owner: Person
    wheels: list[int] = field(default_factory=list)
    seats: dict[str, Person] | None = None
    km: int = 0
    built: datetime | None = None


@hitchpost.struct("car", description="A car of ours")
class CarWithColour(Car):
    colour: str = "red"


@hitchpost.struct("car", description="A car of ours")
class CarWithoutWheels:
    colour: str


async def define_structs(client: Client) -> None:
    for kind in (Person, Car):
        await client.put_struct_def(kind)


async def test_a_struct_goes_through_a_run_and_a_task(client: Client) -> None:
    async def drive(car: Car, km: int) -> Car:
        return replace(car, km=car.km + km, wheels=[*car.wheels, 4])

    def driving(wf: WorkflowBuilder) -> None:
        car = wf.input("car", Car)
        name = wf.variable("name", str)
        wf.set(car, wf.task("drive", car, 7))
        wf.set(car["km"], car["km"] + 1)
        wf.set(name, car["owner"]["first_name"])
        with wf.when(car["wheels"][1] == 4):
            wf.set(car["plate"], wf.format("{0} of {1}", car["plate"], name))
        wf.complete(car)

    await define_structs(client)
    when = datetime(2030, 1, 1, tzinfo=UTC)
    car = Car("A 1", Person("Ada"), [3], {"left": Person("Bob")}, built=when)
    async with working(client, drive=drive):
        run = await ended(client, await started(client, driving, {"car": car}))
    assert run.status == status_pb2.COMPLETED, run.thread_runs[0].error_message
    seats = {"left": Person("Bob", MASK)}
    expected = Car("A 1 of Ada", Person("Ada", MASK), [3, 4], seats, 8, when)
    assert hitchpost.from_value(run.thread_runs[0].output, Car) == expected


async def test_a_run_makes_a_struct_of_what_it_has(client: Client) -> None:
    def making(wf: WorkflowBuilder) -> None:
        name = wf.variable("name", str, default="Ada")
        owner = wf.struct(Person, first_name=name, email="ada@example.org")
        wf.variable("car", Car)
        car = wf.variable("another-car", Car)
        wf.set(car, wf.struct(Car, plate="A 1", owner=owner, wheels=[1]))

    await define_structs(client)
    run = await started(client, making)
    assert run.status == status_pb2.COMPLETED, run.thread_runs[0].error_message
    value = (await client.variable(run, "another-car")).value
    car = hitchpost.from_value(value, Car)
    assert car == Car("A 1", Person("Ada", MASK), [1])


async def test_a_struct_def_may_become_what_fits(client: Client) -> None:
    await define_structs(client)
    latest = await client.get_struct_def(Car)
    assert latest.description == "A car of ours"
    fitting = struct_def_pb2.FULLY_COMPATIBLE_SCHEMA_UPDATES
    assert not await client.validate_struct_def_evolution(CarWithColour)
    assert await client.validate_struct_def_evolution(CarWithColour, allowed_updates=fitting)
    with pytest.raises(hitchpost.DefinitionInvalid):
        await client.put_struct_def(CarWithoutWheels, allowed_updates=fitting)
    newer = await client.put_struct_def(CarWithColour, allowed_updates=fitting)
    assert newer.id.version == latest.id.version + 1
    await client.delete_struct_def("car", newer.id.version)
    assert await client.get_struct_def("car") == latest


async def test_arrays_and_maps_are_values_of_runs(client: Client) -> None:
    def counting_words(wf: WorkflowBuilder) -> None:
        words = wf.input("words", hitchpost.Array[str])
        counts = wf.variable("counts", hitchpost.Map[str, int], default={"a": 1})
        wf.set(words, words.extend("c"))
        wf.set(words, words.remove("a"))
        wf.set(counts, counts.extend({"b": 2}))
        wf.wait_for_condition(words.contains("b") & (counts["b"] == 2))
        wf.complete(words[1])

    words = hitchpost.Array(["a", "b"])
    run = await started(client, counting_words, {"words": words})
    assert run.status == status_pb2.COMPLETED, run.thread_runs[0].error_message
    assert run.thread_runs[0].output.str == "c"
    assert await variable(client, run, "counts") == {"a": 1, "b": 2}
