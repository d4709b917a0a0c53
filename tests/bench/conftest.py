"""Lets tests import the benchmark, which is not installed, and take its measurements."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))


@pytest.fixture
def measured(tmp_path: Path) -> Callable[..., Any]:
    """Run a module of the benchmark with arguments; give what it prints as JSON."""

    def run(module: str, *arguments: object) -> Any:
        ran = subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments), "--json", "--data", str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return run
