"""The demo: the main job on real input, against a real server, over real gRPC.

It plays the order of a premium item, whose contract must be signed: wrong
events are refused, the server is killed and started again, the signature
arrives, and the run completes. Every step is checked; a surprise is an error.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

import hitchpost
from hitchpost.v1 import status_pb2 as status
from hitchpost_server.history_view import history_table

ORDER = "order-4711"
WAIT_SECONDS = 30.0
SERVING = "serving on "

console = Console()


class Surprise(Exception):
    """Something did not happen as the demo says it does."""


@hitchpost.workflow("premium-item-order")
def premium_item_order(wf: hitchpost.WorkflowBuilder) -> None:
    """Check, validate, write the contract, and wait until it is signed."""
    item = wf.input("item", str)
    customer = wf.input("customer", str)
    document = wf.variable("document", str)
    signed_by = wf.variable("signed-by", str)
    wf.register_event(
        "document-signed",
        content_type=str,
        require_wfrun=True,
        require_wfspec_reference=True,
    )
    wf.task("check-stock", item)
    wf.task("validate-customer", customer)
    wf.set(document, wf.task("create-document", item, customer))
    wf.set(signed_by, wf.wait_for_event("document-signed", timeout=3600))


async def check_stock(item: str) -> int:
    """Say how many there are."""
    return len(item)


async def validate_customer(customer: str) -> bool:
    """Say whether we sell to this customer."""
    return bool(customer)


async def create_document(item: str, customer: str) -> str:
    """Write the contract."""
    return f"contract: one {item} for {customer}"


class DemoServer:
    """`hitchpost serve` in a process of its own."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def target(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it can answer; after a kill, on the same port and file."""
        command = [sys.executable, "-m", "hitchpost_server.cli", "serve"]
        self._process = subprocess.Popen(
            [*command, "--data", str(self._data), "--port", str(self._port)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(SERVING):
            raise Surprise(f"the server did not start: {line!r}")
        self._port = int(line.rpartition(":")[2])

    def kill(self) -> None:
        """Kill it without warning (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@contextmanager
def _expected(error: type[hitchpost.CallFailed]) -> Iterator[None]:
    try:
        yield
    except error as refusal:
        console.print(f"   refused: [yellow]{refusal.status.name} {refusal.reason}[/]")
        console.print(f"   [dim]{refusal.message}[/]")
        return
    raise Surprise(f"the event was accepted; {error.__name__} was expected")


def _say(number: int, text: str) -> None:
    console.print(f"[bold]{number}. {text}[/]")


async def _register(client: hitchpost.Client) -> None:
    await client.put_task_def("check-stock", {"item": str}, returns=int)
    await client.put_task_def("validate-customer", {"customer": str}, returns=bool)
    await client.put_task_def("create-document", {"item": str, "customer": str}, returns=str)
    await client.put_workflow(premium_item_order)
    await client.put_external_event_def(
        "parcel-lost", require_wfrun=True, require_wfspec_reference=True
    )


async def _until_waiting(client: hitchpost.Client) -> None:
    """Wait until the run stands at its external event."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            nodes = [node async for node in client.node_runs(ORDER)]
            if nodes[-1].WhichOneof("node_type") == "external_event":
                return
            await asyncio.sleep(0.05)


async def _do_tasks(client: hitchpost.Client) -> None:
    async with (
        hitchpost.Worker(client, "check-stock", check_stock),
        hitchpost.Worker(client, "validate-customer", validate_customer),
        hitchpost.Worker(client, "create-document", create_document),
    ):
        await client.run(
            "premium-item-order", {"item": "silver saddle", "customer": "Ada"}, id=ORDER
        )
        await _until_waiting(client)
    async for task in client.task_runs(ORDER):
        output = hitchpost.from_value(task.attempts[-1].output)
        console.print(f"   [green]done[/] {task.task_def_id.name}: {output!r}")


async def _before_the_kill(client: hitchpost.Client) -> None:
    _say(1, "Tasks, the event `document-signed` with both guardrails, and a workflow are put")
    await _register(client)
    _say(2, "A signature arrives for an order that does not exist")
    with _expected(hitchpost.WfRunNotFound):
        await client.post_event(ORDER, "document-signed", "too early")
    _say(3, f"The order {ORDER} starts, and a worker does its tasks")
    await _do_tasks(client)
    _say(4, "An event arrives to which the workflow does not refer")
    with _expected(hitchpost.NotReferencedByWfSpec):
        await client.post_event(ORDER, "parcel-lost")


async def _after_the_kill(client: hitchpost.Client) -> None:
    run = await client.get_run(ORDER)
    if run.status != status.RUNNING:
        raise Surprise(f"the run is {status.LHStatus.Name(run.status)} after the restart")
    console.print("   the run waits where it was")
    _say(6, "The signature arrives")
    event = await client.post_event(ORDER, "document-signed", "Ada Lovelace")
    if not event.claimed:
        raise Surprise("nobody took the signature")
    run = await client.get_run(ORDER)
    if run.status != status.COMPLETED:
        raise Surprise(f"the run is {status.LHStatus.Name(run.status)}")
    signed_by = await client.variable(ORDER, "signed-by")
    console.print(f"   [green]COMPLETED[/], signed by {hitchpost.from_value(signed_by.value)!r}")
    console.print()
    console.print(history_table([event async for event in client.history(ORDER)]))


async def _play(server: DemoServer) -> None:
    async with hitchpost.connect(server.target) as client:
        await _before_the_kill(client)
    _say(5, "The server is killed (SIGKILL) and started again on the same file")
    server.kill()
    server.start()
    async with hitchpost.connect(server.target) as client:
        await _after_the_kill(client)


def run_demo() -> int:
    """Play it all; return 0 when everything happened as said, 1 otherwise."""
    with tempfile.TemporaryDirectory(prefix="hitchpost-demo-") as folder:
        server = DemoServer(Path(folder))
        try:
            server.start()
            console.print(f"a server on {server.target}, its SQLite file in {folder}\n")
            asyncio.run(_play(server))
        except (Surprise, hitchpost.HitchpostError, TimeoutError) as error:
            console.print(f"[red]The demo failed:[/] {error!r}")
            return 1
        finally:
            server.kill()
    console.print("\n[green]Everything happened as said.[/]")
    return 0
