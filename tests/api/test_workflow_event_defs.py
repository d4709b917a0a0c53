"""Definitions of workflow events: putting them again, reading and deleting them."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from raw_calls import refused

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost.v1.workflows_pb2_grpc import WorkflowsStub

Fresh = Callable[[str], str]


@pytest.fixture
def stub(channel: grpc.aio.Channel) -> Any:
    return WorkflowsStub(channel)


def definition(name: str, *content: int) -> workflow_events.PutWorkflowEventDefRequest:
    request = workflow_events.PutWorkflowEventDefRequest(name=name)
    for one in content:
        request.content_type.return_type.primitive_type = one
    return request


async def test_definition_put_again_is_the_stored_one(stub: Any, fresh: Fresh) -> None:
    name = fresh("shipped")
    first = await stub.PutWorkflowEventDef(definition(name, values.STR))
    again = await stub.PutWorkflowEventDef(definition(name, values.STR))
    assert first == again == await stub.GetWorkflowEventDef(ids.WorkflowEventDefId(name=name))


async def test_definition_may_not_change(stub: Any, fresh: Fresh) -> None:
    name = fresh("shipped")
    await stub.PutWorkflowEventDef(definition(name, values.STR))
    said = await refused(stub.PutWorkflowEventDef(definition(name, values.INT)))
    assert said == (grpc.StatusCode.ALREADY_EXISTS, "DEFINITION_EXISTS")


async def test_deleted_definition_is_gone_and_may_be_put_otherwise(stub: Any, fresh: Fresh) -> None:
    name = fresh("shipped")
    deletion = workflow_events.DeleteWorkflowEventDefRequest(id={"name": name})
    await stub.PutWorkflowEventDef(definition(name, values.STR))
    await stub.DeleteWorkflowEventDef(deletion)
    gone = (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")
    assert await refused(stub.GetWorkflowEventDef(deletion.id)) == gone
    assert await refused(stub.DeleteWorkflowEventDef(deletion)) == gone
    await stub.PutWorkflowEventDef(definition(name, values.INT))


CONTINUE_AS_NEW = "hitchpost-continue-as-new"


async def test_built_in_definition_is_there_and_may_be_put_as_it_is(stub: Any) -> None:
    there = await stub.GetWorkflowEventDef(ids.WorkflowEventDefId(name=CONTINUE_AS_NEW))
    assert there.content_type.return_type.primitive_type == values.JSON_OBJ
    assert await stub.PutWorkflowEventDef(definition(CONTINUE_AS_NEW, values.JSON_OBJ)) == there


async def test_built_in_definition_stays_as_it_is(stub: Any) -> None:
    said = await refused(stub.PutWorkflowEventDef(definition(CONTINUE_AS_NEW, values.STR)))
    assert said == (grpc.StatusCode.ALREADY_EXISTS, "DEFINITION_EXISTS")
    deletion = workflow_events.DeleteWorkflowEventDefRequest(id={"name": CONTINUE_AS_NEW})
    said = await refused(stub.DeleteWorkflowEventDef(deletion))
    assert said == (grpc.StatusCode.FAILED_PRECONDITION, "DEFINITION_BUILT_IN")
