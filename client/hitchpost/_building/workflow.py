"""A workflow as a function that writes it. It knows the whole request and no verb."""

from collections.abc import Callable

from hitchpost._building.builder import Draft, ThreadWriter
from hitchpost.v1 import wf_spec_pb2
from hitchpost.v1.external_event_pb2 import PutExternalEventDefRequest
from hitchpost.v1.wf_spec_pb2 import AllowedUpdateType, PutWfSpecRequest, WorkflowRetentionPolicy

ENTRYPOINT = "entrypoint"


class Workflow:
    """A workflow, written by a function; made by the decorator `workflow`."""

    def __init__(
        self,
        name: str,
        write: ThreadWriter,
        *,
        retention_seconds: int | None = None,
        allowed_updates: AllowedUpdateType = wf_spec_pb2.ALL_UPDATES,
    ) -> None:
        self.name = name
        self._write = write
        self._retention_seconds = retention_seconds
        self._allowed_updates = allowed_updates

    def __repr__(self) -> str:
        return f"<Workflow {self.name}>"

    def compile(self) -> PutWfSpecRequest:
        """Write the workflow down in the contract's words. Raises WorkflowInvalid."""
        request = PutWfSpecRequest(
            name=self.name,
            thread_specs=self._draft().thread_specs,
            entrypoint_thread_name=ENTRYPOINT,
            allowed_updates=self._allowed_updates,
        )
        if self._retention_seconds is not None:
            request.retention_policy.CopyFrom(
                WorkflowRetentionPolicy(seconds_after_wf_termination=self._retention_seconds)
            )
        return request

    def external_event_defs(self) -> list[PutExternalEventDefRequest]:
        """Give the external events that are to be defined before the workflow."""
        return list(self._draft().event_defs.values())

    def _draft(self) -> Draft:
        draft = Draft()
        draft.write_thread(ENTRYPOINT, self._write)
        return draft


def workflow(
    name: str,
    *,
    retention_seconds: int | None = None,
    allowed_updates: AllowedUpdateType = wf_spec_pb2.ALL_UPDATES,
) -> Callable[[ThreadWriter], Workflow]:
    """Make a workflow of the function that writes it.

        @hitchpost.workflow("order")
        def order(wf: hitchpost.WorkflowBuilder) -> None:
            item = wf.input("item", str)
            wf.task("check-stock", item, retries=3)
            wf.wait_for_event("document-signed", timeout=3600)

    `retention_seconds` is how long a run is kept after its end; absent means for ever.
    `allowed_updates` says which changes may be put under the same name.
    """

    def of(write: ThreadWriter) -> Workflow:
        return Workflow(
            name, write, retention_seconds=retention_seconds, allowed_updates=allowed_updates
        )

    return of
