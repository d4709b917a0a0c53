"""grpcurl, with no proto files: reflection tells it everything."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ServerProcess
from workflows import waiting_run

import hitchpost

Fresh = Callable[[str], str]
Grpcurl = Callable[..., subprocess.CompletedProcess[str]]
COMMAND = Path(sys.executable).with_name("grpcurl")
POST = "hitchpost.v1.Workflows/PutExternalEvent"


@pytest.fixture
def grpcurl(server: ServerProcess) -> Grpcurl:
    """Run grpcurl: options, then what comes behind the server's address."""

    def run(*words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        command = [str(COMMAND), "-plaintext", "-max-time", "10", *options, server.target, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    return run


def post(grpcurl: Grpcurl, run: str, event: str) -> subprocess.CompletedProcess[str]:
    request: dict[str, Any] = {
        "wf_run_id": {"id": run},
        "external_event_def_id": {"name": event},
        "content": {"str": "Ada"},
    }
    return grpcurl(POST, options=("-format-error", "-d", json.dumps(request)))


def test_services_are_listed(grpcurl: Grpcurl) -> None:
    listed = grpcurl("list")
    assert listed.returncode == 0, listed.stderr
    assert {"hitchpost.v1.Workflows", "hitchpost.v1.Runs"} <= set(listed.stdout.split())
    methods = grpcurl("list", "hitchpost.v1.Workflows").stdout.split()
    assert POST.replace("/", ".") in methods


def test_messages_are_described(grpcurl: Grpcurl) -> None:
    described = grpcurl("describe", "hitchpost.v1.PutExternalEventDefRequest")
    assert described.returncode == 0, described.stderr
    text = " ".join(described.stdout.split())
    assert "bool require_wfrun = 4;" in text
    assert "bool require_wfspec_reference = 5;" in text
    assert "CorrelatedEventConfig correlated_event_config = 102;" in text


async def test_event_is_posted(client: hitchpost.Client, grpcurl: Grpcurl, fresh: Fresh) -> None:
    event = fresh("signed")
    run = await waiting_run(client, fresh("order"), event)
    posted = post(grpcurl, run, event)
    assert posted.returncode == 0, posted.stderr
    assert json.loads(posted.stdout)["claimed"] is True


async def test_refusal_comes_with_its_reason_and_facts(
    client: hitchpost.Client, grpcurl: Grpcurl, fresh: Fresh
) -> None:
    event, run = fresh("signed"), fresh("nobody")
    await client.put_external_event_def(event, require_wfrun=True)
    refused = post(grpcurl, run, event)
    assert refused.returncode != 0
    status = json.loads(refused.stderr)
    assert status["code"] == 9
    [info] = status["details"]
    assert info["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
    assert (info["reason"], info["domain"]) == ("WF_RUN_NOT_FOUND", "hitchpost")
    assert info["metadata"] == {"wf_run": run, "external_event_def": event}
