import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from cloudevents.core.bindings.http import HTTPMessage
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from tests.receiver import Received, Receiver, answer, close, endless, hang

from hitchpost_server.feed import webhook_connections
from hitchpost_server.feed.addresses import AddressRefusedError, AddressRules, networks
from hitchpost_server.feed.signatures import problem_with
from hitchpost_server.feed.targets import DELIVERED, Outcome
from hitchpost_server.feed.webhooks import Address, WebhookSender

MESSAGE = HTTPMessage({"content-type": "application/json"}, '{"a": "–"}'.encode())
SECRETS = ["whsec_" + base64.b64encode(bytes([n] * 32)).decode() for n in (1, 2, 3)]


@pytest.fixture
async def sender() -> AsyncIterator[WebhookSender]:
    one = WebhookSender(AddressRules(networks("127.0.0.0/8")))
    yield one
    await one.close()


async def sent(sender: WebhookSender, receiver: Receiver, *secrets: str) -> Outcome:
    target = Address(receiver.url, 2.0, secrets, {"authorization": "Bearer x"})
    return await sender.send(target, MESSAGE, "msg_1")


async def without_end(writer: asyncio.StreamWriter, _received: Received) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)
        await writer.drain()


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "204 No Content"])
async def test_two_hundreds_are_delivered(sender, receiver, status: str) -> None:
    receiver.behave = answer(status)
    assert await sent(sender, receiver) == DELIVERED
    (one,) = receiver.received
    assert (one.path, one.body) == ("/hook", MESSAGE.body)
    assert one.headers["content-type"] == "application/json"
    assert one.headers["authorization"] == "Bearer x"


@pytest.mark.parametrize(
    ("behave", "outcome"),
    [
        (answer("500 Oops", b"broken"), Outcome("HTTP 500 Oops: broken")),
        (answer("429 Slow", retry_after="7"), Outcome("HTTP 429 Slow", 7.0)),
        (answer("503 Busy", retry_after="soon"), Outcome("HTTP 503 Busy")),
        (answer("307 There", location="http://127.0.0.1/"), Outcome("HTTP 307 There")),
        (answer("503 Busy", retry_after="9" * 400), Outcome("HTTP 503 Busy", float("inf"))),
        (answer("503 Busy", retry_after=f"Mon, 01 Jan {9**30} 00:00:00"), Outcome("HTTP 503 Busy")),
        (answer("410 Gone"), Outcome("HTTP 410 Gone")),
        (close, Outcome("Server disconnected")),
        (hang, Outcome("no answer within 2 s")),
        (endless("500 Oops"), Outcome("HTTP 500 Oops: " + "x" * 1_024)),
        (endless("200 OK"), DELIVERED),
    ],
    ids=[
        "500",
        "429",
        "503",
        "307",
        "ages",
        "no date",
        "410",
        "closes",
        "hangs",
        "endless 500",
        "endless 200",
    ],
)
async def test_each_failure_has_its_outcome(sender, receiver, behave, outcome: Outcome) -> None:
    receiver.behave = behave
    assert await sent(sender, receiver) == outcome
    receiver.behave = answer("200 OK")
    assert await sent(sender, receiver) == DELIVERED, "the next one is not affected"
    assert len(receiver.received) == 2, "a redirect is not followed, nothing is sent twice"


async def test_receiver_that_sends_without_end_is_left(sender, receiver, monkeypatch) -> None:
    monkeypatch.setattr(webhook_connections, "RECEIVED_BYTES_MAX", 32 * 1024)
    receiver.behave = without_end
    assert await sent(sender, receiver) == Outcome("the receiver sends without end")
    receiver.behave = answer("200 OK")
    assert await sent(sender, receiver) == DELIVERED, "the next one is not affected"


async def test_each_request_may_be_answered_in_full(sender, receiver, monkeypatch) -> None:
    monkeypatch.setattr(webhook_connections, "RECEIVED_BYTES_MAX", 300)
    receiver.behave = answer("500 Oops", b"x" * 100)
    outcomes = {(await sent(sender, receiver)).problem for _ in range(5)}
    assert outcomes == {"HTTP 500 Oops: " + "x" * 100}


async def test_a_kept_connection_that_is_closed_just_now_is_no_failure(sender, receiver) -> None:
    served: list[int] = []

    async def treat(writer: asyncio.StreamWriter, received: Received) -> None:
        served.append(writer.get_extra_info("peername")[1])
        await (close if len(served) == 2 else answer("200 OK"))(writer, received)

    receiver.behave = treat
    assert [await sent(sender, receiver) for _ in range(3)] == [DELIVERED] * 3
    first, second, again, third = served
    assert first == second, "the connection was kept"
    assert len({first, again, third}) == 3


