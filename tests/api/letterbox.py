"""Runs that wait for letters, for tests of the queue of external events."""

from collections.abc import AsyncIterator

import hitchpost
from hitchpost.v1.external_event_pb2 import ExternalEvent
from hitchpost.v1.history_pb2 import DropReason, HistoryEvent
from hitchpost.v1.value_pb2 import VariableValue


def text(letter: VariableValue) -> object:
    """What a letter says; None for all that is no letter."""
    content = hitchpost.from_value(letter)
    return content["text"] if isinstance(content, dict) else None


class Letterbox:
    """A run that waits for the gate, reads so many letters, and waits for the end.

    `letter`, `gate`, `end` and `noise` are the names of its events.
    """

    def __init__(self, client: hitchpost.Client, name: str) -> None:
        self.client = client
        self.run = name
        self.letter, self.gate, self.end, self.noise = (
            f"{word}-{name}" for word in ("letter", "gate", "end", "noise")
        )

    async def put(self) -> "Letterbox":
        """Put the definitions; the run does not exist yet."""
        await self.client.put_external_event_def(self.letter, content_type=dict)
        for event in (self.gate, self.end, self.noise):
            await self.client.put_external_event_def(event)
        await self.client.put_workflow(hitchpost.workflow(self.run)(self._write))
        return self

    def _write(self, wf: hitchpost.WorkflowBuilder) -> None:
        reads = wf.variable("reads", int, default=0)
        gated = wf.variable("gated", bool, default=False)
        got = wf.variable("got", hitchpost.Array[dict], default=hitchpost.Array([]))
        with wf.when(gated == True):  # noqa: E712  it is an expression
            wf.wait_for_event(self.gate)
        with wf.loop_while(reads > 0):
            wf.set(got, got.extend(wf.wait_for_event(self.letter)))
            wf.set(reads, reads - 1)
        wf.wait_for_event(self.end)

    async def start(self, reads: int = 0, *, gated: bool = False) -> "Letterbox":
        """Start the run, which reads so many letters."""
        await self.client.run(self.run, {"reads": reads, "gated": gated}, id=self.run)
        return self

    async def start_over(self, reads: int = 0) -> int:
        """Let the run start over; tell its execution."""
        again = await self.client.continue_as_new(self.run, {"reads": reads})
        return again.execution

    async def post(self, content: object = None, guid: str | None = None) -> ExternalEvent:
        """Post a letter."""
        letter = {"text": content}
        return await self.client.post_event(self.run, self.letter, letter, guid=guid)

    async def fill(self, count: int) -> None:
        """Post so much that nobody waits for."""
        for _ in range(count):
            await self.client.post_event(self.run, self.noise)

    async def open(self) -> None:
        """Open the gate."""
        await self.client.post_event(self.run, self.gate)

    async def got(self, run: str | None = None) -> list[object]:
        """What the current execution has read so far, in that order."""
        letters = (await self.client.variable(run or self.run, "got")).value
        return [text(one) for one in letters.array.items]

    async def unclaimed(self) -> list[object]:
        """What nobody has claimed, in the order of guids."""
        listed = [one async for one in self.client.list_events(self.run)]
        return [text(one.content) for one in listed if not one.claimed]

    def history(self, execution: int | None = None) -> AsyncIterator[HistoryEvent]:
        return self.client.history(self.run, execution)

    async def bodies(self, kind: str, execution: int | None = None) -> list[HistoryEvent]:
        """The events of one kind in the history."""
        return [one async for one in self.history(execution) if one.WhichOneof("event") == kind]

    async def drops(self) -> list[tuple[int, str]]:
        """What was dropped: in which execution, and why."""
        return [
            (one.execution, DropReason.Name(one.external_event_dropped.reason))
            for one in await self.bodies("external_event_dropped")
        ]
