"""A server is killed while correlated events are on their way: each reaches each node once."""

import asyncio
import random
from collections import Counter

import grpc
from customers import patient_client
from ledger import Ledger, all_events, check_store
from tests.folding import folded_states

import hitchpost
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1.correlated_event_pb2 import PutCorrelatedEventRequest
from hitchpost.v1.external_event_pb2 import PutExternalEventDefRequest
from hitchpost.v1.object_id_pb2 import ExternalEventDefId
from hitchpost.v1.wf_spec_pb2 import PutWfSpecRequest
from hitchpost.v1.workflows_pb2_grpc import WorkflowsStub
from hitchpost_server.app import STORE_FILE
from hitchpost_server.engine.state import CorrelationState
from hitchpost_server.store.sqlite.store import SqliteStore

SEED = 20240811
ROUNDS = 6
RUNS = 15
COMPLETED = frozenset({status.COMPLETED})


@hitchpost.workflow("parcel")
def parcel(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait to be scanned."""
    wf.input("key", str)
    wf.wait_for_event("scanned")


def with_key(request: PutWfSpecRequest) -> PutWfSpecRequest:
    """Let the wait be for the key in the variable `key`."""
    for node in request.thread_specs[request.entrypoint_thread_name].nodes.values():
        if node.HasField("external_event"):
            node.external_event.correlation_key.variable_name = "key"
    return request


async def define(target: str) -> None:
    """Put the definitions."""
    async with grpc.aio.insecure_channel(target) as channel:
        stub = WorkflowsStub(channel)
        await stub.PutExternalEventDef(
            PutExternalEventDefRequest(name="scanned", correlated_event_config={})
        )
        await stub.PutWfSpec(with_key(parcel.compile()))


async def scan(target: str, key: str) -> None:
    """Put the event of a key; a try whose outcome is unknown is repeated."""
    name = ExternalEventDefId(name="scanned")
    request = PutCorrelatedEventRequest(key=key, external_event_def_id=name)
    while True:
        try:
            async with grpc.aio.insecure_channel(target) as channel:
                await WorkflowsStub(channel).PutCorrelatedEvent(request, timeout=5)
            return
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.ALREADY_EXISTS:
                return
            if error.code() != grpc.StatusCode.UNAVAILABLE:
                raise
            await asyncio.sleep(0.05)


async def one_round(server, client, choices, number) -> list[str]:  # type: ignore[no-untyped-def]
    """Start runs, some before and some after the event, and kill the server meanwhile."""
    key, runs = f"key-{number}", [f"run-{number}-{n}" for n in range(RUNS)]

    async def start(run: str) -> None:
        await asyncio.sleep(choices.uniform(0, 0.05))
        await client.run("parcel", {"key": key}, id=run)

    async def kill() -> None:
        await asyncio.sleep(choices.uniform(0, 0.12))
        server.kill()
        await asyncio.to_thread(server.start)

    await asyncio.gather(*map(start, runs[: RUNS // 2]))
    await asyncio.gather(kill(), scan(server.target, key), *map(start, runs[RUNS // 2 :]))
    return runs


async def test_event_reaches_each_node_once_whenever_the_server_is_killed(server) -> None:
    choices, ledger = random.Random(SEED), Ledger()
    await define(server.target)
    async with patient_client(server.target) as client:
        for number in range(ROUNDS):
            for run in await one_round(server, client, choices, number):
                ledger.runs[run] = COMPLETED
        await ledger.check_ends(client)
        await ledger.check(client, ledger.runs)
    await stop_when_nothing_is_owed(server)
    await check_store(server.data, ledger)
    await check_correlations(server.data / STORE_FILE, set(ledger.runs))
    assert "Traceback" not in server.log


async def stop_when_nothing_is_owed(server) -> None:  # type: ignore[no-untyped-def]
    """Stop the server; let it serve again as long as it had follow-ups to carry out."""
    async with asyncio.timeout(60):
        while True:
            assert server.stop() == 0
            store = await SqliteStore.open(server.data / STORE_FILE)
            owed = await store.follow_ups("", 1)
            await store.close()
            if not owed:
                return
            server.start()


async def check_correlations(path, runs) -> None:  # type: ignore[no-untyped-def]
    """Each run was posted one event, and no mark is left behind."""
    store = await SqliteStore.open(path)
    try:
        log = [event async for event in all_events(store)]
        posted = [e.wf_run_id.id for e in log if e.HasField("external_event_received")]
        assert Counter(posted) == dict.fromkeys(runs, 1)
        states = (await folded_states(store)).values()
        keys = [state for state in states if isinstance(state, CorrelationState)]
        assert len(keys) == ROUNDS
        assert [state.marks for state in keys] == [{}] * ROUNDS
    finally:
        await store.close()
