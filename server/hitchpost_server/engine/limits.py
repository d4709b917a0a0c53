"""The engine's own limits; `config.py` fills them in and says why each is as it is."""

from dataclasses import dataclass

from google.protobuf.message import Message

from hitchpost_server.engine.errors import ObjectTooLarge
from hitchpost_server.engine.values.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one command and one run may take, and where the clocks of schedules hang.

    Counts are inclusive: the limit itself is still allowed.
    """

    steps_per_command_max: int
    threads_per_run_max: int
    run_depth_max: int
    family_runs_kept: int
    max_unconsumed_external_events_per_run: int
    max_external_event_carry_forward_executions: int
    content_bytes_max: int
    object_bytes_max: int
    run_id_characters_max: int
    guid_characters_max: int
    audit_retention_seconds: int
    schedule_time_zone: str


def check_size(message: Message, limits: EngineLimits) -> None:
    """Refuse to store a message that is too large to be one object."""
    size = message.ByteSize()
    if size > limits.object_bytes_max:
        kind = message.DESCRIPTOR.name
        raise ObjectTooLarge(kind=kind, bytes=size, limit=limits.object_bytes_max)


def check_made(message: Message, what: str, limits: EngineLimits, beside: int = 0) -> None:
    """Raise EvaluationError if what a workflow has made is too large to be stored.

    `beside` is how many bytes there are already of the object that it becomes a part of.
    """
    if beside + message.ByteSize() > limits.object_bytes_max:
        raise EvaluationError(f"{what} would take more than {limits.object_bytes_max} bytes")
