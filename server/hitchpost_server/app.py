"""The wiring: parts are built in order, run in one task group, torn down in reverse.

The only module that knows which store is in use. If a background task dies the
server stops and says which.
"""

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from hitchpost.v1 import feed_pb2, runs_pb2, task_pb2, workflows_pb2
from hitchpost_server.api import masking, server_info
from hitchpost_server.api.admission import Admission
from hitchpost_server.api.awaiting import Awaiting
from hitchpost_server.api.calls import ANONYMOUS, Method, service
from hitchpost_server.api.consuming import Consuming
from hitchpost_server.api.correlated_events import CorrelatedEvents
from hitchpost_server.api.dead_letters import DeadLetters
from hitchpost_server.api.definitions import Definitions
from hitchpost_server.api.door import Door
from hitchpost_server.api.errors import failed_calls
from hitchpost_server.api.event_streams import EventStreams
from hitchpost_server.api.feed import Feed
from hitchpost_server.api.knocking import Knocks
from hitchpost_server.api.log_reading import LogReader
from hitchpost_server.api.polling import Polling
from hitchpost_server.api.reading import Reader
from hitchpost_server.api.routes import Routes
from hitchpost_server.api.runs import Runs
from hitchpost_server.api.schedules import Schedules
from hitchpost_server.api.searching import Searcher
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.api.struct_defs import StructDefs
from hitchpost_server.api.threads import Threads
from hitchpost_server.api.user_task_defs import UserTaskDefs
from hitchpost_server.api.user_task_runs import UserTaskRuns
from hitchpost_server.api.wf_runs import WfRuns
from hitchpost_server.api.workers import Workers
from hitchpost_server.api.workflow_events import WorkflowEvents
from hitchpost_server.config import DEFAULT_TENANT, Settings
from hitchpost_server.engine.commands import Command
from hitchpost_server.feed.addresses import AddressRules, networks
from hitchpost_server.feed.consumers import Consumers
from hitchpost_server.feed.evaluator import Evaluator
from hitchpost_server.feed.nats_servers import NatsAccess, read_connections
from hitchpost_server.feed.retention import Retention
from hitchpost_server.feed.route_runner import Parts
from hitchpost_server.feed.routing import Routing
from hitchpost_server.feed.tail import Tail
from hitchpost_server.feed.target_kinds import Targets
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.committer import Committer
from hitchpost_server.runtime.event_waits import EventWaits
from hitchpost_server.runtime.follow_ups import FollowUps
from hitchpost_server.runtime.garbage import GarbageCollection
from hitchpost_server.runtime.history_watches import HistoryWatches
from hitchpost_server.runtime.seeds import new_seed
from hitchpost_server.runtime.task_queues import TaskQueues
from hitchpost_server.runtime.timers import Timers
from hitchpost_server.runtime.worker_groups import WorkerGroups
from hitchpost_server.store.protocol import Store, StoreUnavailableError
from hitchpost_server.store.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from hitchpost_server.metrics.page import MetricsPage

logger = logging.getLogger(__name__)

STORE_FILE = "hitchpost.sqlite"
WORKFLOWS = workflows_pb2.DESCRIPTOR.services_by_name["Workflows"].full_name
FEED = feed_pb2.DESCRIPTOR.services_by_name["Feed"].full_name
RUNS = runs_pb2.DESCRIPTOR.services_by_name["Runs"].full_name
# The path under which LittleHorse's clients know the first service.
LITTLEHORSE = "littlehorse.LittleHorse"

# Clients of LittleHorse ping idle connections every 45 s and would be sent away
# for it with gRPC's own settings.
KEEPALIVE = (
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.http2.max_ping_strikes", 0),
)

TRANSPORT = (
    # A second server on the same port is a mistake.
    ("grpc.so_reuseport", 0),
    # gRPC would count streams that have ended among those that are open for as long as Python
    # knows of them, and reset what clients may well send.
    ("grpc.http.overload_protection", 0),
    # Of a call that waits to be let in only the first 64 KiB are taken, however fast the line is.
    ("grpc.http2.bdp_probe", 0),
)


