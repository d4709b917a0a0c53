"""Structs in runs: taken, passed on, built and changed, always as their WfSpec was put."""

from dataclasses import field
from typing import Annotated

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.object_id_pb2 import StructDefId
from hitchpost.v1.struct_def_pb2 import FULLY_COMPATIBLE_SCHEMA_UPDATES, StructDef
from hitchpost_server.engine.errors import (
    ContentTypeMismatch,
    DefinitionInvalid,
    InputInvalid,
    ObjectNotFound,
)
from hitchpost_server.engine.rows import (
    LATEST,
    ExternalEventRow,
    StructDefRow,
    TaskRunRow,
    VariableRow,
)


@hitchpost.struct("address")
class Address:
    street: str
    floor: int | None = None


@hitchpost.struct("person")
class Person:
    name: str
    home: Address
    secret: Annotated[str, hitchpost.Field(masked=True)] = "none"
    tags: list[str] = field(default_factory=list)


@hitchpost.struct("person")
class OlderPerson:
    name: str
    home: Address


@hitchpost.struct("person")
class Stranger:
    alias: str


ADA = Person("Ada", Address("Main Street", 2), "hush", ["first"])


@pytest.fixture
def run(world):
    return RunView(world)


@pytest.fixture
def people(world):
    """A world with addresses, and persons in versions 0 and 1."""
    world.put_struct_def(Address)
    world.put_struct_def(OlderPerson)
    world.put_struct_def(Person, FULLY_COMPATIBLE_SCHEMA_UPDATES)
    return world


def put(world, write, name="flow"):
    return world.put_workflow(hitchpost.workflow(name)(write))


def variable(world, name):
    return world.found(values.Variable, VariableRow, "r", 0, name).value


def version_of(value):
    return value.struct.struct_def_id.version


def taking(kind, default=None):
    def write(wf):
        wf.variable("person", kind, default=default)

    return write


# What is defined.


def test_versions_count_from_zero_and_the_latest_is_minus_one(people):
    assert people.put_struct_def(Person).id.version == 1
    latest = people.found(StructDef, StructDefRow, "person", LATEST)
    assert latest == people.found(StructDef, StructDefRow, "person", 1)
    assert sorted(latest.struct_def.fields) == ["home", "name", "secret", "tags"]


def test_numbers_go_on_from_the_latest_that_is_left(people):
    people.delete_struct_def("person", 1)
    assert people.put_struct_def(Person, FULLY_COMPATIBLE_SCHEMA_UPDATES).id.version == 1
    people.delete_struct_def("person", 0)
    people.delete_struct_def("person", 1)
    assert people.put_struct_def(Person).id.version == 0


def test_a_version_that_is_not_there_cannot_be_deleted(people):
    with pytest.raises(ObjectNotFound, match="person 7"):
        people.delete_struct_def("person", 7)


def test_whether_a_version_could_follow_is_told_and_nothing_happens(people):
    before = len(people.log["struct-def/person"])
    assert people.is_valid_evolution(Person)
    assert not people.is_valid_evolution(Stranger)
    assert len(people.log["struct-def/person"]) == before


def test_a_new_description_alone_is_the_next_version(people):
    assert people.put_struct_def(Person, description="somebody").id.version == 2


# What names it.


def test_a_wf_spec_keeps_the_version_that_was_the_latest(people):
    spec = put(people, taking(Person))
    declared = spec.thread_specs[spec.entrypoint_thread_name].variable_defs[0].var_def.type_def
    assert declared.struct_def_id == StructDefId(name="person", version=1)


def test_the_same_wf_spec_is_another_once_there_is_a_newer_struct(people):
    first = put(people, taking(Person))
    assert put(people, taking(Person)) == first
    people.put_struct_def(Person, description="somebody")
    second = put(people, taking(Person))
    assert (second.id.major_version, second.id.revision) == (0, 1)


