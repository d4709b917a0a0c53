"""Which parts of the contract are not built yet.

One table: whatever a request uses of it is refused, never ignored. To build a
part, take its row away.
"""

from hitchpost_server.engine.definitions.places import Place

# Full names of fields and of enum values, each with the words for it.
NOT_BUILT_YET: dict[str, str] = {}


def check_built(full_name: str, place: Place) -> None:
    """Refuse a field or an enum value that is not built yet."""
    construct = NOT_BUILT_YET.get(full_name)
    if construct is not None:
        raise place.unsupported(construct)