async def test_a_receiver_that_closes_every_connection_is_tried_once_more_and_no_more(
    sender, receiver
) -> None:
    assert await sent(sender, receiver) == DELIVERED
    receiver.behave = close
    assert (await sent(sender, receiver)).problem == "Server disconnected"
    assert len(receiver.received) == 3


async def test_an_answer_that_breaks_off_is_a_failure_on_a_kept_connection_too(
    sender, receiver
) -> None:
    async def half(writer: asyncio.StreamWriter, _received: Received) -> None:
        writer.write(b"HTTP/1.1 200")
        await writer.drain()
        writer.close()

    assert await sent(sender, receiver) == DELIVERED
    receiver.behave = half
    assert (await sent(sender, receiver)).problem
    assert len(receiver.received) == 2


async def test_what_a_receiver_repeats_of_secrets_is_not_told(sender, receiver) -> None:
    body = b"cannot POST /hook/T0%2F1?key=s3cr3t for Bearer abc: /hook/T0/1, key=s3cr3t"
    receiver.behave = answer("404 Not Found", body)
    url = f"{receiver.url}/T0%2F1?key=s3cr3t"
    address = Address(url, 2.0, (), {"authorization": "Bearer abc"})
    outcome = await sender.send(address, MESSAGE, "msg_1")
    masked = "cannot POST ***** for *****: *****, *****"
    assert outcome.problem == f"HTTP 404 Not Found: {masked}"


async def test_retry_after_may_be_a_date(sender, receiver) -> None:
    then = datetime.now(UTC) + timedelta(seconds=60)
    receiver.behave = answer("429 Slow", retry_after=format_datetime(then, usegmt=True))
    outcome = await sent(sender, receiver)
    assert outcome.retry_after_seconds == pytest.approx(60, abs=5)


async def test_nobody_listens(sender) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        outcome = await sender.send(Address(url, 2.0), MESSAGE, "msg_1")
    assert "Cannot connect" in outcome.problem


async def test_what_is_signed_is_verified_by_any_of_the_secrets(sender, receiver) -> None:
    assert await sent(sender, receiver, SECRETS[0], SECRETS[1]) == DELIVERED
    (one,) = receiver.received
    for secret in SECRETS[:2]:
        assert Webhook(secret).verify(one.body, one.headers) == {"a": "–"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRETS[2]).verify(one.body, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRETS[0]).verify(one.body + b" ", one.headers)


@pytest.mark.parametrize("secret", ["", "whsec_", "secret", "whsec_???", "whsec_" + "AAAA" * 5])
def test_what_is_no_secret_is_told_without_telling_it(secret: str) -> None:
    assert problem_with(secret) == "a secret is whsec_ and then 24 to 64 bytes in base64"
    assert problem_with(SECRETS[0]) is None


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "::"),
        *("2002:7f00:1::", "224.0.0.1", "ff02::1", "255.255.255.255", "fec0::1"),
        *("::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1"),
    ],
)
def test_addresses_within_are_refused(address: str) -> None:
    with pytest.raises(AddressRefusedError):
        AddressRules().check(address)


def test_public_addresses_and_those_of_the_operator_are_allowed() -> None:
    AddressRules().check("93.184.216.34")
    AddressRules().check("2606:4700::1111")
    AddressRules(networks("10.0.0.0/8, ::1/128")).check("10.1.2.3")
    AddressRules(networks("127.0.0.0/8")).check("::ffff:127.0.0.1")
    AddressRules().check_host("example.com")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_what_is_refused_is_not_connected_to(receiver, host: str) -> None:
    strict = WebhookSender(AddressRules())
    outcome = await strict.send(Address(f"http://{host}:{receiver.port}/", 2.0), MESSAGE, "m")
    await strict.close()
    assert outcome.problem.startswith("webhooks may not be sent to "), outcome
    assert receiver.received == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "nowhere.invalid", "a b"])
async def test_other_ways_to_write_an_address_reach_nobody(receiver, host: str) -> None:
    strict = WebhookSender(AddressRules())
    outcome = await strict.send(Address(f"http://{host}:{receiver.port}/", 2.0), MESSAGE, "m")
    await strict.close()
    assert outcome.problem
    assert receiver.received == []
