"""`hitchpost verify` and `rebuild`: a stopped server's tables against its log."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.conftest import ServerProcess

import hitchpost
from hitchpost.v1 import status_pb2

Start = Callable[..., ServerProcess]


@hitchpost.workflow("order")
def order(wf: hitchpost.WorkflowBuilder) -> None:
    wf.register_event("signed")
    wf.wait_for_event("signed", timeout=3600)


async def furnish(target: str) -> None:
    async with hitchpost.connect(target) as client:
        await client.put_workflow(order)
        for number in range(3):
            await client.run("order", id=f"order-{number}")
        await client.post_event("order-0", "signed", "Ada")
        await client.delete_run("order-2")


@pytest.fixture
def data(start_server: Start) -> Path:
    """The data of a server that has been stopped."""
    server = start_server()
    asyncio.run(furnish(server.target))
    assert server.stop() == 0
    return server.data


def spoil(data: Path) -> None:
    """Make the tables another thing than the log says."""
    with closing(sqlite3.connect(data / "hitchpost.sqlite")) as store, store:
        store.execute("DELETE FROM runs WHERE run = 'order-0'")
        store.execute("UPDATE variables SET body = x'00'")
        store.execute("UPDATE timers SET due_us = due_us + 1")


def test_tables_of_a_server_that_was_stopped_are_what_its_log_says(
    hitchpost_command, data: Path
) -> None:
    verified = hitchpost_command("verify", "--data", data)
    assert (verified.returncode, verified.stdout) == (0, "the tables are what the log says\n")
    as_json = hitchpost_command("verify", "--data", data, "--json")
    assert (as_json.returncode, json.loads(as_json.stdout)) == (0, {"problems": []})


def test_each_difference_is_named_and_rebuilding_mends_it(hitchpost_command, data: Path) -> None:
    spoil(data)
    verified = hitchpost_command("verify", "--data", data, "--json")
    assert verified.returncode == 1
    problems = json.loads(verified.stdout)["problems"]
    assert any("runs order-0" in one for one in problems)
    assert any("timers" in one for one in problems)
    rebuilt = hitchpost_command("rebuild", "--data", data, "--json")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert json.loads(rebuilt.stdout) == {"mended": len(problems)}
    assert hitchpost_command("verify", "--data", data).returncode == 0


def test_server_goes_on_with_rebuilt_tables(
    hitchpost_command, start_server: Start, data: Path
) -> None:
    spoil(data)
    assert hitchpost_command("rebuild", "--data", data).returncode == 0

    async def go_on(target: str) -> None:
        async with hitchpost.connect(target) as client:
            assert (await client.get_run("order-0")).status == status_pb2.COMPLETED
            assert (await client.post_event("order-1", "signed", "Bob")).claimed

    asyncio.run(go_on(start_server().target))


@pytest.mark.parametrize("command", ["verify", "rebuild"])
def test_store_that_is_not_there_ends_with_2_and_a_reason(
    hitchpost_command, tmp_path: Path, command: str
) -> None:
    ended = hitchpost_command(command, "--data", tmp_path)
    assert ended.returncode == 2
    assert "there is no store" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["verify", "rebuild"])
def test_store_of_a_running_server_is_left_alone(
    hitchpost_command, server: ServerProcess, command: str
) -> None:
    ended = hitchpost_command(command, "--data", server.data)
    assert ended.returncode == 2
    assert "in use" in ended.stderr
