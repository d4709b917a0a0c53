"""Which routes are served: those that are there, whatever happens while they are looked for."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from logs import Log
from tests.conftest import eventually

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.config import Settings
from hitchpost_server.engine.rows import RouteRow, RowKey
from hitchpost_server.feed.evaluator import Evaluator
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.route_runner import Parts
from hitchpost_server.feed.routing import Routing
from hitchpost_server.feed.targets import DELIVERED, Outcome
from hitchpost_server.store.protocol import WriteSet

ROW = RouteRow("signed", 1, history.RoutePut(route=routes.Route(id="signed")).SerializeToString())


@dataclass
class Target:
    """The target of all routes; there is none as often as `defects` says."""

    defects: int = 0
    sent: list[int] = field(default_factory=list)

    def of(self, _route: routes.Route) -> "Target":
        if self.defects:
            self.defects -= 1
            raise ValueError("no such server")
        return self

    async def send(self, entry: Matched) -> Outcome:
        self.sent.append(entry.position)
        return DELIVERED

    async def close(self) -> None: ...


def submit(_command: object) -> "asyncio.Future[Any]":
    answer = asyncio.get_running_loop().create_future()
    answer.set_result(0)
    return answer


@pytest.fixture
def target() -> Target:
    return Target()


@pytest.fixture
async def routing(log: Log, target: Target) -> AsyncIterator[Routing]:
    parts: Any = Parts(
        store=log.store,
        submit=submit,
        new_seed=lambda: "0" * 32,
        evaluator=Evaluator(),
        targets=target,  # type: ignore[arg-type]
        tail=log.tail,
        seen=lambda _kind, stored: stored,
        tenant="default",
        limits=Settings().route_limits,
    )
    one = Routing(parts)
    yield one
    await one.stop()


async def put(log: Log, routing: Routing) -> None:
    write = WriteSet(rows=[ROW])
    await log.store.commit(write)
    routing.committed(write)


async def came(target: Target, *positions: int) -> None:
    async def are_there() -> bool:
        return target.sent == list(positions)

    await eventually(are_there)


async def test_a_route_whose_target_cannot_be_made_is_served_once_it_can(
    log: Log, routing: Routing, target: Target
) -> None:
    head, target.defects = await log.publish("orders"), 1
    await put(log, routing)
    await asyncio.sleep(0)
    assert target.defects == 0
    await put(log, routing)
    await came(target, head)


async def test_a_route_that_is_deleted_while_it_is_read_is_not_served(
    log: Log, routing: Routing, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.store.commit(WriteSet(rows=[ROW]))
    await log.publish("orders")
    scan = log.store.scan

    async def slow(*place: Any) -> Any:
        found = await scan(*place)
        if found:
            routing.committed(WriteSet(deletions=[RowKey(RouteRow, ("signed",))]))
        return found

    monkeypatch.setattr(log.store, "scan", slow)
    await routing.run()
    assert routing._keepers == {}


async def test_a_trial_keeps_the_latest_of_what_it_would_send(log: Log, routing: Routing) -> None:
    await log.publish("orders", *"abcde")
    last = await log.publish("orders", *"fg")
    await log.publish("orders", "later")
    route = routes.Route(patterns=["orders"])
    found = await routing.tried(route, 0, last, 1_000_000)
    assert [one.position for one in found] == list(range(1, last + 1))
    found = await routing.tried(route, 0, last, 2_500)
    assert [one.position for one in found] == [last - 1, last]
