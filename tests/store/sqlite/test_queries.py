"""The named statements: that they fit the tables and find their way by an index."""

import re
import sqlite3
from collections.abc import Iterator
from importlib.resources import files

import pytest

from hitchpost_server.engine.rows import KEY_LENGTHS, TABLE_NAMES, TABLES
from hitchpost_server.store.sql.queries import migrations, queries, repeat_values

NAMES = list(queries("sqlite"))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    for migration in migrations("sqlite"):
        made.executescript(migration.script)
    yield made
    made.close()


def test_every_query_of_the_files_is_found_with_a_line_of_purpose() -> None:
    folder = files("hitchpost_server.store.sql").joinpath("sqlite", "queries")
    text = "".join(file.read_text() for file in sorted(folder.iterdir(), key=lambda one: one.name))
    assert re.findall(r"^-- name: (\w+)$", text, re.MULTILINE) == NAMES
    assert all(
        query.endswith(";") and query.count(";") == 1 for query in queries("sqlite").values()
    )


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_the_fields_of_the_row_in_their_order(connection, table) -> None:
    columns = connection.execute(f"PRAGMA table_info({TABLE_NAMES[table]})").fetchall()
    assert tuple(column[1] for column in columns) == table._fields
    assert sum(column[5] > 0 for column in columns) == KEY_LENGTHS[table]


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("name", NAMES)
def test_query_never_walks_through_a_whole_table(connection, name, times) -> None:
    statement = queries("sqlite")[name]
    if "VALUES" in statement:
        statement = repeat_values("sqlite", name, times)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * statement.count("?"))
    steps = [row[3] for row in plan]
    tables = {"streams", "log", "snapshots", "erased", "doomed", "found"}
    tables |= {TABLE_NAMES[table] for table in TABLES}
    walked = [step for step in steps if step.startswith("SCAN") and step.split()[1] in tables]
    assert walked == [] or statement.endswith("LIMIT 1;")


@pytest.mark.parametrize("name", [name for name in NAMES if "LIMIT" in queries("sqlite")[name]])
def test_window_is_read_in_the_order_of_an_index(connection, name) -> None:
    statement = queries("sqlite")[name]
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * statement.count("?"))
    assert not any("TEMP B-TREE" in row[3] for row in plan)
