"""Which version a WfSpec gets when it is put again."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.value_pb2 import DOUBLE, INT, STR, TypeDefinition, VariableValue
from hitchpost.v1.wf_spec_pb2 import (
    ALL_UPDATES,
    MINOR_REVISION_UPDATES,
    NO_UPDATES,
    PRIVATE_VAR,
    PUBLIC_VAR,
    AllowedUpdateType,
)
from hitchpost_server.engine.definitions.wf_specs import put_wf_spec
from hitchpost_server.engine.errors import BreakingChange, DefinitionExists, DefinitionInvalid

PUBLIC = {"access_level": PUBLIC_VAR}


def version(stored):
    return stored.id.major_version, stored.id.revision


def frozen(stored):
    return [variable.var_def.name for variable in stored.frozen_variables]


@pytest.mark.parametrize("allowed", AllowedUpdateType.values())
def test_the_first_put_is_version_0_0_whatever_is_allowed(put, spec, allowed):
    assert version(put(spec().exit().allowing(allowed))) == (0, 0)


@pytest.mark.parametrize("allowed", AllowedUpdateType.values())
def test_the_same_put_again_is_the_stored_one_whatever_is_allowed(spec, catalogue, allowed):
    built = spec().variable("x", INT, required=True, **PUBLIC).exit(spec.var("x"))
    latest = put_wf_spec(built.request, None, catalogue, Timestamp(seconds=1))
    again = put_wf_spec(built.allowing(allowed).request, latest, catalogue, Timestamp(seconds=2))
    assert again is latest


def test_the_order_in_which_maps_were_filled_makes_no_difference(put, spec):
    one = spec().exit().thread("a").exit().thread("b").exit()
    other = spec().exit().thread("b").exit().thread("a").exit()
    latest = put(one)
    assert put(other, latest) is latest


def test_a_default_that_is_not_a_number_makes_no_difference(put, spec):
    built = spec().variable("x", DOUBLE, default=VariableValue(double=float("nan"))).exit()
    latest = put(built)
    assert put(built, latest) is latest


@pytest.mark.parametrize("allowed", [ALL_UPDATES, MINOR_REVISION_UPDATES])
def test_an_optional_private_variable_more_is_a_revision(put, spec, allowed):
    latest = put(spec().exit())
    assert version(put(spec().variable("x", INT).exit().allowing(allowed), latest)) == (0, 1)


def test_a_required_variable_more_is_a_major_version(put, spec):
    latest = put(spec().variable("x", INT, required=True).exit())
    more = spec().variable("x", INT, required=True).variable("y", INT, required=True).exit()
    assert version(put(more, latest)) == (1, 0)
    with pytest.raises(BreakingChange, match="required"):
        put(more.allowing(MINOR_REVISION_UPDATES), latest)


def test_where_no_update_is_allowed_none_is_made(put, spec):
    latest = put(spec().exit())
    with pytest.raises(DefinitionExists, match="greet"):
        put(spec().variable("x", INT).exit().allowing(NO_UPDATES), latest)


def test_a_retention_policy_more_is_a_revision(put, spec):
    latest = put(spec().exit())
    built = spec().exit()
    built.request.retention_policy.seconds_after_wf_termination = 5
    assert version(put(built, latest)) == (0, 1)


def test_numbers_go_on_from_the_latest_version(put, spec):
    latest = put(spec().exit())
    latest.id.major_version, latest.id.revision = 3, 7
    assert version(put(spec().variable("x", INT).exit(), latest)) == (3, 8)
    assert version(put(spec().variable("x", INT, **PUBLIC).exit(), latest)) == (4, 0)


def test_giving_something_back_is_a_major_version(put, spec):
    latest = put(spec().exit())
    assert version(put(spec().exit(spec.literal(int=1)), latest)) == (1, 0)


def test_giving_back_the_output_of_another_task_of_the_same_type_is_a_revision(
    put, spec, catalogue
):
    catalogue.add_task("one", output=INT)
    catalogue.add_task("two", output=INT)
    latest = put(spec().task("one").exit(spec.output("1-task")))
    assert version(put(spec().task("two").exit(spec.output("1-task")), latest)) == (0, 1)


def test_an_output_that_nobody_knows_any_more_counts_as_different(put, spec, catalogue):
    catalogue.add_task("gone", output=INT)
    latest = put(spec().task("gone").exit(spec.output("1-task")))
    catalogue.task_defs.clear()
    assert version(put(spec().exit(spec.literal(int=1)), latest)) == (1, 0)


def test_what_a_handler_gives_back_breaks_nothing(put, spec, catalogue):
    latest = put(spec().exit().thread("other").exit())
    assert version(put(spec().exit().thread("other").exit(spec.literal(int=1)), latest)) == (0, 1)


def test_a_private_variable_may_change_its_type(put, spec):
    latest = put(spec().variable("x", INT, searchable=True).exit())
    assert frozen(latest) == []
    assert version(put(spec().variable("x", STR, searchable=True).exit(), latest)) == (0, 1)


def test_required_and_public_variables_are_frozen(put, spec):
    built = spec().variable("b", INT, required=True).variable("a", INT, **PUBLIC).exit()
    assert frozen(put(built)) == ["a", "b"]


def test_a_public_variable_of_any_thread_is_frozen_a_required_one_of_the_entrypoint(put, spec):
    built = spec().exit().thread("other").variable("a", INT, **PUBLIC)
    built.variable("b", INT, required=True).exit()
    assert frozen(put(built)) == ["a"]


@pytest.mark.parametrize(
    "changed", [TypeDefinition(primitive_type=STR), TypeDefinition(primitive_type=INT, masked=True)]
)
def test_a_frozen_variable_keeps_its_type(put, spec, changed):
    latest = put(spec().variable("x", INT, **PUBLIC).exit())
    with pytest.raises(DefinitionInvalid, match="frozen"):
        put(spec().variable("x", changed, **PUBLIC).exit(), latest)


def test_a_public_variable_that_goes_stays_frozen(put, spec):
    first = put(spec().variable("x", INT, **PUBLIC).exit())
    second = put(spec().exit(), first)
    assert (version(second), frozen(second)) == ((1, 0), ["x"])
    with pytest.raises(DefinitionInvalid, match="frozen"):
        put(spec().variable("x", STR).exit(), second)
    assert version(put(spec().variable("x", INT).exit(), second)) == (1, 1)


def test_a_required_variable_that_is_replaced_is_a_major_version(put, spec):
    first = put(spec().variable("x", INT, required=True).exit())
    second = put(spec().variable("y", INT, required=True).exit(), first)
    assert (version(second), frozen(second)) == ((1, 0), ["x", "y"])


def test_fewer_public_variables_are_a_major_version_and_all_stay_frozen(put, spec):
    two = spec().variable("a", INT, **PUBLIC).variable("b", INT, **PUBLIC).exit()
    first = put(two)
    second = put(spec().variable("a", INT, **PUBLIC).exit(), first)
    assert (version(second), frozen(first), frozen(second)) == ((1, 0), ["a", "b"], ["a", "b"])


@pytest.mark.parametrize(
    "changes",
    [
        {"default": VariableValue(int=1)},
        {"searchable": True},
        {"required": True},
        {"access_level": PRIVATE_VAR},
    ],
)
def test_whatever_changes_about_a_public_variable_is_a_major_version(put, spec, changes):
    latest = put(spec().variable("x", INT, **PUBLIC).exit())
    assert version(put(spec().variable("x", INT, **(PUBLIC | changes)).exit(), latest)) == (1, 0)


def test_neither_request_nor_latest_is_changed(put, spec, catalogue):
    catalogue.add_task("greet")
    latest = put(spec().variable("x", INT, **PUBLIC).exit())
    built = spec().task("greet").exit()
    before = [each.SerializeToString(deterministic=True) for each in (built.request, latest)]
    put(built, latest)
    after = [each.SerializeToString(deterministic=True) for each in (built.request, latest)]
    assert before == after
