"""`hitchpost verify` and `rebuild`: a stopped server's tables against its log."""

import gc
import json
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from rich.progress import Progress, TextColumn

from hitchpost_server.app import open_store, store_path
from hitchpost_server.config import Settings
from hitchpost_server.runtime.rebuilding import rebuild, verify
from hitchpost_server.store.protocol import Store, StoreRefusedError, StoreUnavailableError

Report = Callable[[int], None]
Work = Callable[[Store, Store, Report], Awaitable[int]]

# Where the tables are made anew, beside the store: it is sure to be on a disk, and of that size.
SCRATCH = "scratch"


async def verify_store(settings: Settings, *, as_json: bool) -> int:
    """Print every difference; return 0 when there is none, 1 when there are, 2 on trouble."""

    async def work(store: Store, scratch: Store, report: Report) -> int:
        problems = await verify(store, scratch, report)
        if as_json:
            print(json.dumps({"problems": problems}))
        else:
            print("\n".join(problems) or "the tables are what the log says")
        return 1 if problems else 0

    return await _with_stores(settings, work)


async def rebuild_store(settings: Settings, *, as_json: bool) -> int:
    """Make the tables what the log says; return 0, or 2 on trouble."""

    async def work(store: Store, scratch: Store, report: Report) -> int:
        mended = await rebuild(store, scratch, report)
        print(json.dumps({"mended": mended}) if as_json else f"mended {mended} rows")
        return 0

    return await _with_stores(settings, work)


async def _with_stores(settings: Settings, work: Work) -> int:
    try:
        async with _opened(settings) as store, _scratch(settings) as scratch:
            _keep_the_garbage_collector_away()
            with Progress(
                TextColumn("{task.completed:,} of {task.total:,} events"),
                transient=True,
                disable=not _is_watched(),
            ) as progress:
                task = progress.add_task("log", total=await store.head())
                return await work(
                    store, scratch, lambda events: progress.update(task, completed=events)
                )
    except (StoreRefusedError, StoreUnavailableError) as error:
        print(f"hitchpost: {error}", file=sys.stderr)
        return 2


def _keep_the_garbage_collector_away() -> None:
    """Let it not look for what there is none of: nothing here makes cycles. It saves a tenth."""
    gc.disable()


def _is_watched() -> bool:
    return sys.stderr.isatty()


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    if not store_path(settings).exists():
        raise StoreRefusedError(f"there is no store at {store_path(settings)}")
    store = await open_store(settings)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _scratch(settings: Settings) -> AsyncIterator[Store]:
    """Make an empty store for as long as the block lasts; one that was left behind goes first."""
    folder = settings.data / SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    store = await open_store(replace(settings, data=folder))
    try:
        yield store
    finally:
        await store.close()
        shutil.rmtree(folder)
