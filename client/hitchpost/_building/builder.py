"""The builder: which verbs there are. It knows no node; each verb is written with its subject."""

from hitchpost._building import (
    child_runs,
    compositions,
    decisions,
    ends,
    events,
    failures,
    starting_over,
    tasks,
    threads,
    user_tasks,
    variables,
    waiting,
)
from hitchpost._building.thread import Writing


class WorkflowBuilder(Writing):
    """Writes one thread of a workflow, verb by verb, in the order in which it will run.

    Values are Python objects, or expressions of what only a run will know: variables, the
    outputs that verbs return, and computations on them. A verb that waits or does something
    is a step, whose failures may be handled.
    """

    input = variables.declare_input
    variable = variables.declare_variable
    inherited = variables.declare_inherited
    received = variables.declare_received
    set = variables.set_variable

    task = tasks.execute_task
    user_task = user_tasks.user_task

    wait_for_event = waiting.wait_for_event
    wait_for_condition = waiting.wait_for_condition
    sleep = waiting.sleep
    sleep_until = waiting.sleep_until

    when = decisions.when
    otherwise_when = decisions.otherwise_when
    otherwise = decisions.otherwise
    loop_while = decisions.loop_while

    start_thread = threads.start_thread
    start_thread_for_each = threads.start_thread_for_each
    wait_for_threads = threads.wait_for_threads
    interrupt = threads.interrupt
    retention = threads.retention

    run_child_wf = child_runs.run_child_wf
    wait_for_child_wf = child_runs.wait_for_child_wf

    handle_failure = failures.handle_failure
    handle_error = failures.handle_error
    handle_exception = failures.handle_exception

    throw_event = events.throw_event
    register_event = events.register_event
    register_workflow_event = events.register_workflow_event

    format = compositions.format_string
    struct = compositions.make_struct
    map = compositions.make_map

    complete = ends.complete
    fail = ends.fail
    continue_as_new = starting_over.continue_as_new
