"""The requests that are sent, serialised once.

Knows how to number copies of a message without building it again, so that the
load generator spends its time on calls; knows nothing of who answers.
"""

import json
from collections.abc import Iterator
from itertools import count

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs

PUT_EXTERNAL_EVENT = "/hitchpost.v1.Workflows/PutExternalEvent"
RUN_WF = "/hitchpost.v1.Workflows/RunWf"
POLL_TASK = "/hitchpost.v1.Workflows/PollTask"
REPORT_TASK = "/hitchpost.v1.Workflows/ReportTask"

EVENT_DEF = "document-signed"
WF_SPEC = "wait-for-document"
TASK_DEF = "file-document"
TASK_INPUT = "document"
TASK_WF_SPEC = "have-document-filed"
# The guid of the first task of a run: its thread and the place of its node there.
TASK_GUID = "0-1"

# As long as every number, and found nowhere else in a message.
NUMBER = "#########"
# About what a webhook of a signing service tells, 200 bytes.
CONTENT = json.dumps(
    {
        "document": "contract-4711",
        "signedBy": "ada@example.com",
        "signedAt": "2025-01-01T12:00:00Z",
        "envelope": "6f1c2b9e-8a44-4c57-9d0b-2f6b0c1f7a55",
        "status": "completed",
        "pages": [1, 2, 3],
    }
)

Numbered = tuple[int, bytes]


def run_name(prefix: str, number: int | str) -> str:
    """Name a run of a figure."""
    return f"{prefix}-{number}" if isinstance(number, str) else f"{prefix}-{number:09d}"


def number_of(run: str) -> int:
    """Read the number from the name of a run."""
    return int(run.rpartition("-")[2])


def guid(number: int) -> str:
    """Name the external event that is posted to the run of that number."""
    return f"{number:09d}"


def event_template(prefix: str) -> bytes:
    """Serialise an external event to a run of its own."""
    request = events.PutExternalEventRequest(
        wf_run_id=ids.WfRunId(id=run_name(prefix, NUMBER)),
        external_event_def_id=ids.ExternalEventDefId(name=EVENT_DEF),
        guid=NUMBER,
        content=values.VariableValue(json_obj=CONTENT),
    )
    return request.SerializeToString()


def start_template(prefix: str, wf_spec: str = WF_SPEC) -> bytes:
    """Serialise the start of a run that waits for an external event."""
    request = wf_runs.RunWfRequest(wf_spec_name=wf_spec, id=run_name(prefix, NUMBER))
    return request.SerializeToString()


def start_task_template(prefix: str) -> bytes:
    """Serialise the start of a run that has one task done."""
    request = wf_runs.RunWfRequest(wf_spec_name=TASK_WF_SPEC, id=run_name(prefix, NUMBER))
    request.variables[TASK_INPUT].str = CONTENT
    return request.SerializeToString()


def poll_request(worker: str) -> bytes:
    """Serialise a worker's wish for one task."""
    request = tasks.PollTaskRequest(task_def_id=ids.TaskDefId(name=TASK_DEF), client_id=worker)
    return request.SerializeToString()


def report_template(prefix: str) -> bytes:
    """Serialise the report that the task of a run is done; its output has the run's number."""
    run = ids.WfRunId(id=run_name(prefix, NUMBER))
    request = tasks.ReportTaskRun(
        task_run_id=ids.TaskRunId(wf_run_id=run, task_guid=TASK_GUID),
        status=tasks.TASK_SUCCESS,
        output=values.VariableValue(str=task_output(NUMBER)),
    )
    return request.SerializeToString()


def task_output(number: int | str) -> str:
    """Say what the task of a run gives."""
    return f"filed as {number}" if isinstance(number, str) else f"filed as {number:09d}"


def numbered(template: bytes) -> Iterator[Numbered]:
    """Give copies of a serialised message, each with a number of its own, without end."""
    for number in count():
        yield number, with_number(template, number)


def with_number(template: bytes, number: int) -> bytes:
    """Put a number in the places that are kept for it; no length in the message changes."""
    return template.replace(NUMBER.encode(), b"%09d" % number)
