"""How much memory a process takes, and the most that it took while something went on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.1


def resident_mebibytes(pid: int) -> float:
    """Read what a process has in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (one for one in status.splitlines() if one.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


@dataclass(slots=True)
class Peak:
    """The most that was seen."""

    mebibytes: float = 0.0


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[Peak]:
    """Look at a process for as long as the block lasts."""
    peak = Peak()

    async def look() -> None:
        while True:
            peak.mebibytes = max(peak.mebibytes, resident_mebibytes(pid))
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield peak
    finally:
        looking.cancel()
