"""What holds for every value and every assignment, however senseless."""

import json
import math
from contextlib import suppress

from arbitrary import (
    any_assignments,
    any_mutations,
    any_values,
    documents,
    garbage,
    ints,
    json_paths,
    primitive_types,
    run_ids,
    scalars,
    scopes,
    sound_structs,
    sound_values,
    templates,
    texts,
    type_defs,
    types_of,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from value_words import (
    BOOL,
    BYTES,
    DOUBLE,
    INT,
    JSON_ARR,
    JSON_OBJ,
    NULL,
    STR,
    STRUCTS,
    WF_RUN_ID,
    Declared,
    Known,
    mismatch,
    mutation,
    val,
)

from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost.v1.wf_spec_pb2 import Edge
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.casts import cast, castable, coerce, text
from hitchpost_server.engine.values.comparisons import COMPARISONS, order
from hitchpost_server.engine.values.conditions import compile_edge_condition
from hitchpost_server.engine.values.errors import EvaluationError, StaticTypeError
from hitchpost_server.engine.values.evaluation import compile_assignment
from hitchpost_server.engine.values.format_strings import formatted, parsed_template
from hitchpost_server.engine.values.json_paths import compiled_path
from hitchpost_server.engine.values.json_texts import parse, write
from hitchpost_server.engine.values.mutations import compile_mutation
from hitchpost_server.engine.values.references import node_outputs_of, variables_of
from hitchpost_server.engine.values.static_types import (
    assignment_type,
    check_condition,
    check_mutation,
)
from hitchpost_server.engine.values.types import (
    is_assignable,
    is_null,
    normalised,
    type_name,
    type_of,
)

law = settings(deadline=None, max_examples=120)


def bytes_of(scope):
    return {
        name: value.SerializeToString(deterministic=True) for name, value in scope.variables.items()
    }


def result_of(function, *given):
    """Call a function that may raise nothing but EvaluationError; None if it does."""
    try:
        return function(*given)
    except EvaluationError:
        return None


@law
@given(any_assignments, scopes)
def test_evaluation_yields_a_value_or_an_evaluation_error_and_changes_nothing(assignment, known):
    scope = Known(known, known)
    assignment_before, scope_before = (
        assignment.SerializeToString(deterministic=True),
        bytes_of(scope),
    )
    compiled = compile_assignment(assignment)
    result = result_of(compiled, scope)
    again = result_of(compiled, scope)
    assert (result is None) == (again is None)
    if result is not None:
        assert (
            VariableValue.FromString(result.SerializeToString(deterministic=True)).ByteSize() >= 0
        )
        assert again.SerializeToString(deterministic=True) == result.SerializeToString(
            deterministic=True
        )
    assert assignment.SerializeToString(deterministic=True) == assignment_before
    assert bytes_of(scope) == scope_before


@law
@given(any_mutations(), scopes, st.none() | type_defs)
def test_a_mutation_yields_a_value_or_an_evaluation_error_and_changes_nothing(
    change, known, declared
):
    scope = Known(known)
    before = bytes_of(scope)
    result = result_of(compile_mutation(change, declared).apply, scope.variables["x"], scope)
    if result is not None:
        result.SerializeToString(deterministic=True)
    assert bytes_of(scope) == before


@law
@given(any_assignments, scopes)
def test_a_condition_yields_a_bool_or_an_evaluation_error(assignment, known):
    ask = compile_edge_condition(Edge(condition=assignment))
    assert ask is not None
    assert result_of(ask, Known(known)) in (True, False, None)


@law
@given(any_assignments, any_mutations(), scopes)
def test_checking_types_raises_nothing_but_static_type_errors(assignment, change, known):
    types = Declared(types_of(known), types_of(known))
    for check, given_ in (
        (assignment_type, assignment),
        (check_condition, Edge(condition=assignment)),
        (check_mutation, change),
    ):
        with suppress(StaticTypeError):
            check(given_, types)


@law
@given(any_assignments, scopes)
def test_a_value_is_of_the_type_that_was_told_before(assignment, known):
    try:
        told = assignment_type(assignment, Declared(types_of(known), types_of(known)))
    except StaticTypeError:
        return
    result = result_of(compile_assignment(assignment), Known(known, known))
    if result is None or is_null(result) or told is None:
        return
    found = type_of(result)
    # An INT with a DOUBLE is told to be an INT, and is a DOUBLE until it is assigned.
    assert is_assignable(found, told) or {type_name(found), type_name(told)} == {"INT", "DOUBLE"}


@law
@given(sound_values, scopes, st.integers(1, 11), sound_values, primitive_types)
def test_a_changed_variable_is_of_its_type(current, known, operation, right, declared):
    made = compile_mutation(mutation(operation, right), declared)
    result = result_of(made.apply, current, Known(known))
    assert result is None or mismatch(result, declared) is None
    assert result is None or type_of(result) in (None, normalised(declared))


@law
@given(any_assignments)
def test_references_are_found_in_every_assignment(assignment):
    assert variables_of(assignment) <= {"x", "y", "z", "nobody"}
    assert node_outputs_of(assignment) <= {"x"}


@law
@given(ints)
def test_an_int_survives_as_text(number):
    assert cast(cast(val(number), STR), INT) == val(number)


@law
@given(st.floats(allow_nan=False))
@example(5e-324)
@example(1.7976931348623157e308)
def test_a_double_survives_as_text(number):
    assert cast(cast(val(number), STR), DOUBLE) == val(number)


@law
@given(st.booleans(), run_ids(), texts)
def test_truths_ids_and_bytes_survive_as_text(truth, wf_run_id, written):
    given_id = VariableValue(wf_run_id=wf_run_id)
    assert cast(cast(val(truth), STR), BOOL) == val(truth)
    assert cast(cast(given_id, STR), WF_RUN_ID) == given_id
    assert cast(cast(val(written), BYTES), STR) == val(written)


@law
@given(any_values, type_defs)
def test_a_cast_that_works_was_told_to_be_possible(value, target):
    result = result_of(cast, value, target)
    primitive = target.WhichOneof("defined_type") in (None, "primitive_type")
    if result is not None and primitive and 0 <= target.primitive_type < 9:
        assert castable(type_of(value), target)
        assert type_of(result) in (None, normalised(target))


@law
@given(any_values, type_defs)
def test_what_is_coerced_is_of_the_type_and_stays_so(value, target):
    result = result_of(coerce, value, target)
    if result is not None:
        assert coerce(result, target).SerializeToString(
            deterministic=True
        ) == result.SerializeToString(deterministic=True)


@law
@given(any_values, type_defs)
def test_admitting_twice_is_admitting_once(value, expected):
    once = result_of(admitted, value, expected, STRUCTS)
    if once is not None:
        again = admitted(once, expected, STRUCTS)
        assert again.SerializeToString(deterministic=True) == once.SerializeToString(
            deterministic=True
        )


def bare(value):
    """What a value holds, without what it says that it is."""
    kind = value.WhichOneof("value")
    if kind == "array":
        return [bare(item) for item in value.array.items]
    if kind == "map":
        return [(bare(entry.key), bare(entry.value)) for entry in value.map.entries]
    if kind == "struct":
        fields = value.struct.struct.fields
        return value.struct.struct_def_id.name, {name: bare(fields[name].value) for name in fields}
    return value.SerializeToString(deterministic=True)


@law
@given(sound_structs)
def test_a_struct_that_is_admitted_holds_what_was_given(value):
    named = value.struct.struct_def_id
    kept = admitted(value, TypeDefinition(struct_def_id=named), STRUCTS)
    assert bare(kept) == bare(value)
    assert kept.struct.struct_def_id == named


@law
@given(any_values, type_defs)
def test_whatever_is_admitted_holds_what_was_given(value, expected):
    kept = result_of(admitted, value, expected, STRUCTS)
    assert kept is None or bare(kept) == bare(value)


@law
@given(any_values)
def test_everything_is_written_as_text_or_is_an_evaluation_error(value):
    assert isinstance(result_of(text, value), str | None)


@law
@given(any_values, st.none() | type_defs)
def test_whether_a_value_fits_can_always_be_told(value, expected):
    assert mismatch(value, expected) or isinstance(mismatch(value, expected), str | None)


@law
@given(garbage)
def test_whether_text_is_json_can_always_be_told(written):
    for value, wanted in (
        (VariableValue(json_obj=written), JSON_OBJ),
        (VariableValue(json_arr=written), JSON_ARR),
    ):
        problem = mismatch(value, wanted)
        assert problem is not None or json.loads(written) is not None


@law
@given(documents)
def test_json_is_what_it_was_after_reading_and_writing(document):
    written = write(document)
    assert parse(written) == document
    assert write(parse(written)) == written


@law
@given(json_paths, documents)
def test_a_path_finds_something_or_is_an_evaluation_error(path, document):
    before = json.dumps(document)
    found = result_of(lambda: compiled_path(path).find(document))
    json.dumps(found)
    assert json.dumps(document) == before


ordered_kinds = (
    ints.map(val),
    st.floats().map(val),
    texts.map(val),
    st.booleans().map(val),
    run_ids().map(lambda wf_run_id: VariableValue(wf_run_id=wf_run_id)),
)


@st.composite
def triples(draw):
    alike = draw(st.sampled_from(ordered_kinds))
    return draw(alike), draw(alike | st.just(NULL)), draw(alike | st.just(NULL))


@law
@given(triples())
def test_values_of_one_kind_and_null_are_totally_ordered(three):
    one, two, three_ = three
    assert order(one, one) == 0
    assert order(one, two) == -order(two, one)
    if order(one, two) <= 0 and order(two, three_) <= 0:
        assert order(one, three_) <= 0


@law
@given(any_values)
def test_null_is_below_everything(value):
    assert order(NULL, value) == (0 if is_null(value) else -1)


@law
@given(any_values, any_values)
def test_opposite_comparators_never_agree(left, right):
    for comparator, opposite in ((0, 3), (1, 2), (4, 5), (6, 7)):
        one = result_of(COMPARISONS[comparator], left, right)
        other = result_of(COMPARISONS[opposite], left, right)
        assert (one is None and other is None) or one is not other


@law
@given(templates, st.lists(scalars, max_size=2))
def test_a_template_is_filled_in_or_is_an_evaluation_error(template, arguments):
    written = result_of(lambda: formatted(parsed_template(template), arguments))
    if written is not None and not set(template) & set("{}'"):
        assert written == template


@law
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_has_the_same_number_as_text(number):
    written = text(val(number))
    assert float(written) == number
    assert math.copysign(1, float(written)) == math.copysign(1, number)
