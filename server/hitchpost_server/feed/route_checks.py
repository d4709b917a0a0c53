"""Checks of routes: what can be said against one before it is stored."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.values.masks import MASK
from hitchpost_server.feed.addresses import AddressRefusedError, AddressRules
from hitchpost_server.feed.evaluator import Evaluator
from hitchpost_server.feed.matching import expressions_of
from hitchpost_server.feed.nats_checks import nats_problems
from hitchpost_server.feed.nats_servers import NatsAccess
from hitchpost_server.feed.patterns import check_patterns
from hitchpost_server.feed.signatures import problem_with as problem_with_secret
from hitchpost_server.feed.targets import Address
from hitchpost_server.feed.writing import FORMS

# What servers and proxies take for sure.
URL_CHARACTERS_MAX = 2_048
# Two are enough for a rotation; a few more for several receivers behind one address.
SECRETS_MAX = 8
HEADERS_MAX = 32
HEADER_CHARACTERS_MAX = 4_096

TIMEOUT_SECONDS_DEFAULT, TIMEOUT_SECONDS_MAX = 10, 60
ATTEMPTS_DEFAULT, ATTEMPTS_MAX = 10, 50
# By target: each attempt at a webhook has a connection of its own, messages of NATS share one.
CONCURRENCY_DEFAULT = {"webhook": 4, "nats": 64}
CONCURRENCY_MAX = {"webhook": 64, "nats": 256}

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
# What the sender itself says, by name or by how the name begins.
_OWN_HEADERS = frozenset(
    {"host", "content-type", "content-length", "transfer-encoding", "connection", "expect"}
    | {"upgrade", "te", "trailer", "keep-alive", "proxy-connection", "content-encoding"}
)
_OWN_PREFIXES = ("ce-", "webhook-")


def address_of(webhook: routes.WebhookTarget) -> Address:
    """Say how a webhook is sent, with defaults for what is absent."""
    seconds = float(webhook.timeout_seconds or TIMEOUT_SECONDS_DEFAULT)
    return Address(webhook.url, seconds, tuple(webhook.secrets), dict(webhook.headers))


def _target_of(route: routes.Route) -> Any:
    return getattr(route, route.WhichOneof("target") or "webhook")


def timeout_of(route: routes.Route) -> float:
    """Say how many seconds an attempt may take."""
    return float(_target_of(route).timeout_seconds or TIMEOUT_SECONDS_DEFAULT)


def concurrency_of(route: routes.Route) -> int:
    """Say how many attempts there may be at the same time."""
    default = CONCURRENCY_DEFAULT[route.WhichOneof("target") or "webhook"]
    return int(_target_of(route).concurrency or default)


def attempts_of(route: routes.Route) -> int:
    """Say how often an entry is tried."""
    return int(_target_of(route).attempts_max or ATTEMPTS_DEFAULT)


async def check_route(
    route: routes.Route,
    rules: AddressRules,
    nats: NatsAccess,
    evaluator: Evaluator,
    *,
    to_store: bool,
) -> None:
    """Refuse what is wrong with a route; its id is checked elsewhere.

    Raises:
        FieldInvalid: with the field; for an expression, with line and column.
    """
    check_patterns("route.patterns", route.patterns)
    if to_store:
        _check_target(route, rules, nats)
    found = await evaluator.check(expressions_of(route)) if expressions_of(route) else None
    if found is not None:
        raise FieldInvalid(field=f"route.{found[0]}", problem=found[1])


def _check_target(route: routes.Route, rules: AddressRules, nats: NatsAccess) -> None:
    kind = route.WhichOneof("target")
    if kind is None:
        raise FieldInvalid(field="route.target", problem="a target is needed")
    if kind == "nats":
        found = nats_problems(route.nats, nats)
    else:
        found = _webhook_problems(route.webhook, rules)
    for field, problem in chain(found, _range_problems(getattr(route, kind), kind)):
        raise FieldInvalid(field=f"route.{kind}.{field}".rstrip("."), problem=problem)


def _range_problems(target: Any, kind: str) -> Iterator[tuple[str, str]]:
    ranges = (
        ("timeout_seconds", TIMEOUT_SECONDS_MAX),
        ("concurrency", CONCURRENCY_MAX[kind]),
        ("attempts_max", ATTEMPTS_MAX),
    )
    for field, maximum in ranges:
        if target.HasField(field) and not 1 <= getattr(target, field) <= maximum:
            yield field, f"must be between 1 and {maximum}"


def _webhook_problems(
    webhook: routes.WebhookTarget, rules: AddressRules
) -> Iterator[tuple[str, str]]:
    problem = _url_problem(webhook.url, rules)
    if problem is not None:
        yield "url", problem
    if webhook.form not in FORMS:
        yield "form", f"there is no form {webhook.form}"
    if len(webhook.secrets) > SECRETS_MAX:
        yield "secrets", f"there may be at most {SECRETS_MAX}"
    for index, secret in enumerate(webhook.secrets):
        if (problem := _secret_problem(secret)) is not None:
            yield f"secrets[{index}]", problem
    yield from _header_problems(webhook)


def _secret_problem(secret: str) -> str | None:
    if secret == MASK:
        return "this is what is read in the place of a secret: put the secret itself"
    return problem_with_secret(secret)


def _url_problem(url: str, rules: AddressRules) -> str | None:
    if len(url) > URL_CHARACTERS_MAX:
        return f"a URL has at most {URL_CHARACTERS_MAX} characters, this one has {len(url)}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"it is not a URL: {error}"
    if parts.scheme not in ("http", "https") or not host:
        return "it must begin with http:// or https:// and name a host"
    if not url.isascii() or not url.isprintable() or " " in url:
        return "it must be printable ASCII, anything else percent-encoded"
    if MASK in url:
        return "this is what is read in the place of a path and query: put the URL itself"
    if parts.username is not None or parts.password is not None:
        return "user and password do not belong here: send a header"
    try:
        rules.check_host(host)
    except AddressRefusedError as error:
        return str(error)
    return None


def _header_problems(webhook: routes.WebhookTarget) -> Iterator[tuple[str, str]]:
    if len(webhook.headers) > HEADERS_MAX:
        yield "headers", f"there may be at most {HEADERS_MAX}"
    for name, value in sorted(webhook.headers.items()):
        problem = _header_problem(name, value)
        if problem is not None:
            yield f"headers[{name!r:.80}]", problem


def _header_problem(name: str, value: str) -> str | None:
    if not _HEADER_NAME.fullmatch(name):
        return "it is not the name of a header"
    if name.lower() in _OWN_HEADERS or name.lower().startswith(_OWN_PREFIXES):
        return "this header is the server's own"
    if value == MASK:
        return "this is what is read in the place of a value: put the value itself"
    if not _HEADER_VALUE.fullmatch(value) or len(name) + len(value) > HEADER_CHARACTERS_MAX:
        return f"a value is printable ASCII, {HEADER_CHARACTERS_MAX} characters at most"
    return None
