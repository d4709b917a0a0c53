"""The change feed's door: messages come in."""

from hitchpost.v1 import feed_pb2 as feed
from hitchpost_server.api.calls import Caller, Method, Unary, sender
from hitchpost_server.api.shapes import Shapes
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import TOPIC_STREAM
from hitchpost_server.feed.topics import check_topic
from hitchpost_server.runtime.committer import Committer


class Feed:
    """The methods of the change feed."""

    def __init__(self, committer: Committer, shapes: Shapes) -> None:
        self._committer = committer
        self._shapes = shapes

    async def publish(self, caller: Caller, request: feed.PublishRequest) -> feed.PublishReceipt:
        """Put a message into the log."""
        check_topic("topic", request.topic)
        if request.HasField("id"):
            self._shapes.guid("id", request.id)
        command = commands.PublishMessage(
            **sender(caller), stream=TOPIC_STREAM + request.topic, request=request
        )
        reply: feed.PublishReceipt = await self._committer.submit(command)
        return reply

    def methods(self) -> dict[str, Method]:
        """List what is served, by the names that clients call."""
        return {"Publish": Unary(feed.PublishRequest, self.publish)}
