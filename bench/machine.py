"""What figures depend on and a reader must know: the machine and the versions."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("hitchpost", "grpcio", "protobuf", "aiosqlite", "uvloop")

# Processes that were running or wanted to, on average of the last minute.
BUSY_LOAD = 0.5


def description() -> dict[str, str]:
    """Say where and when this is measured."""
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} × {_processor()}, {platform.system()} {platform.machine()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "SQLite": sqlite3.sqlite_version,
    }


def is_busy() -> bool:
    """Tell whether something else has been running here."""
    return os.getloadavg()[0] > BUSY_LOAD


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
