"""What a run may not do without end."""

from features import Feature, Found
from littlehorse.workflow import Workflow, WorkflowThread
from stage import Stage, attempts_of, failures_of, status_of


async def write_much(kibibytes: int) -> str:
    return "x" * (kibibytes * 1024)


async def return_it(text: str) -> str:
    return text


def verbose(thread: WorkflowThread) -> None:
    much = thread.declare_int("much").required()
    thread.execute("return-it", thread.execute("write-much", much))


def endless(thread: WorkflowThread) -> None:
    one = thread.declare_int("one", 1)
    thread.do_while(one.is_equal_to(1), lambda body: None)


def crowded(thread: WorkflowThread) -> None:
    many = thread.declare_json_arr("many").required()
    thread.spawn_thread_for_each(many, lambda child: child.sleep(3_600), "sleeper")


async def play_verbose(stage: Stage) -> Found:
    """Return more than a record may hold, and then what is too much together with its input."""

    async def tell(kibibytes: int) -> Found:
        run = await stage.play("verbose", {"much": kibibytes})
        tasks = await stage.tasks(run.id)
        latest = tasks[-1].attempts[-1]
        return {
            "run": [status_of(run), failures_of(await stage.nodes(run.id))],
            "attempts": [attempts_of(task) for task in tasks],
            "output": latest.HasField("output"),
            "said": "RESOURCE_EXHAUSTED" in latest.error.message,
        }

    return {"2 MiB": await tell(2_048), "600 KiB twice": await tell(600)}


async def play_endless(stage: Stage) -> Found:
    run = await stage.run("endless")
    [failure] = failures_of(await stage.nodes(run.id))
    return {
        "status": status_of(run),
        "failure": failure,
        "position": run.thread_runs[0].current_node_position,
    }


async def play_crowded(stage: Stage) -> Found:
    enough, many = [await stage.run("crowded", {"many": list(range(count))}) for count in (64, 65)]
    node = (await stage.nodes(many.id))[1]
    return {
        "enough": [status_of(enough), len(enough.thread_runs)],
        "too many": [status_of(many), len(many.thread_runs), failures_of([node])],
        "said": "maximum number of ThreadRuns per WfRun" in node.failures[0].message,
    }


FEATURES = [
    Feature(
        "verbose",
        play_verbose,
        (Workflow("verbose", verbose),),
        {"write-much": write_much, "return-it": return_it},
    ),
    Feature("endless", play_endless, (Workflow("endless", endless),)),
    Feature("crowded", play_crowded, (Workflow("crowded", crowded),)),
]
