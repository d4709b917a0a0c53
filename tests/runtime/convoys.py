"""A family of runs with everything in it, and commands about it as the api would make them.

A convoy has threads, handlers, an interrupt, a child run, a user task and a letter that a
correlated event brings. Knows the commands and the client's builder; knows no store.
"""

from typing import Any

import orders

import hitchpost
from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import USER_TASK_DEF_STREAM, correlation_stream, run_id

KEYS = ("a", "b", "c")


@hitchpost.workflow("letter")
def letter(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for what is sent to a key."""
    wf.complete(wf.wait_for_event("sent", correlation_key=wf.input("key", str)))


@hitchpost.workflow("convoy")
def convoy(wf: hitchpost.WorkflowBuilder) -> None:
    """Have two trucks loaded while a form is filled in and a letter is on its way."""
    key = wf.input("key", str)

    @wf.interrupt("stopped")
    def stopped(handler: hitchpost.WorkflowBuilder) -> None:
        handler.wait_for_event("noted")

    def load(truck: hitchpost.WorkflowBuilder) -> None:
        truck.task("sweep", "yard", timeout=60)

    def ask(driver: hitchpost.WorkflowBuilder) -> None:
        driver.user_task("form", user="ada").cancel_after(30)

    def give_up(handler: hitchpost.WorkflowBuilder) -> None:
        handler.wait_for_event("noted")

    trucks = wf.start_thread_for_each([1, 2], load)
    form = wf.start_thread(ask)
    mail = wf.run_child_wf("letter", {"key": key}, id="mail")
    loaded = wf.wait_for_threads(trucks)
    wf.handle_failure(loaded.each_child)(give_up)
    wf.handle_failure(wf.wait_for_threads(form))(give_up)
    wf.wait_for_child_wf(mail)


def put_form() -> commands.PutUserTaskDef:
    """Define a form without fields."""
    request = user_tasks.PutUserTaskDefRequest(
        name="form", fields=[user_tasks.UserTaskField(name="reason", type=values.STR)]
    )
    return commands.PutUserTaskDef(**orders.sent(USER_TASK_DEF_STREAM + "form"), request=request)


DEFINITIONS = (
    lambda: orders.put_event_def("stopped"),
    lambda: orders.put_event_def("sent", correlation=hitchpost.Correlation()),
    put_form,
    lambda: orders.put_workflow(letter),
    lambda: orders.put_workflow(convoy),
)


def stop(run: str, thread: int) -> commands.StopThread:
    """Stop a thread."""
    return commands.StopThread(**orders.about(run), thread_run_number=thread)


def resume(run: str, thread: int) -> commands.ResumeThread:
    """Let a stopped thread go on."""
    return commands.ResumeThread(**orders.about(run), thread_run_number=thread)


def rescue(run: str, thread: int) -> commands.RescueThread:
    """Bring a failed thread back to life."""
    return commands.RescueThread(
        **orders.about(run), thread_run_number=thread, skip_current_node=False
    )


def fill_in(run: str, user_task: str) -> commands.CompleteUserTask:
    """Fill in a form."""
    request = user_tasks.CompleteUserTaskRunRequest(
        user_task_run_id=ids.UserTaskRunId(wf_run_id=run_id(run), user_task_guid=user_task),
        user_id="ada",
        results={"reason": hitchpost.to_value("none")},
    )
    return commands.CompleteUserTask(**orders.about(run), request=request)


def send(key: str, content: Any = None) -> commands.PutCorrelatedEvent:
    """Send something to a key."""
    request = correlated_events.PutCorrelatedEventRequest(
        key=key,
        external_event_def_id=ids.ExternalEventDefId(name="sent"),
        content=hitchpost.to_value(content),
    )
    return commands.PutCorrelatedEvent(
        **orders.sent(correlation_stream("sent", key)), request=request
    )
