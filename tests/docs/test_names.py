"""What the documents name is there: files, settings, constructs, tables, reasons."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from hitchpost.v1 import errors_pb2
from hitchpost_server.config import Settings
from hitchpost_server.engine.rows import TABLE_NAMES
from hitchpost_server.metrics.families import FAMILIES, name_of

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "server" / "hitchpost_server"

CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w./-]+(\.(py|sql|proto|md|toml)|/)")
SETTING = re.compile(
    r"(?!hitchpost_)[a-z]+(_[a-z]+)*_(max|default|window|seconds|every_events|records)"
)
REASON = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")

# What LittleHorse's messages call a span is no setting of ours.
FIELDS_OF_THE_CONTRACT = {"attempts_max", "ttl_seconds", "timeout_seconds"}
# What settings were called before: the changelog names them.
FORMER_SETTINGS = {"unconsumed_events_per_run_max"}


def documents() -> dict[str, str]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in found}


def named(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for page, text in documents().items():
        for token in CODE.findall(text):
            if pattern.fullmatch(token):
                yield page, token


def is_there(token: str) -> bool:
    return (ROOT / token).exists() or (SERVER / token).exists()


def section(page: str, heading: str) -> str:
    return documents()[page].split(f"## {heading}\n")[1].split("\n## ")[0]


def test_every_file_that_a_document_names_is_there() -> None:
    found = [(page, token) for page, token in named(FILE) if not token.startswith("/")]
    assert found
    assert [one for one in found if not is_there(one[1])] == []


def test_every_setting_that_a_document_names_is_one() -> None:
    settings = {one.name for one in fields(Settings)} | FIELDS_OF_THE_CONTRACT | FORMER_SETTINGS
    found = list(named(SETTING))
    assert found
    assert [one for one in found if one[1] not in settings] == []


def test_every_derived_table_is_described() -> None:
    described = section("docs/architecture.md", "What is on disk")
    assert {name for name in TABLE_NAMES.values() if f"`{name}`" not in described} == set()


def test_the_reasons_of_the_guardrails_are_those_of_the_contract() -> None:
    rows = [row.split("|") for row in section("README.md", "Guardrails").splitlines()]
    reasons = {reason for row in rows if len(row) == 5 for reason in REASON.findall(row[3])}
    assert len(reasons) >= 6
    assert reasons <= set(errors_pb2.ErrorReason.keys())


def test_every_line_of_the_log_that_is_explained_is_one_that_the_server_writes() -> None:
    sources = [path.read_text() for path in SERVER.rglob("*.py")]
    written = re.sub(r'"\s*f?"', "", "".join(sources))
    rows = re.findall(r"^\| (`.*?`) \|", section("docs/operations.md", "What the log says"), re.M)
    parts = [part.strip() for row in rows for part in re.split(r"`, `|`|\.\.\.|\d+", row)]
    assert rows
    assert [part for part in parts if part not in written] == []


def test_every_metric_is_described_as_it_describes_itself() -> None:
    described = section("docs/operations.md", "Metrics")
    rows = {
        f"| `{name_of(name)}` | {one.kind} | {labels(one.labels)} | {one.text} |"
        for name, one in FAMILIES.items()
    }
    assert {row for row in described.splitlines() if row.startswith("| `hitchpost_")} == rows


def labels(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
