"""NATS servers: which ones messages may be published to, and as whom.

It knows URLs of servers and the operator's file of connections; it knows
nothing of the protocol. Whoever puts a route names servers, without any
credentials and within the address rules, or one of the operator's connections:
so no credential can be sent to a server that the operator has not named.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed.addresses import AddressRefusedError, AddressRules, networks

SERVERS_MAX = 8
PORT_DEFAULT = 4222
URL_CHARACTERS_MAX = 300

# What the operator names is allowed.
ANY_ADDRESS = AddressRules(networks("0.0.0.0/0, ::/0"))
# What a connection may say besides its servers; those of the second are files.
_TEXTS = ("user", "password", "token")
_FILES = ("credentials", "nkey", "ca")
# Who one is can be said in one way only.
_IDENTITIES = ("user", "token", "credentials", "nkey")
# What files hold, by which they are known.
_MARKS = {
    "credentials": ("BEGIN NATS USER JWT", "BEGIN USER NKEY SEED"),
    "nkey": ("SU",),
}

NOT_INSTALLED = "this server cannot speak NATS: whoever runs it must install hitchpost[server,nats]"


@dataclass(frozen=True, slots=True)
class Server:
    """One server: where it is, and whether it must be spoken to by TLS."""

    host: str
    port: int
    is_tls: bool


@dataclass(frozen=True, slots=True)
class Servers:
    """Those of one NATS system, which addresses they may have, and who to be there.

    `identity` is by the names in the operator's file.
    """

    servers: tuple[Server, ...]
    rules: AddressRules
    identity: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NatsAccess:
    """What routes may connect to: addresses within `rules`, and the operator's connections."""

    rules: AddressRules
    connections: Mapping[str, Servers] = field(default_factory=dict)

    def servers_of(self, target: routes.NatsTarget) -> Servers | None:
        """Give the servers of a target that was checked; None if the operator has removed them."""
        if target.connection:
            return self.connections.get(target.connection)
        return Servers(tuple(map(server_of, target.servers)), self.rules)


def is_installed() -> bool:
    """Whether there is what it takes to speak NATS."""
    return find_spec("nats") is not None


def server_of(url: str) -> Server:
    """Read the URL of a server; raise ValueError with what is wrong with it."""
    if len(url) > URL_CHARACTERS_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"a URL has at most {URL_CHARACTERS_MAX} characters of printable ASCII")
    parts = urlsplit(url)
    if parts.scheme not in ("nats", "tls") or not parts.hostname:
        raise ValueError("it must begin with nats:// or tls:// and name a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("credentials do not belong here: name a connection of the operator")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("nothing may come after host and port")
    return Server(parts.hostname, parts.port or PORT_DEFAULT, parts.scheme == "tls")


def problem_with_server(url: str, rules: AddressRules) -> str | None:
    """Say why a route may not name a server, if so."""
    try:
        rules.check_host(server_of(url).host)
    except (ValueError, AddressRefusedError) as error:
        return str(error)
    return None


def check_identity(identity: Mapping[str, str]) -> None:
    """Raise ValueError if a file holds not what it should: the library would search on and on."""
    for name, marks in _MARKS.items():
        if name in identity:
            text = Path(identity[name]).read_text()
            if not all(mark in text for mark in marks):
                raise ValueError(f"{name}: there is no {' or no '.join(marks)} in the file")


def read_connections(path: str) -> Mapping[str, Servers]:
    """Read the operator's file; no path means none.

    Raises:
        ValueError: with the connection, and what is wrong with it.
        OSError: if it cannot be read.
    """
    if not path:
        return {}
    found = {}
    for name, one in tomllib.loads(Path(path).read_text()).items():
        for problem in _problems(one):
            raise ValueError(f"connection {name}: {problem}")
        identity = {key: str(one[key]) for key in _TEXTS if key in one}
        files = {key: str(Path(path).parent / one[key]) for key in _FILES if key in one}
        check_identity(files)
        servers = tuple(map(server_of, one["servers"]))
        found[name] = Servers(servers, ANY_ADDRESS, identity | files)
    return found


def _problems(one: Any) -> Iterator[str]:
    if not isinstance(one, dict) or not isinstance(one.get("servers"), list) or not one["servers"]:
        yield "it must be a table with a list of servers"
        return
    for name, value in one.items():
        if name not in ("servers", *_TEXTS, *_FILES):
            yield f"there is no {name}"
        elif name != "servers" and not isinstance(value, str):
            yield f"{name} must be a text"
    if sum(name in one for name in _IDENTITIES) > 1:
        yield f"it may have one of {', '.join(_IDENTITIES)}"
    if ("user" in one) != ("password" in one):
        yield "user and password belong together"
    for url in one["servers"]:
        try:
            server_of(str(url))
        except ValueError as error:
            yield f"{url}: {error}"
