"""`hitchpost history`: a run's history from a server, for people or as JSON lines."""

import sys
from collections.abc import AsyncIterator
from contextlib import aclosing

from google.protobuf.json_format import MessageToJson
from rich.console import Console

import hitchpost
from hitchpost.v1.history_pb2 import HistoryEvent
from hitchpost_server.history_view import history_lines, history_table, history_text

# Behind these, nothing more happens in an execution.
ENDS_OF_EXECUTION = {"run_continued_as_new", "run_deleted"}


async def print_history(
    server: str, run: str, execution: int | None, *, follow: bool, as_json: bool
) -> int:
    """Print it; return the exit code."""
    try:
        async with hitchpost.connect(server) as client:
            events = _followed(client, run, execution) if follow else client.history(run, execution)
            if as_json:
                await _print_json(events)
            elif follow:
                await _print_lines(events)
            else:
                Console().print(history_table([event async for event in events]))
            return 0
    except hitchpost.HitchpostError as error:
        print(f"hitchpost: {error}", file=sys.stderr)
        return 1


async def _followed(
    client: hitchpost.Client, run: str, execution: int | None
) -> AsyncIterator[HistoryEvent]:
    """Yield what has happened and what happens, in one execution until it ends, or in all."""
    after = 0
    if execution is not None:
        async for event in client.history(run, execution):
            yield event
            if event.WhichOneof("event") in ENDS_OF_EXECUTION:
                return
            after = event.sequence
    async with aclosing(client.watch_history(run, after)) as events:
        async for event in events:
            yield event
            if execution is not None and event.WhichOneof("event") in ENDS_OF_EXECUTION:
                return


async def _print_json(events: AsyncIterator[HistoryEvent]) -> None:
    async for event in events:
        print(MessageToJson(event, indent=None, preserving_proto_field_name=True), flush=True)


async def _print_lines(events: AsyncIterator[HistoryEvent]) -> None:
    console, execution = Console(), 1
    async for event in events:
        for line in history_lines([event], execution):
            console.print(history_text(line), soft_wrap=True)
        execution = event.execution
