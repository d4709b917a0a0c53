"""What the store holds once the server has stopped, against what was acknowledged.

Knows the tables of the SQLite file, read without any code of the server.
"""

import sqlite3
from collections.abc import Iterator, Set
from contextlib import closing, contextmanager
from pathlib import Path

from bench.processes import Failed
from bench.requests import TASK_GUID, guid, run_name, task_output
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs

STORE_FILE = "hitchpost.sqlite"
SOME = 3


class Stored:
    """The tables of a store, to be held against sets of numbers."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def holds_events(self, prefix: str, *, unclaimed: Set[int], claimed: Set[int]) -> None:
        """Hold that these external events are there, and no others of the prefix."""
        query = "SELECT run, guid, claimed FROM external_events WHERE run GLOB ?"
        self._same(
            f"external events of {prefix}",
            {(run_name(prefix, number), guid(number), 0) for number in unclaimed}
            | {(run_name(prefix, number), guid(number), 1) for number in claimed},
            query,
            prefix,
        )

    def holds_runs(self, prefix: str, *, running: Set[int], completed: Set[int]) -> None:
        """Hold that these runs are there, and no others of the prefix."""
        self._same(
            f"runs of {prefix}",
            {(run_name(prefix, number), status.RUNNING) for number in running}
            | {(run_name(prefix, number), status.COMPLETED) for number in completed},
            "SELECT run, status FROM runs WHERE run GLOB ?",
            prefix,
        )

    def holds_done_tasks(self, prefix: str, done: Set[int]) -> None:
        """Hold that each of these runs had its one task done at once, and has its output."""
        self._same(
            f"tasks of {prefix}",
            {(run_name(prefix, number), TASK_GUID, 1, task_output(number)) for number in done},
            "SELECT run, task_guid, attempts(body), output(body) FROM task_runs WHERE run GLOB ?",
            prefix,
        )
        self._same(
            f"outputs of {prefix}",
            {(run_name(prefix, number), task_output(number)) for number in done},
            "SELECT run, run_output(body) FROM runs WHERE run GLOB ?",
            prefix,
        )

    @property
    def positions(self) -> int:
        """How many events have been put on record."""
        [(position,)] = self._connection.execute("SELECT position FROM head")
        return int(position)

    def _same(
        self, what: str, acknowledged: Set[tuple[object, ...]], query: str, prefix: str
    ) -> None:
        found = set(self._connection.execute(query, (f"{prefix}-*",)))
        if found != acknowledged:
            lost, unasked = acknowledged - found, found - acknowledged
            raise Failed(
                f"{what}: {len(acknowledged)} acknowledged, {len(found)} stored; "
                f"not stored: {sorted(lost)[:SOME]}, not acknowledged: {sorted(unasked)[:SOME]}"
            )


def _attempts(body: bytes) -> int:
    return len(tasks.TaskRun.FromString(body).attempts)


def _task_output(body: bytes) -> str:
    return tasks.TaskRun.FromString(body).attempts[-1].output.str


def _run_output(body: bytes) -> str:
    return wf_runs.WfRun.FromString(body).thread_runs[0].output.str


# What queries read from serialised messages, by the names that they call it.
READ_FROM_BODIES = {"attempts": _attempts, "output": _task_output, "run_output": _run_output}


@contextmanager
def stored_in(data: Path) -> Iterator[Stored]:
    """Open the store of a stopped server."""
    uri = f"{(data / STORE_FILE).absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        for name, read in READ_FROM_BODIES.items():
            connection.create_function(name, 1, read)
        yield Stored(connection)
