"""How deeply values may be nested: never so deeply that they could not be read back."""

import pytest
from value_words import STRUCTS, array, mapping, mismatch, struct

from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.errors import MisfitError
from hitchpost_server.engine.values.nesting import flaw
from hitchpost_server.storage.v1.storage_pb2 import FamilySnapshot

ONE = VariableValue(int=1)


def run_ids(levels):
    one = WfRunId(id="a")
    for _ in range(levels):
        one = WfRunId(id="a", parent_wf_run_id=one)
    return VariableValue(wf_run_id=one)


def repeated(wrap, levels, value=ONE):
    for _ in range(levels):
        value = wrap(value)
    return value


def type_of_arrays(levels):
    type_def = TypeDefinition(primitive_type=1)
    for _ in range(levels):
        type_def = TypeDefinition(inline_array_def={"array_type": type_def})
    return type_def


SHAPES = {
    "arrays": lambda levels: repeated(array, levels),
    "maps": lambda levels: repeated(lambda inner: mapping({"a": inner}), levels),
    "structs": lambda levels: repeated(lambda inner: struct("car", a=inner), levels),
    "run ids": run_ids,
    "types": lambda levels: array(of=type_of_arrays(levels)),
}


# Shapes that take two levels of messages for each of their own.
FLAT = ("arrays", "types")


def can_be_kept(value):
    """Whether a snapshot can be read that has the value where it is wrapped most."""
    snapshot = FamilySnapshot()
    attempt = snapshot.runs.add().tasks.add().attempts.add()
    attempt.exception.content.CopyFrom(value)
    try:
        return FamilySnapshot.FromString(snapshot.SerializeToString()) == snapshot
    except Exception:
        return False


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_is_admitted_can_be_read_back(shape):
    values = [SHAPES[shape](levels) for levels in range(1, 47 if shape in FLAT else 19)]
    fitting = [value for value in values if mismatch(value, None) is None]
    assert len(fitting) > 10
    assert all(can_be_kept(value) and not flaw(value) for value in fitting)


@pytest.mark.parametrize(("shape", "levels"), [("arrays", 45), ("types", 45), ("structs", 18)])
def test_what_could_not_be_read_back_is_not_admitted(shape, levels):
    with pytest.raises(MisfitError, match="nested too deeply"):
        admitted(SHAPES[shape](levels), None, STRUCTS)
    assert flaw(SHAPES[shape](levels)) or shape == "structs"


def test_what_a_value_says_that_it_holds_counts():
    deep = type_of_arrays(38)
    assert mismatch(array(), deep) is None
    inner = repeated(array, 10, array())
    assert mismatch(inner, deep) is None
    with pytest.raises(MisfitError, match="nested too deeply"):
        admitted(array(), type_of_arrays(45), STRUCTS)
