"""Seeds: 32 hex digits that no other command has."""

import os


def new_seed() -> str:
    """Make a seed: 128 random bits, as long as LittleHorse's generated ids."""
    return os.urandom(16).hex()
