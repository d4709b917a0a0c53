"""Calls about the change feed. It knows nothing of what the entries are about.

Each function is a method of Client.
"""

from uuid import uuid4

from hitchpost import _methods
from hitchpost._connection import Connection
from hitchpost._values import to_value
from hitchpost.v1.feed_pb2 import PublishReceipt, PublishRequest


async def publish(
    self: Connection,
    topic: str,
    content: object = None,
    *,
    id: str | None = None,
    timeout: float | None = None,
) -> PublishReceipt:
    """Put a message into the log, where the subscribers of its topic find it.

    `id` tells it from other messages of the topic; without one it gets a new one, so that it
    happens once however often it must be sent. Once this returns, the message is stored.
    Raises MessageExists if there is another one with that id.
    """
    request = PublishRequest(
        topic=topic, content=to_value(content), id=uuid4().hex if id is None else id
    )
    return await self.call(_methods.PUBLISH, request, timeout=timeout)
