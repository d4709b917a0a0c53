"""`hitchpost serve`: where settings come from, which are refused, how it starts and ends."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import ServerProcess

import hitchpost
from hitchpost import _methods
from hitchpost.v1 import task_pb2 as tasks
from hitchpost_server.config import Settings, SettingsError, load

Start = Callable[..., ServerProcess]


async def advertised(server: ServerProcess, address: str = "127.0.0.1") -> str:
    """Where a server tells workers to poll: a setting that can be seen from outside."""
    request = tasks.RegisterTaskWorkerRequest(task_worker_id="w")
    request.task_def_id.name = "greet"
    async with hitchpost.connect(f"{address}:{server.port}") as client:
        [told] = (await client.call(_methods.REGISTER_TASK_WORKER, request)).your_hosts
    return f"{told.host}:{told.port}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hitchpost.toml"
    path.write_text('advertise = "from-file:1"\n')
    return path


async def test_without_settings_workers_are_told_the_listeners_own_address(
    start_server: Start,
) -> None:
    server = start_server()
    assert await advertised(server) == server.target


async def test_setting_of_a_file_is_used(start_server: Start, file: Path) -> None:
    assert await advertised(start_server("--config", file)) == "from-file:1"


async def test_environment_wins_over_a_file(
    start_server: Start, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITCHPOST_ADVERTISE", "from-environment:2")
    assert await advertised(start_server("--config", file)) == "from-environment:2"


@pytest.mark.parametrize(
    "flags", [("--advertise", "from-flag:3"), ("--set", "advertise=from-flag:3")]
)
async def test_flag_wins_over_everything(
    start_server: Start, file: Path, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, str]
) -> None:
    monkeypatch.setenv("HITCHPOST_ADVERTISE", "from-environment:2")
    assert await advertised(start_server("--config", file, *flags)) == "from-flag:3"


async def test_limit_that_is_set_is_kept(start_server: Start) -> None:
    server = start_server("--set", "max_unconsumed_external_events_per_run=2")
    async with hitchpost.connect(server.target) as client:
        await client.put_external_event_def("signed")
        for _ in range(2):
            await client.post_event("run", "signed")
        with pytest.raises(hitchpost.UnconsumedEventLimit) as refusal:
            await client.post_event("run", "signed")
    assert refusal.value.metadata["limit"] == "2"


async def test_log_never_tells_what_is_stored(start_server: Start) -> None:
    server = start_server("--set", "log_level=DEBUG")
    async with hitchpost.connect(server.target) as client:
        await client.put_external_event_def("signed")
        await client.post_event("run", "signed", "a secret")
    assert "DEBUG" in server.log
    assert "a secret" not in server.log


BAD = {
    "no such setting": ("--set", "nonsense=1"),
    "no value": ("--set", "port"),
    "no number": ("--set", "page_size_max=many"),
    "no positive number": ("--set", "page_size_max=0"),
    "not a number at all": ("--set", "shutdown_grace_seconds=nan"),
    "endless": ("--set", "shutdown_grace_seconds=inf"),
    "no such port": ("--port", "70000"),
    "no address": ("--advertise", "nowhere"),
    "no such level": ("--set", "log_level=LOUD"),
    "no such time zone": ("--set", "schedule_time_zone=Mars/Olympus"),
    "limits that contradict": ("--set", "request_bytes_max=1000"),
    "no such file": ("--config", "/nowhere/hitchpost.toml"),
}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD.keys())
def test_bad_setting_ends_with_2_and_a_reason(
    hitchpost_command, tmp_path: Path, words: tuple[str, str]
) -> None:
    ended = hitchpost_command("serve", "--data", tmp_path, "--port", 0, *words)
    assert ended.returncode == 2
    [reason] = ended.stderr.splitlines()
    assert reason.startswith("hitchpost: ")
    assert words[1].partition("=")[0] in reason or words[0].strip("-") in reason
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["port = ", "nonsense = 1", 'port = "many"', "port = true", "[port]\nx = 1"]
)
def test_bad_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(SettingsError):
        load({}, file)


def test_bad_environment_ends_with_2_and_a_reason(hitchpost_command, tmp_path: Path) -> None:
    ended = hitchpost_command("serve", "--data", tmp_path, HITCHPOST_PORT="many")
    assert ended.returncode == 2
    assert "port must be int, not 'many'" in ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_other_address_than_loopback_must_be_said(
    hitchpost_command, tmp_path: Path, host: str
) -> None:
    ended = hitchpost_command("serve", "--data", tmp_path, "--host", host, "--port", 0)
    assert ended.returncode == 2
    assert "--insecure" in ended.stderr
    with pytest.raises(SettingsError):
        load({"host": host})
    assert load({"host": host, "insecure": True}).host == host


@pytest.mark.parametrize("host", ["127.0.0.2", "::1", "[::1]"])
def test_other_addresses_of_loopback_are_served(start_server: Start, host: str) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    server = start_server("--host", host)
    address = "[::1]" if ":" in host else host
    assert asyncio.run(advertised(server, address)) == f"{address}:{server.port}"


async def test_worker_finds_its_way_to_an_ipv6_address(start_server: Start) -> None:
    if not has_ipv6():
        pytest.skip("this machine has no IPv6")

    async def greet() -> str:
        return "hello"

    @hitchpost.workflow("greet")
    def greeting(wf: hitchpost.WorkflowBuilder) -> None:
        wf.complete(wf.task("greet"))

    server = start_server("--host", "::1")
    async with hitchpost.connect(f"[::1]:{server.port}") as client:
        await client.put_task_def("greet", returns=str)
        await client.put_workflow(greeting)
        async with hitchpost.Worker(client, "greet", greet):
            done = await client.wait_for_run(await client.run("greet"), timeout=30)
    assert done.thread_runs[0].output.str == "hello"


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def test_second_server_on_the_same_data_is_refused(
    hitchpost_command, server: ServerProcess
) -> None:
    ended = hitchpost_command("serve", "--data", server.data, "--port", 0)
    assert ended.returncode == 1
    assert "in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_port_that_is_taken_ends_with_a_reason(
    hitchpost_command, server: ServerProcess, tmp_path: Path
) -> None:
    ended = hitchpost_command("serve", "--data", tmp_path, "--port", server.port)
    assert ended.returncode == 1
    assert str(server.port) in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_well(start_server: Start, number: signal.Signals) -> None:
    server = start_server()
    os.kill(server.pid, number)
    assert server.stop() == 0
    assert "Traceback" not in server.log
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_the_help_says_what_holds_when_nothing_is_said(hitchpost_command) -> None:
    said = hitchpost_command("serve", "--help").stdout
    settings = Settings()
    for default in (settings.data, settings.host, settings.port):
        assert f"({default})" in said
