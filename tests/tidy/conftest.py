"""What is to be kept tidy: every file that somebody wrote, and none that a script did."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("client", "server", "scripts", "tests", "bench", "examples", "protos", "docs")
SUFFIXES = {".py", ".sql", ".proto", ".md", ".toml", ".yaml"}


def is_generated(path: Path) -> bool:
    """Tell whether scripts/generate.py wrote the file."""
    return path.stem.endswith(("_pb2", "_pb2_grpc"))


@pytest.fixture(scope="session")
def texts() -> dict[Path, str]:
    """The text of every file that somebody wrote, by its path in the repository."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found = [path for path in (*ROOT.glob("*"), *inside) if path.suffix in SUFFIXES]
    written = [path for path in sorted(found) if not is_generated(path)]
    return {path.relative_to(ROOT): path.read_text() for path in written}


@pytest.fixture(scope="session")
def modules(texts: dict[Path, str]) -> dict[Path, ast.Module]:
    """The Python files among them, parsed."""
    return {path: ast.parse(text) for path, text in texts.items() if path.suffix == ".py"}
