"""Credentials as nsc writes them, against a real nats-server that knows only its operator."""

import time
from collections.abc import Callable
from pathlib import Path

import nkeys
import pytest
from tests.nats_operator import Operator, new_key
from tests.nats_server import NatsServer

from hitchpost_server.feed.lookups import Lookups
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.nats_servers import read_connections
from hitchpost_server.feed.nats_target import NatsTarget
from hitchpost_server.feed.targets import DELIVERED, Outcome
from hitchpost_server.feed.writing import Message

REFUSED = Outcome("nats: 'Authorization Violation'")


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
async def server(
    tmp_path: Path, operator: Operator, nats_server_with: Callable[..., NatsServer]
) -> NatsServer:
    """A server with a stream for orders."""
    one = nats_server_with(*operator.options)
    admin = operator.credentials(tmp_path / "admin.creds")
    client = await one.connected(user_credentials=str(admin))
    await client.jetstream().add_stream(name="ENTRIES", subjects=["orders.>"])
    await client.close()
    return one


async def sent(server: NatsServer, credentials: Path, subject: str = "orders.a") -> Outcome:
    """Send as a route does whose connection the operator has described in a file."""
    path = credentials.with_suffix(".toml")
    path.write_text(f'[main]\nservers = ["{server.url}"]\ncredentials = "{credentials.name}"\n')
    target = NatsTarget(read_connections(str(path))["main"], 2.0, "/test/", Lookups())
    outcome = await target.send(Matched(7, "orders", Message({}, b"{}", subject)))
    await target.close()
    return outcome


async def test_whom_the_operator_vouches_for_may_publish(
    server: NatsServer, operator: Operator, tmp_path: Path
) -> None:
    assert await sent(server, operator.credentials(tmp_path / "user.creds")) == DELIVERED
    messages = await server.messages(user_credentials=str(tmp_path / "admin.creds"))
    assert [one.headers["Nats-Msg-Id"] for one in messages] == ["/test/7"]


async def test_nobody_publishes_what_a_token_does_not_permit(
    server: NatsServer, operator: Operator, tmp_path: Path
) -> None:
    user = operator.credentials(tmp_path / "user.creds", publishes=("orders.a",))
    assert await sent(server, user) == DELIVERED
    problem = (await sent(server, user, "orders.b")).problem
    assert problem.lower().endswith('permissions violation for publish to "orders.b"')


async def test_a_token_that_has_expired_or_is_of_somebody_else_lets_nobody_in(
    server: NatsServer, operator: Operator, tmp_path: Path
) -> None:
    expired = operator.credentials(tmp_path / "old.creds", exp=int(time.time()) - 60)
    stranger = new_key(nkeys.PREFIX_BYTE_ACCOUNT)
    of_another = operator.credentials(tmp_path / "other.creds", account=stranger)
    assert [await sent(server, one) for one in (expired, of_another)] == [REFUSED, REFUSED]
    assert await server.messages(user_credentials=str(tmp_path / "admin.creds")) == []
