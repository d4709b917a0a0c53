"""What surrounds the methods: tenants, health, reflection, keepalive, what is not served."""

import asyncio
from collections.abc import Callable, Sequence

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from raw_calls import LITTLEHORSES, OURS, PATHS, call, text
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import principal_pb2 as principals
from hitchpost.v1 import workflows_pb2

Fresh = Callable[[str], str]
Metadata = Sequence[tuple[str, str]]
# A client pings once a second at most; gRPC's own server sends it away after four.
PINGING_SECONDS = 5


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "metadata",
    [[], [("tenantid", "default")], [("tenantid", "x"), ("tenantid", "default")]],
    ids=["none", "default", "sent twice"],
)
async def test_calls_without_a_tenant_are_the_default_ones(
    channel: grpc.aio.Channel, path: str, metadata: Metadata
) -> None:
    answer = await call(channel, path + "Whoami", b"", metadata)
    assert principals.Principal.FromString(answer.body).id.id == "anonymous"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "metadata",
    [[("tenantid", "other")], [("tenantid", "")], [("tenantid", "default"), ("tenantid", "x")]],
    ids=["unknown", "empty", "sent twice"],
)
async def test_unknown_tenant_is_denied(
    channel: grpc.aio.Channel, path: str, metadata: Metadata
) -> None:
    answer = await call(channel, path + "Whoami", b"", metadata)
    assert answer.says == (grpc.StatusCode.PERMISSION_DENIED, "TENANT_UNKNOWN")
    assert answer.facts == {"tenant": metadata[-1][1]}


async def test_unknown_tenant_is_denied_on_streams(server: ServerProcess, fresh: Fresh) -> None:
    async with hitchpost.connect(server.target, tenant="other") as client:
        with pytest.raises(hitchpost.TenantUnknown):
            await anext(client.history(fresh("run")))


@pytest.mark.parametrize("path", PATHS)
async def test_method_that_is_not_built_is_unimplemented(
    channel: grpc.aio.Channel, path: str
) -> None:
    for name in ("MigrateWfSpec", "SearchWfRun", "NoSuchMethod"):
        assert (await call(channel, path + name, b"")).code is grpc.StatusCode.UNIMPLEMENTED


async def test_our_own_services_are_under_our_name_only(channel: grpc.aio.Channel) -> None:
    request = text(1, ids.WfRunId(id="x").SerializeToString())
    answer = await call(channel, "/littlehorse.Runs/GetHistory", request)
    assert answer.code is grpc.StatusCode.UNIMPLEMENTED


async def test_both_paths_answer_alike(channel: grpc.aio.Channel, fresh: Fresh) -> None:
    name = fresh("greet")
    puts = [await call(channel, path + "PutTaskDef", text(1, name)) for path in PATHS]
    gets = [await call(channel, path + "GetTaskDef", text(1, name)) for path in PATHS]
    missing = [await call(channel, path + "GetTaskDef", text(1, "gone")) for path in PATHS]
    assert len({answer.body for answer in puts + gets}) == 1
    assert missing[0] == missing[1]
    assert missing[0].says == (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")


async def test_version_is_that_of_littlehorses_protocol(channel: grpc.aio.Channel) -> None:
    answer = await call(channel, LITTLEHORSES + "GetServerVersion", b"")
    version = workflows_pb2.LittleHorseVersion.FromString(answer.body)
    assert (version.major_version, version.minor_version) == (1, 3)


@pytest.mark.parametrize("service", ["", "hitchpost.v1.Workflows", "hitchpost.v1.Runs"])
async def test_health_says_serving(channel: grpc.aio.Channel, service: str) -> None:
    stub = health_pb2_grpc.HealthStub(channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_reflection_knows_our_services_and_not_littlehorses_path(
    channel: grpc.aio.Channel,
) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    [answer] = [one async for one in stub.ServerReflectionInfo(iter([request]))]
    names = {one.name for one in answer.list_services_response.service}
    assert {"hitchpost.v1.Workflows", "hitchpost.v1.Runs", "grpc.health.v1.Health"} <= names
    assert not any(name.startswith("littlehorse") for name in names)


async def test_clients_that_ping_an_idle_connection_are_not_sent_away(
    server: ServerProcess, fresh: Fresh
) -> None:
    """gRPC's default is GOAWAY after a few pings; LittleHorse's workers ping for hours."""
    pinging = [
        ("grpc.keepalive_time_ms", 1_000),
        ("grpc.keepalive_timeout_ms", 5_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
    async with grpc.aio.insecure_channel(server.target, pinging) as channel:
        stream = channel.stream_stream(OURS + "PollTask")()
        await stream.write(text(1, text(1, fresh("unheard-of"))))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.read(), PINGING_SECONDS)
        assert (await call(channel, OURS + "Whoami", b"")).code is grpc.StatusCode.OK
        assert channel.get_state() is grpc.ChannelConnectivity.READY


@pytest.mark.parametrize("character", ["x", "%", "ü", "\N{HORSE}", "\x00"])
async def test_refusal_with_a_long_text_still_fits_into_a_header(
    channel: grpc.aio.Channel, character: str
) -> None:
    long = text(1, character * 100_000)
    answer = await call(channel, OURS + "PutTaskDef", long)
    assert answer.says == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
    answer = await call(channel, OURS + "GetTaskDef", long)
    assert answer.says == (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")
    assert answer.facts["id"].startswith(character * 50)
