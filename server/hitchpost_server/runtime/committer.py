"""The committer: takes whatever commands wait, has them decided, and writes.

One a store. While one batch is being written the next is decided on the states
that the first will leave. A batch rests on those before it: its answers, even
refusals, leave only when all of them are written. When a write fails, what was
decided on it is thrown away and decided again from what the store has.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from hitchpost_server.engine.commands import Command
from hitchpost_server.engine.facts import Facts, MissingFact
from hitchpost_server.engine.fold import FOLD_VERSION
from hitchpost_server.engine.limits import EngineLimits
from hitchpost_server.engine.needs import needs
from hitchpost_server.engine.rows import RowKey
from hitchpost_server.runtime.batch import Batch, BatchDecider, Poisoned
from hitchpost_server.runtime.cache import StreamCache, revive
from hitchpost_server.runtime.clock import Clock
from hitchpost_server.runtime.counts import Counts
from hitchpost_server.runtime.errors import InternalFault, ShuttingDown, StoreUnavailable
from hitchpost_server.runtime.inbox import Inbox, Pending
from hitchpost_server.runtime.known import BatchFacts, DefinitionCache
from hitchpost_server.runtime.limits import RuntimeLimits
from hitchpost_server.store.protocol import ConflictError, Store, StoreUnavailableError, WriteSet

logger = logging.getLogger(__name__)

Listener = Callable[[WriteSet], None]
# Is told, too, where the log ends behind a commit.
LogListener = Callable[[WriteSet, int], None]

# So many commands are worth a batch that is begun while another is being written.
WORTH_A_BATCH = 64

# How often the event loop has to come round until a store's thread has what it is to write.
PASSES_TO_THE_STORE = 2


class Committer:
    """Serves one store until it is closed; `run` is its life, `submit` its door."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        engine_limits: EngineLimits,
        limits: RuntimeLimits,
    ) -> None:
        self._store = store
        self._limits = limits
        self._inbox = Inbox(limits)
        self._cache = StreamCache(limits.cache_bytes_max)
        self._definitions = DefinitionCache(limits.cached_facts_max)
        self._decider = BatchDecider(
            self._cache,
            self._definitions,
            clock,
            engine_limits,
            limits.snapshot_every_events,
            verify_unchanged=store.is_shared,
        )
        self.counts = Counts()
        self._listeners: list[Listener] = []
        self._log_listeners: list[LogListener] = []
        self._writing: Batch | None = None
        self._written: asyncio.Task[None] | None = None
        self._failures = 0

    def listen(self, listener: Listener) -> None:
        """Call `listener` with every write set, right after its commit."""
        self._listeners.append(listener)

    def listen_to_log(self, listener: LogListener) -> None:
        """Call `listener` with every write set and the log's new end, right after its commit."""
        self._log_listeners.append(listener)

    @property
    def waiting(self) -> int:
        """How many commands wait to be decided."""
        return len(self._inbox)

    @property
    def oldest_seconds(self) -> float:
        """How long the first of them has waited."""
        return self._inbox.oldest_seconds

    @property
    def is_full(self) -> bool:
        """Whether commands from outside are turned away now."""
        return self._inbox.is_full

    def submit(
        self, command: Command, *, internal: bool = False, is_retry: bool = False
    ) -> "asyncio.Future[Any]":
        """Let a command be carried out; the future gives its reply once that is durable.

        It raises a Rejection when the engine refuses the command, and a
        RuntimeFailure when it could not be carried out. Raises Overloaded and
        ShuttingDown at once. Cancelling the future gives a command up that still waits,
        and undoes nothing of one that was begun.
        Of a command that has met a defect before, another one is logged in a line.
        """
        return self._inbox.put(command, internal=internal, is_retry=is_retry)

    def submit_all(self, commands: Sequence[Command]) -> "list[asyncio.Future[Any]]":
        """Let commands from outside be carried out that came together.

        As many of the first as there is room for are taken, perhaps none; there is a future for
        each of them. Otherwise it is as with `submit`.
        """
        return self._inbox.put_all(commands)

    def close(self) -> None:
        """Take no more commands; `run` ends when those taken are answered."""
        self._inbox.close()

    async def run(self) -> None:
        """Serve until closed and drained. Raises when the store cannot tell what it holds."""
        try:
            while pendings := await self._inbox.take():
                await self._serve(pendings)
                # To decide keeps the event loop busy: what is written must be on its way before.
                for _ in range(PASSES_TO_THE_STORE):
                    await asyncio.sleep(0)
            await self._settle()
        finally:
            self._turn_away_the_rest()

    async def _serve(self, pendings: list[Pending]) -> None:
        """Have a batch decided, and begin to write it once the one before is written."""
        streams = {pending.command.stream for pending in pendings}
        self._cache.pin(streams)
        try:
            batch = await self._decided(pendings)
            if batch is None:
                return
            loading = asyncio.create_task(self._load_ahead(), name="load ahead")
            try:
                await self._settle()
                self._write_or_put_back(batch)
            finally:
                # Two at a time would not know of each other's streams.
                await loading
        except StoreUnavailableError as error:
            logger.warning("the store cannot be read: %s", error.__cause__ or error)
            _fail(pendings, StoreUnavailable())
        except BaseException:
            _fail(pendings, StoreUnavailable())
            raise
        finally:
            self._cache.unpin(streams)

    def _write_or_put_back(self, batch: Batch) -> None:
        if batch.failures_before == self._failures:
            self._begin_writing(batch)
            return
        # What this batch was decided on did not happen.
        self._forget(batch)
        self._inbox.put_back(batch.pendings)

    async def _decided(self, pendings: list[Pending]) -> Batch | None:
        """Load what a batch needs and decide it, again whenever it turns out to lack a fact.

        None when nothing is left of it, or when a write failed meanwhile: then
        the commands wait again, behind those that the failure has put back.
        """
        extra: set[RowKey] = set()
        failures = self._failures
        while pendings:
            batch = Batch(pendings, failures)
            known = await self._prepared(batch, extra)
            if known is None:
                break
            try:
                self._decider.decide(batch, known)
                if not await self._was_wrong(batch):
                    return batch
                extra |= batch.doubts
            except MissingFact as missing:
                extra.add(missing.key)
            except Poisoned as poisoned:
                pendings = [one for one in pendings if one is not poisoned.pending]
                _fail([poisoned.pending], InternalFault())
            # States are used up. Those that the batch being written has touched
            # can be loaded again only after that.
            await self._settle()
            self._forget(batch)
        self._inbox.put_back(pendings)
        return None

    async def _was_wrong(self, batch: Batch) -> bool:
        """Look whether there is anything that a batch has taken not to exist."""
        if not batch.doubts:
            return False
        try:
            return bool(await self._store.lookup([*batch.doubts]))
        except StoreUnavailableError:
            await self._settle()
            self._forget(batch)
            raise

    async def _prepared(self, batch: Batch, extra: set[RowKey]) -> BatchFacts | None:
        """Load the streams of a batch and fetch its facts, a few queries for all of it.

        None when a write failed meanwhile: what was known of it must not be
        looked at any more, for it would be remembered.
        """
        self._definitions.shrink()
        await self._load(batch.streams)
        layers = [batch.touched, self._writing.touched] if self._writing else [batch.touched]
        known = BatchFacts(self._definitions, layers)
        wanted = set(extra)
        while batch.failures_before == self._failures:
            wanted.update(self._needed(batch.pendings, known))
            missing = [key for key in wanted if key not in known]
            if not missing:
                return known
            known.learn(missing, await self._store.lookup(missing))
        return None

    async def _load(self, streams: set[str]) -> None:
        missing = self._cache.missing(streams)
        if missing:
            stored = await self._store.load(missing, FOLD_VERSION)
            for stream in missing:
                self._cache.add(stream, revive(stream, stored[stream]))

    async def _load_ahead(self) -> None:
        """Load what the next batch needs while this one can only wait for the one before it.

        Nothing that is being written is among it: that is in the cache, where it is pinned.
        A few commands are left until there are more: each load costs as much as some of them.
        """
        if len(self._inbox) < min(WORTH_A_BATCH, self._limits.batch_commands_max):
            return
        # Whoever needs what could not be loaded hears of it.
        with suppress(StoreUnavailableError):
            await self._load(self._inbox.streams_ahead())

    def _needed(self, pendings: list[Pending], known: BatchFacts) -> set[RowKey]:
        facts = Facts(known)
        keys: set[RowKey] = set()
        for pending in pendings:
            live = self._cache.peek(pending.command.stream)
            if live is not None:
                keys.update(needs(live.state, pending.command, facts))
        return keys

    def _begin_writing(self, batch: Batch) -> None:
        self._cache.pin(batch.streams)
        self._writing = batch
        # A batch costs as much as some commands do, so one that can only wait for this one's
        # write lets others join it. With a single one there are few callers to wait for.
        self._inbox.wait_for(WORTH_A_BATCH if len(batch.pendings) > 1 else 1)
        self._written = asyncio.create_task(self._write(batch), name="commit")

    async def _settle(self) -> None:
        """Wait for the batch being written; whether it was, `_failures` tells."""
        written, self._written = self._written, None
        if written is not None:
            await asyncio.shield(written)

    async def _write(self, batch: Batch) -> None:
        """Write a batch and let its answers out, or take back all that it has changed."""
        try:
            if not batch.writes_nothing:
                batch.head = await self._store.commit(batch.write)
        except ConflictError as conflict:
            self._end_failed(batch)
            self._retry(batch, conflict)
        except StoreUnavailableError as error:
            logger.warning("the store cannot be written: %s", error.__cause__ or error)
            self._end_failed(batch)
            _fail(batch.pendings, StoreUnavailable())
        except BaseException:
            # Nobody can tell any more what the store holds: `run` ends with this.
            _fail(batch.pendings, StoreUnavailable())
            self._inbox.close()
            raise
        else:
            self._end_written(batch)
        finally:
            self._inbox.wait_for(1)

    def _end_written(self, batch: Batch) -> None:
        self._writing = None
        self.counts.written(batch)
        self._cache.unpin(batch.streams)
        self._cache.shrink()
        for pending, decision in zip(batch.pendings, batch.decisions, strict=True):
            for warning in decision.warnings:
                logger.warning(warning)
            if pending.answer.done():
                continue
            if decision.rejection is not None:
                pending.answer.set_exception(decision.rejection)
            else:
                pending.answer.set_result(decision.reply)
        for listener in self._listeners:
            listener(batch.write)
        for log_listener in self._log_listeners:
            log_listener(batch.write, batch.head)

    def _end_failed(self, batch: Batch) -> None:
        self._writing = None
        self._failures += 1
        self.counts.failed_commits += 1
        self._cache.unpin(batch.streams)
        self._forget(batch)

    def _retry(self, batch: Batch, conflict: ConflictError) -> None:
        """Decide a batch again that met what another server has written."""
        logger.info("deciding again: %s", conflict)
        for pending in batch.pendings:
            pending.tries += 1
        limit = self._limits.commit_retries_max
        _fail([one for one in batch.pendings if one.tries > limit], StoreUnavailable())
        self._inbox.put_back(one for one in batch.pendings if one.tries <= limit)

    def _forget(self, batch: Batch) -> None:
        """Drop everything in memory that a batch may have changed."""
        self._cache.drop(batch.streams)
        self._definitions.drop(batch.definitions)

    def _turn_away_the_rest(self) -> None:
        self._inbox.close()
        while len(self._inbox):
            _fail(self._inbox.take_now(), ShuttingDown())


def _fail(pendings: list[Pending], failure: Exception) -> None:
    for pending in pendings:
        if not pending.answer.done():
            pending.answer.set_exception(failure)
            # Whoever asked may be gone; that is no news to anybody.
            pending.answer.exception()
