"""What a run that starts over from within is given: the inputs in the event that it throws."""

from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.definitions.variables import own_variables
from hitchpost_server.engine.nodes.kind import Visit
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_documents import document_of
from hitchpost_server.engine.values.json_texts import Json, write
from hitchpost_server.engine.values.masks import MASK
from hitchpost_server.engine.values.typed_json import typed
from hitchpost_server.engine.values.types import is_null, variable_type


def read_inputs(
    visit: Visit, content: values.VariableValue
) -> tuple[dict[str, values.VariableValue], values.VariableValue]:
    """Read an object of inputs by the types of thread 0's variables; NULL holds none.

    Also returns the content as clients may read it, without values of masked variables.
    Raises EvaluationError.
    """
    if is_null(content):
        return {}, content
    if not content.HasField("json_obj"):
        raise EvaluationError("a run starts over with a JSON_OBJ of its new inputs")
    document = document_of(content)
    declared = {
        variable.var_def.name: variable_type(variable.var_def)
        for variable in own_variables(visit.traversal.spec.entrypoint.spec)
    }
    inputs = {name: typed(one, declared.get(name), visit) for name, one in document.items()}
    masked = {name for name, type_def in declared.items() if type_def.masked}
    return inputs, _shown(document, masked) if masked & document.keys() else content


def _shown(document: dict[str, Json], masked: set[str]) -> values.VariableValue:
    shown = {name: MASK if name in masked else value for name, value in document.items()}
    return values.VariableValue(json_obj=write(shown))
