"""Signatures of webhooks, by the Standard Webhooks specification.

It knows secrets and headers; every secret of a route signs, so that a receiver
may change to a new one at any time between two changes of the route.
"""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime

from standardwebhooks.webhooks import Webhook

SECRET_PREFIX = "whsec_"
# What the specification asks for.
SECRET_BYTES_MIN = 24
SECRET_BYTES_MAX = 64


def problem_with(secret: str) -> str | None:
    """Say why a text is not a secret, if it is not; the text itself is not told."""
    wanted = (
        f"a secret is {SECRET_PREFIX} and then {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes "
        "in base64"
    )
    if not secret.startswith(SECRET_PREFIX):
        return wanted
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return wanted
    return None if SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX else wanted


def signature_headers(
    secrets: Iterable[str], message_id: str, now: datetime, body: bytes
) -> dict[str, str]:
    """Sign a message with all secrets; without any it has an id and a time only."""
    headers = {"webhook-id": message_id, "webhook-timestamp": str(int(now.timestamp()))}
    signatures = [Webhook(secret).sign(message_id, now, body.decode()) for secret in secrets]
    if signatures:
        headers["webhook-signature"] = " ".join(signatures)
    return headers
