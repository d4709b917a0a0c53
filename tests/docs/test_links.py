"""Relative links in the documents lead to files that are there, and to headings that they have."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]

FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
INLINE = re.compile(r"\]\(\s*<?([^)<>\s]+)>?[^)]*\)")
REFERENCE = re.compile(r"^\[[^\]]+\]:\s*<?([^<>\s]+)", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
HEADING = re.compile(r"^#+ +(.+?) *#*$", re.MULTILINE)


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def relative_links(text: str) -> Iterator[str]:
    prose = CODE.sub("", FENCED.sub("", text))
    for link in (*INLINE.findall(prose), *REFERENCE.findall(prose)):
        if not ELSEWHERE.match(link):
            yield unquote(link)


def anchors(text: str) -> set[str]:
    """Name a document's headings as GitHub does."""
    headings = HEADING.findall(FENCED.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(document: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = document.parent / name if name else document
    if not target.resolve().is_relative_to(ROOT) or not target.exists():
        return True
    is_document = target.suffix == ".md"
    return bool(anchor) and is_document and anchor not in anchors(target.read_text())


def test_every_relative_link_leads_somewhere() -> None:
    links = [(page, link) for page in documents() for link in relative_links(page.read_text())]
    assert links
    broken = [f"{page.relative_to(ROOT)}: {to}" for page, to in links if leads_nowhere(page, to)]
    assert broken == []


def test_a_link_to_a_missing_file_or_heading_is_found() -> None:
    page = ROOT / "docs" / "adr" / "README.md"
    assert leads_nowhere(page, "no-such-file.md")
    assert leads_nowhere(page, "README.md#no-such-heading")
    assert not leads_nowhere(page, "README.md#decisions")


def test_links_in_code_are_no_links() -> None:
    assert list(relative_links("`[a](b)`\n```\n[c](d)\n```\n[e](f.md) [g](https://h)")) == ["f.md"]
