import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hitchpost_server.feed import evaluator as evaluators
from hitchpost_server.feed.evaluator import RAN_AWAY, Evaluator, Verdict
from hitchpost_server.feed.expressions import EXPRESSION_CHARACTERS_MAX

ENTRY = {
    "topic": "run.faulted",
    "id": "12",
    "source": "/hitchpost/tenants/default",
    "subject": "order-7",
    "time": "2026-11-21T10:00:00.000123Z",
    "sequence": 9,
    "position": 12,
    "partitionkey": "run/order-7",
    "data": {"failureName": "OUT_OF_STOCK", "list": list(range(100)), "text": "a" * 100_000 + "!"},
}


@pytest.fixture
async def evaluator() -> AsyncIterator[Evaluator]:
    one = Evaluator()
    yield one
    await one.close()


async def made(evaluator: Evaluator, transform: str) -> Any:
    (verdict,) = await evaluator.evaluate({"transform": transform}, [ENTRY])
    return verdict.problem or verdict.made


async def passes(evaluator: Evaluator, text: str) -> Verdict:
    (verdict,) = await evaluator.evaluate({"filter": text}, [ENTRY])
    return verdict


async def test_a_filter_sees_the_parts_of_an_entry(evaluator: Evaluator) -> None:
    text = 'topic == "run.faulted" && data.failureName.startsWith("OUT") && sequence == 9'
    assert await passes(evaluator, text) == Verdict(passes=True)
    assert await passes(evaluator, 'subject == "order-8"') == Verdict(passes=False)


async def test_a_transform_makes_json_of_an_entry(evaluator: Evaluator) -> None:
    text = (
        "{'run': subject, 'at': time, 'took': duration('90s'), 'raw': b'ab', 'n': [1, 2.5, null]}"
    )
    at = "2026-11-21T10:00:00.000123Z"
    wanted = {"run": "order-7", "at": at, "took": "90s", "raw": "YWI=", "n": [1, 2.5, None]}
    assert await made(evaluator, text) == wanted


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("topic ==\n  (1 +", "line 2, column 7: Syntax error: mismatched input"),
        ("topik == 'a'", "line 1, column 1: undeclared reference to 'topik'"),
        ("true && open('/etc/passwd')", "line 1, column 13: undeclared reference to 'open'"),
        ("position == 'a'", "line 1, column 10: found no matching overload for '_==_'"),
        ("subject", "a filter is true or false, this one is of type string"),
        ("", "line 1, column 1: Syntax error"),
        ("(" * 200 + "true" + ")" * 200, "Expression recursion limit exceeded"),
        ("true" + " " * EXPRESSION_CHARACTERS_MAX, "an expression has at most 4096 characters"),
    ],
)
async def test_what_does_not_compile_is_told_with_its_place(
    evaluator: Evaluator, text: str, problem: str
) -> None:
    found = await evaluator.check({"filter": text})
    assert found is not None
    assert found[0] == "filter"
    assert found[1].startswith(problem)


async def test_what_compiles_has_no_problem(evaluator: Evaluator) -> None:
    assert await evaluator.check({"filter": "has(data.x)", "transform": "{'a': data}"}) is None
    assert await evaluator.check({"filter": "true", "transform": "{"}) is not None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("data.nothing == 1", 'Key not found in map : "nothing"'),
        ("1 / (sequence - 9) == 1", "divide by zero"),
        ("data.failureName", "a filter is true or false, this one is 'OUT_OF_STOCK'"),
    ],
)
async def test_a_filter_that_fails_on_an_entry_says_why(
    evaluator: Evaluator, text: str, problem: str
) -> None:
    assert await passes(evaluator, text) == Verdict(field="filter", problem=problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{1: 2}", "keys of objects must be strings, not 1"),
        ("double('nan')", "JSON has no such number"),
        ("data.list.map(x, data.text)", "it makes more than 1048576 characters of JSON"),
    ],
)
async def test_a_transform_that_makes_no_json_fails(
    evaluator: Evaluator, text: str, problem: str
) -> None:
    assert await made(evaluator, text) == problem


TWICE = "[x + x + x + x + x + x + x + x].map(x, "
ENDLESS = "data.text.matches(data.text + '(a|b)*c')"
DOUBLING = "['" + "a" * 1_000 + "'].map(x, " + TWICE * 6 + "size(x)" + ")" * 7


@pytest.mark.parametrize(
    "text",
    [
        "data.list.all(a, data.list.all(b, data.list.all(c, a + b + c >= 0)))",
        DOUBLING + " == []",
        "data.text.matches('(a+)+$')",
        ENDLESS,
    ],
    ids=["comprehensions within each other", "doubling", "backtracking", "an endless pattern"],
)
async def test_nothing_runs_without_bound(evaluator: Evaluator, text: str) -> None:
    async with asyncio.timeout(20):
        ran = await passes(evaluator, text)
    assert ran.problem in ("", RAN_AWAY, "Iteration budget exceeded", "std::bad_alloc")
    assert (await passes(evaluator, "true")).passes, "what comes behind is evaluated"


async def test_only_the_entry_that_runs_away_fails(evaluator: Evaluator) -> None:
    short = {**ENTRY, "data": {"text": "a"}}
    found = await evaluator.evaluate({"filter": f"{ENDLESS} || true"}, [short, ENTRY, short])
    assert [one.problem for one in found] == ["", RAN_AWAY, ""]


async def test_others_have_their_turn_between_two_that_run_away(evaluator: Evaluator) -> None:
    spun = asyncio.create_task(evaluator.evaluate({"filter": ENDLESS}, [ENTRY] * 5))
    await asyncio.sleep(0)
    assert await evaluator.check({"filter": "true"}) is None
    assert not spun.done()
    assert {one.problem for one in await spun} == {RAN_AWAY}


async def test_an_expression_reaches_no_file(evaluator: Evaluator) -> None:
    # Within the server, the library would open what the name of a time zone says.
    for zone in ("file:/etc/localtime", "../../../etc/localtime", "Europe/Berlin"):
        assert await made(evaluator, f"time.getHours('{zone}')") == "Invalid timezone"
    assert await made(evaluator, "time.getHours('+05:30')") == 15


async def test_a_process_that_is_killed_is_begun_again(evaluator: Evaluator) -> None:
    await passes(evaluator, "true")
    process = evaluator._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    assert (await passes(evaluator, "true")).passes


async def test_many_large_entries_do_not_block_the_pipe(evaluator: Evaluator) -> None:
    entries = [{**ENTRY, "position": number} for number in range(200)]
    found = await evaluator.evaluate({"transform": "{'p': position, 't': data.text}"}, entries)
    assert [one.made["p"] for one in found] == list(range(200))


async def test_a_caller_that_leaves_takes_no_answer_from_the_next(evaluator: Evaluator) -> None:
    leaving = asyncio.create_task(made(evaluator, "size(data.text)"))
    await asyncio.sleep(0.01)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await made(evaluator, "position") == 12


async def test_when_there_is_no_process_no_entry_is_at_fault(
    evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluators, "_MODULE", "hitchpost_server.feed.topics")
    with pytest.raises(evaluators.EvaluatorUnavailableError):
        await passes(evaluator, "true")
    monkeypatch.undo()
    assert (await passes(evaluator, "true")).passes
