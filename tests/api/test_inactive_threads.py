"""Threads that have left their run are read one by one."""

from collections.abc import Callable

import grpc
import pytest
from google.protobuf import json_format
from raw_calls import OURS, Answer, call

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs

Fresh = Callable[[str], str]

# The first child completes at once and is not kept; the parent then waits for an event.
PARENT = {
    "nodes": {
        "0-begin-ENTRYPOINT": {
            "entrypoint": {},
            "outgoing_edges": [{"sink_node_name": "1-child-START_THREAD"}],
        },
        "1-child-START_THREAD": {
            "start_thread": {"thread_spec_name": "child"},
            "outgoing_edges": [{"sink_node_name": "2-nap-SLEEP"}],
        },
        "2-nap-SLEEP": {
            "sleep": {"raw_seconds": {"literal_value": {"int": 3600}}},
            "outgoing_edges": [{"sink_node_name": "3-end-EXIT"}],
        },
        "3-end-EXIT": {"exit": {}},
    }
}
CHILD = {
    "nodes": {
        "0-begin-ENTRYPOINT": {
            "entrypoint": {},
            "outgoing_edges": [{"sink_node_name": "1-end-EXIT"}],
        },
        "1-end-EXIT": {"exit": {}},
    },
    "retention_policy": {"seconds_after_thread_termination": 0},
}


@pytest.fixture
async def run(client: hitchpost.Client, channel: grpc.aio.Channel, fresh: Fresh) -> str:
    """A run whose thread 1 has completed and left it."""
    name = fresh("parent")
    spec = {
        "name": name,
        "entrypoint_thread_name": "parent",
        "thread_specs": {"parent": PARENT, "child": CHILD},
    }
    request = json_format.ParseDict(spec, wf_specs.PutWfSpecRequest())
    assert (await call(channel, OURS + "PutWfSpec", request.SerializeToString())).body
    await client.run(name, id=name)
    return name


async def read(channel: grpc.aio.Channel, run: str, thread: int) -> Answer:
    request = ids.InactiveThreadRunId(wf_run_id={"id": run}, thread_run_number=thread)
    return await call(channel, OURS + "GetInactiveThreadRun", request.SerializeToString())


async def test_thread_that_has_left_its_run_can_be_read(
    client: hitchpost.Client, channel: grpc.aio.Channel, run: str
) -> None:
    assert [one.number for one in (await client.get_run(run)).thread_runs] == [0]
    found = wf_runs.InactiveThreadRun.FromString((await read(channel, run, 1)).body)
    assert (found.id.wf_run_id.id, found.id.thread_run_number) == (run, 1)
    assert (found.thread_run.number, found.thread_run.status) == (1, status.COMPLETED)
    assert found.WhichOneof("inactive_reason") == "archived"


@pytest.mark.parametrize("thread", [0, 2, -1])
async def test_thread_that_has_not_left_its_run_is_not_found(
    channel: grpc.aio.Channel, run: str, thread: int
) -> None:
    answer = await read(channel, run, thread)
    assert answer.says == (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND")


async def test_thread_goes_with_its_run(
    client: hitchpost.Client, channel: grpc.aio.Channel, run: str
) -> None:
    await client.delete_run(run)
    assert (await read(channel, run, 1)).code is grpc.StatusCode.NOT_FOUND
