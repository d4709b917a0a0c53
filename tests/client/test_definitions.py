import pytest
from scripted_server import ScriptedServer

import hitchpost
from hitchpost.v1 import value_pb2
from hitchpost.v1.external_event_pb2 import ExternalEventDef
from hitchpost.v1.object_id_pb2 import WfSpecId
from hitchpost.v1.task_pb2 import TaskDef
from hitchpost.v1.value_pb2 import ReturnType, TypeDefinition
from hitchpost.v1.wf_spec_pb2 import WfSpec


async def test_a_task_is_defined_with_python_types(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutTaskDef", TaskDef())
    await connected.put_task_def(
        "check", {"item": str, "rows": list[int], "pin": hitchpost.masked(str)}, returns=float
    )
    [request] = scripted.requests("PutTaskDef")
    types = {one.name: one.type_def for one in request.input_vars}
    assert list(types) == ["item", "rows", "pin"]
    assert types["item"].primitive_type == value_pb2.STR
    assert types["rows"].primitive_type == value_pb2.JSON_ARR
    assert types["pin"] == TypeDefinition(primitive_type=value_pb2.STR, masked=True)
    assert request.return_type.return_type.primitive_type == value_pb2.DOUBLE


async def test_a_task_that_returns_nothing_is_void(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutTaskDef", TaskDef())
    await connected.put_task_def("check", {"kind": value_pb2.BYTES})
    [request] = scripted.requests("PutTaskDef")
    assert request.return_type == ReturnType()
    assert request.input_vars[0].type_def.primitive_type == value_pb2.BYTES


@pytest.mark.parametrize("declared", [set, "str", 4.5, True, int | str])
async def test_a_type_that_no_variable_has_is_an_error(
    connected: hitchpost.Client, declared: object
) -> None:
    with pytest.raises(TypeError):
        await connected.put_task_def("check", {"item": declared})


async def test_guardrails_that_are_not_mentioned_are_left_as_they_are(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEventDef", ExternalEventDef())
    await connected.put_external_event_def("signed")
    [request] = scripted.requests("PutExternalEventDef")
    assert [field.name for field, _ in request.ListFields()] == ["name"]


async def test_guardrails_are_sent_also_when_they_are_turned_off(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("PutExternalEventDef", ExternalEventDef())
    await connected.put_external_event_def(
        "signed",
        content_type=dict,
        require_wfrun=True,
        require_wfspec_reference=False,
        retention_seconds=60,
    )
    [request] = scripted.requests("PutExternalEventDef")
    assert request.require_wfrun
    assert request.HasField("require_wfspec_reference")
    assert not request.require_wfspec_reference
    assert request.retention_policy.seconds_after_put == 60
    assert request.content_type.return_type.HasField("primitive_type")


async def test_the_events_of_a_workflow_are_defined_before_it(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    @hitchpost.workflow("order")
    def order(wf: hitchpost.WorkflowBuilder) -> None:
        wf.register_event("signed", require_wfrun=True)
        wf.wait_for_event("signed")

    scripted.on("PutExternalEventDef", ExternalEventDef())
    scripted.on("PutWfSpec", WfSpec(id=WfSpecId(name="order")))
    assert (await connected.put_workflow(order)).id.name == "order"
    (first, event_def), (second, wf_spec) = scripted.calls
    assert (first, second) == ("PutExternalEventDef", "PutWfSpec")
    assert (event_def.name, event_def.require_wfrun) == ("signed", True)
    assert wf_spec == order.compile()


async def test_a_version_of_a_wf_spec_is_the_latest_unless_it_is_named(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetLatestWfSpec", WfSpec())
    scripted.on("GetWfSpec", WfSpec())
    await connected.get_wf_spec("order")
    await connected.get_wf_spec("order", 2)
    await connected.get_wf_spec("order", 2, 1)
    latest, of_major = scripted.requests("GetLatestWfSpec")
    assert not latest.HasField("major_version")
    assert of_major.major_version == 2
    assert scripted.requests("GetWfSpec")[0] == WfSpecId(name="order", major_version=2, revision=1)
    with pytest.raises(TypeError):
        await connected.get_wf_spec("order", revision=1)
