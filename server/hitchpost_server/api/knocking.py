"""Knocking: how long calls stand in front of the door before anybody sees them.

gRPC hands over calls one by one, in the order in which they came; those behind
wait in its queue, where nobody can look. So while others come the server now and
then calls itself, and sees how long that call has stood there. Knows time and
one channel, nothing of other calls.
"""

import asyncio
import logging
from secrets import token_hex
from typing import Any

import grpc

logger = logging.getLogger(__name__)

# Often enough to notice a crowd while it gathers, seldom enough to cost nothing.
KNOCK_SECONDS = 0.05
# What was found out counts for so long if nothing newer is known.
NEWS_SECONDS = 0.1
OPTIONS = (
    # No other channel to the same address may lend it a connection full of calls.
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.enable_http_proxy", 0),
)


class Knocks:
    """Calls to oneself, one at a time, while others come."""

    def __init__(self) -> None:
        # Nobody else can know it. There is no such method, so the answer is short.
        self.method = f"/hitchpost.Door/{token_hex(16)}"
        self._channel: grpc.aio.Channel | None = None
        self._call: asyncio.Task[None] | None = None
        self._knocked = self._heard = 0.0
        self._waited = 0.0

    def begin(self, target: str) -> None:
        """Go round to the front."""
        self._channel = grpc.aio.insecure_channel(target, options=OPTIONS)
        self._channel.get_state(try_to_connect=True)

    async def end(self) -> None:
        """Knock no more."""
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    def heard(self, now: float) -> None:
        """Note that the knock was let in."""
        if self._call is not None:
            self._waited, self._heard, self._call = now - self._knocked, now, None

    def waited_seconds(self, now: float) -> float:
        """Tell how long those have waited who are let in now; 0 if nobody knows."""
        if self._call is not None:
            # It is not let in yet, so it will have waited longer than this.
            return max(self._waited, now - self._knocked)
        if now - self._heard > NEWS_SECONDS:
            self._waited = 0.0
        if now - self._knocked > KNOCK_SECONDS:
            self._knock(now)
        return self._waited

    def _knock(self, now: float) -> None:
        channel = self._channel
        # A server that cannot reach itself does without.
        if channel is None or channel.get_state(True) is not grpc.ChannelConnectivity.READY:
            return
        self._knocked = now
        self._call = asyncio.create_task(self._made(channel), name="knock")

    async def _made(self, channel: grpc.aio.Channel) -> None:
        knock: Any = channel.unary_unary(self.method)
        try:
            await knock(b"")
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNIMPLEMENTED:
                logger.info("a knock was not heard: %s", error.details())
        finally:
            if self._call is asyncio.current_task():
                # Whatever has become of it, nobody waits for it any more.
                self._waited, self._call = 0.0, None
