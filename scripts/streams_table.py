"""Write which streams there are, what they are told and what they say, into docs/architecture.md.

Knows the engine's own tables: of kinds of streams, of deciders, of folds. With
`--check` it writes nothing and fails when the table is not what it would write.
"""

from collections.abc import Iterable

from descriptors import ROOT
from hitchpost_server.engine.decide import COMMANDS
from hitchpost_server.engine.ids import (
    AUDIT_STREAM,
    CONSUMER_STREAM,
    CORRELATION_STREAM,
    ROUTE_STREAM,
    RUN_STREAM,
    SCHEDULE_STREAM,
    TOPIC_STREAM,
)
from hitchpost_server.engine.streams import STREAM_KINDS, StreamKind
from marked_table import write_or_check

PAGE = ROOT / "docs" / "architecture.md"

# How the names of streams go on, and what is their subject, where it is no definition.
SUBJECTS = {
    RUN_STREAM: ("<id>", "a root run and its descendants"),
    SCHEDULE_STREAM: ("<id>", "a ScheduledWfRun"),
    CORRELATION_STREAM: ("<ExternalEventDef>/<key>", "a correlation key: its event, who waits"),
    TOPIC_STREAM: ("<topic>", "the messages that were published to a topic"),
    ROUTE_STREAM: ("<id>", "a route, and what it has given up on"),
    CONSUMER_STREAM: ("<name>", "a consumer of the feed: how far it has come is a row of its own"),
    AUDIT_STREAM: ("", "external events that were refused"),
}


def definition_class(prefix: str) -> str:
    """Name the class of definitions that a kind of streams is about."""
    return "".join(word.capitalize() for word in prefix.rstrip("/").split("-"))


def subject(prefix: str) -> tuple[str, str]:
    """Return the form of a stream's name, and its subject in words."""
    if prefix in SUBJECTS:
        return SUBJECTS[prefix]
    name = definition_class(prefix)
    return "<name>", f"{'an' if name[0] in 'AEIO' else 'a'} {name}"


def commands_of(prefix: str, kind: StreamKind) -> list[str]:
    """Name the commands that a stream takes: all of its kind, or those about its definition."""
    names = [command.__name__ for command in COMMANDS[kind.new]]  # type: ignore[index]
    if prefix in SUBJECTS:
        return names
    name = definition_class(prefix)
    about_it = (f"Put{name}", f"Validate{name}Evolution", f"Delete{name}")
    return [one for one in names if one in about_it]


def events_of(prefix: str, kind: StreamKind) -> list[str]:
    """Name the events that a stream holds: all of its kind, or those about its definition."""
    if prefix in SUBJECTS:
        return list(kind.events)
    name = prefix.rstrip("/").replace("-", "_")
    return [one for one in kind.events if one.rpartition("_")[0] == name]


def listed(names: Iterable[str]) -> str:
    """Write names into a cell."""
    return ", ".join(f"`{name}`" for name in names)


def table() -> str:
    """Return the table; nothing that a stream takes or holds may be left out."""
    rows: list[str] = []
    shown: set[str] = set()
    for prefix, kind in STREAM_KINDS.items():
        form, about = subject(prefix)
        told, said = commands_of(prefix, kind), events_of(prefix, kind)
        shown.update(told, said)
        rows.append(f"| `{prefix}{form}` | {about} | {listed(told)} | {listed(said)} |")
    every = {event for kind in STREAM_KINDS.values() for event in kind.events}
    every |= {command.__name__ for deciders in COMMANDS.values() for command in deciders}
    if every != shown:
        raise SystemExit(f"no stream has {', '.join(sorted(every - shown))}")
    return "\n".join(
        ["| stream | subject | commands | events |", "| --- | --- | --- | --- |", *rows]
    )


if __name__ == "__main__":
    write_or_check(PAGE, table())