@pytest.mark.parametrize("version", [0, 1])
def test_a_version_that_is_named_stays(people, version):
    kind = values.TypeDefinition(struct_def_id={"name": "person", "version": version})
    spec = put(people, taking(kind))
    declared = spec.thread_specs[spec.entrypoint_thread_name].variable_defs[0].var_def.type_def
    assert declared.struct_def_id.version == version


@pytest.mark.parametrize(("name", "version"), [("nobody", -1), ("person", 999)])
def test_a_struct_that_does_not_exist_cannot_be_a_variable(people, name, version):
    kind = values.TypeDefinition(struct_def_id={"name": name, "version": version})
    with pytest.raises(DefinitionInvalid, match=f"Refers to non-existent StructDef {name}"):
        put(people, taking(kind))


# What enters.


def test_a_struct_enters_as_one_of_the_pinned_version(people, run):
    put(people, taking(Person))
    people.start("flow", person=ADA)
    assert run.status == "COMPLETED"
    kept = variable(people, "person")
    assert version_of(kept) == 1
    assert hitchpost.from_value(kept, Person) == ADA
    assert kept.struct.struct.fields["secret"].masked


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("Ada", "STR does not fit STRUCT<person, 1>"),
        (Address("Main Street"), "STRUCT<address"),
        (values.VariableValue(struct={"struct_def_id": {"name": "person"}}), "missing: home, name"),
    ],
)
def test_a_run_does_not_start_with_anything_else(people, given, problem):
    put(people, taking(Person))
    with pytest.raises(InputInvalid, match=problem):
        people.start("flow", person=given)
    assert "run/r" not in people.log


def test_a_run_goes_by_the_version_that_its_wf_spec_has(world, run):
    world.put_struct_def(Address)
    world.put_struct_def(OlderPerson)
    put(world, taking(OlderPerson))
    world.put_struct_def(Person, FULLY_COMPATIBLE_SCHEMA_UPDATES)
    world.start("flow", person=ADA)
    kept = variable(world, "person")
    assert version_of(kept) == 0
    assert not kept.struct.struct.fields["secret"].masked  # it is not declared there, and kept


def test_a_default_is_kept_like_what_is_given(people):
    put(people, taking(Person, default=ADA))
    people.start("flow")
    kept = variable(people, "person")
    assert (version_of(kept), kept.struct.struct.fields["secret"].masked) == (1, True)


def test_without_its_struct_def_nothing_fits_any_more(people):
    put(people, taking(Person))
    people.delete_struct_def("person", 1)
    with pytest.raises(InputInvalid, match="StructDef person 1 does not exist"):
        people.start("flow", person=ADA)
    people.start("flow", person=None)


def test_structs_in_arrays_and_maps_enter_like_others(people):
    def write(wf):
        wf.input("many", hitchpost.Array[Person])
        wf.input("named", hitchpost.Map[str, Address])

    put(people, write)
    many, named = hitchpost.Array([ADA]), hitchpost.Map({"home": ADA.home})
    people.start("flow", many=many, named=named)
    assert version_of(variable(people, "many").array.items[0]) == 1
    assert version_of(variable(people, "named").map.entries[0].value) == 0
    with pytest.raises(InputInvalid, match="item 0: .*STRUCT<address"):
        people.start("flow", run="other", many=hitchpost.Array([ADA.home]))


def test_an_event_of_a_struct_is_checked_and_kept(people, run):
    content = values.ReturnType(
        return_type=values.TypeDefinition(struct_def_id={"name": "person", "version": -1})
    )
    people.put_event_def("hired", content_type=content)
    with pytest.raises(ContentTypeMismatch, match="STR does not fit"):
        people.post("hired", "Ada")
    people.post("hired", ADA, guid="g")
    kept = people.found(events.ExternalEvent, ExternalEventRow, "r", "hired", "g").content
    assert (version_of(kept), kept.struct.struct.fields["secret"].masked) == (1, True)


def hiring(wf):
    person = wf.input("person", Person)
    hired = wf.variable("hired", Person)
    wf.set(hired, wf.task("hire", person))


