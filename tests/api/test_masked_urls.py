"""What is read of a webhook's URL: where it leads to, and not what lets somebody write there."""

import pytest

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.api import masking


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com/"),
        ("http://example.com:8080/services/T0/B0/abc", "http://example.com:8080/*****"),
        ("https://example.com?token=abc", "https://example.com/*****"),
        ("https://[2001:db8::1]:443/hook?a#b", "https://[2001:db8::1]:443/*****"),
        ("https://ada:secret@example.com/", "https://example.com/*****"),
        ("", ""),
    ],
)
def test_host_and_port_are_read_of_a_url(url: str, read: str) -> None:
    route = routes.Route(webhook=routes.WebhookTarget(url=url))
    assert masking.route(route).webhook.url == read


def test_a_route_to_somewhere_else_stays_one() -> None:
    route = routes.Route(nats=routes.NatsTarget(connection="main"))
    assert masking.route(route).WhichOneof("target") == "nats"
