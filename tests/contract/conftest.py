"""The shapes of our contract and of LittleHorse's, each from a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SHAPES = Path(__file__).with_name("shapes.py")


def shape_of(package: str, *modules: str) -> dict[str, Any]:
    """Ask a process of its own for the shape of a proto package."""
    command = [sys.executable, "-W", "error", str(SHAPES), package, *modules]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    shape: dict[str, Any] = json.loads(answer.stdout)
    return shape


@pytest.fixture(scope="session")
def ours() -> dict[str, Any]:
    return shape_of(
        "hitchpost.v1", *(f"hitchpost.v1.{file}_pb2" for file in ("workflows", "runs", "feed"))
    )


@pytest.fixture(scope="session")
def theirs() -> dict[str, Any]:
    return shape_of("littlehorse", "littlehorse.model.service_pb2")
