"""Targets of routes: where entries go. It knows nothing of routes themselves."""

from collections.abc import Iterable, Mapping

from hitchpost.v1.route_pb2 import NatsTarget, WebhookTarget


def webhook(
    url: str,
    *,
    form: str = "binary",
    secrets: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
    timeout_seconds: int | None = None,
    concurrency: int | None = None,
    attempts: int | None = None,
) -> WebhookTarget:
    """Have each entry sent by an HTTP POST; `form` is binary, structured or batched."""
    return WebhookTarget(
        url=url,
        form=form.upper(),
        secrets=secrets,
        headers=headers,
        timeout_seconds=timeout_seconds,
        concurrency=concurrency,
        attempts_max=attempts,
    )


def nats(
    *servers: str,
    subject: str | None = None,
    subject_expression: str | None = None,
    connection: str = "",
    form: str | None = None,
    timeout_seconds: int | None = None,
    concurrency: int | None = None,
    attempts: int | None = None,
) -> NatsTarget:
    """Have each entry published to a stream of NATS JetStream.

    Either to `servers`, such as `nats://nats.example.com`, or to the `connection` that the
    operator has described. The subject is the same for all, or what a CEL expression makes of
    each entry; `form` is structured, unless binary is asked for.
    """
    return NatsTarget(
        servers=servers,
        connection=connection,
        subject=subject,
        subject_expression=subject_expression,
        form=None if form is None else form.upper(),
        timeout_seconds=timeout_seconds,
        concurrency=concurrency,
        attempts_max=attempts,
    )
