"""Targets of routes: where entries go. It knows nothing of routes themselves."""

from collections.abc import Iterable, Mapping

from hitchpost.v1.route_pb2 import WebhookTarget


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
