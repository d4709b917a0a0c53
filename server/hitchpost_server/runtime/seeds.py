"""Seeds: 32 hex digits that no other command has."""

import uuid


def new_seed() -> str:
    """Make a seed: a random UUID without dashes, the form of LittleHorse's generated ids."""
    return uuid.uuid4().hex
