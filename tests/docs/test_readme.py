"""What the README shows works as printed; only the port is another one."""

import asyncio
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.conftest import ServerProcess, eventually
from tests.receiver import Receiver

import hitchpost

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
PRINTED_TARGET = "localhost:2023"


def snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def snippet(language: str) -> str:
    (found,) = (one for one in snippets(language) if PRINTED_TARGET in one)
    return found


@pytest.fixture
def printed_python(server):
    code = snippet("python").replace(PRINTED_TARGET, server.target)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


def test_the_python_of_the_readme_runs_as_printed(printed_python):
    assert (printed_python.stdout, printed_python.returncode) == ("lamp signed by Ada\n", 0), (
        printed_python.stderr
    )


def test_the_grpcurl_of_the_readme_is_refused_as_it_says(server, printed_python):
    assert printed_python.returncode == 0
    grpcurl = str(Path(sys.executable).parent / "grpcurl")
    command = snippet("sh").replace(PRINTED_TARGET, server.target).replace("grpcurl", grpcurl, 1)
    called = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert called.returncode != 0
    assert "FailedPrecondition" in called.stderr
    assert "WF_RUN_NOT_FOUND" in called.stderr + called.stdout


async def test_the_run_of_the_readme_that_is_never_done_starts_over(client):
    made = {"hitchpost": hitchpost}
    exec(snippets("python")[1], made)
    await client.put_workflow(made["counter"])
    run = await client.run("counter")
    for number in (5, 7):
        await client.post_event(run, "counted", number)
    total = hitchpost.from_value((await client.variable(run, "total")).value)
    assert (total, (await client.get_run(run)).execution) == (12, 3)


async def test_the_route_of_the_readme_tells_of_faults_and_refusals_and_of_nothing_else(tmp_path):
    receiver = Receiver()
    await receiver.start()
    server = ServerProcess(tmp_path / "data", "--set", "webhook_networks_allowed=127.0.0.1")
    server.start()
    async with hitchpost.connect(server.target) as client:
        await in_a_coroutine(
            snippets("python")[2].replace("https://ops.example.com/hook", receiver.url), client
        )
        await some_things_happen(client)

        async def two_came() -> bool:
            return (await client.get_route("alarms")).lag == 0 and len(receiver.received) >= 2

        await eventually(two_came)
    types = sorted(one.headers["ce-topic"] for one in receiver.received)
    assert types == ["external-event.refused", "run.faulted"]
    await receiver.stop()
    await asyncio.to_thread(server.end_well)


async def in_a_coroutine(code, client):
    made = {}
    exec("async def shown(client):\n" + textwrap.indent(code, "    "), made)
    await made["shown"](client)


async def some_things_happen(client):
    @hitchpost.workflow("failing")
    def failing(wf):
        wf.fail("by-design", "as intended")

    @hitchpost.workflow("fine")
    def fine(wf):
        wf.register_event("signed", require_wfrun=True)

    for workflow in (failing, fine):
        await client.put_workflow(workflow)
        await client.run(workflow.name)
    with pytest.raises(hitchpost.WfRunNotFound):
        await client.post_event("nobody", "signed")
