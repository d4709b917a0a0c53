"""Stores that take minutes to fill: made once, kept, and copied for each measurement.

Knows files and the order in which stores are made of each other; what is put
into them is in `filling.py`.
"""

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import hitchpost
from bench.load import Target, connected
from bench.processes import Failed, hitchpost_on, running
from bench.scale.filling import Contents, fill, wait_for_years
from bench.scale.progress import Say
from bench.stored import STORE_FILE

# How many events there are to each run that waits.
EVENTS_PER_RUN = 5


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one size, in a folder; `size` is how many runs wait in the first filled one."""

    folder: Path
    size: int
    say: Say

    @property
    def contents(self) -> dict[str, Contents]:
        """What is in each store. Each is made of the one that it names, or of nothing."""
        return {
            "empty": Contents(),
            "waiting": Contents(runs=self.size),
            "twice": Contents(runs=2 * self.size),
            "large": Contents(runs=self.size, events=EVENTS_PER_RUN * self.size),
        }

    @contextmanager
    def copy_of(self, name: str) -> Iterator[Path]:
        """Give a copy of a filled store, which must have been made, for the length of a block."""
        with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=self.folder) as folder:
            copy = Path(folder)
            _copy(self.folder / name, copy)
            yield copy

    async def make(self, name: str) -> None:
        """Make a store unless it is there already."""
        if (self.folder / name).exists():
            return
        source = MADE_OF[name]
        if source is not None:
            await self.make(source)
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="new-", dir=self.folder) as folder:
            new = Path(folder) / name
            new.mkdir()
            await self._make_in(new, name, source)
            new.rename(self.folder / name)

    async def _make_in(self, new: Path, name: str, source: str | None) -> None:
        self.say(f"making the store {name!r}")
        before = self.contents[source] if source is not None else Contents()
        if source is not None:
            _copy(self.folder / source, new)
        async with serving(new) as target:
            async with hitchpost.connect(target.process.target) as client:
                await client.put_workflow(wait_for_years)
            await fill(target, before, self.contents[name], self.say)
            now, most = (number / 2**20 for number in target.process.memory_bytes())
            self.say(f"{name!r} is filled; the server's memory: {now:.0f} MiB, at most {most:.0f}")
        _hold(new, self.contents[name])


# Which store each one goes on from.
MADE_OF = {"empty": None, "waiting": "empty", "twice": "waiting", "large": "waiting"}


@asynccontextmanager
async def serving(data: Path) -> AsyncIterator[Target]:
    """Run a server on a store, with its defaults, and a channel to it."""
    with running(*hitchpost_on(data)) as process:
        async with connected(process) as target:
            yield target


def _copy(source: Path, destination: Path) -> None:
    """Copy a stopped server's store, where the file system can without copying any block."""
    copy = ["cp", "--reflink=auto", str(source / STORE_FILE), str(destination / STORE_FILE)]
    if shutil.disk_usage(destination).free < 2 * (source / STORE_FILE).stat().st_size:
        raise Failed(f"there is no room beside {destination}")
    subprocess.run(copy, check=True)
    # What is still to be written would be in the way of what is measured.
    subprocess.run(["sync", str(destination / STORE_FILE)], check=True)


def _hold(data: Path, contents: Contents) -> None:
    """Hold that a store has what it is said to have."""
    with closing(sqlite3.connect(data / STORE_FILE)) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("runs", "timers", "external_events")
        ]
    if counts != [contents.runs, contents.runs, contents.events]:
        raise Failed(f"{data} has {counts} runs, timers and external events, not {contents}")
