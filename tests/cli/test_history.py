"""`hitchpost history`: a run's history for people and for programs."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from tests.conftest import ServerProcess

import hitchpost

SECONDS = 40


@hitchpost.workflow("order")
def order(wf: hitchpost.WorkflowBuilder) -> None:
    card = wf.input("card", str, masked=True)
    wf.set(card, wf.wait_for_event("signed"))


@pytest.fixture
async def run(client: hitchpost.Client) -> str:
    """A run that has ended."""
    await client.put_external_event_def("signed", content_type=str)
    await client.put_workflow(order)
    done = await client.run("order", {"card": "4111"})
    await client.post_event(done, "signed", "Ada", guid="guid-1")
    return done.id.id


async def test_table_has_a_line_for_each_event_and_says_what_it_was(
    hitchpost_command, server: ServerProcess, run: str
) -> None:
    ended = hitchpost_command("history", run, "--server", server.target)
    assert ended.returncode == 0, ended.stderr
    for words in ("run started", "WfSpec order 0.0", "external event claimed", "run completed"):
        assert words in ended.stdout
    assert "signed Ada" in ended.stdout
    assert "4111" not in ended.stdout
    assert "card = *****" in ended.stdout


async def test_json_is_one_event_a_line(hitchpost_command, server: ServerProcess, run: str) -> None:
    ended = hitchpost_command("history", run, "--server", server.target, "--json")
    assert ended.returncode == 0, ended.stderr
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [int(event["sequence"]) for event in events] == list(range(1, len(events) + 1))
    assert "run_started" in events[1]
    [claimed] = [one["external_event_claimed"] for one in events if "external_event_claimed" in one]
    assert claimed["external_event_id"]["guid"] == "guid-1"


@pytest.fixture
async def again(client: hitchpost.Client) -> str:
    """A run that waits in its second execution, with an event of the first."""
    await client.put_external_event_def("signed", content_type=str)
    await client.put_external_event_def("noted", content_type=str)
    await client.put_workflow(order)
    waiting = await client.run("order", {"card": "4111"})
    await client.post_event(waiting, "noted", "by the way", guid="guid-2")
    await client.continue_as_new(waiting, {"card": "4222"})
    return waiting.id.id


async def test_one_execution_only(hitchpost_command, server: ServerProcess, again: str) -> None:
    words = ("history", again, "--server", server.target, "--json", "--execution")
    for number in (1, 2):
        events = [
            json.loads(line) for line in hitchpost_command(*words, number).stdout.splitlines()
        ]
        assert {event["execution"] for event in events} == {number}
    assert "OBJECT_NOT_FOUND" in hitchpost_command(*words, 3).stderr


async def test_table_says_where_an_execution_ends_and_the_next_begins(
    hitchpost_command, server: ServerProcess, again: str
) -> None:
    lines = hitchpost_command("history", again, "--server", server.target).stdout.splitlines()
    [end] = [number for number, line in enumerate(lines) if "execution 2 follows" in line]
    assert lines[end + 2].strip("│ ") == "execution 2"
    assert "run started" in lines[end + 3]
    assert "noted guid-2 of execution 1: by the way" in lines[end + 4]


@pytest.mark.parametrize("form", [(), ("--json",)])
async def test_follow_goes_on_until_it_is_interrupted(
    follow, client: hitchpost.Client, again: str, form: tuple[str, ...]
) -> None:
    following = follow(again, *form)
    await said(following, "node_entered" if form else "execution 2 follows")
    await client.post_event(again, "signed", "Ada")
    await said(following, "run_completed" if form else "run completed")
    following.send_signal(signal.SIGINT)
    assert await asyncio.to_thread(following.wait, SECONDS) == 130
    assert following.stderr.read() == ""


async def test_follow_of_one_execution_ends_with_it(
    follow, client: hitchpost.Client, again: str
) -> None:
    following = follow(again, "--json", "--execution", "2")
    await said(following, "node_entered")
    await client.continue_as_new(again, {"card": "4333"})
    last = (await asyncio.to_thread(following.stdout.read)).splitlines()[-1]
    assert json.loads(last)["run_continued_as_new"] == {"next_execution": 3}
    assert await asyncio.to_thread(following.wait, SECONDS) == 0


async def test_follow_of_an_execution_that_is_over_ends_at_once(
    hitchpost_command, server: ServerProcess, again: str
) -> None:
    words = ("history", again, "--server", server.target, "--follow", "--execution", 1)
    assert "execution 2 follows" in hitchpost_command(*words).stdout.splitlines()[-1]


async def said(following: "subprocess.Popen[str]", words: str) -> None:
    """Read the lines of a command until one has these words."""
    async with asyncio.timeout(SECONDS):
        while words not in await asyncio.to_thread(following.stdout.readline):
            pass


@pytest.fixture
def follow(server: ServerProcess) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Begin to follow the history of a run."""
    begun: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "hitchpost_server.cli", "history", "--follow"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        begun.append(subprocess.Popen([*command, "--server", server.target, *words], **pipes))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()
        one.communicate()


def test_unknown_run_ends_with_1_and_a_reason(hitchpost_command, server: ServerProcess) -> None:
    ended = hitchpost_command("history", "nobody", "--server", server.target)
    assert ended.returncode == 1
    assert ended.stderr == "hitchpost: OBJECT_NOT_FOUND: There is no WfRun nobody.\n"
