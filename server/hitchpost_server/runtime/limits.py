"""The runtime's own limits; `config.py` fills them in and says why each is as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuntimeLimits:
    """How much waits, how much is kept in memory, how much is read at a time."""

    inbox_commands_max: int
    inbox_wait_seconds_max: float
    batch_commands_max: int
    overload_retry_seconds: float
    commit_retries_max: int
    cache_bytes_max: int
    cached_facts_max: int
    snapshot_every_events: int
    timer_window: int
    timers_in_flight_max: int
    task_window: int
    follow_up_window: int
    event_waits_max: int
    history_watches_max: int
    workers_known_max: int
    worker_silence_seconds: float
    store_retry_seconds: float
    defect_retry_seconds_max: float
    put_off_max: int
