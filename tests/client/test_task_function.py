"""Which functions fit which TaskDefs."""

import functools
from collections.abc import Callable
from typing import Any

import pytest
from task_host import task_def

import hitchpost
from hitchpost._types import type_definition
from hitchpost._working.context import TaskContext
from hitchpost._working.task_function import TaskFunction
from hitchpost.v1.task_pb2 import ScheduledTask
from hitchpost.v1.value_pb2 import VariableValue

CONTEXT = TaskContext(ScheduledTask())


def definition(inputs: dict[str, object], returns: object = None) -> Any:
    types = {name: type_definition(declared) for name, declared in inputs.items()}
    return task_def(types, returns and type_definition(returns))


def plain(item: str, count: int) -> float: ...
def unannotated(item, count): ...
def optional(item: "str | None", count: int | None) -> "float | None": ...
def with_context(item: str, context: hitchpost.TaskContext, count: int) -> int: ...
def raw(item: VariableValue, *, count: Any) -> object: ...
def swapped(count: int, item: str) -> float: ...
def too_few(item: str) -> float: ...
def too_many(item: str, count: int, more: int) -> float: ...
def other_type(item: str, count: str) -> float: ...
def other_output(item: str, count: int) -> str: ...
def no_output(item: str, count: int) -> None: ...
def renamed(what: str, how_many: int) -> float: ...


class Callee:
    def __call__(self, item: str, count: int) -> float: ...


@pytest.mark.parametrize(
    "function",
    [plain, unannotated, optional, with_context, raw, renamed, Callee()],
    ids=lambda function: getattr(function, "__name__", "object"),
)
def test_functions_that_fit(function: Callable[..., Any]) -> None:
    TaskFunction(function).check(definition({"item": str, "count": int}, returns=float))


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (swapped, "another order"),
        (too_few, "has 2 inputs, the function takes 1"),
        (too_many, "has 2 inputs, the function takes 3"),
        (other_type, "count takes STR"),
        (other_output, "returns DOUBLE"),
        (no_output, "returns DOUBLE"),
    ],
)
def test_functions_that_do_not_fit_are_told_why(function: Callable[..., Any], problem: str) -> None:
    with pytest.raises(hitchpost.TaskMismatch) as caught:
        TaskFunction(function).check(definition({"item": str, "count": int}, returns=float))
    text = str(caught.value)
    assert problem in text
    assert function.__name__ in text
    assert "check(item: STR, count: INT)" in text


def positional_only(item: str, /) -> None: ...
def any_number(*items: str) -> None: ...
def of_a_set(items: set[str]) -> None: ...


@pytest.mark.parametrize("function", [positional_only, any_number, of_a_set])
def test_functions_that_no_task_can_call(function: Callable[..., Any]) -> None:
    with pytest.raises(hitchpost.TaskMismatch):
        TaskFunction(function)


def test_an_annotation_that_cannot_be_read_is_told() -> None:
    def unreadable(item: "Nowhere") -> None: ...  # noqa: F821

    with pytest.raises(hitchpost.TaskMismatch, match="Nowhere"):
        TaskFunction(unreadable)


def test_async_functions_are_known_behind_wrappers() -> None:
    async def work() -> None: ...

    @functools.wraps(work)
    async def wrapped() -> None: ...

    assert TaskFunction(work).is_async
    assert TaskFunction(wrapped).is_async
    assert TaskFunction(functools.partial(work)).is_async
    assert not TaskFunction(plain).is_async


def test_a_whole_number_becomes_a_float_where_one_is_taken() -> None:
    def take(amount: float) -> None: ...

    TaskFunction(take).check(definition({"amount": int}))
    arguments = TaskFunction(take).arguments([hitchpost.to_value(3)], CONTEXT)
    assert arguments == {"amount": 3.0}
    assert isinstance(arguments["amount"], float)


def test_raw_values_are_handed_over_as_they_are() -> None:
    item, count = hitchpost.to_value("lamp"), VariableValue()
    assert TaskFunction(raw).arguments([item, count], CONTEXT) == {"item": item, "count": None}
