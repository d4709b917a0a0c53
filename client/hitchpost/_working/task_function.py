"""How a Python function fits a TaskDef: its parameters against the inputs.

It knows signatures and types, and nothing of workers. Inputs and parameters belong together by
their order; a parameter annotated TaskContext gets the context and is no input.
"""

import inspect
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hitchpost._errors import HitchpostError, TaskMismatch
from hitchpost._types import primitive_type, type_text, without_none
from hitchpost._values import from_value
from hitchpost._working.context import TaskContext
from hitchpost.v1 import value_pb2
from hitchpost.v1.task_pb2 import TaskDef
from hitchpost.v1.value_pb2 import TypeDefinition, VariableDef, VariableType, VariableValue

_ANYTHING = (Any, object, inspect.Parameter.empty)
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

# Which kinds of values a parameter of a type takes besides its own. An int is a float.
_ALSO_TAKES = {value_pb2.DOUBLE: {value_pb2.INT}}

_KIND_OF_VALUE = {
    "json_obj": value_pb2.JSON_OBJ,
    "json_arr": value_pb2.JSON_ARR,
    "double": value_pb2.DOUBLE,
    "bool": value_pb2.BOOL,
    "str": value_pb2.STR,
    "int": value_pb2.INT,
    "bytes": value_pb2.BYTES,
    "wf_run_id": value_pb2.WF_RUN_ID,
    "utc_timestamp": value_pb2.TIMESTAMP,
}


class InputUnmappable(HitchpostError):
    """An input of a task is not what the function takes."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a task's function, as far as inputs matter."""

    name: str
    takes: VariableType | None  # None: anything
    optional: bool
    raw: bool  # wants the VariableValue itself

    def argument(self, value: VariableValue) -> object:
        """Turn an input into the argument. Raises InputUnmappable."""
        if self.raw:
            return value
        kind = value.WhichOneof("value")
        if kind is None and not self.optional:
            raise InputUnmappable(f"input {self.name} is null; `| None` would allow that")
        if kind is not None and not self.fits(_KIND_OF_VALUE.get(kind)):
            raise InputUnmappable(f"input {self.name} is {kind}, not {self.type_text()}")
        content = from_value(value)
        return float(content) if kind == "int" and self.takes == value_pb2.DOUBLE else content

    def fits(self, offered: VariableType | None) -> bool:
        """Say whether the parameter takes values of a type."""
        if self.takes is None or offered == self.takes:
            return True
        return offered in _ALSO_TAKES.get(self.takes, ())

    def type_text(self) -> str:
        """Name what the parameter takes, for people."""
        return "anything" if self.takes is None else VariableType.Name(self.takes)


class TaskFunction:
    """A function that carries out a task, and how it is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.is_async = inspect.iscoroutinefunction(inspect.unwrap(function)) or (
            inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004
        )
        self._annotations = _annotations(function)
        self._parameters = list(inspect.signature(function).parameters.values())
        self.inputs = [self._input(one) for one in self._parameters if not self._is_context(one)]

    def arguments(self, values: Sequence[VariableValue], context: TaskContext) -> dict[str, object]:
        """Give the arguments by name. Raises InputUnmappable."""
        if len(values) != len(self.inputs):
            raise InputUnmappable(f"{len(values)} inputs came for {len(self.inputs)} parameters")
        given = {
            parameter.name: parameter.argument(value)
            for parameter, value in zip(self.inputs, values, strict=True)
        }
        wanting = {one.name: context for one in self._parameters if self._is_context(one)}
        return {**given, **wanting}

    def check(self, task_def: TaskDef) -> None:
        """Compare the function with a TaskDef. Raises TaskMismatch, which names both."""
        problem = self._problem(list(task_def.input_vars), task_def.return_type.return_type)
        if problem is None:
            return
        name = getattr(self.function, "__name__", repr(self.function))
        inputs = ", ".join(f"{one.name}: {type_text(_type_of(one))}" for one in task_def.input_vars)
        raise TaskMismatch(
            f"{name}{inspect.signature(self.function)} does not fit the TaskDef"
            f" {task_def.id.name}({inputs}): {problem}"
        )

    def _problem(self, inputs: list[VariableDef], returns: TypeDefinition) -> str | None:
        names, takes = [one.name for one in inputs], [one.name for one in self.inputs]
        if len(names) != len(takes):
            return f"it has {len(names)} inputs, the function takes {len(takes)}"
        if names != takes and sorted(names) == sorted(takes):
            return "the inputs are in another order"
        for parameter, one in zip(self.inputs, inputs, strict=True):
            if not parameter.fits(_primitive(_type_of(one))):
                return f"{parameter.name} takes {parameter.type_text()}"
        return self._return_problem(returns)

    def _return_problem(self, returns: TypeDefinition) -> str | None:
        annotation, _ = without_none(self._annotations.get("return", object))
        if not returns.HasField("primitive_type") or annotation in _ANYTHING:
            return None
        given = primitive_type(annotation)
        wanted = returns.primitive_type
        if given is None and annotation is not type(None):
            return None  # our types do not say; the server checks
        if given == wanted or given in _ALSO_TAKES.get(wanted, ()):
            return None
        return f"it returns {type_text(returns)}"

    def _is_context(self, parameter: inspect.Parameter) -> bool:
        return self._annotation(parameter)[0] is TaskContext

    def _annotation(self, parameter: inspect.Parameter) -> tuple[object, bool]:
        """Give what a parameter takes, and whether None too."""
        return without_none(self._annotations.get(parameter.name, parameter.annotation))

    def _input(self, parameter: inspect.Parameter) -> Parameter:
        if parameter.kind not in _BY_NAME:
            raise TaskMismatch(f"a task's function cannot take {parameter}: only named parameters")
        annotation, optional = self._annotation(parameter)
        if annotation in _ANYTHING or annotation is VariableValue:
            return Parameter(parameter.name, None, True, annotation is VariableValue)
        takes = primitive_type(annotation)
        if takes is None:
            raise TaskMismatch(f"no input can be a {annotation!r} ({parameter.name})")
        return Parameter(parameter.name, takes, optional, False)


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    """Read the annotations, also those that are written as text."""
    described = function if inspect.isroutine(function) else type(function).__call__
    try:
        return typing.get_type_hints(described)
    except NameError as error:
        raise TaskMismatch(f"an annotation of {function!r} cannot be read: {error}") from error


def _type_of(definition: VariableDef) -> TypeDefinition:
    if definition.HasField("type_def"):
        return definition.type_def
    return TypeDefinition(primitive_type=definition.type)


def _primitive(declared: TypeDefinition) -> VariableType | None:
    if declared.WhichOneof("defined_type") in (None, "primitive_type"):
        return declared.primitive_type
    return None
