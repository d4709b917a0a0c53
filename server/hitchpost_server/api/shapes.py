"""Shapes: what must hold of a request before anybody looks at state.

Ids and names of the right form and length, numbers in range, nothing missing.
Whatever passes here can be made into a key.
"""

from typing import Any

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import scheduled_wf_run_pb2 as schedules
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.config import Settings
from hitchpost_server.engine.definitions.names import check_name
from hitchpost_server.engine.errors import FieldInvalid
from hitchpost_server.engine.ids import TICK_CHARACTERS, run_key

INT32_MAX = 2**31 - 1
VERSION_FIELDS = ("major_version", "revision")


class Shapes:
    """Checks with the limits that the settings give."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def run(self, field: str, run_id: ids.WfRunId) -> str:
        """Check a run's id, its parents' too, and return the run's text form."""
        if not run_id.HasField("parent_wf_run_id"):
            self.run_name(f"{field}.id", run_id.id)
            return run_id.id
        level: ids.WfRunId | None = run_id
        for _ in range(self._settings.run_depth_max + 1):
            if level is None:
                return run_key(run_id)
            self.run_name(f"{field}.id", level.id)
            level = level.parent_wf_run_id if level.HasField("parent_wf_run_id") else None
        raise FieldInvalid(
            field=field, problem=f"more than {self._settings.run_depth_max} levels of parents"
        )

    def run_name(self, field: str, name: str) -> None:
        """Check one level of a run's id."""
        check_name(field, name)
        self._within(field, name, self._settings.run_id_characters_max)

    def guid(self, field: str, guid: str) -> None:
        """Check a guid: any text without `/`, of bounded length."""
        self._within(field, guid, self._settings.guid_characters_max)
        if not guid or "/" in guid or not guid.isprintable():
            raise FieldInvalid(field=field, problem="must be printable text without /")

    def _within(self, field: str, text: str, characters_max: int) -> None:
        if len(text) > characters_max:
            raise FieldInvalid(field=field, problem=f"more than {characters_max} characters")

    def worker_text(self, field: str, text: str) -> None:
        """Check what a worker says of itself: any text of bounded length."""
        self._within(field, text, self._settings.guid_characters_max)

    def start_run(self, request: wf_runs.RunWfRequest) -> None:
        """Check a RunWfRequest."""
        check_name("wf_spec_name", request.wf_spec_name)
        check_version(request)
        if request.HasField("id"):
            self.run_name("id", request.id)
        if request.HasField("parent_wf_run_id"):
            self.run("parent_wf_run_id", request.parent_wf_run_id)

    def schedule(self, name: str, request: schedules.ScheduleWfRequest) -> None:
        """Check a ScheduleWfRequest and the id that the schedule is to have."""
        check_name("id", name)
        self._within("id", name, self._settings.run_id_characters_max - TICK_CHARACTERS)
        check_name("wf_spec_name", request.wf_spec_name)
        check_version(request)
        if request.HasField("parent_wf_run_id"):
            self.run("parent_wf_run_id", request.parent_wf_run_id)

    def external_event(self, request: events.PutExternalEventRequest) -> str:
        """Check a PutExternalEventRequest and return the run's text form."""
        run = self.run("wf_run_id", request.wf_run_id)
        check_name("external_event_def_id.name", request.external_event_def_id.name)
        if request.HasField("guid"):
            self.guid("guid", request.guid)
        if request.HasField("thread_run_number"):
            not_negative("thread_run_number", request.thread_run_number)
        if request.HasField("node_run_position"):
            not_negative("node_run_position", request.node_run_position)
            if not request.HasField("thread_run_number"):
                raise FieldInvalid(
                    field="node_run_position", problem="a position needs a thread_run_number"
                )
        return run

    def page(self, limit: int | None) -> int:
        """Turn a requested page size into the one that is served."""
        if limit is not None and limit < 0:
            raise FieldInvalid(field="limit", problem="must not be negative")
        return min(limit or self._settings.page_size_default, self._settings.page_size_max)


def not_negative(field: str, number: int) -> None:
    """Check a number that counts from 0."""
    if number < 0:
        raise FieldInvalid(field=field, problem="must not be negative")


def check_version(request: Any) -> None:
    """Check the numbers of a version, as far as a request names one."""
    for field in VERSION_FIELDS:
        if request.HasField(field):
            not_negative(field, getattr(request, field))
