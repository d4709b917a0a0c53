"""The page of types has every type that there is, and its examples are what the schema says."""

import json
import re
from pathlib import Path

import pytest
from azure.core.messaging import CloudEvent as OtherCloudEvent
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator, ValidationError

from hitchpost_server.feed.cloud_events import PUBLISHED, type_of
from hitchpost_server.feed.topics import TOPICS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "feed-types.md").read_text()
SCHEMA = json.loads((DOCS / "feed-types.schema.json").read_text())
EXAMPLES = {
    one["type"]: one
    for one in map(json.loads, re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL))
}
VALIDATOR = Draft202012Validator(SCHEMA)


def test_every_type_is_on_the_page_and_in_the_schema() -> None:
    types = sorted(map(type_of, [*TOPICS.values(), PUBLISHED]))
    assert re.findall(r"^## (.*)$", PAGE, flags=re.MULTILINE) == types
    assert [one["properties"]["type"]["const"] for one in SCHEMA["oneOf"]] == types
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_is_what_the_schema_says_and_both_implementations_read(name: str) -> None:
    example = EXAMPLES[name]
    VALIDATOR.validate(example)
    assert JSONFormat().read(None, json.dumps(example)).get_data() == example["data"]
    other: OtherCloudEvent[object] = OtherCloudEvent.from_dict(example)
    assert (other.type, other.data) == (name, example["data"])


def test_the_schema_says_no_to_what_is_otherwise() -> None:
    example = EXAMPLES["dev.hitchpost.run.faulted.v1"]
    for data in ({}, {**example["data"], "status": "BROKEN"}, {**example["data"], "message": 7}):
        with pytest.raises(ValidationError):
            VALIDATOR.validate({**example, "data": data})