@dataclass(frozen=True, slots=True)
class Engine:
    """A store that is being served: commands go in, tables are read."""

    store: Store
    clock: Clock
    committer: Committer
    queues: TaskQueues
    event_waits: EventWaits
    history_watches: HistoryWatches
    worker_groups: WorkerGroups
    routing: Routing
    tail: Tail
    retention: Retention
    consumers: Consumers


async def open_store(settings: Settings) -> SqliteStore:
    """Open the store of the only tenant there is yet."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(str(error)) from error
    return await SqliteStore.open(
        settings.data / STORE_FILE,
        readers=settings.sqlite_readers,
        cache_bytes=settings.sqlite_cache_bytes,
    )


def _targets(settings: Settings) -> Targets:
    nats = NatsAccess(
        AddressRules(networks(settings.nats_networks_allowed), "messages"),
        read_connections(settings.nats_connections),
    )
    rules = AddressRules(networks(settings.webhook_networks_allowed))
    return Targets(rules, nats, DEFAULT_TENANT)


@asynccontextmanager
async def running_engine(store: Store, settings: Settings) -> AsyncIterator[Engine]:
    """Carry out commands on a store until the block ends; what was taken is finished first."""
    settings = settings.of_tenant(DEFAULT_TENANT)
    limits = settings.runtime_limits
    clock = Clock(floor_us=await store.latest_us())
    committer = Committer(store, clock, settings.engine_limits, limits)

    def submit(command: Command, *, is_retry: bool = False) -> "asyncio.Future[Any]":
        return committer.submit(command, internal=True, is_retry=is_retry)

    timers = Timers(store, clock, submit, limits)
    queues = TaskQueues(store, submit, ANONYMOUS, limits)
    follow_ups = FollowUps(store, submit, limits)
    event_waits = EventWaits(limits)
    history_watches = HistoryWatches(limits)
    worker_groups = WorkerGroups(clock, limits)
    retention = Retention(store, clock.now_us, submit, new_seed, settings.retention_limits)
    await retention.load()
    tail = Tail(store, masking.as_stored, retention.floor, settings.feed_limits)
    routing = Routing(
        Parts(
            store=store,
            submit=submit,
            new_seed=new_seed,
            evaluator=Evaluator(),
            targets=_targets(settings),
            tail=tail,
            seen=masking.as_stored,
            tenant=DEFAULT_TENANT,
            limits=settings.route_limits,
        )
    )
    consumers = Consumers(store, tail, submit, new_seed, settings.feed_limits)
    for part in (timers, queues, follow_ups, event_waits, history_watches, worker_groups):
        committer.listen(part.committed)
    committer.listen(routing.committed)
    committer.listen_to_log(tail.committed)
    async with asyncio.TaskGroup() as group:
        commits = group.create_task(_named("committer", committer.run), name="committer")
        helpers = [
            group.create_task(_named("timers", timers.run), name="timers"),
            group.create_task(_named("follow-ups", follow_ups.run), name="follow-ups"),
            group.create_task(_named("routes", routing.run), name="routes"),
            group.create_task(_named("feed", tail.run), name="feed"),
            group.create_task(_named("retention", retention.run), name="retention"),
        ]
        try:
            yield Engine(
                store,
                clock,
                committer,
                queues,
                event_waits,
                history_watches,
                worker_groups,
                routing,
                tail,
                retention,
                consumers,
            )
        finally:
            await routing.stop()
            consumers.stop()
            await consumers.end()
            for helper in helpers:
                helper.cancel()
            committer.close()
            await asyncio.shield(asyncio.wait([commits]))


async def _named(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Say which background task has died before it takes the server down."""
    try:
        await work()
    except Exception:
        logger.critical("background task %s has died; the server stops", name, exc_info=True)
        raise


