"""The sender of webhooks: one attempt, one outcome.

It knows HTTP and what a receiver may do to whoever calls it: hang, redirect,
answer without end. It knows nothing of routes, nor of when to try again.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from cloudevents.core.bindings.http import HTTPMessage

from hitchpost_server.feed.addresses import AddressRefusedError, AddressRules
from hitchpost_server.feed.signatures import signature_headers

USER_AGENT = "hitchpost"
# What of an answer is read: enough for a word on what went wrong.
ANSWER_BYTES_MAX = 1_024
# How long that may take once the status is known.
ANSWER_SECONDS_MAX = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how to send: what an attempt needs to know of a route."""

    url: str
    timeout_seconds: float
    secrets: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of an attempt: `problem` is empty if it was delivered.

    `retry_after_seconds` is what the receiver asked for, None if it did not.
    """

    problem: str = ""
    retry_after_seconds: float | None = None


DELIVERED = Outcome()


class WebhookSender:
    """Sends messages over HTTP; connections are kept and shared."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        self._session: aiohttp.ClientSession | None = None

    async def send(self, target: Target, message: HTTPMessage, message_id: str) -> Outcome:
        """Make one attempt; raises nothing but what ends this task."""
        headers = {
            "user-agent": USER_AGENT,
            **target.headers,
            **message.headers,
            **signature_headers(target.secrets, message_id, datetime.now(UTC), message.body),
        }
        try:
            async with asyncio.timeout(target.timeout_seconds):
                return await self._post(target.url, headers, message.body)
        except TimeoutError:
            return Outcome(f"no answer within {target.timeout_seconds:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Outcome(_why(error))

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        response = await self._opened().post(url, data=body, headers=headers, allow_redirects=False)
        try:
            if 200 <= response.status < 300:
                await _first_bytes(response)
                return DELIVERED
            said = (await _first_bytes(response)).decode("utf-8", "replace").strip()
            problem = f"HTTP {response.status} {response.reason or ''}".strip()
            problem = f"{problem}: {said}" if said else problem
            return Outcome(problem, _retry_after(response.headers.get("retry-after")))
        finally:
            # Kept for the next message if the answer has ended, closed otherwise.
            response.release()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, socket_factory=self._rules.socket),
                cookie_jar=aiohttp.DummyCookieJar(),
                # What is compressed might be endless when it is not.
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None),
            )
        return self._session

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            # Sockets of a closed session are closed a turn of the loop later.
            await asyncio.sleep(0)


async def _first_bytes(response: aiohttp.ClientResponse) -> bytes:
    """Read the beginning of an answer; whatever goes wrong, the status counts."""
    found = b""
    with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            while len(found) < ANSWER_BYTES_MAX:
                part = await response.content.read(ANSWER_BYTES_MAX - len(found))
                if not part:
                    return found
                found += part
    response.close()
    return found


def _retry_after(value: str | None) -> float | None:
    """Read seconds or a date; what is neither is not there."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def _why(error: BaseException) -> str:
    """Say what went wrong; an address that is refused says so itself."""
    for one in _causes(error):
        if isinstance(one, AddressRefusedError):
            return str(one)
    return f"{error}" if str(error) else type(error).__name__


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        parts: Any = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        for part in parts:
            yield from _causes(part)
        error = error.__cause__ or error.__context__
