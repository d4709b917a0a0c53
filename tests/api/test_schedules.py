"""Schedules over the wire: put, read, found and deleted."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from raw_calls import LITTLEHORSES, OURS, Answer, call

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules

Fresh = Callable[[str], str]
INVALID = (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
# Far enough away for any test.
YEARLY = "0 0 1 1 *"


class Schedules:
    """The methods about schedules, of one WfSpec that only this test has."""

    def __init__(self, channel: grpc.aio.Channel, wf_spec: str) -> None:
        self._channel = channel
        self.wf_spec = wf_spec

    async def call(self, method: str, request: Message, path: str = OURS) -> Answer:
        return await call(self._channel, path + method, request.SerializeToString())

    async def try_to_put(self, **fields: Any) -> Answer:
        chosen = {"wf_spec_name": self.wf_spec, "cron_expression": YEARLY, **fields}
        return await self.call("ScheduleWf", schedules.ScheduleWfRequest(**chosen))

    async def put(self, name: str | None = None, **fields: Any) -> schedules.ScheduledWfRun:
        answer = await self.try_to_put(id=name, **fields)
        return schedules.ScheduledWfRun.FromString(answer.body)

    async def try_to_get(self, name: str) -> Answer:
        return await self.call("GetScheduledWfRun", ids.ScheduledWfRunId(id=name))

    async def get(self, name: str) -> schedules.ScheduledWfRun:
        return schedules.ScheduledWfRun.FromString((await self.try_to_get(name)).body)

    async def delete(self, name: str) -> Answer:
        request = schedules.DeleteScheduledWfRunRequest(id=ids.ScheduledWfRunId(id=name))
        return await self.call("DeleteScheduledWfRun", request)

    async def find(self, **version: int) -> list[str]:
        request = schedules.SearchScheduledWfRunRequest(wf_spec_name=self.wf_spec, **version)
        answer = await self.call("SearchScheduledWfRun", request)
        return [one.id for one in schedules.ScheduledWfRunIdList.FromString(answer.body).results]


def bill(name: str, *steps: str) -> hitchpost.Workflow:
    @hitchpost.workflow(name)
    def billing(wf: hitchpost.WorkflowBuilder) -> None:
        wf.variable("card", str, masked=True)
        for step in steps:
            wf.set(wf.variable(step, str), step)

    return billing


@pytest.fixture
async def served(client: hitchpost.Client, channel: grpc.aio.Channel, fresh: Fresh) -> Schedules:
    name = fresh("bill")
    await client.put_workflow(bill(name))
    return Schedules(channel, name)


async def test_schedule_is_read_as_it_was_put(served: Schedules, fresh: Fresh) -> None:
    name = fresh("yearly")
    made = await served.put(name)
    assert (made.id.id, made.wf_spec_id.name) == (name, served.wf_spec)
    assert (made.cron_expression, made.created_at.seconds > 0) == (YEARLY, True)
    assert await served.get(name) == made


async def test_schedule_without_an_id_gets_one(served: Schedules) -> None:
    made = await served.put()
    assert len(made.id.id) == 32
    assert await served.get(made.id.id) == made


async def test_deleted_schedule_is_not_found_and_may_be_deleted_again(
    served: Schedules, fresh: Fresh
) -> None:
    name = fresh("yearly")
    await served.put(name)
    for _ in range(2):
        assert (await served.delete(name)).code is grpc.StatusCode.OK
    assert (await served.try_to_get(name)).says == (
        grpc.StatusCode.NOT_FOUND,
        "OBJECT_NOT_FOUND",
    )


async def test_same_id_again_is_the_newer_schedule(served: Schedules, fresh: Fresh) -> None:
    name = fresh("yearly")
    first = await served.put(name)
    assert await served.put(name) == first
    await served.put(name, cron_expression="0 0 2 1 *")
    assert (await served.get(name)).cron_expression == "0 0 2 1 *"


async def test_schedules_are_found_by_the_version_that_they_found(
    served: Schedules, client: hitchpost.Client, fresh: Fresh
) -> None:
    old, new = fresh("a"), fresh("b")
    await served.put(old)
    version = (await client.put_workflow(bill(served.wf_spec, "post"))).id
    await served.put(new)
    assert await served.find() == [old, new]
    found = {"major_version": version.major_version, "revision": version.revision}
    assert await served.find(**found) == [new]
    assert await served.find(major_version=9) == []


@pytest.mark.parametrize("fields", [{}, {"wf_spec_name": "a", "revision": 0}])
async def test_search_needs_a_name_and_a_major_version_for_a_revision(
    served: Schedules, fields: dict[str, Any]
) -> None:
    request = schedules.SearchScheduledWfRunRequest(**fields)
    assert (await served.call("SearchScheduledWfRun", request)).says == INVALID


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cron_expression": "every day"}, "cron_expression"),
        ({"cron_expression": "0 0 30 2 *"}, "cron_expression"),
        ({"wf_spec_name": "unheard-of"}, "wf_spec_name"),
        ({"major_version": -1}, "major_version"),
        ({"id": "not a name"}, "id"),
        ({"id": "x" * 241}, "id"),
    ],
)
async def test_schedule_that_cannot_be_is_refused(
    served: Schedules, fields: dict[str, Any], field: str
) -> None:
    answer = await served.try_to_put(**fields)
    assert (answer.says, answer.facts["field"]) == (INVALID, field)


async def test_inputs_are_looked_at_beforehand(served: Schedules) -> None:
    answer = await served.try_to_put(variables={"unheard-of": hitchpost.to_value(1)})
    assert answer.says == (grpc.StatusCode.INVALID_ARGUMENT, "INPUT_INVALID")


async def test_masked_inputs_are_stars_to_readers(served: Schedules, fresh: Fresh) -> None:
    name = fresh("yearly")
    made = await served.put(name, variables={"card": hitchpost.to_value("4111-1111")})
    assert made.variables["card"].str == "*****"
    assert await served.get(name) == made


async def test_littlehorses_clients_schedule_too(served: Schedules, fresh: Fresh) -> None:
    name = fresh("yearly")
    request = schedules.ScheduleWfRequest(
        id=name, wf_spec_name=served.wf_spec, cron_expression=YEARLY
    )
    answer = await served.call("ScheduleWf", request, LITTLEHORSES)
    assert answer.body == (await served.try_to_get(name)).body
