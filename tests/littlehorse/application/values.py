"""Values of runs: JSON and its paths, operations, casts, and what nobody may read."""

from datetime import datetime
from typing import Annotated, Any

from features import Feature, Found
from littlehorse.model import VariableId, VariableMutationType, WfRunId
from littlehorse.worker import LHType
from littlehorse.workflow import Workflow, WorkflowThread
from stage import Stage, failures_of, inputs_of, output_of, refusal, status_of

ORDER = {
    "customer": {"name": "Ada", "city": "Zurich"},
    "items": [{"name": "hat", "count": 2}, {"name": "lamp", "count": 1}],
    "paid": False,
    "total": 11,
}


async def describe_order(customer: dict[str, Any], count: int) -> dict[str, Any]:
    return {"text": f"{count} for {customer['name']}", "customer": customer}


def json_values(thread: WorkflowThread) -> None:
    order = thread.declare_json_obj("order").required()
    names = thread.declare_json_arr("names")
    text = thread.declare_str("text")
    second = thread.declare_str("second")
    node = thread.execute(
        "describe-order",
        order.with_json_path("$.customer"),
        order.with_json_path("$.items[0].count"),
    )
    text.assign(node.with_json_path("$.text"))
    names.assign(order.with_json_path("$.items[*].name"))
    second.assign(order.get("items").get(1).get("name"))
    order.with_json_path("$.paid").assign(True)
    thread.mutate(order.with_json_path("$.total"), VariableMutationType.ADD, 5)
    thread.mutate(order.with_json_path("$.customer.country"), VariableMutationType.ASSIGN, "CH")
    thread.complete(order)


async def play_json(stage: Stage) -> Found:
    run = await stage.play("json-values", {"order": ORDER})
    return {
        "status": status_of(run),
        "output": output_of(run),
        **await stage.values(run.id, "names", "text", "second"),
    }


def mutations(thread: WorkflowThread) -> None:
    """Use every operation once, all on the way from the entrypoint to the exit."""
    number = thread.declare_int("number", 10)
    half = thread.declare_double("half", 0.5)
    word = thread.declare_str("word", "ab")
    many = thread.declare_json_arr("many", [1, 2, 3, 2])
    thing = thread.declare_json_obj("thing", {"a": 1, "b": 2})
    yes = thread.declare_bool("yes", True)
    no = thread.declare_bool("no", False)
    nothing = thread.declare_str("nothing", "something")
    of = VariableMutationType
    for variable, operation, value in (
        (number, of.ADD, 5),
        (number, of.SUBTRACT, 3),
        (number, of.MULTIPLY, 4),
        (number, of.DIVIDE, 5),
        (number, of.POW, 2),
        (half, of.ADD, 2),
        (word, of.EXTEND, "c"),
        (word, of.ADD, 4),
        (many, of.EXTEND, [4]),
        (many, of.ADD, 5),
        (many, of.REMOVE_IF_PRESENT, 2),
        (many, of.REMOVE_INDEX, 0),
        (thing, of.REMOVE_KEY, "a"),
        (yes, of.AND, no),
        (no, of.OR, True),
        (nothing, of.ASSIGN, None),
    ):
        thread.mutate(variable, operation, value)


def expressions(thread: WorkflowThread) -> None:
    left = thread.declare_int("left").required()
    right = thread.declare_int("right").required()
    before = thread.declare_int("before", 1)
    quotient = thread.declare_double("quotient")
    compound = thread.declare_int("compound")
    inside = thread.declare_bool("inside", False)
    before.assign(2)
    compound.assign(left.add(right).multiply(2).subtract(thread.pow(right, 2)))
    quotient.assign(left.cast_to_double().divide(right))
    thread.do_if(
        left.is_in([1, 7]).do_and(right.is_not_equal_to(3)), lambda body: inside.assign(True)
    )


async def play_mutations(stage: Stage) -> Found:
    run = await stage.play("mutations")
    names = ("number", "half", "word", "many", "thing", "yes", "no", "nothing")
    return {"status": status_of(run), **await stage.values(run.id, *names)}


async def play_expressions(stage: Stage) -> Found:
    run = await stage.play("expressions", {"left": 7, "right": 2})
    undone = await stage.play("expressions", {"left": 7, "right": 0})
    return {
        "status": status_of(run),
        **await stage.values(run.id, "compound", "quotient", "inside"),
        "by zero": [status_of(undone), failures_of(await stage.nodes(undone.id))],
        "undone": await stage.value(undone.id, "before"),
    }


