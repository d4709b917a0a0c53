"""One server for all tests of a module here; each test has workflows of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ServerProcess

# Tests are imported without packages; this lets those of this folder share a module.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(Path(tmp_path_factory.mktemp("data")))
    process.start()
    yield process
    process.kill()
