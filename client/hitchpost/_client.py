"""The client: which calls there are. It knows no request; each call is written with its subject."""

from collections.abc import Sequence
from typing import Any

import grpc

from hitchpost._calls import definitions, events, histories, runs, server
from hitchpost._connection import Connection
from hitchpost._retry import Retry


class Client(Connection):
    """A client of one server and one tenant; made by `connect`.

        async with hitchpost.connect("localhost:2023") as client:
            run = await client.run("order", {"item": "lamp"}, id="order-7")
            await client.post_event("order-7", "document-signed", {"by": "Ada"})
            run = await client.wait_for_run(run)

    It may be used by many tasks of one event loop at once. A call that cannot get through is
    tried again within its timeout; runs and events carry ids, so they happen once all the
    same. Calls raise CallFailed in one of its forms.
    """

    put_task_def = definitions.put_task_def
    get_task_def = definitions.get_task_def
    delete_task_def = definitions.delete_task_def
    put_external_event_def = definitions.put_external_event_def
    get_external_event_def = definitions.get_external_event_def
    delete_external_event_def = definitions.delete_external_event_def
    put_workflow = definitions.put_workflow
    get_wf_spec = definitions.get_wf_spec
    delete_wf_spec = definitions.delete_wf_spec

    run = runs.run
    get_run = runs.get_run
    delete_run = runs.delete_run
    node_run = runs.node_run
    node_runs = runs.node_runs
    task_run = runs.task_run
    task_runs = runs.task_runs
    variable = runs.variable
    variables = runs.variables

    post_event = events.post_event
    get_event = events.get_event
    list_events = events.list_events

    history = histories.history
    wait_for_run = histories.wait_for_run

    whoami = server.whoami
    server_version = server.server_version


def connect(
    target: str = "localhost:2023",
    *,
    tenant: str | None = None,
    credentials: grpc.ChannelCredentials | None = None,
    timeout: float = 30.0,
    retry: Retry | None = None,
    options: Sequence[tuple[str, Any]] = (),
) -> Client:
    """Make a client; it connects when it is entered with `async with`.

    `tenant` absent means the server's default one. Without `credentials` the connection is
    not encrypted. `timeout` in seconds is for a call with all its tries. `options` are gRPC
    channel options; they win over ours.
    """
    return Client(
        target,
        tenant=tenant,
        credentials=credentials,
        timeout=timeout,
        retry=retry or Retry(),
        options=options,
    )
