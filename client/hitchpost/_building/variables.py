"""Variables: declaring them and setting them. Each public function is a builder's verb."""

from collections.abc import Mapping

from hitchpost._building.expression import Expression, Variable, assignment
from hitchpost._building.thread import HANDLER_INPUT, Writing
from hitchpost._errors import WorkflowInvalid
from hitchpost._types import DeclaredType, type_definition
from hitchpost._values import to_value
from hitchpost.v1 import wf_spec_pb2
from hitchpost.v1.assignment_pb2 import VariableMutation
from hitchpost.v1.value_pb2 import VariableDef, VariableType
from hitchpost.v1.wf_spec_pb2 import JsonIndex, ThreadVarDef


def declare_input(
    self: Writing,
    name: str,
    type: DeclaredType,
    *,
    masked: bool = False,
    searchable: bool = False,
    searchable_on: Mapping[str, DeclaredType] | None = None,
    public: bool = False,
) -> Variable:
    """Declare a variable that whoever starts the thread must give; else as `variable`."""
    definition = _definition(name, type, masked, public)
    definition.required = True
    _index(definition, searchable, searchable_on)
    return _declared(self, definition, type)


def declare_variable(
    self: Writing,
    name: str,
    type: DeclaredType,
    *,
    default: object = None,
    masked: bool = False,
    searchable: bool = False,
    searchable_on: Mapping[str, DeclaredType] | None = None,
    public: bool = False,
) -> Variable:
    """Declare a variable. Whoever starts the thread may give it; else it has its default.

    A masked one is shown to tasks only, a searchable one is an index of runs, a public
    one is part of the workflow's interface: changing it makes a new major version, and child
    runs may inherit it. `searchable_on` makes parts of a JSON one indexes, by their JSONPath,
    as in `{"$.customer": str}`.
    """
    definition = _definition(name, type, masked, public)
    if default is not None:
        definition.var_def.default_value.CopyFrom(to_value(default, definition.var_def.type_def))
    _index(definition, searchable, searchable_on)
    return _declared(self, definition, type)


def declare_inherited(self: Writing, name: str, type: DeclaredType) -> Variable:
    """Declare that a public variable of the parent run is read and set here too.

    The workflow needs a `parent` whose variable of that name it is.
    """
    definition = _definition(name, type, False, False)
    definition.access_level = wf_spec_pb2.INHERITED_VAR
    return _declared(self, definition, type)


def declare_received(self: Writing, type: DeclaredType) -> Variable:
    """Declare what the thread was started for, as its variable `INPUT`.

    That is the content of the event that interrupts, the content of the failure that is
    handled, or the element of the list that this thread is for.
    """
    return declare_variable(self, HANDLER_INPUT, type)


def set_variable(self: Writing, variable: Expression, content: object) -> None:
    """Set a variable, or a part of one, as in `set(order["address"], address)`."""
    target = variable.assignment
    if target.WhichOneof("source") != "variable_name" or target.HasField("target_type"):
        raise WorkflowInvalid("only a variable, or a part of one, can be set")
    mutation = VariableMutation(
        lhs_name=target.variable_name, rhs_assignment=assignment(content, variable.declared)
    )
    if target.HasField("json_path"):
        mutation.lhs_json_path = target.json_path
    if target.HasField("lh_path"):
        mutation.lhs_lh_path.CopyFrom(target.lh_path)
    self._thread.graph.reachable().mutations.append(mutation)


def _definition(name: str, type: DeclaredType, masked: bool, public: bool) -> ThreadVarDef:
    definition = VariableDef(name=name)
    definition.type_def.CopyFrom(type_definition(type))
    if masked:
        definition.type_def.masked = True
    access = wf_spec_pb2.PUBLIC_VAR if public else wf_spec_pb2.PRIVATE_VAR
    return ThreadVarDef(var_def=definition, access_level=access)


def _index(
    definition: ThreadVarDef, searchable: bool, searchable_on: Mapping[str, DeclaredType] | None
) -> None:
    definition.searchable = searchable
    for path, declared in (searchable_on or {}).items():
        kind: VariableType = type_definition(declared).primitive_type
        definition.json_indexes.append(JsonIndex(field_path=path, field_type=kind))


def _declared(self: Writing, definition: ThreadVarDef, kind: DeclaredType) -> Variable:
    self._thread.declare(definition)
    return Variable(definition.var_def.name, definition.var_def.type_def, kind)
