"""Forms for people: their versions, and how they are read and deleted."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from raw_calls import answer_of

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values

Fresh = Callable[[str], str]

NOT_FOUND = (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")


def form(name: str, *fields: str, **options: Any) -> user_tasks.PutUserTaskDefRequest:
    """A form of texts."""
    asked = [user_tasks.UserTaskField(name=one, type=values.STR) for one in fields]
    return user_tasks.PutUserTaskDefRequest(name=name, fields=asked, **options)


def latest(name: str) -> user_tasks.GetLatestUserTaskDefRequest:
    return user_tasks.GetLatestUserTaskDefRequest(name=name)


def deletion(name: str, version: int = 0) -> user_tasks.DeleteUserTaskDefRequest:
    return user_tasks.DeleteUserTaskDefRequest(id=ids.UserTaskDefId(name=name, version=version))


async def refusal(call: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call
    return answer_of(error.value).says


async def test_the_same_form_again_is_the_stored_version(stub: Any, fresh: Fresh) -> None:
    name = fresh("form")
    first = await stub.PutUserTaskDef(form(name, "reason", description="why"))
    again = await stub.PutUserTaskDef(form(name, "reason", description="why"))
    assert (first.version, first) == (0, again)
    assert first == await stub.GetUserTaskDef(ids.UserTaskDefId(name=name))


async def test_a_changed_form_is_the_next_version(stub: Any, fresh: Fresh) -> None:
    name = fresh("form")
    await stub.PutUserTaskDef(form(name, "reason"))
    second = await stub.PutUserTaskDef(form(name, "reason", "amount"))
    third = await stub.PutUserTaskDef(form(name, "amount", "reason"))
    assert [second.version, third.version] == [1, 2]
    assert await stub.GetLatestUserTaskDef(latest(name)) == third
    old = await stub.GetUserTaskDef(ids.UserTaskDefId(name=name, version=1))
    assert old == second


async def test_the_latest_deleted_leaves_the_one_before(stub: Any, fresh: Fresh) -> None:
    name = fresh("form")
    first = await stub.PutUserTaskDef(form(name, "reason"))
    await stub.PutUserTaskDef(form(name, "amount"))
    await stub.DeleteUserTaskDef(deletion(name, 1))
    assert await stub.GetLatestUserTaskDef(latest(name)) == first
    assert (await stub.PutUserTaskDef(form(name, "price"))).version == 1


async def test_numbers_begin_again_when_none_is_left(stub: Any, fresh: Fresh) -> None:
    name = fresh("form")
    await stub.PutUserTaskDef(form(name, "reason"))
    await stub.DeleteUserTaskDef(deletion(name))
    assert await refusal(stub.GetLatestUserTaskDef(latest(name))) == NOT_FOUND
    assert (await stub.PutUserTaskDef(form(name, "amount"))).version == 0


async def test_what_is_not_there_is_not_found(stub: Any, fresh: Fresh) -> None:
    name = fresh("form")
    await stub.PutUserTaskDef(form(name))
    assert await refusal(stub.DeleteUserTaskDef(deletion(name, 7))) == NOT_FOUND
    missing = ids.UserTaskDefId(name=name, version=1)
    assert await refusal(stub.GetUserTaskDef(missing)) == NOT_FOUND
    assert await refusal(stub.DeleteUserTaskDef(deletion(fresh("none")))) == NOT_FOUND


@pytest.mark.parametrize("name", ["", "no_underscore", "-dash", "a" * 256])
async def test_bad_name_is_refused(stub: Any, name: str) -> None:
    says = await refusal(stub.PutUserTaskDef(form(name)))
    assert says == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")


async def test_versions_are_not_negative(stub: Any, fresh: Fresh) -> None:
    """A number below 0 must not find what stands for the latest."""
    name = fresh("form")
    await stub.PutUserTaskDef(form(name))
    says = await refusal(stub.GetUserTaskDef(ids.UserTaskDefId(name=name, version=-1)))
    assert says == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")


async def test_field_of_an_unknown_type_is_refused(stub: Any, fresh: Fresh) -> None:
    request = form(fresh("form"))
    request.fields.add(name="odd", type=99)  # type: ignore[arg-type]
    says = await refusal(stub.PutUserTaskDef(request))
    assert says == (grpc.StatusCode.INVALID_ARGUMENT, "DEFINITION_INVALID")
