"""Checks of NATS targets: what can be said against one before it is stored."""

from collections.abc import Iterator

from hitchpost.v1 import route_pb2 as routes
from hitchpost_server.feed.nats_servers import (
    NOT_INSTALLED,
    SERVERS_MAX,
    NatsAccess,
    is_installed,
    problem_with_server,
)
from hitchpost_server.feed.writing import problem_with_subject

_FORMS = (routes.BINARY, routes.STRUCTURED)


def nats_problems(target: routes.NatsTarget, access: NatsAccess) -> Iterator[tuple[str, str]]:
    """Give the fields of a target with which something is wrong, and what."""
    if not is_installed():
        yield "", NOT_INSTALLED
    yield from _server_problems(target, access)
    destination = target.WhichOneof("destination")
    if destination is None:
        yield "destination", "a subject, or an expression that makes one, is needed"
    elif destination == "subject" and (problem := problem_with_subject(target.subject)):
        yield "subject", problem
    if target.HasField("form") and target.form not in _FORMS:
        yield "form", "it must be BINARY or STRUCTURED"


def _server_problems(target: routes.NatsTarget, access: NatsAccess) -> Iterator[tuple[str, str]]:
    if bool(target.servers) == bool(target.connection):
        yield "servers", "either servers or a connection are needed, not both"
    if target.connection and target.connection not in access.connections:
        yield "connection", f"the operator has described no connection {target.connection!r:.80}"
    if len(target.servers) > SERVERS_MAX:
        yield "servers", f"there may be at most {SERVERS_MAX}"
    for index, url in enumerate(target.servers):
        problem = problem_with_server(url, access.rules)
        if problem is not None:
            yield f"servers[{index}]", problem
