"""Post one external event through LittleHorse's SDK as it comes, and print how that has ended."""

import json
import sys
import time

import grpc
import littlehorse
from littlehorse.config import LHConfig
from littlehorse.model import (
    ExternalEventDefId,
    PutExternalEventDefRequest,
    PutExternalEventRequest,
    WfRunId,
)


def main() -> None:
    """Take how the definition is to be registered, the definition and the run."""
    register, name, run = sys.argv[1:]
    stub = LHConfig().stub()
    if register == "register":
        stub.PutExternalEventDef(PutExternalEventDefRequest(name=name))
    began = time.monotonic()
    request = PutExternalEventRequest(
        wf_run_id=WfRunId(id=run),
        external_event_def_id=ExternalEventDefId(name=name),
        content=littlehorse.to_variable_value("Ada"),
    )
    code = "OK"
    try:
        stub.PutExternalEvent(request)
    except grpc.RpcError as error:
        code = error.code().name
    print(json.dumps({"code": code, "seconds": time.monotonic() - began}))


main()
