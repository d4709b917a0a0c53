"""Decisions and loops as a builder's verbs; how they become edges is in `branches`."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from hitchpost._building.branches import Branches, loop
from hitchpost._building.expression import Expression
from hitchpost._building.thread import Thread, Writing
from hitchpost._errors import WorkflowInvalid


def when(self: Writing, condition: Expression) -> AbstractContextManager[None]:
    """Write, in a `with` block, what happens if a condition holds."""
    return _branch(self._thread, Branches(self._thread.graph), condition)


def otherwise_when(self: Writing, condition: Expression) -> AbstractContextManager[None]:
    """Write, right after a `when`, what happens if that one failed and this one holds."""
    return _branch(self._thread, _before(self._thread), condition)


def otherwise(self: Writing) -> AbstractContextManager[None]:
    """Write, right after a `when`, what happens if no condition before holds."""
    return _branch(self._thread, _before(self._thread), None)


def loop_while(self: Writing, condition: Expression) -> AbstractContextManager[None]:
    """Write, in a `with` block, what happens again and again while a condition holds."""
    return loop(self._thread.graph, condition)


@contextmanager
def _branch(thread: Thread, branches: Branches, condition: Expression | None) -> Iterator[None]:
    with branches.branch(condition):
        yield
    thread.branches = branches  # those in the block have come and gone


def _before(thread: Thread) -> Branches:
    thread.writable()
    if thread.branches is None:
        raise WorkflowInvalid("`otherwise` needs a `when` before it")
    return thread.branches