class CannotListenError(Exception):
    """The address cannot be listened on; the message says which."""


class Listener:
    """The gRPC server in front of an engine."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._settings = settings
        shapes = Shapes(settings)
        self._polling = Polling(
            engine.queues, shapes, settings.poll_streams_max, settings.asks_per_stream_max
        )
        self._event_streams = EventStreams(engine.committer, shapes, settings)
        self._waits = (engine.event_waits, engine.history_watches)
        self._tail, self._consumers = engine.tail, engine.consumers
        self._knocks = Knocks()
        self.admission = Admission(settings, self._knocks, lambda: engine.committer.is_full)
        self._health = health.aio.HealthServicer()
        self._advertised: asyncio.Future[task_pb2.LHHostInfo] = (
            asyncio.get_running_loop().create_future()
        )
        self._server = grpc.aio.server(
            options=(
                *KEEPALIVE,
                *TRANSPORT,
                ("grpc.max_receive_message_length", settings.grpc_message_bytes_max),
                ("grpc.max_send_message_length", settings.grpc_message_bytes_max),
                ("grpc.max_concurrent_streams", settings.connection_streams_max),
            )
        )
        self._mount(engine, shapes)

    def _mount(self, engine: Engine, shapes: Shapes) -> None:
        workflows = self._workflows(engine, shapes)
        runs = Runs(
            engine.committer,
            LogReader(engine.store, self._settings),
            engine.history_watches,
            shapes,
            self._event_streams,
        )
        reader = Reader(engine.store, self._settings.page_bytes_max)
        routes = Routes(engine.committer, engine.store, reader, shapes, engine.routing)
        feed = Feed(engine.committer, engine.tail, shapes, self._settings.feed_limits)
        consuming = Consuming(engine.consumers, engine.tail, reader, shapes, self._settings)
        letters = DeadLetters(engine.committer, reader, shapes, engine.routing)
        told = {
            **feed.methods(),
            **consuming.methods(),
            **routes.methods(),
            **letters.methods(),
        }
        self._door = Door(
            (
                service(WORKFLOWS, workflows, self.admission, self._settings),
                service(LITTLEHORSE, workflows, self.admission, self._settings),
                service(RUNS, runs.methods(), self.admission, self._settings),
                service(FEED, told, self.admission, self._settings),
            ),
            self.admission,
            self._knocks,
        )
        self._server.add_generic_rpc_handlers((self._door,))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection(
            (WORKFLOWS, RUNS, FEED, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server
        )

    def _workflows(self, engine: Engine, shapes: Shapes) -> dict[str, Method]:
        """Make the servicers of LittleHorse's RPCs, one a subject, and give their methods."""
        reader = Reader(engine.store, self._settings.page_bytes_max)
        searcher = Searcher(engine.store)
        workers = Workers(
            engine.committer,
            reader,
            shapes,
            self._polling,
            engine.worker_groups,
            self._advertised,
        )
        awaiting = Awaiting(engine.event_waits, reader, shapes)
        return {
            **Definitions(engine.committer, reader).methods(),
            **StructDefs(engine.committer, reader).methods(),
            **UserTaskDefs(engine.committer, reader).methods(),
            **UserTaskRuns(engine.committer, reader, searcher, shapes).methods(),
            **WfRuns(engine.committer, reader, shapes).methods(),
            **CorrelatedEvents(engine.committer, reader).methods(),
            **WorkflowEvents(engine.committer, reader, searcher, shapes, awaiting).methods(),
            **Schedules(engine.committer, reader, searcher, shapes).methods(),
            **Threads(engine.committer, shapes).methods(),
            **workers.methods(),
            **server_info.methods(),
        }

    async def start(self) -> int:
        """Begin to listen; return the port. Raises CannotListenError."""
        address = f"{self._settings.host_in_addresses}:{self._settings.port}"
        try:
            port = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise CannotListenError(f"cannot listen on {address}: is it in use?") from error
        await self._server.start()
        self._knocks.begin(f"{self._settings.host_in_addresses}:{port}")
        self._advertised.set_result(_advertised(self._settings, port))
        for name in ("", WORKFLOWS, RUNS, FEED):
            await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)
        return port

    async def stop(self) -> None:
        """Take no new calls, let those under way finish within the grace, then end them."""
        await self._health.enter_graceful_shutdown()
        await self._door.close()
        await self._knocks.end()
        stopping = asyncio.create_task(self._server.stop(self._settings.shutdown_grace_seconds))
        await asyncio.sleep(0)
        self._polling.stop()
        self._event_streams.stop()
        for waits in self._waits:
            waits.stop()
        self._tail.stop()
        self._consumers.stop()
        await stopping


