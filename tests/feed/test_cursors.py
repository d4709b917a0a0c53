"""Cursors come back as what they were, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.feed.cursors import cursor_of, position_of


@given(st.integers(0, 2**63 - 1))
def test_cursor_comes_back_as_its_position(position: int) -> None:
    assert position_of("cursor", cursor_of(position)) == position


@pytest.mark.parametrize("text", ["", "p", "7", "q7", "p-1", "p 1", "px", "p1_0", "p" + "f" * 17])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(FieldInvalid) as refused:
        position_of("cursor", text)
    assert refused.value.facts["field"] == "cursor"
