"""The client: which calls there are. It knows no request; each call is written with its subject."""

from collections.abc import Sequence
from typing import Any

import grpc

from hitchpost._calls import (
    comments,
    consuming,
    correlated_events,
    definitions,
    event_defs,
    event_streams,
    events,
    feed,
    histories,
    routes,
    runs,
    schedules,
    server,
    struct_defs,
    threads,
    user_task_defs,
    user_tasks,
    workflow_events,
)
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
    put_workflow = definitions.put_workflow
    get_wf_spec = definitions.get_wf_spec
    delete_wf_spec = definitions.delete_wf_spec

    put_external_event_def = event_defs.put_external_event_def
    get_external_event_def = event_defs.get_external_event_def
    delete_external_event_def = event_defs.delete_external_event_def
    put_workflow_event_def = event_defs.put_workflow_event_def
    get_workflow_event_def = event_defs.get_workflow_event_def
    delete_workflow_event_def = event_defs.delete_workflow_event_def

    put_struct_def = struct_defs.put_struct_def
    get_struct_def = struct_defs.get_struct_def
    delete_struct_def = struct_defs.delete_struct_def
    validate_struct_def_evolution = struct_defs.validate_struct_def_evolution

    put_user_task_def = user_task_defs.put_user_task_def
    get_user_task_def = user_task_defs.get_user_task_def
    delete_user_task_def = user_task_defs.delete_user_task_def

    run = runs.run
    continue_as_new = runs.continue_as_new
    get_run = runs.get_run
    delete_run = runs.delete_run
    node_run = runs.node_run
    node_runs = runs.node_runs
    task_run = runs.task_run
    task_runs = runs.task_runs
    variable = runs.variable
    variables = runs.variables

    history = histories.history
    watch_history = histories.watch_history
    wait_for_run = histories.wait_for_run

    stop_run = threads.stop_run
    resume_run = threads.resume_run
    rescue_run = threads.rescue_run
    get_inactive_thread = threads.get_inactive_thread

    schedule_run = schedules.schedule_run
    get_scheduled_run = schedules.get_scheduled_run
    search_scheduled_runs = schedules.search_scheduled_runs
    delete_scheduled_run = schedules.delete_scheduled_run

    post_event = events.post_event
    post_events = event_streams.post_events
    get_event = events.get_event
    list_events = events.list_events

    post_correlated_event = correlated_events.post_correlated_event
    get_correlated_event = correlated_events.get_correlated_event
    delete_correlated_event = correlated_events.delete_correlated_event

    await_workflow_event = workflow_events.await_workflow_event
    get_workflow_event = workflow_events.get_workflow_event
    list_workflow_events = workflow_events.list_workflow_events
    search_workflow_events = workflow_events.search_workflow_events

    get_user_task = user_tasks.get_user_task
    assign_user_task = user_tasks.assign_user_task
    complete_user_task = user_tasks.complete_user_task
    save_user_task = user_tasks.save_user_task
    cancel_user_task = user_tasks.cancel_user_task
    search_user_tasks = user_tasks.search_user_tasks
    list_user_tasks = user_tasks.list_user_tasks

    comment_user_task = comments.comment_user_task
    edit_user_task_comment = comments.edit_user_task_comment
    delete_user_task_comment = comments.delete_user_task_comment

    publish = feed.publish
    subscribe = feed.subscribe
    consume = consuming.consume
    list_consumers = consuming.list_consumers
    delete_consumer = consuming.delete_consumer

    put_route = routes.put_route
    get_route = routes.get_route
    list_routes = routes.list_routes
    delete_route = routes.delete_route
    pause_route = routes.pause_route
    resume_route = routes.resume_route
    try_route = routes.try_route
    dead_letters = routes.dead_letters
    redeliver = routes.redeliver
    discard_dead_letters = routes.discard_dead_letters

    get_task_worker_group = server.get_task_worker_group
    get_checkpoint = server.get_checkpoint
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
