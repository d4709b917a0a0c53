"""`hitchpost feed tail`: what happens, as it happens, a line an entry or JSON lines."""

import sys
from collections.abc import Sequence

from google.protobuf.json_format import MessageToJson
from rich.console import Console
from rich.text import Text

import hitchpost
from hitchpost.v1.feed_pb2 import FeedEntry, Resync, ResyncReason
from hitchpost_server.history_view import essence

TOPIC_CHARACTERS = 26


async def print_feed(
    server: str, patterns: Sequence[str], *, from_beginning: bool, as_json: bool
) -> int:
    """Print entries until somebody ends it; return the exit code."""
    console = Console(soft_wrap=True)
    try:
        async with hitchpost.connect(server) as client:
            async for answer in client.subscribe(*patterns, from_beginning=from_beginning):
                if answer.HasField("resync"):
                    _say_what_is_missing(answer.resync)
                for entry in answer.entries:
                    if as_json:
                        print(MessageToJson(entry, indent=None, preserving_proto_field_name=True))
                    else:
                        console.print(line_of(entry))
                sys.stdout.flush()
    except hitchpost.HitchpostError as error:
        print(f"hitchpost: {error}", file=sys.stderr)
        return 1
    return 0


def line_of(entry: FeedEntry) -> Text:
    """Write an entry for people: when, what, to whom, and its essence."""
    event = entry.event
    moment = event.time.ToDatetime().strftime("%H:%M:%S.%f")[:-3]
    return Text.assemble(
        (moment, "dim"),
        "  ",
        (entry.topic.ljust(TOPIC_CHARACTERS), "bold"),
        "  ",
        (event.stream, "cyan"),
        "  ",
        essence(event),
    )


def _say_what_is_missing(resync: Resync) -> None:
    reason = ResyncReason.Name(resync.reason)
    print(f"hitchpost: entries are missing here ({reason})", file=sys.stderr)
