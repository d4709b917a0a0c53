"""Functions and files stay small, and modules are named after what they know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
CODE = {".py", ".sql"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "common", "helpers", "helper", "core", "manager", "base"}

# Spelled so that this file does not find itself.
NOTE = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")

Modules = dict[Path, ast.Module]
Texts = dict[Path, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(modules: Modules) -> Iterator[tuple[str, int]]:
    """Yield where each function is, and how many lines it has without its decorators."""
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                last = node.end_lineno or node.lineno
                yield f"{path}:{node.lineno} {node.name}", last - node.lineno + 1


def test_no_function_is_too_long_to_read_at_once(modules: Modules) -> None:
    lengths = dict(functions(modules))
    assert lengths
    assert {where: n for where, n in lengths.items() if n > FUNCTION_LINES_MAX} == {}


def test_no_file_of_code_is_too_long_to_know_by_heart(texts: Texts) -> None:
    lengths = {str(path): text.count("\n") for path, text in texts.items() if path.suffix in CODE}
    assert lengths
    assert {where: n for where, n in lengths.items() if n > FILE_LINES_MAX} == {}


def test_every_module_and_folder_is_named_after_what_it_knows(modules: Modules) -> None:
    empty = [
        str(path)
        for path in modules
        for part in path.with_suffix("").parts
        if not NAMES_THAT_SAY_NOTHING.isdisjoint(part.lower().split("_"))
    ]
    assert empty == []


def test_nothing_is_left_for_later_in_a_note(texts: Texts) -> None:
    notes = [
        f"{path}:{number}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if NOTE.search(line)
    ]
    assert notes == []