@pytest.fixture
def hired(people):
    people.put_task_def("hire", {"person": Person}, returns=Person)
    put(people, hiring)
    people.start("flow", person=ADA)
    return people


def test_a_struct_goes_through_a_task_unchanged(hired, run):
    scheduled = hired.start_task("0-1")
    assert hitchpost.from_value(scheduled.variables[0].value, Person) == ADA
    hired.report("0-1", ADA)
    assert run.status == "COMPLETED"
    assert variable(hired, "hired") == variable(hired, "person")


@pytest.mark.parametrize("output", ["Ada", Address("Main Street")])
def test_an_output_that_is_no_such_struct_is_not_taken(hired, run, output):
    hired.do_task("0-1", output)
    attempt = hired.found(tasks.TaskRun, TaskRunRow, "r", "0-1").attempts[0]
    assert tasks.TaskStatus.Name(attempt.status) == "TASK_OUTPUT_SERDE_ERROR"
    assert run.status == "ERROR"


def test_a_thread_is_started_with_a_struct(people, run):
    def write(wf):
        person = wf.input("person", Person)

        def child(thread):
            given = thread.input("given", Person)
            thread.complete(given["name"])

        wf.wait_for_threads(wf.start_thread(child, {"given": person}))

    put(people, write)
    people.start("flow", person=ADA)
    assert run.status == "COMPLETED"
    assert run.thread(1).output.str == "Ada"


# What is made of it.


def test_fields_are_read_at_every_level(people, run):
    def write(wf):
        person = wf.input("person", Person)
        wf.set(wf.variable("street", str), person["home"]["street"])
        wf.set(wf.variable("tag", str), person["tags"][0])

    put(people, write)
    people.start("flow", person=ADA)
    assert (run.variable("street"), run.variable("tag")) == ("Main Street", "first")


def test_an_absent_field_reads_as_its_default_or_null(people, run):
    def write(wf):
        person = wf.input("person", Person)
        wf.set(wf.variable("secret", str), person["secret"])
        wf.set(wf.variable("floor", int), person["home"]["floor"])

    put(people, write)
    home = values.VariableValue(struct={"struct_def_id": {"name": "address"}})
    home.struct.struct.fields["street"].value.str = "Main Street"
    given = values.VariableValue(struct={"struct_def_id": {"name": "person"}})
    given.struct.struct.fields["name"].value.str = "Ada"
    given.struct.struct.fields["home"].value.CopyFrom(home)
    people.start("flow", person=given)
    assert (run.variable("secret"), run.variable("floor")) == ("none", None)


def test_a_field_that_is_not_declared_is_refused_at_once(people):
    def write(wf):
        wf.set(wf.variable("x", str), wf.input("person", Person).get("age"))

    with pytest.raises(DefinitionInvalid, match="could not find field 'age'"):
        put(people, write)


def test_a_struct_is_built_of_variables_and_outputs(people, run):
    people.put_task_def("street", returns=str)

    def write(wf):
        name = wf.input("name", str)
        street = wf.task("street")
        built = wf.struct(Person, name=name, home=wf.struct(Address, street=street))
        wf.set(wf.variable("person", Person), built)

    put(people, write)
    people.start("flow", name="Ada")
    people.do_task("0-1", "Main Street")
    made = variable(people, "person")
    assert hitchpost.from_value(made, Person) == Person("Ada", Address("Main Street"))
    assert sorted(made.struct.struct.fields) == ["home", "name"]  # no default is filled in


