"""Both packages live in one process, and each keeps to its own names."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import hitchpost.v1
import hitchpost_server.storage.v1

US = "from hitchpost.v1 import feed_pb2_grpc, runs_pb2_grpc, workflows_pb2_grpc"
THEM = "import littlehorse.model.service_pb2_grpc"


@pytest.mark.parametrize("program", [f"{US}; {THEM}", f"{THEM}; {US}"])
def test_both_can_be_imported_in_either_order(program: str) -> None:
    command = [sys.executable, "-W", "error", "-c", program]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_nothing_of_ours_is_registered_under_littlehorses_package() -> None:
    for package in (hitchpost.v1, hitchpost_server.storage.v1):
        (folder,) = package.__path__
        modules = sorted(Path(folder).glob("*_pb2.py"))
        assert modules
        for module in modules:
            file = import_module(f"{package.__name__}.{module.stem}").DESCRIPTOR
            assert file.package == package.__name__
