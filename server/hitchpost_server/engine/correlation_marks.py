"""Marks: what correlation keys are told of the nodes that wait for them.

The stream of a key must learn when a node begins to wait and when it has left,
in whatever way: claimed, failed, ended or erased with its run. So this compares
who waits before a command and after it, and owes the difference.
"""

import unicodedata
from collections.abc import Mapping

from hitchpost_server.engine.correlation_waits import as_message
from hitchpost_server.engine.ids import correlation_stream
from hitchpost_server.engine.owed import Owed
from hitchpost_server.engine.state import Correlation, Wait

# A key is part of keys of tables and names of streams, so it must end somewhere.
KEY_CHARACTERS_MAX = 1_000
# LittleHorse allows neither in a key.
KEY_CHARACTERS_FORBIDDEN = frozenset("/~")


def key_problem(key: str) -> str | None:
    """Say why no correlated event can have a key; None if one can.

    A node that computes such a key can be reached by external events only.
    """
    if len(key) > KEY_CHARACTERS_MAX:
        return f"more than {KEY_CHARACTERS_MAX} characters"
    if not KEY_CHARACTERS_FORBIDDEN.isdisjoint(key):
        return "must not contain / or ~"
    if any(unicodedata.category(character) == "Cc" for character in key):
        return "must not contain control characters"
    return None


def owe_changes(
    before: Mapping[Wait, Correlation], after: Mapping[Wait, Correlation], owed: Owed
) -> None:
    """Tell the streams of keys who has begun to wait, and who has left."""
    if before == after:
        return
    for wait in sorted(after.keys() - before.keys()):
        if key_problem(after[wait].key) is None:
            owed.add(correlation_stream(*after[wait]), mark_correlation=as_message(wait))
    for wait in sorted(before.keys() - after.keys()):
        if key_problem(before[wait].key) is None:
            owed.add(correlation_stream(*before[wait]), unmark_correlation=as_message(wait))