def _advertised(settings: Settings, port: int) -> task_pb2.LHHostInfo:
    if settings.advertise:
        host, _, advertised_port = settings.advertise.rpartition(":")
        return task_pb2.LHHostInfo(host=host, port=int(advertised_port))
    return task_pb2.LHHostInfo(host=settings.host_in_addresses, port=port)


@asynccontextmanager
async def _metrics(engine: Engine, admission: Admission, settings: Settings) -> AsyncIterator[None]:
    """Show metrics for as long as the block lasts, if they are wanted. Raises CannotListenError."""
    if not settings.metrics_port:
        yield
        return
    # An HTTP server takes a while to be loaded, and memory: a server without metrics does
    # without it.
    from hitchpost_server.metrics.gathering import Sources, gather
    from hitchpost_server.metrics.page import MetricsPage
    from hitchpost_server.metrics.readers import Readers

    sources = Sources(
        store=engine.store,
        clock=engine.clock,
        committer=engine.committer,
        tail=engine.tail,
        retention=engine.retention,
        readers=Readers(
            engine.store, engine.routing, engine.consumers, settings.metrics_readers_max
        ),
        failed_calls=failed_calls,
        arrival_wait_seconds=lambda: admission.waited_seconds(time.monotonic()),
        request_bytes=lambda: admission.bytes,
    )
    page = MetricsPage(partial(gather, sources))
    try:
        await _begin_to_show(page, settings.metrics_host, settings.metrics_port)
        yield
    finally:
        await page.stop()


async def _begin_to_show(page: "MetricsPage", host: str, port: int) -> None:
    try:
        await page.start(host, port)
    except OSError as error:
        raise CannotListenError(f"cannot listen on {host}:{port}: is it in use?") from error


async def serve(settings: Settings, ready: Callable[[str, int], None]) -> None:
    """Serve until SIGTERM or SIGINT; call `ready` with host and port when calls are answered."""
    told_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)
    store = await open_store(settings)
    try:
        async with running_engine(store, settings) as engine:
            listener = Listener(engine, settings)
            async with (
                _garbage_collected(engine.committer),
                _metrics(engine, listener.admission, settings),
            ):
                try:
                    ready(settings.host_in_addresses, await listener.start())
                    await told_to_stop.wait()
                    logger.info("stopping")
                finally:
                    await listener.stop()
    except ExceptionGroup as group:
        # The task group of the engine stands around whatever has failed within.
        if isinstance(group.exceptions[0], CannotListenError):
            raise group.exceptions[0] from None
        raise
    finally:
        await store.close()


@asynccontextmanager
async def _garbage_collected(committer: Committer) -> AsyncIterator[None]:
    """Collect this process's garbage at its own times for as long as the block lasts."""
    garbage = GarbageCollection()
    committer.listen(garbage.committed)
    collecting = asyncio.create_task(garbage.run(), name="garbage")
    try:
        yield
    finally:
        collecting.cancel()
        await asyncio.wait([collecting])


def store_path(settings: Settings) -> Path:
    """Where the store of the only tenant is."""
    return settings.data / STORE_FILE
