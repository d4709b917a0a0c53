"""The kinds of targets: which class sends for which route.

It knows each kind by its field in the contract and what all of a kind share.
"""

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed.route_checks import address_of
from hitchpost_server.feed.targets import Target
from hitchpost_server.feed.webhooks import WebhookSender, WebhookTarget


class Targets:
    """Opens the targets of routes; `close` ends what they have shared."""

    def __init__(self, webhooks: WebhookSender) -> None:
        self._webhooks = webhooks

    def of(self, route: routes.Route) -> Target:
        """Give the target of a route that was checked."""
        return WebhookTarget(self._webhooks, address_of(route.webhook), route.id)

    async def close(self) -> None:
        """Close all connections that are shared."""
        await self._webhooks.close()
