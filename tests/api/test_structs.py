"""StructDefs over the wire, and structs that clients read."""

from collections.abc import Callable
from typing import Annotated, Any

import grpc
import pytest
from bare_worker import bare_worker
from raw_calls import refused
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import struct_def_pb2 as struct_defs
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs

Fresh = Callable[[str], str]

NOT_FOUND = (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")
FIELD_INVALID = (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
DEFINITION_INVALID = (grpc.StatusCode.INVALID_ARGUMENT, "DEFINITION_INVALID")
INPUT_INVALID = (grpc.StatusCode.INVALID_ARGUMENT, "INPUT_INVALID")
FULLY = struct_defs.FULLY_COMPATIBLE_SCHEMA_UPDATES
MASK = "*****"


def car(name: str, *fields: str, **options: Any) -> struct_defs.PutStructDefRequest:
    """A struct of texts; those that end in `?` may be NULL."""
    request = struct_defs.PutStructDefRequest(name=name, **options)
    for one in fields:
        field = request.struct_def.fields[one.rstrip("?")]
        field.field_type.primitive_type = values.STR
        field.is_nullable = one.endswith("?")
    return request


def version(name: str, number: int) -> ids.StructDefId:
    return ids.StructDefId(name=name, version=number)


def deletion(name: str, number: int) -> struct_defs.DeleteStructDefRequest:
    return struct_defs.DeleteStructDefRequest(id=version(name, number))


async def test_a_version_is_read_by_its_number_and_the_latest_by_minus_one(
    stub: Any, fresh: Fresh
) -> None:
    name = fresh("car")
    first = await stub.PutStructDef(car(name, "brand", description="drives"))
    second = await stub.PutStructDef(car(name, "brand", description="goes"))
    assert (first.id.version, second.id.version) == (0, 1)
    assert await stub.GetStructDef(version(name, 0)) == first
    assert await stub.GetStructDef(version(name, 1)) == second
    assert await stub.GetStructDef(version(name, -1)) == second
    assert await refused(stub.GetStructDef(version(name, 2))) == NOT_FOUND


async def test_the_same_struct_again_is_the_stored_version(stub: Any, fresh: Fresh) -> None:
    name = fresh("car")
    first = await stub.PutStructDef(car(name, "brand", "model?"))
    assert await stub.PutStructDef(car(name, "model?", "brand")) == first


async def test_a_change_that_is_not_allowed_names_the_fields_and_stores_nothing(
    stub: Any, fresh: Fresh
) -> None:
    name = fresh("car")
    await stub.PutStructDef(car(name, "brand"))
    with pytest.raises(grpc.aio.AioRpcError, match="change: colour") as error:
        await stub.PutStructDef(car(name, "brand", "colour"))
    assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert await refused(stub.GetStructDef(version(name, 1))) == NOT_FOUND
    await stub.PutStructDef(car(name, "brand", "colour?", allowed_updates=FULLY))
    assert (await stub.GetStructDef(version(name, 1))).struct_def.fields["colour"].is_nullable


async def test_whether_fields_could_follow_is_told(stub: Any, fresh: Fresh) -> None:
    name = fresh("car")
    await stub.PutStructDef(car(name, "brand"))

    async def valid(*fields: str, named: str = name, **settings: Any) -> bool:
        request = struct_defs.ValidateStructDefEvolutionRequest(
            struct_def_id=version(named, -1), struct_def=car(name, *fields).struct_def, **settings
        )
        answer: bool = (await stub.ValidateStructDefEvolution(request)).is_valid
        return answer

    assert await valid("brand")
    assert not await valid("brand", "colour?")
    assert await valid("brand", "colour?", compatibility_type=FULLY)
    assert not await valid("colour", compatibility_type=FULLY)
    assert await valid("colour", named=fresh("unknown"))
    assert await refused(valid("bad_name")) == DEFINITION_INVALID


async def test_one_version_is_deleted_and_the_others_stay(stub: Any, fresh: Fresh) -> None:
    name = fresh("car")
    first = await stub.PutStructDef(car(name, "brand"))
    await stub.PutStructDef(car(name, "brand", description="goes"))
    await stub.DeleteStructDef(deletion(name, 1))
    assert await stub.GetStructDef(version(name, -1)) == first
    assert await refused(stub.DeleteStructDef(deletion(name, 1))) == NOT_FOUND
    assert await refused(stub.DeleteStructDef(deletion(name, -1))) == NOT_FOUND
    again = await stub.PutStructDef(car(name, "brand", description="again"))
    assert again.id.version == 1


async def test_a_name_that_is_none_is_refused_everywhere(stub: Any) -> None:
    assert await refused(stub.PutStructDef(car("no name"))) == FIELD_INVALID
    assert await refused(stub.DeleteStructDef(deletion("", 0))) == FIELD_INVALID
    request = struct_defs.ValidateStructDefEvolutionRequest()
    assert await refused(stub.ValidateStructDefEvolution(request)) == FIELD_INVALID


async def test_a_definition_cannot_name_a_struct_that_is_not_there(stub: Any, fresh: Fresh) -> None:
    unknown = values.TypeDefinition(struct_def_id=version(fresh("unknown"), -1))
    request = events.PutExternalEventDefRequest(
        name=fresh("signed"), content_type=values.ReturnType(return_type=unknown)
    )
    assert await refused(stub.PutExternalEventDef(request)) == DEFINITION_INVALID


# What clients read of structs.


def person_of(name: str) -> Any:
    """A class of structs with a secret."""

    @hitchpost.struct(name)
    class Person:
        name: str
        secret: Annotated[str, hitchpost.Field(masked=True)]

    return Person


def house_of(name: str, person: Any) -> Any:
    """A class of structs that hold others."""

    @hitchpost.struct(name)
    class House:
        street: str
        owner: person

    return House


@pytest.fixture
async def person(client: hitchpost.Client, fresh: Fresh) -> Any:
    made = person_of(fresh("person"))
    await client.put_struct_def(made)
    return made


async def test_a_masked_field_reaches_the_worker_and_no_client(
    server: ServerProcess, client: hitchpost.Client, stub: Any, person: Any, fresh: Fresh
) -> None:
    task, flow = fresh("hire"), fresh("flow")
    await client.put_task_def(task, {"person": person}, returns=person)

    @hitchpost.workflow(flow)
    def hiring(wf: hitchpost.WorkflowBuilder) -> None:
        hired = wf.variable("hired", hitchpost.Array[person], default=[])
        wf.set(hired, hired.extend(wf.task(task, wf.input("person", person))))
        wf.complete(hired)

    await client.put_workflow(hiring)
    ada = person("Ada", "hush")
    await client.run(flow, {"person": ada}, id=flow)
    async with bare_worker(server.target, task) as worker:
        scheduled = await worker.next()
        given = scheduled.variables[0].value
        assert hitchpost.from_value(given, person) == ada
        await worker.report(scheduled, output=given)
    run = await client.wait_for_run(flow)
    flow_id = ids.WfRunId(id=flow)
    variables = await stub.ListVariables(wf_runs.ListVariablesRequest(wf_run_id=flow_id))
    hired, taken = sorted(variables.results, key=lambda one: one.id.name)
    seen = [taken.value, hired.value.array.items[0], run.thread_runs[0].output.array.items[0]]
    task_run = await stub.GetTaskRun(scheduled.task_run_id)
    seen += [task_run.input_variables[0].value, task_run.attempts[0].output]
    assert [hitchpost.from_value(one, person) for one in seen] == [person("Ada", MASK)] * 5


async def test_a_masked_field_is_hidden_in_events_and_histories(
    client: hitchpost.Client, person: Any, fresh: Fresh
) -> None:
    event, flow = fresh("hired"), fresh("flow")
    await client.put_external_event_def(event, content_type=person)

    @hitchpost.workflow(flow)
    def waiting(wf: hitchpost.WorkflowBuilder) -> None:
        wf.set(wf.variable("person", person), wf.wait_for_event(event))

    await client.put_workflow(waiting)
    await client.run(flow, id=flow)
    posted = await client.post_event(flow, event, person("Ada", "hush"))
    assert hitchpost.from_value(posted.content, person) == person("Ada", MASK)
    history = [str(one) async for one in client.history(flow)]
    assert any("Ada" in one for one in history)
    assert not any("hush" in one for one in history)


async def test_what_is_masked_is_still_there_for_the_run(
    client: hitchpost.Client, person: Any, fresh: Fresh
) -> None:
    flow = fresh("flow")

    @hitchpost.workflow(flow)
    def reading(wf: hitchpost.WorkflowBuilder) -> None:
        given = wf.input("person", person)
        wf.complete(given["secret"].size())

    await client.put_workflow(reading)
    await client.run(flow, {"person": person("Ada", "hush")}, id=flow)
    run = await client.wait_for_run(flow)
    assert run.thread_runs[0].output.int == 4


async def test_a_run_is_not_started_with_half_a_struct(
    client: hitchpost.Client, stub: Any, person: Any, fresh: Fresh
) -> None:
    flow = fresh("flow")

    @hitchpost.workflow(flow)
    def taking(wf: hitchpost.WorkflowBuilder) -> None:
        wf.input("person", person)

    await client.put_workflow(taking)
    half = hitchpost.to_value(person("Ada", "hush"))
    del half.struct.struct.fields["secret"]
    with pytest.raises(hitchpost.InputInvalid, match="person.*secret"):
        await client.run(flow, {"person": half}, id=flow)
    with pytest.raises(hitchpost.ObjectNotFound):
        await client.get_run(flow)


async def test_structs_are_there_after_a_restart(own_server: ServerProcess, fresh: Fresh) -> None:
    person = person_of(fresh("person"))
    house = house_of(fresh("house"), person)
    flow, event = fresh("flow"), fresh("sold")

    @hitchpost.workflow(flow)
    def selling(wf: hitchpost.WorkflowBuilder) -> None:
        sold = wf.input("house", house)
        wf.set(sold["owner"]["name"], wf.wait_for_event(event))
        wf.complete(sold)

    async with hitchpost.connect(own_server.target) as client:
        await client.put_struct_def(person)
        await client.put_struct_def(house)
        await client.put_external_event_def(event, content_type=str)
        await client.put_workflow(selling)
        await client.run(flow, {"house": house("Main Street", person("Ada", "hush"))}, id=flow)
    own_server.kill()
    own_server.start()
    async with hitchpost.connect(own_server.target) as client:
        await client.post_event(flow, event, "Grace")
        run = await client.wait_for_run(flow)
        sold = house("Main Street", person("Grace", MASK))
        assert hitchpost.from_value(run.thread_runs[0].output, house) == sold
