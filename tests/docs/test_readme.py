"""What the README shows works as printed; only the port is another one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
PRINTED_TARGET = "localhost:2023"


def snippet(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    assert PRINTED_TARGET in found
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
