"""Settings and limits: every one named, with the reason for its value beside it.

The only module that reads the environment. A setting comes from the first of
these that has it: a flag of the command, an environment variable
`HITCHPOST_<NAME>`, a TOML file, the default below.
"""

import ipaddress
import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from hitchpost_server.engine.cron import time_zone
from hitchpost_server.engine.limits import EngineLimits
from hitchpost_server.feed.addresses import networks
from hitchpost_server.feed.limits import FeedLimits
from hitchpost_server.feed.nats_servers import read_connections
from hitchpost_server.feed.retention_limits import RetentionLimits
from hitchpost_server.feed.route_limits import RouteLimits
from hitchpost_server.runtime.limits import RuntimeLimits

# The tenant of calls that name none.
DEFAULT_TENANT = "default"

# The limits of the queue of external events, as the contract documents them.
MAX_UNCONSUMED_EXTERNAL_EVENTS_PER_RUN = 100
MAX_EXTERNAL_EVENT_CARRY_FORWARD_EXECUTIONS = 5

ENVIRONMENT_PREFIX = "HITCHPOST_"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


# What may be set for one tenant alone, in a table `[tenants.NAME]` of the TOML file.
TENANT_SETTINGS = frozenset(
    {"max_unconsumed_external_events_per_run", "max_external_event_carry_forward_executions"}
)


