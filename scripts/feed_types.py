"""Write what each type of CloudEvent holds: examples from golden logs, and a JSON schema.

Knows the contract by its descriptors and how protobuf writes JSON. With `--check`
it writes nothing and fails when the files are not what it would write.
"""

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cloudevents.core.formats.json import JSONFormat
from google.protobuf.descriptor import FieldDescriptor

from descriptors import ROOT
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.api import masking
from hitchpost_server.engine.log import expanded
from hitchpost_server.feed.cloud_events import PUBLISHED, cloud_event, type_of
from hitchpost_server.feed.topics import MESSAGE, TOPICS

GOLDEN = ROOT / "tests" / "golden"
PAGE = ROOT / "docs" / "feed-types.md"
SCHEMA = ROOT / "docs" / "feed-types.schema.json"

HEAD = """# The types of the change feed

What each type of CloudEvent looks like in structured form: one real example of each, from the
logs that tests keep. What the attributes mean is in [feed.md](feed.md#cloudevents);
[a JSON schema](feed-types.schema.json) says what data there can be. This page and the schema are
generated: `make generate`.
"""

# Stubs know two kinds of descriptors, of which only one exists at run time.
Descriptor = Any

KINDS: dict[str, Descriptor] = {
    field.name: field for field in history.HistoryEvent.DESCRIPTOR.oneofs[0].fields
}

NUMBER = {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}
PLAIN: dict[int, dict[str, Any]] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_INT32: {"type": "integer"},
    FieldDescriptor.TYPE_UINT32: {"type": "integer"},
    FieldDescriptor.TYPE_INT64: {"type": "string", "pattern": "^-?[0-9]+$"},
    FieldDescriptor.TYPE_UINT64: {"type": "string", "pattern": "^[0-9]+$"},
    FieldDescriptor.TYPE_FLOAT: NUMBER,
    FieldDescriptor.TYPE_DOUBLE: NUMBER,
}
WELL_KNOWN: dict[str, dict[str, Any]] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Empty": {"type": "object"},
}


def types() -> dict[str, Descriptor]:
    """Give the kinds of events by the types of their CloudEvents."""
    return {
        type_of(PUBLISHED if kind == MESSAGE else TOPICS[kind]): field
        for kind, field in KINDS.items()
    }


# Schema


def schema() -> dict[str, Any]:
    """Describe the data of every type."""
    definitions: dict[str, Any] = {}
    for field in KINDS.values():
        define(field.message_type, definitions)
    variants = [
        {"properties": {"type": {"const": name}, "data": reference(field.message_type)}}
        for name, field in sorted(types().items())
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "CloudEvents of Hitchpost's change feed, by type",
        "type": "object",
        "required": ["type", "data"],
        "oneOf": variants,
        "$defs": dict(sorted(definitions.items())),
    }


def define(message: Descriptor, definitions: dict[str, Any]) -> None:
    """Describe a message and all that it may hold."""
    name = message.full_name
    if name in WELL_KNOWN or name in definitions:
        return
    described: dict[str, Any] = {"type": "object", "properties": {}}
    definitions[name] = described
    for field in message.fields:
        described["properties"][field.json_name] = of_field(field, definitions)
    always = [field.json_name for field in message.fields if not field.has_presence]
    if always:
        described["required"] = always


def of_field(field: Descriptor, definitions: dict[str, Any]) -> dict[str, Any]:
    """Describe a field."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        value = field.message_type.fields_by_name["value"]
        return {"type": "object", "additionalProperties": of_value(value, definitions)}
    one = of_value(field, definitions)
    return {"type": "array", "items": one} if field.is_repeated else one


def of_value(field: Descriptor, definitions: dict[str, Any]) -> dict[str, Any]:
    """Describe one value of a field."""
    if field.message_type is not None:
        define(field.message_type, definitions)
        return reference(field.message_type)
    if field.enum_type is not None:
        return of_enum(field.enum_type)
    return PLAIN[field.type]


def of_enum(enum: Descriptor) -> dict[str, Any]:
    """Describe an enum; values that only a later version has are numbers."""
    return {"anyOf": [{"enum": [value.name for value in enum.values]}, {"type": "integer"}]}


def reference(message: Descriptor) -> dict[str, Any]:
    """Point to where a message is described."""
    return WELL_KNOWN.get(message.full_name) or {"$ref": f"#/$defs/{message.full_name}"}


# Examples


def golden_events() -> Iterator[history.HistoryEvent]:
    """Give all events of golden logs, those of the latest release first."""
    for path in sorted(GOLDEN.glob("*.jsonl"), reverse=True):
        position = 1
        for record in map(json.loads, path.read_text().splitlines()):
            if "stream" in record:
                body = record["body"] and base64.b64decode(record["body"])
                first, last = record["first_sequence"], record["last_sequence"]
                yield from expanded(record["stream"], first, position, body)
                position += last - first + 1


def examples() -> dict[str, Any]:
    """Give the smallest example of each type, as JSON has it."""
    found: dict[str, Any] = {}
    for event in golden_events():
        one = cloud_event(masking.entry(event), "default")
        example = json.loads(JSONFormat().write(one))
        # Maps of protobuf have no order.
        example["data"] = json.loads(json.dumps(example["data"], sort_keys=True))
        before = found.get(one.get_type())
        if before is None or len(json.dumps(example)) < len(json.dumps(before)):
            found[one.get_type()] = example
    return found


def page() -> str:
    """Write the page."""
    found = examples()
    parts = [HEAD]
    for name in sorted(types()):
        parts.append(f"## {name}\n")
        if name in found:
            parts.append(f"```json\n{json.dumps(found[name], indent=2, ensure_ascii=False)}\n```\n")
        else:
            parts.append("New: the logs of releases have none yet.\n")
    return "\n".join(parts)


def write_or_check(path: Path, text: str) -> None:
    """Write a file; with `--check` fail instead when it is not what it would be."""
    if "--check" not in sys.argv:
        path.write_text(text)
    elif not path.exists() or path.read_text() != text:
        raise SystemExit(f"{path.name} is stale: make generate")


if __name__ == "__main__":
    write_or_check(PAGE, page())
    write_or_check(SCHEMA, json.dumps(schema(), indent=1) + "\n")
