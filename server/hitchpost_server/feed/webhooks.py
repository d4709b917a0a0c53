"""The sender of webhooks: one attempt, one outcome.

It knows HTTP and what a receiver may do to whoever calls it: hang, redirect,
answer without end. It knows nothing of routes, nor of when to try again.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from hitchpost_server.feed.addresses import AddressRules
from hitchpost_server.feed.lookups import Lookups
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.signatures import signature_headers
from hitchpost_server.feed.targets import DELIVERED, Address, Outcome, why
from hitchpost_server.feed.webhook_connections import REQUEST, Request, session
from hitchpost_server.feed.writing import Message

USER_AGENT = "hitchpost"
# What of an answer is read: enough for a word on what went wrong.
ANSWER_BYTES_MAX = 1_024
# How long that may take once the status is known.
ANSWER_SECONDS_MAX = 1.0


class WebhookSender:
    """Sends messages over HTTP; connections are kept and shared."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        self._lookups = Lookups()
        # Which keep their connections, and which do not.
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def send(self, address: Address, message: Message, message_id: str) -> Outcome:
        """Make one attempt; raises nothing but what ends this task."""
        outcome = await self._attempt(address, message, message_id)
        return Outcome(address.without_secrets(outcome.problem), outcome.retry_after_seconds)

    async def _attempt(self, address: Address, message: Message, message_id: str) -> Outcome:
        headers = {
            "user-agent": USER_AGENT,
            **address.headers,
            **message.headers,
            **signature_headers(address.secrets, message_id, datetime.now(UTC), message.body),
        }
        try:
            async with asyncio.timeout(address.timeout_seconds):
                return await self._posted(address.url, headers, message.body)
        except TimeoutError:
            return Outcome(f"no answer within {address.timeout_seconds:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Outcome(why(error))

    async def _posted(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send on a kept connection; on a new one if that is closed before anything comes."""
        request = Request()
        REQUEST.set(request)
        try:
            return await self._post(True, url, headers, body)
        except aiohttp.ClientConnectionError:
            if not request.came_too_late:
                raise
        REQUEST.set(None)
        return await self._post(False, url, headers, body)

    async def _post(
        self, is_kept: bool, url: str, headers: Mapping[str, str], body: bytes
    ) -> Outcome:
        if is_kept not in self._sessions:
            self._sessions[is_kept] = session(self._rules, self._lookups, keeps=is_kept)
        posting = self._sessions[is_kept].post
        response = await posting(url, data=body, headers=headers, allow_redirects=False)
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

    async def close(self) -> None:
        """Close all connections."""
        for one in self._sessions.values():
            await one.close()
        await self._lookups.close()
        # Sockets of a closed session are closed a turn of the loop later.
        await asyncio.sleep(0)


class WebhookTarget:
    """A route's webhook; connections are the sender's, which is shared."""

    def __init__(self, sender: WebhookSender, address: Address, route: str) -> None:
        self._sender = sender
        self._address = address
        self._route = route

    async def send(self, entry: Matched) -> Outcome:
        """Make one attempt."""
        assert entry.message is not None
        message_id = f"{self._route}-{entry.key or entry.position}"
        return await self._sender.send(self._address, entry.message, message_id)

    async def close(self) -> None:
        """Let go of nothing."""


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
        if then.tzinfo is None:
            then = then.replace(tzinfo=UTC)
        return max(0.0, (then - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
