"""What a run that starts over from within is given: the inputs in the event that it throws.

They are one JSON object, read by the types of the variables of thread 0, and
looked at when the WfSpec is put as far as they are known then.
"""

from typing import Any

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost.v1.wf_spec_pb2 import ThreadSpec
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.definitions.variables import declared_variables, own_variables
from hitchpost_server.engine.nodes.kind import Surroundings
from hitchpost_server.engine.threads import BadInputError, first_values
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_documents import document_of
from hitchpost_server.engine.values.json_texts import Json, write
from hitchpost_server.engine.values.masks import MASK
from hitchpost_server.engine.values.scalars import NULL, str_value
from hitchpost_server.engine.values.static_types import check_assignable
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.type_definitions import JSON_OBJ, kind_of
from hitchpost_server.engine.values.typed_json import typed
from hitchpost_server.engine.values.types import is_null, variable_type


def read_inputs(
    content: values.VariableValue, entrypoint: ThreadSpec, struct_defs: StructDefs
) -> dict[str, values.VariableValue]:
    """Read an object of inputs by the types of thread 0's variables; NULL holds none.

    Those that are not declared are left to whoever checks inputs. Raises EvaluationError.
    """
    declared = {one.var_def.name: one.var_def for one in own_variables(entrypoint)}
    inputs: dict[str, values.VariableValue] = {}
    for name, document in _document(content).items():
        str_value(name)  # a name that is no text cannot be quoted either
        wanted = variable_type(declared[name]) if name in declared else None
        try:
            inputs[name] = typed(document, wanted, struct_defs)
        except EvaluationError as error:
            raise EvaluationError(f"input variable {name}: {error}") from error
    return inputs


def _document(content: values.VariableValue) -> dict[str, Json]:
    if is_null(content):
        return {}
    if not content.HasField("json_obj"):
        raise EvaluationError("a run starts over with a JSON_OBJ of its new inputs")
    document: dict[str, Json] = document_of(content)
    return document


def check_inputs(
    content: VariableAssignment | None, place: Place, surroundings: Surroundings
) -> None:
    """Refuse what can never be the inputs of a run of this WfSpec; None stands for none.

    What is computed is judged by its type, a literal by all that RunWf would ask of it.
    """
    if content is not None:
        with place.typed():
            check_assignable(content, JSON_OBJ, surroundings.scope)
    literal = NULL if content is None else _literal(content)
    if literal is None:
        return
    wf_spec, struct_defs = surroundings.wf_spec, surroundings.definitions
    entrypoint = wf_spec.thread_specs[wf_spec.entrypoint_thread_name]
    try:
        given = read_inputs(literal, entrypoint, struct_defs)
        [*first_values(declared_variables(entrypoint), given, struct_defs)]
    except (EvaluationError, BadInputError) as error:
        raise place.invalid(str(error)) from error


def _literal(content: VariableAssignment) -> values.VariableValue | None:
    is_whole = content.HasField("literal_value") and content.WhichOneof("path") is None
    is_cast = content.HasField("target_type") and kind_of(content.target_type) != "json_obj"
    return content.literal_value if is_whole and not is_cast else None


def shown(
    content: values.VariableValue, variables: list[values.VarNameAndVal]
) -> values.VariableValue:
    """Say what a run was given as far as clients may read it: thread 0 has the rest.

    `variables` are those of thread 0 that the inputs have become; the values of masked
    ones are left out, and so are masked fields of structs.
    """
    if is_null(content):
        return content
    first = {one.var_name: one for one in variables}
    document = _document(content)
    masked = {
        name: MASK if first[name].masked else _unmasked(one, first[name].value)
        for name, one in document.items()
    }
    return content if masked == document else values.VariableValue(json_obj=write(masked))


def _unmasked(document: Json, value: values.VariableValue) -> Json:
    """Leave out of a document the masked fields of what it was read as."""
    kind = value.WhichOneof("value")
    parts = _PARTS.get((kind, type(document)))
    return document if parts is None else parts(document, value)


def _of_array(document: Json, value: values.VariableValue) -> Json:
    return [_unmasked(*both) for both in zip(document, value.array.items, strict=True)]


def _of_map(document: Json, value: values.VariableValue) -> Json:
    entries = zip(document.items(), value.map.entries, strict=True)
    return {key: _unmasked(one, entry.value) for (key, one), entry in entries}


def _of_struct(document: Json, value: values.VariableValue) -> Json:
    fields = value.struct.struct.fields
    return {
        name: MASK if fields[name].masked else _unmasked(one, fields[name].value)
        for name, one in document.items()
    }


# What a value is, and the document that it was read from; there is nothing to mask in others.
_PARTS: dict[tuple[str | None, type], Any] = {
    ("array", list): _of_array,
    ("map", dict): _of_map,
    ("struct", dict): _of_struct,
}
