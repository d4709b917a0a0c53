"""What a name may look like.

It knows LittleHorse's rule for the names of definitions and runs, and nothing
of what bears the name.
"""

import re

from hitchpost_server.engine.definitions.limits import NAME_LENGTH_MAX
from hitchpost_server.engine.errors import FieldInvalid

_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?")


def is_name(text: str) -> bool:
    """Whether the text is letters, digits and inner hyphens, and not too long."""
    return problem_with(text) is None


def check_name(field: str, name: str) -> None:
    """Refuse a name that breaks the rule.

    Raises:
        FieldInvalid: with the path `field`.
    """
    problem = problem_with(name)
    if problem is not None:
        raise FieldInvalid(field=field, problem=problem)


def problem_with(name: str) -> str | None:
    """Say what is wrong with a name, if anything is."""
    if not name:
        return "a name is needed"
    if len(name) > NAME_LENGTH_MAX:
        return f"a name has at most {NAME_LENGTH_MAX} characters, this one has {len(name)}"
    if not _NAME.fullmatch(name):
        return f"{name!r} is not a name: letters, digits and, between them, hyphens"
    return None
