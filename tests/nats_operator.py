"""An operator of NATS: keys, and the tokens by which it lets accounts and users in."""

import base64
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nkeys

UNLIMITED = -1
ACCOUNT_LIMITS = dict.fromkeys(
    ("subs", "data", "payload", "imports", "exports", "conn", "leaf"), UNLIMITED
)
JETSTREAM_LIMITS = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), UNLIMITED)
USER_LIMITS = dict.fromkeys(("subs", "data", "payload"), UNLIMITED)


def new_key(kind: int) -> nkeys.KeyPair:
    return nkeys.from_seed(nkeys.encode_seed(os.urandom(32), kind))


def public(key: nkeys.KeyPair) -> str:
    return key.public_key.decode()


def token(issuer: nkeys.KeyPair, subject: str, nats: dict[str, Any], **claims: Any) -> str:
    """Sign what somebody may do, as NATS has it: a JWT of version 2."""
    head = {"typ": "JWT", "alg": "ed25519-nkey"}
    said = {
        "jti": os.urandom(8).hex(),
        "iat": int(time.time()),
        "iss": public(issuer),
        "name": "test",
        "sub": subject,
        **claims,
        "nats": {**nats, "version": 2},
    }
    signed = ".".join(_encoded(json.dumps(one).encode()) for one in (head, said))
    return f"{signed}.{_encoded(issuer.sign(signed.encode()))}"


def _encoded(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


@dataclass
class Operator:
    """One operator with an account that has JetStream; `options` configure a server for it."""

    key: nkeys.KeyPair = field(default_factory=lambda: new_key(nkeys.PREFIX_BYTE_OPERATOR))
    system: nkeys.KeyPair = field(default_factory=lambda: new_key(nkeys.PREFIX_BYTE_ACCOUNT))
    account: nkeys.KeyPair = field(default_factory=lambda: new_key(nkeys.PREFIX_BYTE_ACCOUNT))

    @property
    def options(self) -> list[str]:
        own = token(self.key, public(self.key), {"type": "operator"})
        return [
            f"operator: {own}",
            "resolver: MEMORY",
            f"system_account: {public(self.system)}",
            "resolver_preload: {",
            f"  {public(self.system)}: {self._account(self.system, ACCOUNT_LIMITS)}",
            f"  {public(self.account)}: "
            + self._account(self.account, ACCOUNT_LIMITS | JETSTREAM_LIMITS),
            "}",
        ]

    def _account(self, key: nkeys.KeyPair, limits: dict[str, int]) -> str:
        may = {"type": "account", "limits": {**limits, "wildcards": True}}
        return token(self.key, public(key), may)

    def credentials(
        self,
        path: Path,
        *,
        publishes: tuple[str, ...] = (">",),
        account: nkeys.KeyPair | None = None,
        **claims: Any,
    ) -> Path:
        """Write credentials of a user as nsc does: what it may do, and its key."""
        user = new_key(nkeys.PREFIX_BYTE_USER)
        may = {"type": "user", "pub": {"allow": publishes}, **USER_LIMITS}
        said = token(account or self.account, public(user), may, **claims)
        path.write_text(
            f"-----BEGIN NATS USER JWT-----\n{said}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{user.seed.decode()}\n"
            "------END USER NKEY SEED------\n"
        )
        return path
