"""The NATS target against a real nats-server: one attempt, one outcome."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import nkeys
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.nats_server import NatsServer, silent

from hitchpost_server.feed.addresses import AddressRules, networks
from hitchpost_server.feed.lookups import Lookups
from hitchpost_server.feed.matching import Matched
from hitchpost_server.feed.nats_servers import (
    ANY_ADDRESS,
    Servers,
    problem_with_server,
    read_connections,
    server_of,
)
from hitchpost_server.feed.nats_target import NatsTarget
from hitchpost_server.feed.targets import DELIVERED, Outcome
from hitchpost_server.feed.writing import Message, problem_with_subject

LOOPBACK = AddressRules(networks("127.0.0.0/8, ::1/128"), "messages")


def entry(position: int, subject: str = "orders.a", body: bytes = b"{}") -> Matched:
    message = Message({"content-type": "application/cloudevents+json"}, body, subject)
    return Matched(position, "topic", message)


@asynccontextmanager
async def target_at(
    *urls: str, rules: AddressRules = LOOPBACK, seconds: float = 5.0, **identity: str
) -> AsyncIterator[NatsTarget]:
    servers = Servers(tuple(map(server_of, urls)), rules, identity)
    one = NatsTarget(servers, seconds, "/test/", Lookups())
    yield one
    await one.close()


async def test_what_a_stream_has_stored_is_delivered(nats_server: NatsServer) -> None:
    await nats_server.add_stream("orders.>")
    async with target_at(nats_server.url) as target:
        assert await target.send(entry(7, body=b'{"a": 1}')) == DELIVERED
    (one,) = await nats_server.messages()
    assert (one.subject, one.data) == ("orders.a", b'{"a": 1}')
    assert one.headers["Nats-Msg-Id"] == "/test/7"
    assert one.headers["content-type"] == "application/cloudevents+json"


async def test_what_a_stream_has_already_is_delivered_and_not_stored_again(
    nats_server: NatsServer,
) -> None:
    await nats_server.add_stream("orders.>")
    async with target_at(nats_server.url) as target:
        outcomes = await asyncio.gather(*(target.send(entry(7)) for _ in range(20)))
    assert outcomes == [DELIVERED] * 20
    assert len(await nats_server.messages()) == 1


async def test_a_subject_that_no_stream_has_is_a_failure(nats_server: NatsServer) -> None:
    async with target_at(nats_server.url) as target:
        assert await target.send(entry(1)) == Outcome("no stream has the subject orders.a")


async def test_an_answer_of_somebody_else_is_no_acknowledgement(nats_server: NatsServer) -> None:
    client = await nats_server.connected()

    async def answer(message) -> None:
        await message.respond({"orders.a": b"thanks", "orders.b": b"{}"}[message.subject])

    await client.subscribe("orders.*", cb=answer)
    await client.flush()
    async with target_at(nats_server.url) as target:
        for subject in ("orders.a", "orders.b"):
            problem = (await target.send(entry(1, subject))).problem
            assert problem == "the answer is no acknowledgement of JetStream"
    await client.close()


async def test_nobody_is_waited_for_without_end(nats_server: NatsServer) -> None:
    client = await nats_server.connected()
    await client.subscribe("orders.*")
    await client.flush()
    async with target_at(nats_server.url, seconds=0.3) as target:
        assert (await target.send(entry(1))).problem == "no acknowledgement within 0.3 s"
    await client.close()


async def test_what_the_server_does_not_permit_says_so(nats_server_with) -> None:
    users = '{ user: "h", password: "x", permissions: { publish: ["other"] } }'
    server = nats_server_with(f"authorization {{ users: [{users}] }}")
    async with target_at(server.url, seconds=0.5, user="h", password="x") as target:
        problem = (await target.send(entry(1))).problem
    assert problem.lower().endswith('permissions violation for publish to "orders.a"')


async def test_a_server_that_hangs_for_a_while_gets_each_message_once(
    nats_server: NatsServer,
) -> None:
    await nats_server.add_stream("orders.>")
    async with target_at(nats_server.url, seconds=0.3) as target:
        assert await target.send(entry(1)) == DELIVERED
        nats_server.hang()
        assert (await target.send(entry(2))).problem == "no acknowledgement within 0.3 s"
        nats_server.go_on()
        assert await target.send(entry(2)) == DELIVERED
    assert len(await nats_server.messages()) == 2


async def test_a_message_that_is_too_large_fails_alone(nats_server: NatsServer) -> None:
    await nats_server.add_stream("orders.>")
    async with target_at(nats_server.url) as target:
        large, small = await asyncio.gather(
            target.send(entry(1, body=b"x" * 1024 * 1024)), target.send(entry(2))
        )
    assert large.problem == "the message is larger than the server takes"
    assert small == DELIVERED


async def test_what_a_stream_refuses_says_why(nats_server: NatsServer) -> None:
    client = await nats_server.connected()
    await client.jetstream().add_stream(
        name="ENTRIES", subjects=["orders.>"], max_msgs=1, discard="new"
    )
    await client.close()
    async with target_at(nats_server.url) as target:
        assert await target.send(entry(1)) == DELIVERED
        assert (await target.send(entry(2))).problem == (
            "JetStream refuses it: maximum messages exceeded"
        )


async def test_a_server_that_comes_back_is_connected_to_again(nats_server: NatsServer) -> None:
    await nats_server.add_stream("orders.>")
    async with target_at(nats_server.url) as target:
        assert await target.send(entry(1)) == DELIVERED
        nats_server.kill()
        assert (await target.send(entry(2))).problem
        nats_server.start()
        assert await target.send(entry(1)) == DELIVERED
        assert await target.send(entry(2)) == DELIVERED
    assert len(await nats_server.messages()) == 2


async def test_another_server_is_connected_to_if_one_is_not_there(
    nats_server: NatsServer, unused_tcp_port_factory: Callable[[], int]
) -> None:
    await nats_server.add_stream("orders.>")
    nowhere = [f"nats://127.0.0.1:{unused_tcp_port_factory()}" for _ in range(3)]
    async with target_at(*nowhere, nats_server.url) as target:
        assert await target.send(entry(1)) == DELIVERED


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_addresses_that_are_not_public_are_not_connected_to(host: str) -> None:
    async with target_at(f"nats://{host}", rules=AddressRules(what="messages")) as target:
        problem = (await target.send(entry(1))).problem
    assert problem.startswith("messages may not be sent to ")


async def test_nothing_is_sent_in_the_clear_where_tls_was_asked_for(
    nats_server: NatsServer,
) -> None:
    url = nats_server.url.replace("nats:", "tls:")
    async with target_at(url, token="secret") as target:
        assert (await target.send(entry(1))).problem == "the server does not offer TLS"


async def test_a_server_that_says_nothing_does_not_hold_up_more_than_its_attempt() -> None:
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, target_at(f"nats://127.0.0.1:{port}", seconds=0.3) as target:
        outcomes = await asyncio.gather(*(target.send(entry(n)) for n in range(3)))
    assert [one.problem for one in outcomes] == ["no acknowledgement within 0.3 s"] * 3


async def test_a_server_that_sends_without_end_is_left() -> None:
    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"headers": true, "max_payload": 1000}\r\n')
        await reader.readline()
        writer.write(b"PONG\r\nMSG _INBOX.x 1 1000000000\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, target_at(f"nats://127.0.0.1:{port}") as target:
        assert (await target.send(entry(1))).problem == "the connection was lost"


# The operator's connections


@pytest.fixture
def connections(tmp_path: Path) -> Callable[[str], dict[str, Servers]]:
    def written(text: str) -> dict[str, Servers]:
        path = tmp_path / "connections.toml"
        path.write_text(text)
        return dict(read_connections(str(path)))

    return written


async def test_a_connection_has_credentials(nats_server_with, connections) -> None:
    server = nats_server_with('authorization { user: "h", password: "secret" }')
    text = '[{}]\nservers = ["{}"]\nuser = "h"\npassword = "{}"\n'
    found = connections(
        text.format("good", server.url, "secret") + text.format("bad", server.url, "x")
    )
    client = await server.connected(user="h", password="secret")
    await client.jetstream().add_stream(name="ENTRIES", subjects=["orders.>"])
    await client.close()
    outcomes = []
    for name in ("good", "bad"):
        target = NatsTarget(found[name], 5.0, "/test/", Lookups())
        outcomes.append(await target.send(entry(1)))
        await target.close()
    assert outcomes == [DELIVERED, Outcome("nats: 'Authorization Violation'")]


async def test_a_key_signs_and_stays_here(tmp_path: Path, nats_server_with, connections) -> None:
    pair = nkeys.from_seed(nkeys.encode_seed(bytes(range(32)), nkeys.PREFIX_BYTE_USER))
    (tmp_path / "h.nk").write_text(pair.seed.decode())
    public = pair.public_key.decode()
    server = nats_server_with(f"authorization {{ users: [{{ nkey: {public} }}] }}")
    found = connections(f'[orders]\nservers = ["{server.url}"]\nnkey = "h.nk"\n')
    target = NatsTarget(found["orders"], 5.0, "/test/", Lookups())
    assert (await target.send(entry(1))).problem == "no stream has the subject orders.a"
    await target.close()


async def test_a_file_of_credentials_signs_what_the_server_asks(
    tmp_path: Path, connections
) -> None:
    seed = nkeys.encode_seed(bytes(range(32)), nkeys.PREFIX_BYTE_USER).decode()
    (tmp_path / "h.creds").write_text(
        f"-----BEGIN NATS USER JWT-----\nthe-token\n------END NATS USER JWT------\n"
        f"-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )
    said: list[dict[str, str]] = []

    async def challenge(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"headers": true, "auth_required": true, "nonce": "abc"}\r\n')
        said.append(json.loads((await reader.readline()).removeprefix(b"CONNECT ")))
        writer.write(b"-ERR 'Authorization Violation'\r\n")
        writer.close()

    server = await asyncio.start_server(challenge, "127.0.0.1", 0)
    url = f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    found = connections(f'[orders]\nservers = ["{url}"]\ncredentials = "h.creds"\n')
    async with server:
        target = NatsTarget(found["orders"], 5.0, "/test/", Lookups())
        assert (await target.send(entry(1))).problem == "nats: 'Authorization Violation'"
        await target.close()
    assert said[0]["jwt"] == "the-token"
    nkeys.from_seed(seed.encode()).verify(b"abc", base64.b64decode(said[0]["sig"]))
    assert seed not in str(said)


async def test_a_key_that_is_none_says_so(nats_server: NatsServer, tmp_path: Path) -> None:
    path = tmp_path / "h.nk"
    path.write_text("SUSU")
    async with target_at(nats_server.url, nkey=str(path)) as target:
        assert (await target.send(entry(1))).problem.startswith("the key is none")
    path.unlink()
    async with target_at(nats_server.url, nkey=str(path)) as target:
        assert "No such file" in (await target.send(entry(1))).problem


async def test_tls_is_spoken_with_whom_the_authority_vouches_for(
    tmp_path: Path, nats_server_with
) -> None:
    certificate, key = self_signed(tmp_path)
    server = nats_server_with(f'tls {{ cert_file: "{certificate}", key_file: "{key}" }}')
    url = server.url.replace("nats:", "tls:")
    async with target_at(url, ca=str(certificate)) as known, target_at(url) as unknown:
        problems = [(await one.send(entry(1))).problem for one in (known, unknown)]
    assert problems[0] == "no stream has the subject orders.a"
    assert "certificate verify failed" in problems[1]


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for loopback that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nats")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(days=1)
    )
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = built.add_extension(loopback, critical=False).sign(key, hashes.SHA256())
    files = folder / "nats.crt", folder / "nats.key"
    files[0].write_bytes(signed.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


def test_what_the_operator_names_may_have_any_address(connections) -> None:
    found = connections('[orders]\nservers = ["nats://10.0.0.1", "tls://[::1]:99"]\ntoken = "x"\n')
    assert found["orders"].rules is ANY_ADDRESS
    assert [(one.host, one.port, one.is_tls) for one in found["orders"].servers] == [
        ("10.0.0.1", 4222, False),
        ("::1", 99, True),
    ]
    assert read_connections("") == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("servers = 1", "it must be a table"),
        ("[orders]", "it must be a table with a list of servers"),
        ('[orders]\nservers = ["http://x"]', "http://x: it must begin with nats://"),
        ('[orders]\nservers = ["nats://x"]\nuser = "u"', "user and password belong together"),
        ('[orders]\nservers = ["nats://x"]\ntoken = 1', "token must be a text"),
        ('[orders]\nservers = ["nats://x"]\nsecret = "1"', "there is no secret"),
        ('[orders]\nservers = ["nats://x"]\ntoken = "1"\nnkey = "a"', "it may have one of"),
        ('[orders]\nservers = ["nats://x"]\ncredentials = "connections.toml"', "credentials: "),
        ("[", "document"),
    ],
)
def test_a_file_of_connections_that_is_wrong_is_refused(
    connections, text: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        connections(text)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("nats://example.com", None),
        ("tls://example.com:4443/", None),
        ("http://example.com", "it must begin with nats://"),
        ("nats://u:p@example.com", "credentials do not belong here"),
        ("nats://example.com/a", "nothing may come after"),
        ("nats://example.com:99999", "Port out of range"),
        ("nats://a b", "a URL has at most"),
        ("nats://10.0.0.1", "messages may not be sent to 10.0.0.1"),
    ],
)
def test_servers_that_a_route_may_name(url: str, problem: str | None) -> None:
    found = problem_with_server(url, AddressRules(what="messages"))
    assert found is None if problem is None else str(found).startswith(problem)


@pytest.mark.parametrize("subject", ["orders", "orders.eu-1.signed", "a.$b", "größe.1", "x" * 255])
def test_subjects(subject: str) -> None:
    assert problem_with_subject(subject) is None


@pytest.mark.parametrize(
    "subject",
    ["", ".", "a..b", "a.", "a.*", "a.>", "a>b", "a b", "a\r\nPUB", "a\tb", "x" * 256]
    + ["$JS.API.STREAM.DELETE.X", "$SYS", "_INBOX.x", 7, None, ["a"]],
)
def test_what_is_no_subject(subject: object) -> None:
    assert problem_with_subject(subject) is not None
