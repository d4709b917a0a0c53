"""The rule for names."""

import pytest

from hitchpost_server.engine.definitions.limits import NAME_LENGTH_MAX
from hitchpost_server.engine.definitions.names import check_name, is_name
from hitchpost_server.engine.errors import FieldInvalid


@pytest.mark.parametrize("name", ["a", "7", "Greet", "a-b", "a--b", "x" * NAME_LENGTH_MAX])
def test_letters_digits_and_inner_hyphens_are_a_name(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "-", "-a", "a-", "a_b", "a.b", "a/b", "a b", "a\n", "ä", "٣", "x" * (NAME_LENGTH_MAX + 1)],
)
def test_anything_else_is_not_a_name(name):
    assert not is_name(name)


def test_a_bad_name_is_refused_with_its_field():
    with pytest.raises(FieldInvalid) as refused:
        check_name("wf_spec_name", "not_a_name")
    assert refused.value.facts["field"] == "wf_spec_name"


def test_a_good_name_passes():
    check_name("name", "greet-2")
