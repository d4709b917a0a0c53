"""Calls about runs that start by the clock. It knows nothing of the runs themselves.

Each function is a method of Client.
"""

from collections.abc import Mapping
from uuid import uuid4

from hitchpost import _methods
from hitchpost._connection import Connection
from hitchpost._ids import NamedRun, wf_run_id
from hitchpost._values import to_value
from hitchpost.v1.object_id_pb2 import ScheduledWfRunId
from hitchpost.v1.scheduled_wf_run_pb2 import (
    DeleteScheduledWfRunRequest,
    ScheduledWfRun,
    ScheduleWfRequest,
    SearchScheduledWfRunRequest,
)


async def schedule_run(
    self: Connection,
    wf_spec_name: str,
    cron: str,
    inputs: Mapping[str, object] | None = None,
    *,
    id: str | None = None,
    major: int | None = None,
    revision: int | None = None,
    parent: NamedRun | None = None,
) -> ScheduledWfRun:
    """Have runs of a workflow started again and again, as in `schedule_run("report", "0 6 * * 1")`.

    `cron` has the five fields of UNIX: minute, hour, day of month, month, day of week. The
    inputs are those of each run; `id` names the schedule, and `major`, `revision` and
    `parent` are as in `run`.
    """
    request = ScheduleWfRequest(
        id=uuid4().hex if id is None else id,
        wf_spec_name=wf_spec_name,
        major_version=major,
        revision=revision,
        variables={name: to_value(given) for name, given in (inputs or {}).items()},
        parent_wf_run_id=None if parent is None else wf_run_id(parent),
        cron_expression=cron,
    )
    return await self.call(_methods.SCHEDULE_WF, request)


async def get_scheduled_run(self: Connection, id: str) -> ScheduledWfRun:
    """Get a schedule. Raises ObjectNotFound."""
    return await self.call(_methods.GET_SCHEDULED_WF_RUN, ScheduledWfRunId(id=id))


async def search_scheduled_runs(
    self: Connection, wf_spec_name: str, major: int | None = None, revision: int | None = None
) -> list[str]:
    """Give the ids of a workflow's schedules, or of those of one version."""
    request = SearchScheduledWfRunRequest(
        wf_spec_name=wf_spec_name, major_version=major, revision=revision
    )
    found = await self.call(_methods.SEARCH_SCHEDULED_WF_RUN, request)
    return [one.id for one in found.results]


async def delete_scheduled_run(self: Connection, id: str) -> None:
    """Start no more runs by a schedule; those that it has started go on."""
    request = DeleteScheduledWfRunRequest(id=ScheduledWfRunId(id=id))
    await self.call(_methods.DELETE_SCHEDULED_WF_RUN, request)
