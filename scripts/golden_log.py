"""Write a golden log: a real log that holds every kind of event, and what it folds into.

Run as `python scripts/golden_log.py VERSION` when a release changes what events
hold. It plays a scenario against a real server and writes
`tests/golden/VERSION.jsonl`: a line a record of the log, and a last line with
the rows that the server's tables held. Every later version of the fold must
make the same of every golden log there is.
"""

import asyncio
import base64
import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import hitchpost
from hitchpost_server.engine.rows import TABLES, FollowUpRow, key_of
from hitchpost_server.store.sqlite.store import SqliteStore

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"


@hitchpost.workflow("everything")
def everything(wf: hitchpost.WorkflowBuilder) -> None:
    """Have something of every node kind."""
    name = wf.input("name", str)
    secret = wf.variable("secret", hitchpost.masked(str), default="abracadabra")
    count = wf.variable("count", int, default=0)
    answer = wf.variable("answer", dict)
    wf.register_event("answered", content_type=dict)
    with wf.loop_while(count < 2):
        wf.set(count, count + 1)
    greeting = wf.task("greet", name, secret, retries=1, timeout=1, backoff=hitchpost.Backoff(0.1))
    wf.sleep(0)
    wf.set(answer, wf.wait_for_event("answered", timeout=2))
    wf.complete(wf.format("{0}: {1}", greeting, answer["yes"]))


@hitchpost.workflow("failing")
def failing(wf: hitchpost.WorkflowBuilder) -> None:
    """Fail by design."""
    wf.fail("by-design", "as intended", 1)


@hitchpost.workflow("brief", retention_seconds=0)
def brief(wf: hitchpost.WorkflowBuilder) -> None:
    """Be forgotten soon."""


async def play(client: hitchpost.Client) -> None:
    """Let every kind of event happen."""
    await client.put_task_def("greet", {"name": str, "secret": hitchpost.masked(str)}, returns=str)
    for workflow in (everything, failing, brief):
        await client.put_workflow(workflow)
    await client.put_external_event_def("strict", require_wfrun=True)
    await client.put_external_event_def("referenced", require_wfspec_reference=True)
    await client.put_external_event_def("fleeting", retention_seconds=0)
    await client.put_external_event_def("unwanted")
    with suppress(hitchpost.WfRunNotFound):
        await client.post_event("complete", "strict")
    await client.post_event("complete", "referenced")
    await client.post_event("complete", "answered", {"yes": True})
    await client.post_event("complete", "fleeting")
    tries = iter(("fail", "hello", "hello", "hello"))

    async def greet(name: str, secret: str) -> str:
        if (word := next(tries)) == "fail":
            raise RuntimeError("not yet")
        return f"{word} {name}, {len(secret)}"

    async with hitchpost.Worker(client, "greet", greet):
        for run in ("complete", "timeout", "deleted"):
            await client.run("everything", {"name": run}, id=run)
        await client.run("failing", id="failed")
        await client.run("brief", id="brief")
        await client.wait_for_run("complete")
        with suppress(hitchpost.WaitFailed):
            await client.wait_for_run("timeout")
    await client.delete_run("deleted")
    await client.run("failing", id="deleted")
    await client.delete_external_event_def("unwanted")
    await client.delete_wf_spec("failing", 0, 0)
    await client.put_task_def("unused")
    await client.delete_task_def("unused")


async def lines_of(store: SqliteStore) -> list[dict[str, Any]]:
    """Read the whole log and all tables."""
    records = await store.read_log(0, 100_000)
    lines: list[dict[str, Any]] = [
        {
            "stream": record.stream,
            "first_sequence": record.first_sequence,
            "last_sequence": record.last_sequence,
            "body": record.body and base64.b64encode(record.body).decode(),
        }
        for record in records
    ]
    rows = []
    for table in TABLES:
        if table is not FollowUpRow:
            rows.extend(await store.scan(table, (), (), 100_000))
    lines.append({"rows": [[type(row).__name__, *key_of(row).key] for row in rows]})
    for line, row in zip(lines[-1]["rows"], rows, strict=True):
        line.append([base64.b64encode(x).decode() if isinstance(x, bytes) else x for x in row])
    return lines


async def write(version: str, data: Path, target: str) -> None:
    """Play, stop the server by the caller's leave, and write the file."""
    async with hitchpost.connect(target) as client:
        await play(client)
    print(f"played {version} on {data}")


def main() -> None:
    """Run a server, play the scenario on it, stop it, and keep its log."""
    version = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "hitchpost_server.cli", "serve"),
                *("--data", str(data), "--port", "0"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        target = "127.0.0.1:" + server.stdout.readline().rpartition(":")[2].strip()
        try:
            asyncio.run(write(version, data, target))
        finally:
            server.terminate()
            server.communicate()
        asyncio.run(keep(version, data))


async def keep(version: str, data: Path) -> None:
    """Write what a stopped server has left."""
    store = await SqliteStore.open(data / "hitchpost.sqlite")
    lines = await lines_of(store)
    await store.close()
    GOLDEN.mkdir(exist_ok=True)
    text = "\n".join(json.dumps(line) for line in lines)
    (GOLDEN / f"{version}.jsonl").write_text(text + "\n")


if __name__ == "__main__":
    main()
