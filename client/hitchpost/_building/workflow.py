"""A workflow as a function that writes it. It knows the whole request and no verb."""

from collections.abc import Callable

from hitchpost._building.builder import WorkflowBuilder
from hitchpost._building.draft import ENTRYPOINT, Draft, ThreadWriter
from hitchpost._building.starting_over import check_new_inputs
from hitchpost._building.tasks import Backoff, TaskDefaults
from hitchpost._building.thread import Thread
from hitchpost.v1 import wf_spec_pb2
from hitchpost.v1.external_event_pb2 import PutExternalEventDefRequest
from hitchpost.v1.wf_spec_pb2 import (
    AllowedUpdateType,
    PutWfSpecRequest,
    ThreadSpec,
    WfSpec,
    WorkflowRetentionPolicy,
)
from hitchpost.v1.workflow_event_pb2 import PutWorkflowEventDefRequest


class Workflow:
    """A workflow, written by a function; made by the decorator `workflow`."""

    def __init__(
        self,
        name: str,
        write: ThreadWriter,
        *,
        retention_seconds: int | None = None,
        allowed_updates: AllowedUpdateType = wf_spec_pb2.ALL_UPDATES,
        parent: "str | Workflow | None" = None,
        parent_major: int = 0,
        task_retries: int = 0,
        task_timeout: int | None = None,
        task_backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self.parent = parent.name if isinstance(parent, Workflow) else parent
        self._write = write
        self._retention_seconds = retention_seconds
        self._allowed_updates = allowed_updates
        self._parent_major = parent_major
        self._defaults = TaskDefaults(task_retries, task_timeout, task_backoff)

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
        if self.parent is not None:
            request.parent_wf_spec.CopyFrom(
                WfSpec.ParentWfSpecReference(
                    wf_spec_name=self.parent, wf_spec_major_version=self._parent_major
                )
            )
        return request

    def external_event_defs(self) -> list[PutExternalEventDefRequest]:
        """Give the external events that are to be defined before the workflow."""
        return list(self._draft().event_defs.values())

    def workflow_event_defs(self) -> list[PutWorkflowEventDefRequest]:
        """Give the events that it throws and that are to be defined before the workflow."""
        return list(self._draft().workflow_event_defs.values())

    def _draft(self) -> Draft:
        draft = Draft(_carry_out, self._defaults)
        draft.write_thread(ENTRYPOINT, self._write)
        check_new_inputs(draft)
        return draft


def _carry_out(draft: Draft, name: str, write: ThreadWriter) -> ThreadSpec:
    """Have a function write a thread with a builder of its own."""
    thread = Thread(draft, name)
    write(WorkflowBuilder(thread))
    return thread.end()


def workflow(
    name: str,
    *,
    retention_seconds: int | None = None,
    allowed_updates: AllowedUpdateType = wf_spec_pb2.ALL_UPDATES,
    parent: str | Workflow | None = None,
    parent_major: int = 0,
    task_retries: int = 0,
    task_timeout: int | None = None,
    task_backoff: Backoff | None = None,
) -> Callable[[ThreadWriter], Workflow]:
    """Make a workflow of the function that writes it.

        @hitchpost.workflow("order")
        def order(wf: hitchpost.WorkflowBuilder) -> None:
            item = wf.input("item", str)
            wf.task("check-stock", item, retries=3)
            wf.wait_for_event("document-signed", timeout=3600)

    `retention_seconds` is how long a run is kept after its end; absent means for ever.
    `allowed_updates` says which changes may be put under the same name. `parent` is the
    workflow from whose runs this one's runs inherit variables, in its version
    `parent_major`. The rest is for tasks that do not say otherwise: how often they are
    tried again, for how many seconds each try, and how long they wait between.
    """

    def of(write: ThreadWriter) -> Workflow:
        return Workflow(
            name,
            write,
            retention_seconds=retention_seconds,
            allowed_updates=allowed_updates,
            parent=parent,
            parent_major=parent_major,
            task_retries=task_retries,
            task_timeout=task_timeout,
            task_backoff=task_backoff,
        )

    return of
