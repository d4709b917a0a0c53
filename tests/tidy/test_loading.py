"""What only some servers need is loaded only by those: it takes memory, and time at the start."""

import subprocess
import sys

# Whole HTTP stacks, and clients of other systems.
HEAVY = {"aiohttp", "attr", "prometheus_client", "nats", "celpy", "wsgiref"}


def test_a_server_without_routes_and_metrics_loads_no_http_stack() -> None:
    program = "import sys, hitchpost_server.cli, hitchpost_server.app; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert "grpc" in loaded
    assert loaded & HEAVY == set()
