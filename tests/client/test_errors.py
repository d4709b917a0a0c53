import grpc
import pytest
from scripted_server import Refusal, ScriptedServer

import hitchpost
from hitchpost import _errors
from hitchpost.v1 import errors_pb2

REASONS = [name for name in errors_pb2.ErrorReason.keys() if not name.endswith("UNSPECIFIED")]  # noqa: SIM118
CODES = {code.value[0]: code for code in grpc.StatusCode}


def options(reason: str) -> tuple[grpc.StatusCode, bool]:
    """What the contract says of a reason."""
    said = errors_pb2.ErrorReason.DESCRIPTOR.values_by_name[reason].GetOptions()
    return CODES[said.Extensions[errors_pb2.status]], said.Extensions[errors_pb2.retry_can_help]


def classes(root: type[hitchpost.CallFailed]) -> list[type[hitchpost.CallFailed]]:
    return [root] + [found for branch in root.__subclasses__() for found in classes(branch)]


def test_every_reason_has_exactly_one_class() -> None:
    codes = [one.code for one in classes(hitchpost.CallFailed) if one.code is not None]
    assert sorted(codes) == sorted(errors_pb2.ErrorReason.Value(name) for name in REASONS)


def test_every_class_is_public_and_in_the_drawing() -> None:
    drawn = str(_errors.__doc__).split()
    for one in classes(hitchpost.CallFailed):
        assert one.__name__ in hitchpost.__all__
        assert one.__name__ in drawn


@pytest.mark.parametrize("reason", REASONS)
async def test_every_reason_survives_the_way_to_the_client(
    scripted: ScriptedServer, reason: str
) -> None:
    status, retry_can_help = options(reason)
    scripted.on("GetWfRun", Refusal(status, reason, {"wf_run": "a"}, message="so it is"))
    once = hitchpost.Retry(tries_max=1)
    async with hitchpost.connect(scripted.target, retry=once) as client:
        with pytest.raises(hitchpost.CallFailed) as caught:
            await client.get_run("a")
    assert type(caught.value) is _errors.BY_REASON[reason]
    assert caught.value.reason == reason
    assert caught.value.metadata == {"wf_run": "a"}
    assert caught.value.status == status
    assert caught.value.retry_can_help == retry_can_help
    assert caught.value.message == "so it is"
    assert str(caught.value) == f"{reason}: so it is"


@pytest.mark.parametrize("reason", REASONS)
def test_unavailable_is_what_a_retry_can_help(reason: str) -> None:
    _, retry_can_help = options(reason)
    assert issubclass(_errors.BY_REASON[reason], hitchpost.Unavailable) == retry_can_help


@pytest.mark.parametrize("status", [one for one in grpc.StatusCode if one.value[0]])
def test_an_answer_without_reason_maps_by_its_status(status: grpc.StatusCode) -> None:
    raised = _errors.class_for("", status)
    assert raised.code is None
    assert raised is not hitchpost.CallFailed or status is grpc.StatusCode.CANCELLED


async def test_a_method_that_is_not_served_is_rejected_by_status(
    connected: hitchpost.Client,
) -> None:
    with pytest.raises(hitchpost.NotServed) as caught:
        await connected.whoami()
    assert caught.value.reason == ""
    assert not caught.value.retry_can_help
    assert str(caught.value).startswith("UNIMPLEMENTED: ")


async def test_a_reason_of_a_newer_server_is_kept_and_maps_by_status(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("GetWfRun", Refusal(grpc.StatusCode.NOT_FOUND, "OF_TOMORROW"))
    with pytest.raises(hitchpost.Rejected) as caught:
        await connected.get_run("a")
    assert caught.value.reason == "OF_TOMORROW"


async def test_a_reason_of_another_domain_is_not_ours(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    refusal = Refusal(grpc.StatusCode.ALREADY_EXISTS, "WF_RUN_EXISTS", domain="elsewhere")
    scripted.on("GetWfRun", refusal)
    with pytest.raises(hitchpost.Rejected) as caught:
        await connected.get_run("a")
    assert type(caught.value) is hitchpost.Rejected
    assert caught.value.reason == ""


async def test_a_late_answer_is_a_timeout(
    scripted: ScriptedServer, connected: hitchpost.Client
) -> None:
    scripted.on("RunWf", Refusal(grpc.StatusCode.DEADLINE_EXCEEDED))
    with pytest.raises(TimeoutError) as caught:
        await connected.run("order")
    assert isinstance(caught.value, hitchpost.DeadlineExceeded)
