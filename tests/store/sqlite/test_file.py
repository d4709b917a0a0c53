"""Who may use a file, and which files can be used."""

import sqlite3

import pytest

from hitchpost_server.store.protocol import StoreRefusedError, StoreUnavailableError, WriteSet
from hitchpost_server.store.sql.queries import migrations
from hitchpost_server.store.sqlite.store import SqliteStore


async def test_second_process_is_refused_and_told_which_file(path, process) -> None:
    store = await SqliteStore.open(path)
    child = process("""
async def main(path):
    try:
        await SqliteStore.open(path)
    except StoreRefusedError as error:
        print(error)
""")
    output, _ = child.communicate(timeout=60)
    assert output == f"{path} is in use by another server\n"
    await store.close()


async def test_file_can_be_opened_again_once_it_is_closed(path, append_of) -> None:
    store = await SqliteStore.open(path)
    with pytest.raises(StoreRefusedError):
        await SqliteStore.open(path)
    await store.commit(WriteSet(appends=[append_of("a")]))
    await store.close()
    again = await SqliteStore.open(path)
    assert await again.head() == 1
    await again.close()


async def test_file_of_a_newer_server_is_refused(path) -> None:
    await (await SqliteStore.open(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    with pytest.raises(StoreRefusedError, match=rf"{path} has schema version 9999"):
        await SqliteStore.open(path)


async def test_sqlite_file_of_something_else_is_refused_and_left_alone(path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE runs (distance REAL)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreRefusedError, match="something else"):
        await SqliteStore.open(path)
    assert path.read_bytes() == before


async def test_file_that_is_no_database_is_unavailable(path) -> None:
    path.write_text("dear diary " * 1000)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        await SqliteStore.open(path)


async def test_folder_that_does_not_exist_is_unavailable(path) -> None:
    with pytest.raises(StoreUnavailableError, match="absent"):
        await SqliteStore.open(path.parent / "absent" / "store.db")


async def test_path_with_signs_of_a_uri_is_a_path(tmp_path, append_of) -> None:
    path = tmp_path / "a?mode=memory#b%20.db"
    store = await SqliteStore.open(path)
    await store.commit(WriteSet(appends=[append_of("a")]))
    assert path.exists()
    assert await store.head() == 1
    await store.close()


def test_migrations_are_numbered_without_gap_and_say_their_version() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for number, migration in enumerate(migrations("sqlite"), start=1):
        connection.executescript(migration.script)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        assert migration.version == version == number
    connection.close()


async def test_commits_are_flushed_before_they_are_acknowledged(path) -> None:
    store = await SqliteStore.open(path)
    pragmas = await store._writer.run(
        lambda connection: [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]
    )
    assert pragmas == ["wal", 2]
    await store.close()
