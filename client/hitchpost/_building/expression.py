"""What a run will know only later, and what can be computed from it.

It knows VariableAssignments and nothing of nodes. An Expression is not computed in Python:
it is written down, sent with the workflow, and evaluated by the server.
"""

from typing import NoReturn

from hitchpost._building import paths
from hitchpost._building.steps import Step
from hitchpost._errors import WorkflowInvalid
from hitchpost._types import DeclaredType, type_definition
from hitchpost._values import to_value
from hitchpost.v1 import assignment_pb2 as pb
from hitchpost.v1.assignment_pb2 import Comparator, VariableAssignment, VariableMutationType
from hitchpost.v1.value_pb2 import TypeDefinition
from hitchpost.v1.wf_spec_pb2 import Node

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
    `["name"]` and `[0]` take parts. Strings of text come from `WorkflowBuilder.format`.
    `declared` is the type, and `kind` the Python type that it came from, where they are known.
    """

    __iter__ = None  # with __getitem__ alone Python would iterate, without end
    __contains__ = None

    def __init__(
        self,
        assignment: VariableAssignment,
        declared: TypeDefinition | None = None,
        kind: object = None,
    ) -> None:
        self.assignment = assignment
        self.declared = declared
        self.kind = kind

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {str(self.assignment).strip()!r}>"

    def __bool__(self) -> NoReturn:
        raise WorkflowInvalid(
            "an expression is true or false only in a run: use `with wf.when(...)` and `& | ~`"
            " instead of `if`, `and`, `or`, `not`"
        )

    def of_type(self, declared: DeclaredType) -> "Expression":
        """Say what type it is, where that is not known, as of a task's output.

        Nothing is converted; but parts, comparisons and `set` then go by the type.
        """
        return Expression(self.assignment, type_definition(declared), declared)

    def __getitem__(self, key: "str | int | Expression") -> "Expression":
        """Take a part: of a struct, array or map as `get` does, of everything else as JSON."""
        native = paths.is_native(self.declared) or self.assignment.HasField("lh_path")
        if native or isinstance(key, Expression):
            return self.get(key)
        return self.path(self._json_path() + paths.json_step(key))

    def get(self, *keys: "str | int | Expression") -> "Expression":
        """Go into a struct, array, map or JSON, step by step, as in `order.get("items", 0)`."""
        self._uncast()
        if self.assignment.HasField("json_path"):
            raise WorkflowInvalid("after a JSONPath only JSONPaths go on: use [...] or path")
        part = VariableAssignment()
        part.CopyFrom(self.assignment)
        kind = self.kind
        for key in keys:
            selector = part.lh_path.path.add()
            if isinstance(key, Expression):
                selector.dynamic.CopyFrom(key.assignment)
            else:
                paths.select(selector, kind, key)
            kind = paths.part_kind(kind, key)
        declared = None if kind is None else type_definition(kind, native=True)
        return Expression(part, declared, kind)

    def path(self, json_path: str) -> "Expression":
        """Take the part of JSON that a JSONPath, from `$` on, leads to."""
        if not json_path.startswith("$"):
            raise WorkflowInvalid(f"the path {json_path!r} does not begin with $")
        if self.assignment.HasField("lh_path"):
            raise WorkflowInvalid("after `get` no JSONPath can follow")
        self._uncast()
        part = VariableAssignment()
        part.CopyFrom(self.assignment)
        part.json_path = json_path
        return Expression(part)

    def _json_path(self) -> str:
        return self.assignment.json_path or "$"

    def _uncast(self) -> None:
        if self.assignment.HasField("target_type"):
            raise WorkflowInvalid("take the part first, then cast it")

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
            VariableAssignment(size_of=VariableAssignment.SizeOf(operand=self.assignment)),
            type_definition(int),
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
        """Append: text to text, items to a list, the entries of a map to a map."""
        return _computed(self, pb.EXTEND, other, self._collection_or_item(other))

    def remove(self, item: object) -> "Expression":
        """Leave out all items of a list that equal this one; none is fine."""
        return _computed(self, pb.REMOVE_IF_PRESENT, item, paths.item_type(self.declared))

    def remove_index(self, index: object) -> "Expression":
        """Leave out one item of a list, counted from 0."""
        return _computed(self, pb.REMOVE_INDEX, index)

    def remove_key(self, key: object) -> "Expression":
        """Leave out one key of an object or map; an absent one is fine."""
        return _computed(self, pb.REMOVE_KEY, key)

    def _collection_or_item(self, other: object) -> TypeDefinition | None:
        whole = isinstance(other, list | tuple | dict)
        return self.declared if whole else paths.item_type(self.declared)

    def is_null(self) -> "Comparison":
        """Whether it is NULL."""
        return Comparison(self, pb.EQUALS, None)

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
        """Whether this list, object, map or string holds that item, key or part."""
        return Comparison(item, pb.IN, self)


class Comparison(Expression):
    """Two values compared: a condition, and `~` is its opposite.

    What is compared with an expression of a known type is sent as that: 1 as 1.0 to a float.
    """

    def __init__(self, left: object, comparator: Comparator, right: object) -> None:
        super().__init__(
            VariableAssignment(
                expression=VariableAssignment.Expression(
                    lhs=assignment(left, _type_wanted(right, comparator)),
                    comparator=comparator,
                    rhs=assignment(right, _type_wanted(left, comparator)),
                )
            ),
            type_definition(bool),
        )
        self._sides = left, comparator, right

    def __invert__(self) -> "Comparison":
        left, comparator, right = self._sides
        return Comparison(left, _OPPOSITES[comparator], right)


def _type_wanted(other: object, comparator: Comparator) -> TypeDefinition | None:
    """Say what type one side is to have, if the other side tells."""
    if not isinstance(other, Expression):
        return None
    if comparator in (pb.IN, pb.NOT_IN):
        return paths.item_type(other.declared)
    return other.declared


class Variable(Expression):
    """A variable of a thread. `WorkflowBuilder.set` changes it."""

    def __init__(self, name: str, declared: TypeDefinition, kind: object = None) -> None:
        super().__init__(VariableAssignment(variable_name=name), declared, kind)
        self.name = name


class NodeOutput(Expression, Step):
    """What a node gave: the output of its task, the content of its external event..."""

    def __init__(self, node_name: str, node: Node, declared: TypeDefinition | None = None) -> None:
        reference = VariableAssignment.NodeOutputReference(node_name=node_name)
        Expression.__init__(self, VariableAssignment(node_output=reference), declared)
        Step.__init__(self, node_name, node)


def assignment(operand: object, declared: TypeDefinition | None = None) -> VariableAssignment:
    """Say where a value comes from: an expression, or a Python object as it is.

    `declared` is the type that the place is of, where it is known.
    """
    if isinstance(operand, Expression):
        return operand.assignment
    return VariableAssignment(literal_value=to_value(operand, declared))


def _computed(
    left: object,
    operation: VariableMutationType,
    right: object,
    right_type: TypeDefinition | None = None,
) -> Expression:
    return Expression(
        VariableAssignment(
            expression=VariableAssignment.Expression(
                lhs=assignment(left), mutation_type=operation, rhs=assignment(right, right_type)
            )
        )
    )
