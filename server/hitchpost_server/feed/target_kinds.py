"""The kinds of targets: which class sends for which route.

It knows each kind by its field in the contract, and what all of a kind share.
"""

from typing import TYPE_CHECKING

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed.addresses import AddressRules
from hitchpost_server.feed.lookups import Lookups
from hitchpost_server.feed.nats_servers import NOT_INSTALLED, NatsAccess, is_installed
from hitchpost_server.feed.route_checks import address_of, timeout_of
from hitchpost_server.feed.targets import Target, Unavailable

if TYPE_CHECKING:
    from hitchpost_server.feed.webhooks import WebhookSender


class Targets:
    """Opens the targets of routes; `close` ends what they have shared."""

    def __init__(self, rules: AddressRules, nats: NatsAccess, tenant: str) -> None:
        self.rules = rules
        self.nats = nats
        self._tenant = tenant
        self._webhooks: WebhookSender | None = None
        # Those of webhooks are their sender's: names of one kind hold up none of the other.
        self._nats_lookups = Lookups()

    def of(self, route: routes.Route) -> Target:
        """Give the target of a route that was checked."""
        if route.WhichOneof("target") == "nats":
            return self._nats(route)
        return self._webhook(route)

    def _webhook(self, route: routes.Route) -> Target:
        # An HTTP client takes a while to be loaded: a server without routes does without it.
        from hitchpost_server.feed.webhooks import WebhookSender, WebhookTarget

        if self._webhooks is None:
            self._webhooks = WebhookSender(self.rules)
        return WebhookTarget(self._webhooks, address_of(route.webhook), route.id)

    def _nats(self, route: routes.Route) -> Target:
        if not is_installed():
            return Unavailable(NOT_INSTALLED)
        # What it needs is there only if it was asked for.
        from hitchpost_server.feed.nats_target import NatsTarget, message_id_prefix

        prefix = message_id_prefix(route, self._tenant)
        servers = self.nats.servers_of(route.nats)
        return NatsTarget(servers, timeout_of(route), prefix, self._nats_lookups)

    async def close(self) -> None:
        """Close all connections that are shared."""
        if self._webhooks is not None:
            await self._webhooks.close()
        await self._nats_lookups.close()