async def take_text(text: str) -> str:
    return f"got {text}"


def casting(thread: WorkflowThread) -> None:
    text = thread.declare_str("text").required()
    number = thread.declare_int("number")
    fraction = thread.declare_double("fraction")
    yes = thread.declare_bool("yes")
    back = thread.declare_str("back")
    number.assign(text.cast_to_int())
    fraction.assign(number.cast_to_double().multiply(1.5))
    number.assign(fraction.cast_to_int())
    yes.assign(thread.declare_str("flag", " True ").cast_to_bool())
    back.assign(thread.execute("take-text", number))


def impossible_cast(thread: WorkflowThread) -> None:
    yes = thread.declare_bool("yes")
    yes.assign(thread.declare_double("fraction").cast_to_bool())


def forgotten_cast(thread: WorkflowThread) -> None:
    number = thread.declare_int("number")
    number.assign(thread.declare_str("text"))


async def play_casting(stage: Stage) -> Found:
    run = await stage.play("casting", {"text": "15"})
    failed = await stage.play("casting", {"text": "fifteen"})
    impossible, forgotten = [
        await refusal(stage.stub.PutWfSpec(Workflow("bad-cast", one).compile()))
        for one in (impossible_cast, forgotten_cast)
    ]
    return {
        "status": [status_of(run), failures_of(await stage.nodes(run.id))],
        **await stage.values(run.id, "number", "fraction", "yes"),
        "given": [inputs_of(task) for task in await stage.tasks(run.id)],
        "not a number": [status_of(failed), failures_of(await stage.nodes(failed.id))],
        "impossible": [impossible[0], "Cannot cast from DOUBLE to BOOL" in impossible[1]],
        "forgotten": [forgotten[0], "without explicit casting" in forgotten[1]],
    }


async def measure(
    secret: Annotated[str, LHType(name="secret", masked=True)],
) -> Annotated[int, LHType(name="length", masked=True)]:
    return len(secret)


def masking(thread: WorkflowThread) -> None:
    secret = thread.declare_str("secret").required().masked()
    length = thread.declare_int("length")
    length.assign(thread.execute("measure", secret))
    thread.complete(length)


async def play_masking(stage: Stage) -> Found:
    run = await stage.play("masking", {"secret": "swordfish"})
    [task] = await stage.tasks(run.id)
    variable = await stage.stub.GetVariable(VariableId(wf_run_id=run.id, name="secret"))
    return {
        "status": status_of(run),
        "length": await stage.value(run.id, "length"),
        "secret": [variable.value.str, variable.masked],
        "input": inputs_of(task),
        "output": task.attempts[0].output.str,
    }


def other_types(thread: WorkflowThread) -> None:
    moment = thread.declare_timestamp("moment").required()
    raw = thread.declare_bytes("raw").required()
    kept = thread.declare_timestamp("kept")
    whose = thread.declare_wf_run_id("whose").required()
    longer = thread.declare_bytes("longer")
    kept.assign(moment)
    longer.assign(raw.extend(b"\x02"))
    thread.complete(whose)


async def play_other_types(stage: Stage) -> Found:
    moment = datetime(2030, 1, 2, 3, 4, 5, 678_000)
    whose = WfRunId(id="grandchild", parent_wf_run_id=WfRunId(id="child"))
    run = await stage.play("other-types", {"moment": moment, "raw": b"\x00\x01", "whose": whose})
    return {
        "status": status_of(run),
        "kept": str(await stage.value(run.id, "kept")),
        "longer": (await stage.value(run.id, "longer")).hex(),
        "whose": output_of(run) == whose,
    }


FEATURES = [
    Feature(
        "json",
        play_json,
        (Workflow("json-values", json_values),),
        {"describe-order": describe_order},
    ),
    Feature("mutations", play_mutations, (Workflow("mutations", mutations),)),
    Feature("expressions", play_expressions, (Workflow("expressions", expressions),)),
    Feature("casting", play_casting, (Workflow("casting", casting),), {"take-text": take_text}),
    Feature("masking", play_masking, (Workflow("masking", masking),), {"measure": measure}),
    Feature("other types", play_other_types, (Workflow("other-types", other_types),)),
]
