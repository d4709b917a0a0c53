"""`hitchpost history`: a run's history for people and for programs."""

import json

import pytest
from tests.conftest import ServerProcess

import hitchpost


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


async def test_one_execution_only(hitchpost_command, server: ServerProcess, run: str) -> None:
    words = ("history", run, "--server", server.target, "--json", "--execution")
    assert hitchpost_command(*words, 1).stdout.count("\n") > 5
    assert hitchpost_command(*words, 2).stdout == ""


def test_unknown_run_ends_with_1_and_a_reason(hitchpost_command, server: ServerProcess) -> None:
    ended = hitchpost_command("history", "nobody", "--server", server.target)
    assert ended.returncode == 1
    assert ended.stderr == "hitchpost: OBJECT_NOT_FOUND: There is no WfRun nobody.\n"
