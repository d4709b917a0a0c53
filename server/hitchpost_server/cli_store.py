"""`hitchpost verify` and `rebuild`: a stopped server's tables against its log."""

import gc
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from rich.progress import Progress, TextColumn

from hitchpost_server.app import open_store, store_path
from hitchpost_server.config import Settings
from hitchpost_server.runtime.rebuilding import rebuild, verify
from hitchpost_server.store.protocol import Store, StoreRefusedError, StoreUnavailableError

Report = Callable[[int], None]


async def verify_store(settings: Settings, *, as_json: bool) -> int:
    """Print every difference; return 0 when there is none, 1 when there are, 2 on trouble."""

    async def work(store: Store, report: Report) -> int:
        problems = await verify(store, report)
        if as_json:
            print(json.dumps({"problems": problems}))
        else:
            print("\n".join(problems) or "the tables are what the log says")
        return 1 if problems else 0

    return await _with_store(settings, work)


async def rebuild_store(settings: Settings, *, as_json: bool) -> int:
    """Make the tables anew; return 0, or 2 on trouble."""

    async def work(store: Store, report: Report) -> int:
        rows = await rebuild(store, report)
        print(json.dumps({"rows": rows}) if as_json else f"made {rows} rows anew")
        return 0

    return await _with_store(settings, work)


async def _with_store(settings: Settings, work: Callable[[Store, Report], Awaitable[int]]) -> int:
    try:
        async with _opened(settings) as store:
            _keep_the_garbage_collector_away()
            with Progress(
                TextColumn("{task.completed:,} of {task.total:,} events"),
                transient=True,
                disable=not _is_watched(),
            ) as progress:
                task = progress.add_task("log", total=await store.head())
                return await work(store, lambda events: progress.update(task, completed=events))
    except (StoreRefusedError, StoreUnavailableError) as error:
        print(f"hitchpost: {error}", file=sys.stderr)
        return 2


def _keep_the_garbage_collector_away() -> None:
    """Let it not walk all that was folded so far, ever more; nothing here makes cycles.

    It took a third of the time over 200,000 events, and more over more.
    """
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
