"""What a run will know only later, and what can be computed from it.

It knows VariableAssignments and nothing of nodes. An Expression is not computed in Python:
it is written down, sent with the workflow, and evaluated by the server.
"""

from typing import NoReturn

from hitchpost._errors import WorkflowInvalid
from hitchpost._types import DeclaredType, type_definition
from hitchpost._values import to_value
from hitchpost.v1 import assignment_pb2 as pb
from hitchpost.v1.assignment_pb2 import Comparator, VariableAssignment, VariableMutationType
from hitchpost.v1.value_pb2 import TypeDefinition

_OPPOSITES = {
    pb.LESS_THAN: pb.GREATER_THAN_EQ,
    pb.GREATER_THAN: pb.LESS_THAN_EQ,
    pb.LESS_THAN_EQ: pb.GREATER_THAN,
    pb.GREATER_THAN_EQ: pb.LESS_THAN,
    pb.EQUALS: pb.NOT_EQUALS,
    pb.NOT_EQUALS: pb.EQUALS,
    pb.IN: pb.NOT_IN,
    pb.NOT_IN: pb.IN,
}


class Expression:
    """Something that a run evaluates: a variable, a node's output, or a computation on them.

    `+ - * / **` compute, `== != < <= > >=` and `is_in` compare, `& | ~` combine conditions,
    `["name"]` and `[0]` go into JSON. Strings of text come from `WorkflowBuilder.format`.
    `declared` is the type, where it is known.
    """

    __iter__ = None  # with __getitem__ alone Python would iterate, without end
    __contains__ = None

    def __init__(
        self, assignment: VariableAssignment, declared: TypeDefinition | None = None
    ) -> None:
        self.assignment = assignment
        self.declared = declared

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {str(self.assignment).strip()!r}>"

    def __bool__(self) -> NoReturn:
        raise WorkflowInvalid(
            "an expression is true or false only in a run: use `with wf.when(...)` and `& | ~`"
            " instead of `if`, `and`, `or`, `not`"
        )

    def __getitem__(self, key: str | int) -> "Expression":
        return self.path(self._json_path() + _path_step(key))

    def path(self, json_path: str) -> "Expression":
        """Take the part of JSON that a JSONPath, from `$` on, leads to."""
        if not json_path.startswith("$"):
            raise WorkflowInvalid(f"the path {json_path!r} does not begin with $")
        self._json_path()
        part = VariableAssignment()
        part.CopyFrom(self.assignment)
        part.json_path = json_path
        return Expression(part)

    def _json_path(self) -> str:
        if self.assignment.HasField("target_type"):
            raise WorkflowInvalid("take the part first, then cast it")
        return self.assignment.json_path or "$"

    def cast(self, declared: DeclaredType) -> "Expression":
        """Convert to another type; what cannot be converted fails the run's node."""
        if self.assignment.HasField("target_type"):
            raise WorkflowInvalid("it is cast already")
        converted = VariableAssignment()
        converted.CopyFrom(self.assignment)
        converted.target_type.CopyFrom(type_definition(declared))
        return Expression(converted, converted.target_type)

    def size(self) -> "Expression":
        """Count the characters of a string or the items of a list."""
        return Expression(
            VariableAssignment(size_of=VariableAssignment.SizeOf(operand=self.assignment))
        )

    def __add__(self, other: object) -> "Expression":
        return _computed(self, pb.ADD, other)

    def __radd__(self, other: object) -> "Expression":
        return _computed(other, pb.ADD, self)

    def __sub__(self, other: object) -> "Expression":
        return _computed(self, pb.SUBTRACT, other)

    def __rsub__(self, other: object) -> "Expression":
        return _computed(other, pb.SUBTRACT, self)

    def __mul__(self, other: object) -> "Expression":
        return _computed(self, pb.MULTIPLY, other)

    def __rmul__(self, other: object) -> "Expression":
        return _computed(other, pb.MULTIPLY, self)

    def __truediv__(self, other: object) -> "Expression":
        return _computed(self, pb.DIVIDE, other)

    def __rtruediv__(self, other: object) -> "Expression":
        return _computed(other, pb.DIVIDE, self)

    def __pow__(self, other: object) -> "Expression":
        return _computed(self, pb.POW, other)

    def __rpow__(self, other: object) -> "Expression":
        return _computed(other, pb.POW, self)

    def __and__(self, other: object) -> "Expression":
        return _computed(self, pb.AND, other)

    def __or__(self, other: object) -> "Expression":
        return _computed(self, pb.OR, other)

    def __invert__(self) -> "Expression":
        return self == False  # noqa: E712 (an expression)

    def extend(self, other: object) -> "Expression":
        """Append: text to text, the items of a list to a list, bytes to bytes."""
        return _computed(self, pb.EXTEND, other)

    def remove(self, item: object) -> "Expression":
        """Leave out all items of a list that equal this one; none is fine."""
        return _computed(self, pb.REMOVE_IF_PRESENT, item)

    def remove_index(self, index: object) -> "Expression":
        """Leave out one item of a list, counted from 0."""
        return _computed(self, pb.REMOVE_INDEX, index)

    def remove_key(self, key: object) -> "Expression":
        """Leave out one key of an object; an absent one is fine."""
        return _computed(self, pb.REMOVE_KEY, key)

    def __eq__(self, other: object) -> "Comparison":  # type: ignore[override]
        return Comparison(self, pb.EQUALS, other)

    def __ne__(self, other: object) -> "Comparison":  # type: ignore[override]
        return Comparison(self, pb.NOT_EQUALS, other)

    __hash__ = object.__hash__

    def __lt__(self, other: object) -> "Comparison":
        return Comparison(self, pb.LESS_THAN, other)

    def __le__(self, other: object) -> "Comparison":
        return Comparison(self, pb.LESS_THAN_EQ, other)

    def __gt__(self, other: object) -> "Comparison":
        return Comparison(self, pb.GREATER_THAN, other)

    def __ge__(self, other: object) -> "Comparison":
        return Comparison(self, pb.GREATER_THAN_EQ, other)

    def is_in(self, collection: object) -> "Comparison":
        """Whether it is an item of a list, a key of an object or a part of a string."""
        return Comparison(self, pb.IN, collection)

    def contains(self, item: object) -> "Comparison":
        """Whether this list, object or string holds that item, key or part."""
        return Comparison(item, pb.IN, self)