class SettingsError(Exception):
    """A setting that is unknown, of the wrong form, or in conflict with another."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Sizes are in bytes, spans in seconds; limits are inclusive."""

    # Where the store is kept; created if it is not there.
    data: Path = Path("data")
    # Loopback: nothing is exposed by accident.
    host: str = "127.0.0.1"
    # LittleHorse's port, so that its clients find the server without being told.
    port: int = 2023
    # What task workers are told to dial, HOST:PORT; empty means the listener's own address.
    advertise: str = ""
    # Serving another address than loopback without TLS and without access control must be said.
    insecure: bool = False
    # One of DEBUG, INFO, WARNING, ERROR.
    log_level: str = "INFO"
    # How long calls under way may take to finish when the server is told to stop.
    shutdown_grace_seconds: float = 10.0

    # What the api takes in one request: content and definitions of reasonable size. gRPC itself
    # receives up to 8 MiB, so that larger requests still get a reason.
    request_bytes_max: int = 4 * 1024 * 1024
    # What gRPC hands to the api at most.
    grpc_message_bytes_max: int = 8 * 1024 * 1024
    # How many levels of parents an id may have.
    run_depth_max: int = 8
    # What clients get in a page when they name no limit.
    page_size_default: int = 100
    # What they get in a page at most.
    page_size_max: int = 1_000
    # What the objects of a page take at most, unless it is a single one: clients of gRPC receive
    # 4 MiB if nobody tells them otherwise.
    page_bytes_max: int = 3 * 1024 * 1024
    # Streams of workers that are open at the same time.
    poll_streams_max: int = 10_000
    # Tasks that one worker's stream may ask for at the same time.
    asks_per_stream_max: int = 1_000
    # Streams of external events that are open at the same time; each may hold
    # events_in_flight_bytes_max, so many times that must be there.
    event_streams_max: int = 1_000
    # External events of one stream that are taken and whose answers are not sent: four full
    # batches, so that one is decided while another is written, the answers to a third are on
    # their way, and a fourth comes in.
    events_in_flight_max: int = 1_024
    # What they take at most, unless it is a single one. Answers repeat what they answer, and go
    # in one message if they can: clients of gRPC receive 4 MiB if nobody tells them otherwise.
    events_in_flight_bytes_max: int = 1024 * 1024
    # What one answer of a history holds in memory at most, in records.
    history_page_records: int = 200
    # What they take at most, unless it is a single one: readers may be slow, and many.
    history_page_bytes_max: int = 256 * 1024

    # LittleHorse's bound of one command: enough for any honest workflow between two waits.
    steps_per_command_max: int = 512
    # LittleHorse's bound of the threads that a run holds: a WfRun shows them all. Completed ones
    # are archived when nine tenths are there.
    threads_per_run_max: int = 65
    # Runs of a family that are live at the same time before those of them that have ended are
    # archived: so few that a command which concerns a family may look at all of them.
    family_runs_kept: int = 32
    # A run that nobody reads must not fill the store.
    max_unconsumed_external_events_per_run: int = MAX_UNCONSUMED_EXTERNAL_EVENTS_PER_RUN
    # One that nobody has wanted for so many executions is not wanted. 0 carries none.
    max_external_event_carry_forward_executions: int = MAX_EXTERNAL_EVENT_CARRY_FORWARD_EXECUTIONS
    # Leaves room for the rest of what is stored with it.
    content_bytes_max: int = 1_000_000
    # LittleHorse's bound of one stored object.
    object_bytes_max: int = 1_047_000
    # Ids are keys of tables: short ones keep them fast.
    run_id_characters_max: int = 255
    guid_characters_max: int = 255
    # Refusals are looked into within weeks, not years.
    audit_retention_seconds: int = 90 * 24 * 3600
    # By whose clocks cron expressions are read: a name such as Europe/Berlin. UTC never leaves an
    # hour out nor repeats one. A change counts from each schedule's next tick but one.
    schedule_time_zone: str = "UTC"

    # Calls that one connection may have open at the same time, streams included. gRPC's clients
    # hold back what is more, which costs the server nothing; who needs more opens another one.
    connection_streams_max: int = 1_000
    # How long calls may stand in front of the server before more and more of them are asked to
    # come back: from half of it on. Who calls would rather know than wait longer.
    arrival_wait_seconds_max: float = 2.0
    # Calls whose requests are on their way, each of which may take request_bytes_max by then; there
    # are as many only when large ones come.
    calls_arriving_max: int = 250
    # How long a request may be on its way before that counts as hung up when others want in.
    call_arrival_seconds_max: float = 20.0
    # What the requests of all calls under way may take together, unless it is a single one. Until
    # they are answered it is several times as much.
    calls_bytes_max: int = 32 * 1024 * 1024
    # Commands that wait to be decided: the most that is kept of small ones.
    inbox_commands_max: int = 10_000
    # How long a command may have to wait before it is decided, as far as can be foreseen from
    # how fast those before it were: who would wait longer should rather come back.
    inbox_wait_seconds_max: float = 1.0
    # Large enough to share an fsync among many, small enough to answer soon.
    batch_commands_max: int = 256
    # How long clients are told to stay away who are refused for there is too much to do.
    overload_retry_seconds: float = 0.5
    # Conflicts with other servers on one store; each retry means that another one made progress.
    commit_retries_max: int = 5
    # Hot streams kept in memory.
    cache_bytes_max: int = 64 * 1024 * 1024
    # Definitions kept decoded and compiled in memory.
    cached_facts_max: int = 2_000
    # Bounds the events that are folded to bring a stream back to life.
    snapshot_every_events: int = 200
    # Nearest timers kept in memory; the others stay in their table.
    timer_window: int = 10_000
    # Due timers that are being carried out at the same time.
    timers_in_flight_max: int = 256
    # Scheduled tasks kept in memory for each TaskDef that workers ask for.
    task_window: int = 1_000
    # Follow-ups that are being carried out at the same time.
    follow_up_window: int = 1_000
    # Calls that wait for workflow events at the same time; each costs some KiB.
    event_waits_max: int = 10_000
    # Calls that follow a history at the same time; each may hold a page of it while its reader is
    # slow, so many times history_page_bytes_max must be there.
    history_watches_max: int = 1_000
    # Task workers that are remembered by their heartbeats, those of all TaskDefs together.
    workers_known_max: int = 10_000
    # Workers say at least once a minute that they are there: one that has missed it has gone.
    worker_silence_seconds: float = 90.0
    # How long to wait before reading the store again that could not be read.
    store_retry_seconds: float = 0.5
    # A timer or follow-up that meets a defect is tried again after store_retry_seconds, then twice
    # as long each time up to this: seldom enough to cost nothing, soon enough once it was mended.
    defect_retry_seconds_max: float = 600.0
    # Timers, and follow-ups, that are put off at the same time; while there are as many, no more
    # are read from their tables.
    put_off_max: int = 10_000
    # Networks besides the public one that webhooks may be sent to, with commas between them, for
    # example 10.1.0.0/16,127.0.0.0/8. Whoever puts a route chooses its address; what is behind
    # the firewall is the operator's to open.
    webhook_networks_allowed: str = ""
    # The same for routes that publish to NATS servers: those usually stand where webhooks should
    # not get to.
    nats_networks_allowed: str = ""
    # A TOML file of NATS connections that routes may use by name, with servers, whatever their
    # addresses, and credentials. It is read at the start.
    nats_connections: str = ""
    # Entries of a route that wait for an attempt or for the next one, and what their messages may
    # take together: when as many are there, it reads no further. They are written down with how far
    # it has come.
    route_window_entries: int = 256
    route_window_bytes: int = 16 * 1024 * 1024
    # After a failed attempt an entry waits for anything up to the first of these, then up to twice
    # as long each time, up to the second: ten attempts take about ten minutes.
    route_retry_seconds_min: float = 5.0
    route_retry_seconds_max: float = 300.0
    # How long a receiver may ask to be left alone at a time.
    route_retry_after_seconds_max: float = 3600.0
    # How often a route writes down how far it has come: what came since is sent again after a
    # crash.
    route_cursor_seconds: float = 0.25
    # A route with so many dead letters stands still until there are fewer: something is wrong
    # that more of them do not mend.
    dead_letters_per_route_max: int = 10_000
    # The latest entries of the feed, kept for all who read at its end: some seconds under load.
    feed_ring_entries_max: int = 10_000
    # What they take at most, counted as they are stored; in memory it is a few times as much.
    feed_ring_bytes_max: int = 8 * 1024 * 1024
    # What was committed and the feed has not looked at yet, as it is stored: some seconds under
    # load. What goes beyond it is read from the store.
    feed_recent_bytes_max: int = 4 * 1024 * 1024
    # Records of the log that the feed reads and takes apart at a time: a millisecond or two, during
    # which nothing else is done.
    feed_page_records: int = 400
    # What they take at most, unless it is a single one.
    feed_page_bytes_max: int = 512 * 1024
    # Those far behind that read the store at the same time; the others take turns, so that the
    # other reader is left to what clients ask for.
    feed_readers_max: int = 1
    # How much faster than the log grows somebody far behind reads it while callers wait for
    # commits: fast enough to catch up, slow enough that those wait a tenth longer at most.
    feed_catch_up_times_growth: float = 1.25
    # How long the feed lets commits gather before it looks at the log again: each look costs as
    # much as some dozen entries.
    feed_gather_seconds: float = 0.1
    # Subscriptions that are open at the same time; an idle one costs some 30 KiB.
    feed_subscribers_max: int = 5_000
    # Entries of one batch to a subscriber.
    feed_batch_entries_max: int = 500
    # What they take at most, unless it is a single one: this much may be on its way to each
    # subscriber that does not read.
    feed_batch_bytes_max: int = 256 * 1024
    # How often a subscriber hears that there is nothing for it: often enough to go on from there
    # after a break without much to read again, seldom enough to cost nothing.
    feed_checkpoint_seconds: float = 10.0
    # How long the feed keeps an entry. 0: for ever, since the log keeps it for histories in any
    # case; only published messages take room that shorter retention frees.
    feed_retention_seconds: int = 0
    # How much of the log the feed keeps, in bytes of what is stored of it. 0: all of it.
    feed_retention_bytes: int = 0
    # How often that is looked after: the floor of the feed is right to the minute, for one look at
    # the store.
    feed_retention_interval_seconds: float = 60.0
    # How long the id of a published message is known at least, also when the feed has it no more:
    # who sends it again does so within days.
    published_ids_seconds: int = 7 * 24 * 3600
    # Entries of a consumer behind the first one that is not acknowledged: what is noted of each of
    # them is written with every step.
    consumer_window_entries_max: int = 10_000
    # What those of them take in memory that are not acknowledged.
    consumer_window_bytes_max: int = 16 * 1024 * 1024
    # How long a client of a consumer may take for an entry before another one gets it.
    consumer_ack_seconds: float = 60.0
    # How often a consumer writes down what was acknowledged: what was since comes again after a
    # crash, and its clients wait that long to hear that it will not.
    consumer_save_seconds: float = 0.2
    # Where metrics are to be read over HTTP, at /metrics. 0: nowhere.
    metrics_port: int = 0
    # Loopback: nothing is exposed by accident.
    metrics_host: str = "127.0.0.1"
    # Routes, and consumers, that are among the metrics, each with some lines; the first by name.
    metrics_readers_max: int = 1_000
    # SQLite's page caches: half for the writer, half for all readers together.
    sqlite_cache_bytes: int = 32 * 1024 * 1024
    # Connections that read while the one writer writes.
    sqlite_readers: int = 2

    # What single tenants have instead, by tenant and setting; in the TOML file only.
    tenants: Mapping[str, Mapping[str, int]] = field(
        default_factory=dict, metadata={"in_file_only": True}
    )

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise SettingsError(problem)

    def of_tenant(self, tenant: str) -> "Settings":
        """Give the settings with which a tenant is served."""
        own: Mapping[str, Any] = self.tenants.get(tenant, {})
        return replace(self, **own)

    @property
    def host_in_addresses(self) -> str:
        """The host as it stands before a colon and a port: IPv6 in brackets."""
        is_bare = ":" in self.host and not self.host.startswith("[")
        return f"[{self.host}]" if is_bare else self.host

    @property
    def engine_limits(self) -> EngineLimits:
        """The part that the engine needs."""
        return EngineLimits(**{one.name: getattr(self, one.name) for one in fields(EngineLimits)})

    @property
    def feed_limits(self) -> FeedLimits:
        """The part that the feed needs."""
        return FeedLimits(**{one.name: getattr(self, one.name) for one in fields(FeedLimits)})

    @property
    def runtime_limits(self) -> RuntimeLimits:
        """The part that the runtime needs."""
        return RuntimeLimits(**{one.name: getattr(self, one.name) for one in fields(RuntimeLimits)})

    @property
    def route_limits(self) -> RouteLimits:
        """The part that routes need."""
        return RouteLimits(**{one.name: getattr(self, one.name) for one in fields(RouteLimits)})

    @property
    def retention_limits(self) -> RetentionLimits:
        """The part that the feed's retention needs."""
        own = fields(RetentionLimits)
        return RetentionLimits(**{one.name: getattr(self, one.name) for one in own})


