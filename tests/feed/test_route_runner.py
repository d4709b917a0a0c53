"""The runner of a route between a log, a target and a store that each fail when told to."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from logs import Log
from tests.conftest import eventually

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.config import Settings
from hitchpost_server.engine import commands
from hitchpost_server.engine.rows import DeadLetterRow, RouteCursorRow, RouteRow
from hitchpost_server.engine.tables import cursor_row
from hitchpost_server.feed.allowance import Allowance
from hitchpost_server.feed.evaluator import Evaluator
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.route_limits import RouteLimits
from hitchpost_server.feed.route_progress import Progress
from hitchpost_server.feed.route_runner import Parts, RouteRunner
from hitchpost_server.feed.targets import DELIVERED, Outcome
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.storage.v1 import storage_pb2 as storage
from hitchpost_server.store.protocol import WriteSet

LIMITS = replace(
    Settings().route_limits,
    route_retry_seconds_min=0.001,
    route_retry_seconds_max=0.001,
    route_cursor_seconds=0.01,
    store_retry_seconds=0.01,
)
LARGE = [letter * 4_000 for letter in "abcdefg"]


@dataclass
class Scene:
    """A route on a log; it is also the target and what takes the commands."""

    log: Log
    outcome: Outcome = DELIVERED
    sent: list[str] = field(default_factory=list)
    ordered: list[commands.Command] = field(default_factory=list)
    refusals: int = 0
    progress: Progress = field(default_factory=Progress)
    until: asyncio.Event = field(default_factory=asyncio.Event)
    held: "asyncio.Future[int] | None" = None
    hanging: set[str] = field(default_factory=set)
    limits: RouteLimits = LIMITS
    running: "list[asyncio.Task[None]]" = field(default_factory=list)

    def start(self) -> "asyncio.Task[None]":
        route = routes.Route(id="signed", patterns=["orders"])
        route.webhook.attempts_max = 2
        put = history.RoutePut(route=route)
        parts: Any = Parts(
            store=self.log.store,
            submit=self.submit,
            new_seed=lambda: "0" * 32,
            evaluator=Evaluator(),
            targets=self,  # type: ignore[arg-type]
            tail=self.log.tail,
            seen=lambda _kind, stored: stored,
            tenant="default",
            limits=self.limits,
        )
        row = RouteRow("signed", 1, put.SerializeToString())
        runner = RouteRunner(row, parts, self.progress, Allowance(self.limits, 4))
        self.running.append(asyncio.create_task(runner.run(self.until)))
        return self.running[-1]

    def of(self, _route: routes.Route) -> "Scene":
        return self

    async def send(self, entry: Matched) -> Outcome:
        assert entry.message is not None
        self.sent.append(json.loads(entry.message.body)["content"]["str"])
        if self.sent[-1] in self.hanging:
            await asyncio.Event().wait()
        return self.outcome

    async def close(self) -> None: ...

    def submit(self, command: commands.Command) -> "asyncio.Future[Any]":
        if self.refusals and isinstance(command, commands.ParkEntry):
            self.refusals -= 1
            raise StoreUnavailable
        self.ordered.append(command)
        if self.held is not None and isinstance(command, commands.ParkEntry):
            return self.held
        answer = asyncio.get_running_loop().create_future()
        answer.set_result(1)
        return answer

    def all_of(self, kind: type[Any]) -> list[Any]:
        return [one for one in self.ordered if isinstance(one, kind)]


@pytest.fixture
async def scene(log_with: Callable[..., Log]) -> Any:
    one = Scene(log_with())
    yield one
    one.until.set()
    await asyncio.gather(*one.running, return_exceptions=True)


def cursor(read_to: int, *unsettled: int) -> RouteCursorRow:
    return cursor_row("signed", storage.StoredRouteCursor(read_to=read_to, open=unsettled))


async def settled(scene: Scene, position: int) -> None:
    async def is_there() -> bool:
        return scene.progress.position >= position

    await eventually(is_there)


async def test_what_is_delivered_is_noted_at_the_latest_when_it_ends(scene: Scene) -> None:
    running = scene.start()
    head = await scene.log.publish("orders", "a", "b")
    await settled(scene, head)
    scene.until.set()
    await running
    assert sorted(scene.sent) == ["a", "b"]
    assert scene.all_of(commands.MoveRoute)[-1].cursor.read_to == head


async def test_the_cursor_says_where_to_go_on_within_a_record_too(scene: Scene) -> None:
    head = await scene.log.publish("orders", "a", "b", "c")
    await scene.log.store.commit(WriteSet(rows=[cursor(head - 1)]))
    scene.start()
    await settled(scene, head)
    assert scene.sent == ["c"]


async def test_what_was_settled_behind_an_entry_that_was_not_is_not_sent_again(
    scene: Scene,
) -> None:
    head = await scene.log.publish("orders", *"abcdef")
    await scene.log.store.commit(WriteSet(rows=[cursor(head - 1, head - 4, head - 2)]))
    scene.start()
    await settled(scene, head)
    assert scene.sent == ["b", "d", "f"]


async def test_what_is_not_settled_is_noted_beside_how_far_the_log_was_read(scene: Scene) -> None:
    scene.hanging = {"b", "d"}
    running = scene.start()
    head = await scene.log.publish("orders", *"abcde")

    async def is_noted() -> bool:
        return [one.cursor for one in scene.all_of(commands.MoveRoute)][-1:] == [
            storage.StoredRouteCursor(read_to=head, open=[head - 3, head - 1])
        ]

    await eventually(is_noted)
    running.cancel()


async def test_what_was_erased_before_it_could_be_sent_is_said_to_be_lost(scene: Scene) -> None:
    head = await scene.log.publish("orders", "a", "b")
    await scene.log.publish("other", "c")
    await scene.log.store.commit(WriteSet(rows=[cursor(head + 1, head, head + 7)]))
    scene.start()
    await settled(scene, head + 1)
    assert scene.sent == ["b"]
    assert scene.progress.last_error == f"entry {head + 7} was erased before it could be sent"


async def test_entries_that_are_read_together_take_no_more_than_the_window_and_one(
    scene: Scene,
) -> None:
    scene.limits = replace(LIMITS, route_window_bytes=10_000)
    scene.hanging = set(LARGE)
    running = scene.start()
    await scene.log.publish("orders", *LARGE)

    async def is_full() -> bool:
        return len(scene.sent) == 3

    await eventually(is_full)
    assert scene.progress.under_way == 3, "two of 4,000 bytes have room, and the third passes"
    running.cancel()


async def test_a_dead_letter_is_not_tried_by_the_next_runner(scene: Scene) -> None:
    head = await scene.log.publish("orders", "a", "b", "c")
    await scene.log.store.commit(WriteSet(rows=[DeadLetterRow("signed", head - 1, b"")]))
    scene.start()
    await settled(scene, head)
    assert sorted(scene.sent) == ["a", "c"]


async def test_what_is_given_up_is_neither_tried_nor_settled_until_that_is_stored(
    scene: Scene,
) -> None:
    scene.outcome, scene.refusals = Outcome("HTTP 500"), 3
    scene.start()
    head = await scene.log.publish("orders", "a")

    async def was_refused() -> bool:
        return scene.refusals == 0

    await eventually(was_refused)
    await settled(scene, head)
    assert scene.sent == ["a", "a"], "two attempts, as the route says"
    (parked,) = scene.all_of(commands.ParkEntry)
    assert (parked.dead_letter.attempts, parked.dead_letter.error) == (2, "HTTP 500")


async def test_whoever_asks_to_be_left_alone_is_so_when_the_entry_is_given_up_too(
    scene: Scene,
) -> None:
    clock = asyncio.get_running_loop().time
    scene.outcome = Outcome("HTTP 429", retry_after_seconds=0.3)
    scene.start()
    await settled(scene, await scene.log.publish("orders", "a"))
    assert len(scene.all_of(commands.ParkEntry)) == 1
    given_up, scene.outcome = clock(), DELIVERED
    await settled(scene, await scene.log.publish("orders", "b"))
    assert scene.sent == ["a", "a", "b"]
    assert clock() - given_up >= 0.25


async def test_what_a_receiver_says_is_told_as_text_that_can_be_shown(scene: Scene) -> None:
    scene.outcome = Outcome("HTTP 500 \udcff\x1b[2J\n" + "x" * 2_000)
    scene.start()
    await settled(scene, await scene.log.publish("orders", "a"))
    assert scene.progress.last_error == "HTTP 500 ??[2J?" + "x" * 985
    (parked,) = scene.all_of(commands.ParkEntry)
    assert parked.dead_letter.error == scene.progress.last_error


async def test_nobody_follows_a_runner_whose_dead_letter_is_on_its_way(scene: Scene) -> None:
    scene.outcome = Outcome("HTTP 500")
    scene.held = asyncio.get_running_loop().create_future()
    running = scene.start()
    await scene.log.publish("orders", "a")

    async def is_on_its_way() -> bool:
        return bool(scene.all_of(commands.ParkEntry))

    await eventually(is_on_its_way)
    running.cancel()
    await asyncio.sleep(0.05)
    assert not running.done()
    scene.held.set_result(1)
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_log_that_cannot_be_read_for_a_while_is_read_later(scene: Scene) -> None:
    head = await scene.log.publish("orders", "a")
    scene.log.store.failures = 3
    scene.start()
    await settled(scene, head)
    assert scene.sent == ["a"]
