"""What an assignment speaks of: variables and nodes.

It knows names only, neither types nor values.
"""

from collections.abc import Iterator

from hitchpost.v1.assignment_pb2 import InlineStructBuilder, VariableAssignment


def assignments_within(assignment: VariableAssignment) -> Iterator[VariableAssignment]:
    """Yield an assignment and all that it is made of, at every level."""
    yield assignment
    for part in _parts(assignment):
        yield from assignments_within(part)


def _parts(assignment: VariableAssignment) -> Iterator[VariableAssignment]:
    source = assignment.WhichOneof("source")
    if source == "expression":
        yield assignment.expression.lhs
        yield assignment.expression.rhs
    elif source == "format_string":
        yield assignment.format_string.format
        yield from assignment.format_string.args
    elif source == "size_of":
        yield assignment.size_of.operand
    elif source == "map_builder":
        for entry in assignment.map_builder.entries:
            yield entry.key
            yield entry.value
    elif source == "struct_builder":
        yield from _fields(assignment.struct_builder.value)
    for selector in assignment.lh_path.path:
        if selector.HasField("dynamic"):
            yield selector.dynamic


def _fields(builder: InlineStructBuilder) -> Iterator[VariableAssignment]:
    for name in sorted(builder.fields):
        field = builder.fields[name]
        if field.HasField("simple_value"):
            yield field.simple_value
        else:
            yield from _fields(field.sub_structure)


def variables_of(assignment: VariableAssignment) -> set[str]:
    """Name the variables that an assignment reads."""
    return {
        each.variable_name
        for each in assignments_within(assignment)
        if each.HasField("variable_name")
    }


def node_outputs_of(assignment: VariableAssignment) -> set[str]:
    """Name the nodes whose output an assignment reads."""
    return {
        each.node_output.node_name
        for each in assignments_within(assignment)
        if each.HasField("node_output")
    }