# What may be 0, which then says that there is none.
MAY_BE_ZERO = frozenset(
    {
        "max_external_event_carry_forward_executions",
        "port",
        "metrics_port",
        "feed_retention_seconds",
        "feed_retention_bytes",
    }
)

# The first of two settings may not be larger than the second.
AT_MOST = (
    ("request_bytes_max", "grpc_message_bytes_max"),
    ("content_bytes_max", "object_bytes_max"),
    ("object_bytes_max", "request_bytes_max"),
    ("page_size_default", "page_size_max"),
    ("page_bytes_max", "grpc_message_bytes_max"),
    ("feed_batch_bytes_max", "page_bytes_max"),
    ("store_retry_seconds", "defect_retry_seconds_max"),
    ("route_retry_seconds_min", "route_retry_seconds_max"),
)

# Settings that are more than a number or a text, and what reads them.
READ_BY: Mapping[str, Callable[[str], object]] = {
    "schedule_time_zone": time_zone,
    "webhook_networks_allowed": networks,
    "nats_networks_allowed": networks,
    "nats_connections": read_connections,
}


def _problems(settings: Settings) -> list[str]:
    """Say what is wrong with the relations between settings."""
    found = [
        f"{name} must be positive and finite"
        for name, value in asdict(settings).items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        if not 0 < value < math.inf and not (value == 0 and name in MAY_BE_ZERO)
    ]
    if settings.log_level not in LOG_LEVELS:
        found.append(f"log_level must be one of {', '.join(LOG_LEVELS)}, not {settings.log_level}")
    found.extend(
        f"{name} must be between 0 and 65535"
        for name in ("port", "metrics_port")
        if not 0 <= getattr(settings, name) <= 65535
    )
    found.extend(
        f"{one} must not exceed {other}"
        for one, other in AT_MOST
        if getattr(settings, one) > getattr(settings, other)
    )
    found.extend(
        f"{name} {address} is not loopback, and there is no access control yet: "
        "say --insecure if that is what you want"
        for name, address in (("host", settings.host), ("metrics_host", settings.metrics_host))
        if not settings.insecure and not _is_loopback(address)
    )
    found.extend(_tenant_problems(settings.tenants))
    for name, read in READ_BY.items():
        try:
            read(getattr(settings, name))
        except (ValueError, OSError) as error:
            found.append(f"{name}: {error}")
    if settings.advertise:
        found.extend(_advertise_problems(settings.advertise))
    return found


