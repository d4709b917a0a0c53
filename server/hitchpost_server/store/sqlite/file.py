"""The file itself: who owns it, and which schema it has.

Knows the lock beside the file and its version; knows no table.
"""

import fcntl
import os
import sqlite3
from pathlib import Path

from hitchpost_server.store.protocol import StoreRefusedError, StoreUnavailableError
from hitchpost_server.store.sql.queries import migrations

# "Hitc" in ASCII: says whose a SQLite file is.
APPLICATION_ID = 0x48697463


class FileLock:
    """The right to use a database file, held until it is let go or the process ends.

    It is on a file beside the database: SQLite's own locks are on the database
    file, and POSIX drops all of them when any descriptor of it is closed.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor: int | None = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreUnavailableError(f"{path} cannot be locked: {error}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise StoreRefusedError(f"{path} is in use by another server") from None

    def release(self) -> None:
        """Let go. The lock file stays: deleting it would let two processes hold it."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def migrate(path: Path, connection: sqlite3.Connection) -> None:
    """Bring the schema to the version of this server, one transaction a step.

    Raises StoreRefusedError for a file that is newer or somebody else's.
    """
    version = _owned_version(path, connection)
    known = migrations("sqlite")
    if version > known[-1].version:
        raise StoreRefusedError(
            f"{path} has schema version {version}; this server knows {known[-1].version} and older"
        )
    # The file remembers this, so later connections need not ask for it; and it is a change,
    # so it waits until the file is known to be ours.
    connection.execute("PRAGMA journal_mode = WAL")
    for migration in known:
        if migration.version > version:
            _run_script(connection, migration.script)


def _owned_version(path: Path, connection: sqlite3.Connection) -> int:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreRefusedError(f"{path} is a SQLite file of something else")
    return int(version)


def _run_script(connection: sqlite3.Connection, script: str) -> None:
    try:
        connection.executescript(script)
    finally:
        if connection.in_transaction:
            connection.rollback()
