"""`hitchpost feed tail`: what happens, as it happens."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.conftest import ServerProcess

import hitchpost

Tailing = Callable[..., "contextmanager[subprocess.Popen[str]]"]


@pytest.fixture
def tailing(server: ServerProcess) -> Tailing:
    """Follow the feed in a process of its own, and end it as Ctrl-C does."""

    @contextmanager
    def tail(*words: str) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "hitchpost_server.cli", "feed", "tail", *words]
        process = subprocess.Popen(
            [*command, "--server", server.target], stdout=subprocess.PIPE, text=True
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=20)
            assert (process.returncode, rest) == (0, "")

    return tail


async def test_entry_is_a_line_with_its_topic_and_essence(
    tailing: Tailing, client: hitchpost.Client
) -> None:
    await client.publish("lines.signed", "Ada", id="hook-1")
    await client.publish("other", "Bob")
    with tailing("lines.*", "--from-beginning") as process:
        assert process.stdout is not None
        line = process.stdout.readline().split()
    assert line[1:] == ["lines.signed", "topic/lines.signed", "hook-1", "Ada"]


async def test_json_is_one_entry_a_line(tailing: Tailing, client: hitchpost.Client) -> None:
    for text in ("Ada", "Bob"):
        await client.publish("json.signed", text)
    with tailing("json.>", "--json", "--from-beginning") as process:
        assert process.stdout is not None
        entries = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert {entry["topic"] for entry in entries} == {"json.signed"}
    contents = [entry["event"]["message_published"]["content"]["str"] for entry in entries]
    assert contents == ["Ada", "Bob"]


def test_what_is_no_pattern_ends_with_1_and_a_reason(
    hitchpost_command, server: ServerProcess
) -> None:
    ended = hitchpost_command("feed", "tail", "a..b", "--server", server.target)
    assert ended.returncode == 1
    assert "patterns[0]" in ended.stderr
