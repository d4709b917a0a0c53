"""Groups of task workers: who is there, for how long, and how many are remembered."""

from hitchpost_server.config import Settings
from hitchpost_server.engine.facts import task_def_key
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.worker_groups import WorkerGroups
from hitchpost_server.store.protocol import WriteSet

SECOND_NS = 1_000_000_000


class Watch:
    """Groups with a clock that a test sets."""

    def __init__(self, **settings: int) -> None:
        self.seconds = 1_000
        clock = Clock(wall_ns=lambda: self.seconds * SECOND_NS)
        self.groups = WorkerGroups(clock, Settings(**settings).runtime_limits)  # type: ignore[arg-type]

    def there(self, task_def: str = "greet") -> list[str] | None:
        group = self.groups.find(task_def)
        return None if group is None else sorted(group.heartbeats)


def test_there_is_no_group_before_the_first_heartbeat() -> None:
    assert Watch().there() is None


def test_a_group_has_its_workers_and_when_they_were_heard() -> None:
    watch = Watch()
    watch.groups.heartbeat("greet", "ada")
    watch.seconds += 10
    watch.groups.heartbeat("greet", "bob")
    watch.groups.heartbeat("other", "cyd")
    group = watch.groups.find("greet")
    assert group is not None
    assert group.created_us == 1_000_000_000
    assert group.heartbeats == {"ada": 1_000_000_000, "bob": 1_010_000_000}


def test_a_silent_worker_is_forgotten_and_its_group_is_not() -> None:
    watch = Watch()
    watch.groups.heartbeat("greet", "ada")
    watch.seconds += 60
    watch.groups.heartbeat("greet", "bob")
    watch.seconds += 29
    assert watch.there() == ["ada", "bob"]
    watch.seconds += 1
    assert watch.there() == ["bob"]
    watch.seconds += 60
    assert watch.there() == []


def test_a_worker_that_keeps_saying_so_stays() -> None:
    watch = Watch()
    for _ in range(5):
        watch.groups.heartbeat("greet", "ada")
        watch.seconds += 60
    assert watch.there() == ["ada"]


def test_the_longest_silent_worker_makes_room() -> None:
    watch = Watch(workers_known_max=2)
    for worker in ("ada", "bob", "ada", "cyd"):
        watch.groups.heartbeat(f"of-{worker}", worker)
    assert [watch.there(f"of-{worker}") for worker in ("ada", "bob", "cyd")] == [
        ["ada"],
        None,
        ["cyd"],
    ]


def test_a_group_goes_with_its_definition() -> None:
    watch = Watch()
    for task_def in ("greet", "other"):
        watch.groups.heartbeat(task_def, "ada")
    watch.groups.committed(WriteSet(deletions=[task_def_key("greet"), task_def_key("unknown")]))
    assert watch.there() is None
    assert watch.there("other") == ["ada"]
