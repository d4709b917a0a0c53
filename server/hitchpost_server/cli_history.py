"""`hitchpost history`: a run's history from a server, as a table or as JSON lines."""

import sys

from google.protobuf.json_format import MessageToJson
from rich.console import Console

import hitchpost
from hitchpost_server.history_view import history_table


async def print_history(server: str, run: str, execution: int | None, *, as_json: bool) -> int:
    """Print it; return the exit code."""
    try:
        async with hitchpost.connect(server) as client:
            events = client.history(run, execution=execution)
            if as_json:
                async for event in events:
                    print(MessageToJson(event, indent=None, preserving_proto_field_name=True))
                return 0
            Console().print(history_table([event async for event in events]))
            return 0
    except hitchpost.HitchpostError as error:
        print(f"hitchpost: {error}", file=sys.stderr)
        return 1
