"""One server for all tests of this folder; each test makes up names of its own.

Whatever the tests have done to it: in the end its tables are what its log says.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import grpc
import pytest
from tests.conftest import ServerProcess

from hitchpost.v1.workflows_pb2_grpc import WorkflowsStub

# Tests are imported without packages; this lets those of this folder share modules.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("api") / "data")
    process.start()
    yield process
    process.end_well()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that a test may stop, kill and start again."""
    process = ServerProcess(tmp_path / "data")
    process.start()
    yield process
    process.end_well()


@pytest.fixture
def server_with(tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    """Start a server with settings of its own."""
    started: list[ServerProcess] = []

    def start(**settings: object) -> ServerProcess:
        options = [word for one in settings.items() for word in ("--set", "{}={}".format(*one))]
        process = ServerProcess(tmp_path / f"data-{len(started)}", *options)
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.end_well()


@pytest.fixture
def fresh() -> Callable[[str], str]:
    """Make up a name that nobody else uses."""

    def make_up(word: str) -> str:
        return f"{word}-{uuid4().hex[:10]}"

    return make_up


@pytest.fixture
async def channel(server: ServerProcess) -> grpc.aio.Channel:
    """A channel on which nobody tries again or translates."""
    async with grpc.aio.insecure_channel(server.target) as opened:
        yield opened


@pytest.fixture
def stub(channel: grpc.aio.Channel) -> WorkflowsStub:
    """The service as the contract alone makes it."""
    return WorkflowsStub(channel)
