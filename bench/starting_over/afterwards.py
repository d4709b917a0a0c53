"""What a server meets that starts on the store of runs with so long a life."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import hitchpost
from bench.processes import HITCHPOST, Failed, hitchpost_on, running
from bench.starting_over.counting import Figures


async def afterwards(data: Path, run: str, execution: int) -> Figures:
    """Start a server, ask it about the run's last execution, and have the store checked."""
    figures: Figures = {}
    begin = perf_counter()
    with running(*hitchpost_on(data)) as server:
        figures["server starts, s"] = perf_counter() - begin
        async with hitchpost.connect(server.target) as client:
            figures["first read, ms"] = await _read(client, run, execution)
            begin = perf_counter()
            await client.post_event(run, "stray", "after the start")
            figures["first command, ms"] = (perf_counter() - begin) * 1e3
            begin = perf_counter()
            events = [event async for event in client.history(run, execution)]
            figures["history of the last execution, ms"] = (perf_counter() - begin) * 1e3
            figures["events in it"] = len(events)
            figures["server's MiB"] = _resident_mib(server.pid)
    for command in "verify", "rebuild":
        figures[f"{command}, s"] = _carried_out(command, data)
    return figures


async def _read(client: hitchpost.Client, run: str, execution: int) -> float:
    begin = perf_counter()
    found = await client.get_run(run)
    if found.execution != execution:
        raise Failed(f"{run} is at execution {found.execution}, not {execution}")
    return (perf_counter() - begin) * 1e3


def _carried_out(command: str, data: Path) -> float:
    begin = perf_counter()
    ran = subprocess.run(
        [sys.executable, "-m", *HITCHPOST, command, "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise Failed(f"hitchpost {command}: {ran.stdout}{ran.stderr}")
    return perf_counter() - begin


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024
