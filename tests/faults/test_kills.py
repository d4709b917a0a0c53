"""A server is killed again and again under load: nothing acknowledged is lost or doubled."""

import asyncio
import os
import random
import signal
from contextlib import suppress

import pytest
from customers import customers_at, patient_client, put_definitions
from ledger import Ledger, check_store
from tests.conftest import eventually
from tests.event_accounts import End

SEED = 20240607
CUSTOMERS = 6
# What was acknowledged before the last restart but one is looked for in samples.
SAMPLE = 15


class Killer:
    """Kills a server at random moments, and finds out each time what it still knows."""

    def __init__(self, server, ledger: Ledger, seed: int) -> None:  # type: ignore[no-untyped-def]
        self.server = server
        self.ledger = ledger
        self.random = random.Random(seed)
        self._checked: set[str] = set()

    async def kill(self) -> None:
        """Kill, start, and check what was acknowledged until the kill."""
        await asyncio.sleep(self.random.uniform(0.02, 0.7))
        self.server.kill()
        known = set(self.ledger.runs) | self.ledger.deleted
        if self.random.random() < 0.25:
            await self._kill_while_it_starts()
        await asyncio.to_thread(self.server.start)
        older = sorted(known & self._checked)
        sample = self.random.sample(older, min(SAMPLE, len(older)))
        async with patient_client(self.server.target) as client:
            await self.ledger.check(client, [*sorted(known - self._checked), *sample])
        self._checked |= known

    async def _kill_while_it_starts(self) -> None:
        starting = asyncio.create_task(asyncio.to_thread(self.server.start))
        await asyncio.sleep(self.random.uniform(0.1, 0.4))
        os.kill(self.server.pid, signal.SIGKILL)
        with suppress(AssertionError):  # unless it could answer already
            await starting
        self.server.kill()


async def kill_under_load(server, seed: int, kills: int) -> Ledger:  # type: ignore[no-untyped-def]
    print(f"seed {seed}")
    ledger = Ledger()
    async with patient_client(server.target) as client:
        await put_definitions(client)
    killer = Killer(server, ledger, seed)
    async with customers_at(server.target, ledger, seed, CUSTOMERS):
        for _ in range(kills):
            await killer.kill()
        await eventually(ledger.has_enough, 60)
    async with patient_client(server.target) as client:
        await ledger.check(client, [*ledger.runs, *ledger.deleted])
    return ledger


async def test_nothing_acknowledged_is_lost_or_doubled_by_kills(server) -> None:
    ledger = await kill_under_load(server, SEED, kills=8)
    assert server.stop() == 0
    ends = await check_store(server.data, ledger)
    assert {end for end, _ in ends} == {*End}
    assert "Traceback" not in server.log


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_acknowledged_is_lost_or_doubled_by_many_kills(server, seed) -> None:
    ledger = await kill_under_load(server, seed, kills=50)
    assert server.stop() == 0
    await check_store(server.data, ledger)
    assert "Traceback" not in server.log
