"""LittleHorse's own Python SDK, as it is, against our server."""

import asyncio
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pytest

import hitchpost

Program = Callable[..., dict[str, Any]]


def test_it_is_the_version_that_we_say() -> None:
    assert version("littlehorse-client") == "1.3.0"


def test_application_registers_works_and_completes(run_program: Program, prefix: str) -> None:
    found = run_program("signing", prefix)
    assert found.pop("log").endswith("attempt 1")
    assert found == {
        "good": "COMPLETED",
        "bad": "EXCEPTION",
        "claimed": True,
        "signed-by": "Ada",
        "attempts": ["TASK_FAILED", "TASK_SUCCESS"],
        "ttl": 60,
        "delete": True,
        "typed": True,
        "healthy": True,
    }


async def test_guardrail_of_an_operator_survives_an_application_that_registers_again(
    client: hitchpost.Client, run_program: Program, prefix: str
) -> None:
    await client.put_external_event_def(prefix, require_wfrun=True)
    posted = await asyncio.to_thread(run_program, "posting", "register", prefix, prefix)
    assert posted["code"] == "FAILED_PRECONDITION"
    assert (await client.get_external_event_def(prefix)).require_wfrun


def test_definition_without_a_guardrail_takes_early_events(
    run_program: Program, prefix: str
) -> None:
    assert run_program("posting", "register", prefix, prefix)["code"] == "OK"


async def test_limit_of_events_does_not_make_it_try_for_ever(
    client: hitchpost.Client, run_program: Program, prefix: str
) -> None:
    await client.put_external_event_def(prefix)
    await asyncio.gather(*(client.post_event(prefix, prefix) for _ in range(100)))
    posted = await asyncio.to_thread(run_program, "posting", "-", prefix, prefix)
    assert posted["code"] == "RESOURCE_EXHAUSTED"
    assert posted["seconds"] < 3


def test_both_clients_share_a_process_and_a_run(run_program: Program, prefix: str) -> None:
    assert run_program("side_by_side", prefix) == {
        "same spec": True,
        "status": "COMPLETED",
        "output": "hat, ours, theirs signed by Ada",
        "output as they read it": "hat, ours, theirs signed by Ada",
    }


def test_tasks_are_named_by_a_variable_and_by_a_format_string(
    run_program: Program, prefix: str
) -> None:
    found = run_program("dynamic_task", prefix)
    assert found["good"] == {
        "status": "COMPLETED",
        "tasks": [f"{prefix}-hello", f"{prefix}-bye"],
        "last output": "dear dear Ada",
        "failures": [],
    }
    [[name, message]] = found["bad"]["failures"]
    assert (found["bad"]["status"], name) == ("ERROR", "VAR_SUB_ERROR")
    assert f"{prefix}-nobody" in message


def test_task_goes_on_from_its_checkpoint_and_the_run_throws_what_came_of_it(
    run_program: Program, prefix: str
) -> None:
    assert run_program("shipping", prefix) == {
        "thrown": "hat: wrap, tie",
        "number": 0,
        "again": True,
        "done": ["begin", "wrap", "begin", "tie"],
        "workers": 1,
    }


@pytest.mark.long
@pytest.mark.timeout(120)
def test_schedule_starts_a_run_when_the_minute_is_full(run_program: Program, prefix: str) -> None:
    found = run_program("scheduling", prefix, seconds=90)
    assert found.pop("second") < 10
    assert found == {"status": "COMPLETED", "output": "CUCKOO"}
