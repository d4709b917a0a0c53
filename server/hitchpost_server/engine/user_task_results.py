"""What people fill in: whether it is what the form asks for, and what it comes to.

Knows forms and values; nothing of runs.
"""

from collections.abc import Mapping

from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.definitions.places import shortened
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.casts import text
from hitchpost_server.engine.values.errors import EvaluationError, MisfitError
from hitchpost_server.engine.values.json_documents import to_json
from hitchpost_server.engine.values.json_texts import write
from hitchpost_server.engine.values.type_definitions import KINDS

Results = Mapping[str, values.VariableValue]


def output_of(results: Results) -> values.VariableValue:
    """Make the JSON_OBJ of a form's fields. Raises EvaluationError."""
    document = {name: to_json(results[name], text) for name in sorted(results)}
    return values.VariableValue(json_obj=write(document))


def check_filled_in(form: user_tasks.UserTaskDef, results: Results) -> None:
    """Refuse fields that the form does not have, types other than its own, gaps.

    Raises:
        FieldInvalid: with the path of the field.
    """
    types = {field.name: field.type for field in form.fields}
    for name in sorted(results):
        if name not in types:
            raise _refusal(name, f"UserTaskDef {form.name} {form.version} has no such field")
        if results[name].WhichOneof("value") != KINDS[types[name]]:
            wanted = values.VariableType.Name(types[name])
            raise _refusal(name, f"it must be exactly of type {wanted}")
    for field in form.fields:
        if field.required and field.name not in results:
            raise _refusal(field.name, "the field is required")


def check_writable(results: Results) -> None:
    """Refuse results that no JSON_OBJ can be made of.

    Raises:
        FieldInvalid: with the path of the field, if it is one.
    """
    for name in sorted(results):
        try:
            admitted(results[name], None, None)
        except MisfitError as misfit:
            raise _refusal(name, str(misfit)) from misfit
    try:
        output_of(results)
    except EvaluationError as error:
        raise FieldInvalid(field="results", problem=str(error)) from error


def _refusal(name: str, problem: str) -> FieldInvalid:
    return FieldInvalid(field=f"results[{shortened(name)}]", problem=problem)
