"""The engine's own limits; `config.py` fills them in and says why each is as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one command and one run may take.

    Counts are inclusive: the limit itself is still allowed.
    """

    steps_per_command_max: int
    unconsumed_events_per_run_max: int
    content_bytes_max: int
    object_bytes_max: int
    run_id_characters_max: int
    guid_characters_max: int
    audit_retention_seconds: int
