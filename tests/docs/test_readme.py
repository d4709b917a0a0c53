"""What the README shows works as printed; only the port is another one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

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
