"""The environment is read in one place: what a program does can be told from its settings."""

import ast
from collections.abc import Iterator
from pathlib import Path

READERS = {"environ", "environb", "getenv", "getenvb"}
PACKAGES = {"client", "server"}


def reads_environment(node: ast.AST) -> bool:
    """Tell whether a piece of code takes something from the environment."""
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr=name):
            return name in READERS
        case ast.ImportFrom(module="os", names=names):
            return any(name.name in READERS for name in names)
    return False


def readers(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of a module that read the environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt) and reads_environment(node):
            yield node.lineno


def test_only_config_reads_the_environment(modules: dict[Path, ast.Module]) -> None:
    ours = {path: tree for path, tree in modules.items() if path.parts[0] in PACKAGES}
    assert ours
    found = {str(path): [*readers(tree)] for path, tree in ours.items() if path.name != "config.py"}
    assert {path: lines for path, lines in found.items() if lines} == {}
