"""Write a golden log: a real log that holds every kind of event, and what it folds into.

Run as `python scripts/golden_log.py VERSION` when a release changes what events
hold. It plays a scenario against a real server and writes
`tests/golden/VERSION.jsonl`: a line a record of the log, and a last line with
the rows that the server's tables held. Every later version of the fold must
make the same of every golden log there is.
"""

import asyncio
import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import hitchpost
from golden_scenario import play, take_back
from hitchpost_server.engine.rows import OPERATIONAL_TABLES, TABLES, key_of
from hitchpost_server.store.sqlite.store import SqliteStore

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"


async def lines_of(store: SqliteStore) -> list[dict[str, Any]]:
    """Read the whole log and all tables."""
    records = await store.read_log(0, 100_000)
    lines: list[dict[str, Any]] = [
        {
            "stream": record.stream,
            "first_sequence": record.first_sequence,
            "last_sequence": record.last_sequence,
            "body": record.body and base64.b64encode(record.body).decode(),
        }
        for record in records
    ]
    rows = []
    for table in TABLES:
        if table not in OPERATIONAL_TABLES:
            rows.extend(await store.scan(table, (), (), 100_000))
    lines.append({"rows": [[type(row).__name__, *key_of(row).key] for row in rows]})
    for line, row in zip(lines[-1]["rows"], rows, strict=True):
        line.append([base64.b64encode(x).decode() if isinstance(x, bytes) else x for x in row])
    return lines


async def write(version: str, data: Path, target: str) -> None:
    """Play, stop the server by the caller's leave, and write the file."""
    async with hitchpost.connect(target) as client:
        await play(client)
    print(f"played {version} on {data}")


def main() -> None:
    """Run a server, play the scenario on it, stop it, and keep its log."""
    version = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "hitchpost_server.cli", "serve"),
                *("--data", str(data), "--port", "0"),
                *("--set", "webhook_networks_allowed=127.0.0.0/8"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        target = "127.0.0.1:" + server.stdout.readline().rpartition(":")[2].strip()
        try:
            asyncio.run(write(version, data, target))
        finally:
            server.terminate()
            server.communicate()
        asyncio.run(keep(version, data))


async def keep(version: str, data: Path) -> None:
    """Write what a stopped server has left."""
    store = await SqliteStore.open(data / "hitchpost.sqlite")
    await take_back(store)
    lines = await lines_of(store)
    await store.close()
    GOLDEN.mkdir(exist_ok=True)
    text = "\n".join(json.dumps(line) for line in lines)
    (GOLDEN / f"{version}.jsonl").write_text(text + "\n")


if __name__ == "__main__":
    main()