def _tenant_problems(tenants: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Say what is wrong with the settings of single tenants."""
    found = [f"there is no tenant {one}" for one in tenants if one != DEFAULT_TENANT]
    for tenant, own in tenants.items():
        for name, value in own.items():
            if name not in TENANT_SETTINGS:
                found.append(f"tenants.{tenant}: {name} cannot be set for one tenant")
            elif value < (0 if name in MAY_BE_ZERO else 1):
                found.append(f"tenants.{tenant}: {name} must be positive")
    return found


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _advertise_problems(advertise: str) -> list[str]:
    host, _, port = advertise.rpartition(":")
    if host and port.isdecimal() and 0 < int(port) < 65536:
        return []
    return [f"advertise must be HOST:PORT, not {advertise!r}"]


def load(flags: Mapping[str, Any], config_file: Path | None = None) -> Settings:
    """Put settings together from flags, environment, file and defaults, in that order."""
    known = {one.name: one.type for one in fields(Settings) if not one.metadata}
    values: dict[str, Any] = {}
    tenants: Mapping[str, Any] = {}
    if config_file is not None:
        values.update(_from_file(config_file))
        tenants = values.pop("tenants", {})
    for name in known:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if variable in os.environ:
            values[name] = os.environ[variable]
    values.update({name: value for name, value in flags.items() if value is not None})
    for name in values:
        if name not in known:
            raise SettingsError(f"there is no setting {name}")
    typed = {name: _typed(name, known[name], value) for name, value in values.items()}
    return Settings(**typed, tenants=_of_tenants(tenants))


def _of_tenants(tables: Any) -> dict[str, dict[str, int]]:
    if not isinstance(tables, dict) or not all(isinstance(own, dict) for own in tables.values()):
        raise SettingsError("tenants must be tables, one for each tenant")
    return {
        tenant: {
            name: _typed(f"tenants.{tenant}: {name}", int, value) for name, value in own.items()
        }
        for tenant, own in tables.items()
    }


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read {path}: {error}") from error


BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _typed(name: str, wanted: Any, value: Any) -> Any:
    try:
        if wanted is bool and isinstance(value, str):
            return BOOLEANS[value.lower()]
        if wanted is int and isinstance(value, bool):
            raise TypeError
        return wanted(value)
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"{name} must be {wanted.__name__}, not {value!r}") from error
