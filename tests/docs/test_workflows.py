"""The page about nodes shows every kind; what it shows runs, and fails as it says."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from tests.conftest import ServerProcess

import hitchpost
from hitchpost import Client, TaskException, WorkflowBuilder
from hitchpost.v1.wf_run_pb2 import WfRun
from hitchpost.v1.wf_spec_pb2 import Node

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "workflows.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
SNIPPETS = re.compile(r"```python\n(.*?)```", re.DOTALL)
FAILURES = re.compile(r"^- `([A-Z_]+)`", re.MULTILINE)

# Half a minute is right for a reader and long for a test.
PRINTED_SECONDS, SECONDS = "30", "1"

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Failed(NamedTuple):
    """How a run has ended that did not complete."""

    name: str


class Played(NamedTuple):
    """A run of a workflow of the page, what happens to it meanwhile, and how it ends."""

    workflow: str
    inputs: dict[str, object]
    outcome: object
    before: Callable[[Client], Awaitable[object]] | None = None
    meanwhile: Callable[[Client, WfRun], Awaitable[object]] | None = None

    def __str__(self) -> str:
        return f"{self.workflow}: {self.outcome}"


@dataclass
class Approval:
    """What a boss fills in."""

    approved: bool


async def greet(name: str) -> str:
    if name == "Godot":
        await asyncio.Event().wait()
    if name == "Nobody":
        raise LookupError(name)
    if name == "Somebody":
        raise TaskException("too-vague", name)
    return f"Hello {name}" if name != "Everybody" else cast(str, [name])


async def pack(box: str, item: str) -> str:
    return await greet(box)


async def ask(person: str) -> str:
    return "yes" if person.startswith("A") else "no"


async def mail(boss: str) -> None: ...


async def charge(amount: int) -> None:
    if amount < 0:
        raise RuntimeError("amount")
    raise TaskException("declined", content=f"declined: {amount}")


TASKS = (greet, pack, ask, mail, charge)


@hitchpost.workflow("forgetful")
def forgetful(wf: WorkflowBuilder) -> None:
    wf.start_thread(lambda child: child.fail("forgotten"), name="child")


@hitchpost.workflow("crowd")
def crowd(wf: WorkflowBuilder) -> None:
    stay = wf.variable("stay", bool, default=True)
    with wf.loop_while(stay):
        wf.start_thread(lambda child: child.wait_for_condition(~stay), name="child")


# What a section says, and its snippets are too short to do.
MORE = {
    "ENTRYPOINT, NOP and EXIT": [forgetful],
    "START_THREAD and WAIT_FOR_THREADS": [crowd],
}


def workflows(section: str) -> dict[str, hitchpost.Workflow]:
    """Those that a section shows or speaks of, by name."""
    made: dict[str, Any] = {"hitchpost": hitchpost, "datetime": datetime}
    for snippet in SNIPPETS.findall(SECTIONS[section]):
        exec(compile(snippet.replace(PRINTED_SECONDS, SECONDS), "docs/workflows.md", "exec"), made)
    shown = [one for one in made.values() if isinstance(one, hitchpost.Workflow)]
    return {one.name: one for one in (*shown, *MORE.get(section, ()))}


WORKFLOWS = {name: one for section in SECTIONS for name, one in workflows(section).items()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("data"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
async def house(server: ServerProcess) -> AsyncIterator[Client]:
    """A client on a server that has all workflows of the page and a worker for each task."""
    async with hitchpost.connect(server.target) as client, AsyncExitStack() as workers:
        await client.put_user_task_def("approve", Approval)
        for task in TASKS:
            await client.put_task_def(task.__name__, task)
        for workflow in WORKFLOWS.values():
            await client.put_workflow(workflow)
        for task in TASKS:
            worker = hitchpost.Worker(client, task.__name__, task)
            await workers.enter_async_context(worker)
            workers.push_async_callback(worker.close, timeout=0)  # Godot never comes
        yield client


def post(name: str, *contents: object) -> Callable[[Client, WfRun], Awaitable[object]]:
    """Post external events, one after another."""

    async def posting(client: Client, run: WfRun) -> None:
        for content in contents:
            await client.post_event(run, name, content)

    return posting


async def arrive(client: Client, _run: WfRun) -> None:
    await client.post_correlated_event("B-OB 1", "arrived", "north")


async def approve(client: Client, run: WfRun) -> None:
    [task] = [one async for one in client.list_user_tasks(run)]
    await client.complete_user_task(task, {"approved": True}, user="bob")


async def forget_greet(client: Client) -> None:
    await client.delete_task_def("greet")


async def forget_the_form(client: Client) -> None:
    await client.delete_user_task_def("approve", 0)


async def hear(client: Client, run: WfRun) -> None:
    thrown = await client.await_workflow_event(run, "ready", timeout=10)
    assert thrown.content.str == "soup"


PLAYS = [
    Played("share", {"total": 12, "people": 4}, 3),
    Played("share", {"total": 12, "people": 30}, Failed("too-many")),
    Played("share", {"total": 12, "people": 0}, Failed("VAR_ERROR")),
    Played("greeting", {"name": "Ada"}, "Hello Ada"),
    Played("forgetful", {}, Failed("CHILD_FAILURE")),
    Played("greeting", {"name": "Godot"}, Failed("TIMEOUT")),
    Played("greeting", {"name": "Nobody"}, Failed("TASK_FAILURE")),
    Played("greeting", {"name": "Somebody"}, Failed("too-vague")),
    Played("greeting", {"name": "Everybody"}, Failed("VAR_MUTATION_ERROR")),
    Played("greeting", {"name": "Ada"}, Failed("TASK_ERROR"), before=forget_greet),
    Played("contract", {"patience": 9}, "Ada", meanwhile=post("signed", {"by": "Ada"})),
    Played("contract", {"patience": 1}, Failed("TIMEOUT")),
    Played("contract", {"patience": None}, Failed("VAR_ERROR")),
    Played("delivery", {"plate": "B-OB 1"}, "north", meanwhile=arrive),
    Played("later", {"seconds": 0, "moment": LONG_AGO}, None),
    Played("petition", {"wanted": 2}, 2, meanwhile=post("signed-by", "Ada", "Bob")),
    Played("packing", {"box": "red"}, "packed"),
    Played("packing", {"box": "Nobody"}, Failed("CHILD_FAILURE")),
    Played("packing", {"box": "Somebody"}, Failed("too-vague")),
    Played("crowd", {}, Failed("INTERNAL_ERROR")),
    Played("poll", {"people": ["Ada", "Bob", "Ann"]}, 2),
    Played("poll", {"people": ["Ada"] * 99}, Failed("INTERNAL_ERROR")),
    Played("vacation", {"boss": "bob", "days": 3}, True, meanwhile=approve),
    Played("vacation", {"boss": "bob", "days": 3}, Failed("USER_TASK_CANCELLED")),
    Played("vacation", {"boss": "", "days": 3}, Failed("VAR_ERROR")),
    Played("vacation", {"boss": "bob", "days": 3}, Failed("TASK_ERROR"), before=forget_the_form),
    Played("kitchen", {"dish": "soup"}, None, meanwhile=hear),
    Played("till", {}, 12, meanwhile=post("paid", 5, 7, 0)),
    Played("party", {"guests": 3}, 4),
    Played("party", {"guests": 30}, Failed("too-many")),
    Played("party", {"guests": 0}, Failed("CHILD_FAILURE")),
    Played("checkout", {"amount": 5}, "declined: 5"),
    Played("checkout", {"amount": -5}, Failed("closed")),
]


async def outcome(client: Client, run: WfRun) -> object:
    """What a run has returned, or the name of the failure that has ended it."""
    ended = await client.wait_for_run(run, timeout=20)
    events = [event async for event in client.history(run)]
    for event in events:
        if event.HasField("run_faulted"):
            return Failed(event.run_faulted.failure_name)
    return hitchpost.from_value(ended.thread_runs[0].output)


@pytest.mark.parametrize("played", PLAYS, ids=str)
async def test_what_is_shown_ends_as_it_says(house: Client, played: Played) -> None:
    if played.before is not None:
        await played.before(house)
    run = await house.run(played.workflow, played.inputs)
    if played.meanwhile is not None:
        await played.meanwhile(house, run)
    assert await outcome(house, run) == played.outcome


def test_every_kind_of_node_has_its_place() -> None:
    kinds = {field.name.upper() for field in Node.DESCRIPTOR.oneofs_by_name["node"].fields}
    assert kinds - set(re.findall(r"\w+", " ".join(SECTIONS))) == set()


@pytest.mark.parametrize("section", SECTIONS)
def test_every_technical_failure_that_is_named_is_met(section: str) -> None:
    shown = workflows(section)
    met = [one.outcome for one in PLAYS if one.workflow in shown]
    assert shown
    assert [name for name in FAILURES.findall(SECTIONS[section]) if Failed(name) not in met] == []