def test_a_builder_keeps_the_version_that_it_was_put_with(world, run):
    world.put_struct_def(Address)
    world.put_struct_def(OlderPerson)

    def write(wf):
        home = wf.struct(Address, street="Main Street")
        wf.set(wf.variable("person", OlderPerson), wf.struct(OlderPerson, name="Ada", home=home))

    put(world, write)
    world.put_struct_def(Person, FULLY_COMPATIBLE_SCHEMA_UPDATES)
    world.start("flow")
    assert run.status == "COMPLETED"
    assert version_of(variable(world, "person")) == 0


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "Ada"}, "required fields are missing: home"),
        ({"name": "Ada", "home": ADA.home, "age": 36}, "could not find field 'age'"),
        ({"name": "Ada", "home": ADA}, "STRUCT<person, 1> cannot be used as STRUCT<address, 0>"),
    ],
)
def test_a_builder_that_cannot_build_is_refused(people, fields, problem):
    def write(wf):
        wf.set(wf.variable("person", Person), wf.struct("person", fields))

    with pytest.raises(DefinitionInvalid, match=problem):
        put(people, write)


def test_what_only_the_run_can_tell_fails_the_node(people, run):
    def write(wf):
        name = wf.input("name", str)
        built = wf.struct(Person, name=name, home=ADA.home)
        wf.set(wf.variable("person", Person), built)

    put(people, write)
    people.start("flow", name=None)
    assert run.failures(0, 0) == ["VAR_SUB_ERROR"]
    assert "name is not nullable" in run.node(0, 0).failures[0].message


def test_a_field_is_changed_and_the_others_stay(people, run):
    def write(wf):
        person = wf.input("person", Person)
        wf.set(person["home"]["floor"], person["home"]["floor"] + 1)
        wf.set(person["secret"], "new")

    put(people, write)
    people.start("flow", person=ADA)
    kept = variable(people, "person")
    assert hitchpost.from_value(kept, Person) == Person(
        "Ada", Address("Main Street", 3), "new", ["first"]
    )
    assert kept.struct.struct.fields["secret"].masked


def test_a_variable_of_another_version_is_not_assigned(people, run):
    older = values.TypeDefinition(struct_def_id={"name": "person", "version": 0})

    def write(wf):
        wf.set(wf.variable("newer", Person), wf.input("older", older))

    put(people, write)
    people.start("flow", older=ADA)
    assert run.failures(0, 0) == ["VAR_SUB_ERROR"]
    assert run.variable("newer") is None


def test_what_an_untyped_event_holds_is_checked_when_it_is_assigned(people, run):
    people.put_event_def("hired")

    def write(wf):
        wf.set(wf.variable("person", Person), wf.wait_for_event("hired"))

    put(people, write)
    people.start("flow")
    half = values.VariableValue(struct={"struct_def_id": {"name": "person", "version": 1}})
    people.post("hired", half)
    assert run.failures(0, 1) == ["VAR_SUB_ERROR"]
    assert "required fields are missing" in run.node(0, 1).failures[0].message


@pytest.mark.parametrize(("other", "taken"), [(ADA, "same"), (Person("Bob", ADA.home), "other")])
def test_structs_are_compared_with_all_that_they_hold(people, run, other, taken):
    def write(wf):
        one, two = wf.input("one", Person), wf.input("two", Person)
        which = wf.variable("which", str)
        with wf.when(one == two):
            wf.set(which, "same")
        with wf.otherwise():
            wf.set(which, "other")

    put(people, write)
    people.start("flow", one=ADA, two=other)
    assert run.variable("which") == taken


def test_a_literal_struct_is_kept_as_the_version_of_now(people, run):
    def write(wf):
        wf.set(wf.variable("person", Person), ADA)

    put(people, write)
    people.start("flow")
    kept = variable(people, "person")
    assert (version_of(kept), kept.struct.struct.fields["secret"].masked) == (1, True)


def test_a_literal_struct_that_is_wrong_is_refused_at_once(people):
    half = values.VariableValue(struct={"struct_def_id": {"name": "person", "version": -1}})

    def write(wf):
        wf.set(wf.variable("person", Person), half)

    with pytest.raises(DefinitionInvalid, match="required fields are missing: home, name"):
        put(people, write)


def test_a_run_goes_on_after_a_restart_with_its_structs(hired, run):
    hired.forget()
    hired.do_task("0-1", ADA)
    assert run.status == "COMPLETED"
