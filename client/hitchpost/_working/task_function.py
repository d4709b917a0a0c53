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
from hitchpost._readings import from_value
from hitchpost._types import DeclaredType, type_definition, type_text, without_mark, without_none
from hitchpost._values import to_value
from hitchpost._working.context import TaskContext
from hitchpost.v1 import value_pb2
from hitchpost.v1.task_pb2 import TaskDef
from hitchpost.v1.value_pb2 import ReturnType, TypeDefinition, VariableDef, VariableValue

_ANYTHING = (Any, object, inspect.Parameter.empty)
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

# What a value of a type arrives as: fields of VariableValue.
_FORMS = {
    value_pb2.JSON_OBJ: "json_obj",
    value_pb2.JSON_ARR: "json_arr",
    value_pb2.DOUBLE: "double",
    value_pb2.BOOL: "bool",
    value_pb2.STR: "str",
    value_pb2.INT: "int",
    value_pb2.BYTES: "bytes",
    value_pb2.WF_RUN_ID: "wf_run_id",
    value_pb2.TIMESTAMP: "utc_timestamp",
}
_NATIVE_FORMS = {
    "struct_def_id": "struct",
    "inline_array_def": "array",
    "inline_map_def": "map",
    "inline_struct_def": "json_obj",
}

# What a parameter of a type takes besides its own. An int is a float, an array is a list.
_ALSO_TAKES = {
    "double": frozenset({"int"}),
    "json_arr": frozenset({"array"}),
    "json_obj": frozenset({"map", "struct"}),
}


class InputUnmappable(HitchpostError):
    """An input of a task is not what the function takes."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a task's function, as far as inputs matter."""

    name: str
    kind: object  # the annotation, without None
    takes: TypeDefinition | None  # None: anything
    optional: bool

    def argument(self, value: VariableValue) -> object:
        """Turn an input into the argument. Raises InputUnmappable."""
        if self.kind is VariableValue:
            return value
        form = value.WhichOneof("value")
        if form is None and not self.optional:
            raise InputUnmappable(f"input {self.name} is null; `| None` would allow that")
        if form is not None and not self._takes_form(form):
            raise InputUnmappable(f"input {self.name} is {form}, not {self.type_text()}")
        return from_value(value, self.kind)

    def fits(self, offered: TypeDefinition) -> bool:
        """Say whether the parameter takes values of a type."""
        return self.takes is None or _fits(offered, self.takes)

    def _takes_form(self, form: str) -> bool:
        return self.takes is None or form in _forms_taken(self.takes)

    def type_text(self) -> str:
        """Name what the parameter takes, for people."""
        return "anything" if self.takes is None else type_text(self.takes)


class TaskFunction:
    """A function that carries out a task, and how it is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.is_async = inspect.iscoroutinefunction(inspect.unwrap(function)) or (
            inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004
        )
        self._annotations = _annotations(function)
        self._returns: TypeDefinition | None = None
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

    def output(self, returned: object) -> VariableValue:
        """Turn what the function returned into the output. Raises ValueUnsupported."""
        return to_value(returned, self._returns)

    def check(self, task_def: TaskDef) -> None:
        """Compare the function with a TaskDef. Raises TaskMismatch, which names both."""
        problem = self._problem(list(task_def.input_vars), task_def.return_type)
        if problem is None:
            returns = task_def.return_type
            self._returns = returns.return_type if returns.HasField("return_type") else None
            return
        name = getattr(self.function, "__name__", repr(self.function))
        inputs = ", ".join(f"{one.name}: {type_text(_type_of(one))}" for one in task_def.input_vars)
        raise TaskMismatch(
            f"{name}{inspect.signature(self.function)} does not fit the TaskDef"
            f" {task_def.id.name}({inputs}): {problem}"
        )

    def _problem(self, inputs: list[VariableDef], returns: ReturnType) -> str | None:
        names, takes = [one.name for one in inputs], [one.name for one in self.inputs]
        if len(names) != len(takes):
            return f"it has {len(names)} inputs, the function takes {len(takes)}"
        if names != takes and sorted(names) == sorted(takes):
            return "the inputs are in another order"
        for parameter, one in zip(self.inputs, inputs, strict=True):
            if not parameter.fits(_type_of(one)):
                return f"{parameter.name} takes {parameter.type_text()}"
        return self._return_problem(returns)

    def _return_problem(self, returns: ReturnType) -> str | None:
        annotation, _ = without_none(without_mark(self._annotations.get("return", object))[0])
        if not returns.HasField("return_type") or annotation in _ANYTHING:
            return None
        if annotation is not type(None):
            try:
                given = type_definition(annotation)
            except TypeError:
                return None  # our types do not say; the server checks
            if _fits(given, returns.return_type) or _fits(returns.return_type, given):
                return None
        return f"it returns {type_text(returns.return_type)}"

    def _is_context(self, parameter: inspect.Parameter) -> bool:
        return self._annotation(parameter)[0] is TaskContext

    def _annotation(self, parameter: inspect.Parameter) -> tuple[object, bool]:
        """Give what a parameter takes, and whether None too."""
        return without_none(without_mark(self._annotations.get(parameter.name, object))[0])

    def _input(self, parameter: inspect.Parameter) -> Parameter:
        if parameter.kind not in _BY_NAME:
            raise TaskMismatch(f"a task's function cannot take {parameter}: only named parameters")
        kind, optional = self._annotation(parameter)
        if kind in _ANYTHING or kind is VariableValue:
            return Parameter(parameter.name, kind, None, True)
        try:
            return Parameter(parameter.name, kind, type_definition(kind), optional)
        except TypeError as error:
            raise TaskMismatch(f"no input can be a {kind!r} ({parameter.name})") from error


def signature_types(
    function: Callable[..., object],
) -> tuple[dict[str, DeclaredType], DeclaredType | None]:
    """Give the types of a function's inputs by name, and of what it returns. Raises TypeError."""
    annotations = _annotations(function)
    returns = annotations.pop("return", None)
    inputs = {
        name: annotations.get(name)
        for name in inspect.signature(function).parameters
        if annotations.get(name) is not TaskContext
    }
    if None in inputs.values():
        raise TypeError(f"{function!r}: each parameter needs an annotation")
    return inputs, None if returns is type(None) else returns


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    """Read the annotations, also those that are written as text."""
    described = function if inspect.isroutine(function) else type(function).__call__
    try:
        return typing.get_type_hints(described, include_extras=True)
    except NameError as error:
        raise TaskMismatch(f"an annotation of {function!r} cannot be read: {error}") from error


def _type_of(definition: VariableDef) -> TypeDefinition:
    if definition.HasField("type_def"):
        return definition.type_def
    return TypeDefinition(primitive_type=definition.type)


def _form(declared: TypeDefinition) -> str:
    kind = declared.WhichOneof("defined_type")
    if kind in (None, "primitive_type"):
        return _FORMS[declared.primitive_type]
    return _NATIVE_FORMS[str(kind)]


def _forms_taken(declared: TypeDefinition) -> frozenset[str]:
    form = _form(declared)
    return _ALSO_TAKES.get(form, frozenset()) | {form}


def _fits(offered: TypeDefinition, wanted: TypeDefinition) -> bool:
    """Compare types as far as they must agree; what is in collections shows when it comes."""
    form = _form(offered)
    if form == _form(wanted) == "struct":
        return offered.struct_def_id.name == wanted.struct_def_id.name
    return form in _forms_taken(wanted)
