"""Names are looked up for all who ask at once, and one that hangs holds up no other."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from hitchpost_server.feed.lookups import Lookups


class Resolver:
    """Answers every name at once, but for those that hang until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on = threading.Event()

    def __call__(self, host: str, *_: Any, **__: Any) -> list[Any]:
        self.asked.append(host)
        if host.startswith("hangs"):
            self.go_on.wait(60)
        if host == "nowhere":
            raise socket.gaierror("Name or service not known")
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 0, 0, 3))]


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    one = Resolver()
    yield one
    one.go_on.set()


async def test_a_name_is_looked_up_with_the_port_that_it_is_for() -> None:
    found = await Lookups().find("localhost", 4222)
    assert ("127.0.0.1", 4222) in [one[4][:2] for one in found]


async def test_an_address_keeps_what_it_says_besides_host_and_port(resolver: Resolver) -> None:
    ((*_, address),) = await Lookups(resolver).find("there", 80)
    assert address == ("2001:db8::1", 80, 0, 3)


@pytest.mark.parametrize(("host", "error"), [("nowhere", OSError), ("x" * 300, ValueError)])
async def test_what_cannot_be_looked_up_is_said_to_each(
    resolver: Resolver, host: str, error: type[Exception]
) -> None:
    lookups = Lookups(resolver) if host == "nowhere" else Lookups()
    with pytest.raises(error):
        await lookups.find(host, 80)


async def test_names_that_hang_hold_up_no_others_until_they_are_too_many(
    resolver: Resolver,
) -> None:
    lookups = Lookups(resolver, names_at_a_time=3)
    hanging = [asyncio.create_task(lookups.find(f"hangs-{number}", 80)) for number in (1, 2, 2, 2)]
    async with asyncio.timeout(20):
        await lookups.find("there", 80)
    assert resolver.asked.count("hangs-2") == 1, "one thread for all who ask for it"
    hanging += [asyncio.create_task(lookups.find(host, 80)) for host in ("hangs-3", "late")]
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await asyncio.shield(hanging[-1])
    assert "late" not in resolver.asked
    resolver.go_on.set()
    async with asyncio.timeout(20):
        await asyncio.gather(*hanging)


async def test_whoever_gives_up_leaves_the_lookup_to_the_next(resolver: Resolver) -> None:
    lookups = Lookups(resolver)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await lookups.find("hangs", 80)
    resolver.go_on.set()
    await lookups.find("hangs", 80)
    assert resolver.asked == ["hangs"]


async def test_nobody_waits_for_a_name_when_all_is_over(resolver: Resolver) -> None:
    lookups = Lookups(resolver)
    waiting = asyncio.create_task(lookups.find("hangs", 80))
    await asyncio.sleep(0)
    await lookups.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
