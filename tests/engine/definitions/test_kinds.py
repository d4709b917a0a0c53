"""A kind of node is one module and one row: nothing else in the server knows it by name."""

import ast
from pathlib import Path

import pytest

import hitchpost_server
from hitchpost.v1.history_pb2 import NodeEntered
from hitchpost.v1.wf_spec_pb2 import Node
from hitchpost_server.engine.nodes.kinds import NODE_KINDS

SERVER = Path(hitchpost_server.__file__).parent
KINDS = {field.name: field for field in Node.DESCRIPTOR.oneofs_by_name["node"].fields}

# A user task's reminder is a task: it is checked and compiled as that of a TASK node is.
BORROWED = {"user_task.py": {"TaskKind"}, "user_task_actions.py": {"TaskKind"}}


def names_of_kinds(path: Path) -> set[str]:
    """Which kinds a module imports."""
    imported = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return imported & {type(kind).__name__ for kind in NODE_KINDS.values()}


def test_every_member_of_the_contracts_node_has_a_class_of_its_own():
    assert NODE_KINDS.keys() == KINDS.keys()
    assert len({type(kind) for kind in NODE_KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_the_class_of_a_kind_is_in_the_module_of_its_name(name):
    kind = type(NODE_KINDS[name])
    assert kind.__name__ == name.title().replace("_", "") + "Kind"
    assert kind.__module__ == f"hitchpost_server.engine.nodes.{name}"


def test_the_history_has_a_member_for_every_kind_but_nop():
    members = NodeEntered.DESCRIPTOR.oneofs_by_name["node_type"].fields
    assert {field.name for field in members} == KINDS.keys() - {"nop"}


def test_only_their_table_knows_kinds_by_name():
    others = [path for path in SERVER.rglob("*.py") if path.name != "kinds.py"]
    assert others
    found = {path.name: names for path in others if (names := names_of_kinds(path))}
    assert found == BORROWED
