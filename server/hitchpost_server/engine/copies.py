"""Copies of live messages, for what leaves a decision."""

from typing import Any


def copy_of(message: Any) -> Any:
    """Copy a live message: replies leave after later commands may have changed it."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy
