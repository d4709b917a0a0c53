"""How a run of a real server looks to a client, in words."""

from collections.abc import Callable

import hitchpost
from hitchpost.v1.node_run_pb2 import NodeRun
from hitchpost.v1.status_pb2 import LHStatus
from hitchpost.v1.wf_run_pb2 import ThreadRun, WfRun

Write = Callable[[hitchpost.WorkflowBuilder], None]


async def started(
    client: hitchpost.Client,
    name: str,
    write: Write,
    *events: str,
    inputs: dict[str, object] | None = None,
) -> "LiveRun":
    """Put untyped events and a workflow, and start a run of its name."""
    for event in events:
        await client.put_external_event_def(event)
    await client.put_workflow(hitchpost.workflow(name)(write))
    return LiveRun(client, await client.run(name, inputs, id=name))


class LiveRun:
    """Reads one run; `answer` is what the server said to its start."""

    def __init__(self, client: hitchpost.Client, answer: WfRun) -> None:
        self.client = client
        self.answer = answer
        self.id = hitchpost.run_id_text(answer)

    async def message(self) -> WfRun:
        return await self.client.get_run(self.id)

    async def status(self) -> str:
        return LHStatus.Name((await self.message()).status)

    async def threads(self) -> dict[int, str]:
        """The statuses of the threads by number."""
        return statuses(await self.message())

    async def thread(self, number: int) -> ThreadRun:
        return next(one for one in (await self.message()).thread_runs if one.number == number)

    async def reasons(self, number: int) -> list[str | None]:
        return [one.WhichOneof("reason") for one in (await self.thread(number)).halt_reasons]

    async def node(self, thread: int, position: int | None = None) -> NodeRun:
        """A node of a thread; the one where it stands if no position is given."""
        if position is None:
            position = (await self.thread(thread)).current_node_position
        return await self.client.node_run(self.id, thread, position)

    async def node_status(self, thread: int, position: int | None = None) -> str:
        return LHStatus.Name((await self.node(thread, position)).status)

    async def failures(self, thread: int, position: int | None = None) -> list[str]:
        return [one.failure_name for one in (await self.node(thread, position)).failures]

    async def variable(self, name: str, thread: int = 0) -> object:
        return hitchpost.from_value((await self.client.variable(self.id, name, thread)).value)

    async def task_guids(self) -> list[str]:
        return [one.id.task_guid async for one in self.client.task_runs(self.id)]

    async def post(self, event: str, content: object = None) -> bool:
        """Post an event, and tell whether it was claimed at once."""
        return (await self.client.post_event(self.id, event, content)).claimed


def statuses(run: WfRun) -> dict[int, str]:
    """Name the statuses of a run's threads by number."""
    return {one.number: LHStatus.Name(one.status) for one in run.thread_runs}
