"""How much a state holds: what its place in memory is worth.

Counts messages, of any size: each takes far more than what is in it, when that
is little. Knows nothing of bytes.
"""

from collections.abc import Callable
from typing import Any

from hitchpost_server.engine.state import (
    AuditState,
    ConsumerState,
    CorrelationState,
    DefinitionState,
    FamilyState,
    RouteState,
    ScheduleState,
    StreamState,
    TopicState,
)

# So many numbers, or pairs of them, take as much as one message.
NUMBERS_PER_MESSAGE = 8
# The message of a run, or of anything that is about one thing only.
ITSELF = 1
# A thread's part of its run, and the node where it stands.
THREAD = 2


def held(state: StreamState) -> int:
    """Count the messages of a state; other things for a part of one."""
    return HELD[type(state)](state)


def _family(state: FamilyState) -> int:
    messages = len(state.waits)
    for run in state.runs.values():
        messages += ITSELF + len(run.unclaimed) + len(run.timers) + len(run.waiting)
        messages += len(run.tasks) + len(run.user_tasks) + len(run.interrupts)
        for thread in run.threads.values():
            messages += THREAD + len(thread.variables) + len(thread.outputs)
    return messages


def _definition(state: DefinitionState) -> int:
    versions = len(state.versions) // NUMBERS_PER_MESSAGE
    return ITSELF + len(state.user_task_defs) + len(state.struct_defs) + versions


def _audit(state: AuditState) -> int:
    return (len(state.windows) + len(state.marks)) // NUMBERS_PER_MESSAGE


HELD: dict[type[StreamState], Callable[[Any], int]] = {
    FamilyState: _family,
    DefinitionState: _definition,
    ScheduleState: lambda state: ITSELF + len(state.timers),
    CorrelationState: lambda state: ITSELF + len(state.marks),
    TopicState: lambda _state: 0,
    RouteState: lambda state: ITSELF + len(state.dead_letters) // NUMBERS_PER_MESSAGE,
    ConsumerState: lambda _state: 0,
    AuditState: _audit,
}