class Comparison(Expression):
    """Two values compared: a condition, and `~` is its opposite."""

    def __init__(self, left: object, comparator: Comparator, right: object) -> None:
        super().__init__(
            VariableAssignment(
                expression=VariableAssignment.Expression(
                    lhs=assignment(left), comparator=comparator, rhs=assignment(right)
                )
            ),
            type_definition(bool),
        )
        self._sides = left, comparator, right

    def __invert__(self) -> "Comparison":
        left, comparator, right = self._sides
        return Comparison(left, _OPPOSITES[comparator], right)


class Variable(Expression):
    """A variable of a thread. `WorkflowBuilder.set` changes it."""

    def __init__(self, name: str, declared: TypeDefinition) -> None:
        super().__init__(VariableAssignment(variable_name=name), declared)
        self.name = name


class NodeOutput(Expression):
    """What a node gave: the output of its task, or the content of its external event."""

    def __init__(self, node_name: str) -> None:
        reference = VariableAssignment.NodeOutputReference(node_name=node_name)
        super().__init__(VariableAssignment(node_output=reference))
        self.node_name = node_name


def assignment(operand: object) -> VariableAssignment:
    """Say where a value comes from: an expression, or a Python object as it is."""
    if isinstance(operand, Expression):
        return operand.assignment
    return VariableAssignment(literal_value=to_value(operand))


def format_string(template: str, *arguments: object) -> Expression:
    """Write a text with `{0}`, `{1}`... replaced."""
    return Expression(
        VariableAssignment(
            format_string=VariableAssignment.FormatString(
                format=assignment(template), args=[assignment(one) for one in arguments]
            )
        ),
        type_definition(str),
    )


def _computed(left: object, operation: VariableMutationType, right: object) -> Expression:
    return Expression(
        VariableAssignment(
            expression=VariableAssignment.Expression(
                lhs=assignment(left), mutation_type=operation, rhs=assignment(right)
            )
        )
    )


def _path_step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    if key.isascii() and key.isidentifier():
        return f".{key}"
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
