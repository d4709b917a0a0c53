"""How a run finds its way: sequences, branches, loops, sleeps and conditions."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from features import Feature, Found
from littlehorse.model import SleepNode, WfRun
from littlehorse.workflow import Workflow, WorkflowThread, to_variable_assignment
from stage import (
    Stage,
    code_of,
    failures_of,
    inputs_of,
    names_of,
    output_of,
    status_of,
)


async def greet(name: str) -> str:
    return f"hello {name}"


async def shout(text: str) -> str:
    return text.upper()


async def count(left: int) -> str:
    return f"{left} left"


async def grade_in_words(grade: str) -> str:
    return f"has {grade}"


def sequence(thread: WorkflowThread) -> None:
    name = thread.declare_str("name").required()
    greeting = thread.declare_str("greeting")
    greeting.assign(thread.execute("greet", name))
    thread.complete(thread.execute("shout", greeting))


async def play_sequence(stage: Stage) -> Found:
    run = await stage.play("sequence", {"name": "Ada"})
    return {
        "status": status_of(run),
        "output": output_of(run),
        "way": names_of(await stage.nodes(run.id)),
        "without its input": await code_of(stage.run("sequence")),
    }


def countdown(thread: WorkflowThread) -> None:
    left = thread.declare_int("left").required()
    said = thread.declare_str("said")

    def body(body: WorkflowThread) -> None:
        said.assign(body.execute("count", left))
        left.assign(left.subtract(1))

    thread.do_while(left.is_greater_than(0), body)
    thread.complete(said)


async def play_countdown(stage: Stage) -> Found:
    at_once = await stage.run("countdown", {"left": 0})
    run = await stage.play("countdown", {"left": 3})
    tasks = await stage.tasks(run.id)
    return {
        "from 0": status_of(at_once),
        "tasks from 0": len(await stage.tasks(at_once.id)),
        "from 3": status_of(run),
        "given": [inputs_of(task) for task in tasks],
        "at": [task.source.task_node.node_run_id.position for task in tasks],
        "output": output_of(run),
    }


def grading(thread: WorkflowThread) -> None:
    points = thread.declare_int("points").required()
    grade = thread.declare_str("grade", "no grade")
    thread.do_if(
        points.is_greater_than(100).do_or(points.is_less_than(0)),
        lambda body: body.fail("out-of-range", "there are no such points", points),
    )
    thread.do_if(points.is_greater_than_eq(90), lambda body: grade.assign("excelled")).do_else_if(
        points.is_greater_than_eq(50),
        lambda body: grade.assign(body.execute("grade-in-words", "passed")),
    ).do_else(lambda body: grade.assign(body.execute("grade-in-words", "failed")))
    thread.do_if(
        points.is_equal_to(100),
        lambda body: grade.assign(grade.extend(" fully")),
        lambda body: grade.assign(grade.extend(" partly")),
    )
    thread.complete(grade)


async def play_grading(stage: Stage) -> Found:
    async def grade(points: int) -> str:
        run = await stage.play("grading", {"points": points})
        return output_of(run) or failures_of(await stage.nodes(run.id))[0]

    points = (100, 90, 89, 50, 49, 101, -1)
    return dict(zip(map(str, points), await asyncio.gather(*map(grade, points)), strict=True))


def sleeping(thread: WorkflowThread) -> None:
    thread.sleep(1)


def sleeping_until(thread: WorkflowThread) -> None:
    at = thread.declare_int("at").required()

    def change(handler: WorkflowThread) -> None:
        at.assign(handler.declare_int("INPUT"))

    thread.add_interrupt_handler("other-time", change).with_event_type(int)
    thread.sleep_until(at)


def sleeping_until_a_date(thread: WorkflowThread) -> None:
    at = thread.declare_str("at").required()
    thread.add_node("sleep", SleepNode(iso_date=to_variable_assignment(at)))


async def how_long(stage: Stage, run: WfRun) -> Found:
    """Tell how a sleep has ended: matured, not too early, and soon after its time."""
    sleep = (await stage.nodes(run.id))[1]
    due = sleep.sleep.maturation_time.ToMilliseconds()
    over = run.end_time.ToMilliseconds()
    return {
        "status": status_of(run),
        "matured": sleep.sleep.matured,
        "early": over < due,
        "late": over > due + 5_000,
        "asleep": round((due - sleep.arrival_time.ToMilliseconds()) / 1_000),
    }


async def play_sleeping(stage: Stage) -> Found:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    runs = await asyncio.gather(
        stage.play("sleeping"),
        stage.play("sleeping-until", {"at": int(soon.timestamp() * 1_000)}),
        stage.play("sleeping-until-a-date", {"at": soon.isoformat().replace("+00:00", "Z")}),
        stage.play("sleeping-until-a-date", {"at": "2001-01-01T00:00:00Z"}),
    )
    kinds = ("seconds", "timestamp", "date", "date in the past")
    found = {kind: await how_long(stage, run) for kind, run in zip(kinds, runs, strict=True)}
    del found["date in the past"]["asleep"]
    return found


async def play_waking(stage: Stage) -> Found:
    in_an_hour = int(time.time() + 3_600) * 1_000
    run = (await stage.run("sleeping-until", {"at": in_an_hour})).id
    await stage.stands(run, "sleep")
    await stage.post(run, "other-time", int(time.time() * 1_000))
    done = await stage.over(run)
    return {"status": status_of(done), "matured": (await stage.nodes(run))[1].sleep.matured}


def patience(thread: WorkflowThread) -> None:
    left = thread.declare_int("left").required()
    thread.add_interrupt_handler(
        "one-less", lambda handler: left.assign(left.subtract(1))
    ).with_event_type(None)
    thread.wait_for_condition(left.is_equal_to(0))


async def play_patience(stage: Stage) -> Found:
    at_once = await stage.run("patience", {"left": 0})
    run = (await stage.run("patience", {"left": 2})).id
    await stage.stands(run, "wait_for_condition")
    await stage.post(run, "one-less")
    after_one = status_of(await stage.stub.GetWfRun(run))
    await stage.post(run, "one-less")
    return {
        "with none left": status_of(at_once),
        "after one": after_one,
        "after two": status_of(await stage.over(run)),
        "left": await stage.value(run, "left"),
    }


FEATURES = [
    Feature(
        "sequence",
        play_sequence,
        (Workflow("sequence", sequence),),
        {"greet": greet, "shout": shout},
    ),
    Feature("countdown", play_countdown, (Workflow("countdown", countdown),), {"count": count}),
    Feature(
        "grading",
        play_grading,
        (Workflow("grading", grading),),
        {"grade-in-words": grade_in_words},
    ),
    Feature(
        "sleeping",
        play_sleeping,
        (
            Workflow("sleeping", sleeping),
            Workflow("sleeping-until", sleeping_until),
            Workflow("sleeping-until-a-date", sleeping_until_a_date),
        ),
    ),
    Feature("waking", play_waking, (Workflow("sleeping-until", sleeping_until),)),
    Feature("patience", play_patience, (Workflow("patience", patience),)),
]
