"""ARRAY and MAP variables: the SDK's builder cannot declare them, its contract can."""

from collections.abc import Callable

from features import Feature, Found
from littlehorse.model import (
    Array,
    InlineArrayDef,
    InlineMapDef,
    Map,
    PutWfSpecRequest,
    TypeDefinition,
    VariableId,
    VariableMutationType,
    VariableType,
    VariableValue,
)
from littlehorse.workflow import SpawnedThreads, Workflow, WorkflowThread
from stage import Stage, code_of, output_of, status_of, to_value

TEXT = TypeDefinition(primitive_type=VariableType.STR)
NUMBER = TypeDefinition(primitive_type=VariableType.INT)
TEXTS = TypeDefinition(inline_array_def=InlineArrayDef(array_type=TEXT))
COUNTS = TypeDefinition(inline_map_def=InlineMapDef(key_type=TEXT, value_type=NUMBER))


class TypedWorkflow(Workflow):
    """A workflow, some of whose variables have types that the builder has no words for."""

    def __init__(
        self,
        name: str,
        entrypoint: Callable[[WorkflowThread], None],
        types: dict[str, TypeDefinition],
    ) -> None:
        super().__init__(name, entrypoint)
        self._types = types

    def compile(self) -> PutWfSpecRequest:
        request = super().compile()
        for thread in request.thread_specs.values():
            for variable in thread.variable_defs:
                if variable.var_def.name in self._types:
                    variable.var_def.type_def.CopyFrom(self._types[variable.var_def.name])
        return request


def arrays(thread: WorkflowThread) -> None:
    names = thread.declare_json_arr("names").required()
    second = thread.declare_str("second")
    known = thread.declare_bool("known", False)
    greeted = thread.declare_int("greeted", 0)
    of = VariableMutationType
    thread.mutate(names, of.EXTEND, "Grace")
    thread.mutate(names, of.REMOVE_IF_PRESENT, "Nobody")
    second.assign(names.get(1))
    thread.do_if(names.does_contain("Grace"), lambda body: known.assign(True))

    def child(child: WorkflowThread) -> None:
        child.declare_str("INPUT")
        greeted.assign(greeted.add(1))

    spawned: SpawnedThreads = thread.spawn_thread_for_each(names, child, "greet-one")
    thread.wait_for_threads(spawned)
    thread.complete(names)


def maps(thread: WorkflowThread) -> None:
    counts = thread.declare_json_obj("counts").required()
    more = thread.declare_json_obj("more").required()
    hats = thread.declare_int("hats")
    thread.mutate(counts, VariableMutationType.EXTEND, more)
    thread.mutate(counts, VariableMutationType.REMOVE_KEY, "lamp")
    hats.assign(counts.get("hat"))
    thread.complete(counts)


def array(*items: object) -> VariableValue:
    return VariableValue(array=Array(items=[to_value(item) for item in items]))


def map_of(**entries: object) -> VariableValue:
    return VariableValue(
        map=Map(
            entries=[Map.Entry(key=to_value(key), value=to_value(v)) for key, v in entries.items()]
        )
    )


async def play_arrays(stage: Stage) -> Found:
    run = await stage.play("arrays", {"names": array("Nobody", "Ada")})
    read = (await stage.stub.GetVariable(VariableId(wf_run_id=run.id, name="names"))).value.array
    return {
        "status": status_of(run),
        "names": [item.str for item in read.items],
        "element type": VariableType.Name(read.element_type.primitive_type),
        "output": [item.str for item in run.thread_runs[0].output.array.items],
        **await stage.values(run.id, "second", "known", "greeted"),
        "mixed": await code_of(stage.run("arrays", {"names": array("Ada", {"not": "a text"})})),
    }


async def play_maps(stage: Stage) -> Found:
    inputs = {"counts": map_of(hat=1, lamp=2), "more": map_of(hat=3, coat=4)}
    run = await stage.play("maps", inputs)
    read = run.thread_runs[0].output.map
    wrong = {**inputs, "more": map_of(hat="many")}
    return {
        "status": status_of(run),
        "counts": {entry.key.str: entry.value.int for entry in read.entries},
        "hats": await stage.value(run.id, "hats"),
        "no map in the SDK's words": output_of(run),
        "mistyped": await code_of(stage.run("maps", wrong)),
    }


FEATURES = [
    Feature("arrays", play_arrays, (TypedWorkflow("arrays", arrays, {"names": TEXTS}),)),
    Feature("maps", play_maps, (TypedWorkflow("maps", maps, {"counts": COUNTS, "more": COUNTS}),)),
]
