"""The page about the Python client has everything that there is, and what it shows runs."""

import re
from pathlib import Path

import pytest

import hitchpost

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text()
NAMED = set(re.findall(r"`(\w+)`", PAGE))
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("kind", [hitchpost.WorkflowBuilder, hitchpost.Client])
def test_every_verb_and_every_call_is_named(kind: type) -> None:
    assert {name for name in vars(kind) if not name.startswith("_")} - NAMED == set()


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_what_is_shown_makes_sense(snippet: str) -> None:
    made: dict[str, object] = {"__name__": "shown"}
    exec(compile(snippet, "docs/python.md", "exec"), made)
    for one in made.values():
        if isinstance(one, hitchpost.Workflow):
            assert one.compile().thread_specs
