"""Values with a schema: StructDefs made of Python classes, and structs built by a workflow."""

from typing import Annotated

from features import Feature, Found
from littlehorse import create_struct_def
from littlehorse.config import LHConfig
from littlehorse.lh_struct import LHStructField, lh_struct_def
from littlehorse.model import (
    GetLatestWfSpecRequest,
    InlineStruct,
    InlineStructBuilder,
    InlineStructFieldValue,
    Struct,
    StructBuilder,
    StructDefId,
    StructField,
    TaskDefId,
    TaskNode,
    VariableAssignment,
    VariableId,
    VariableValue,
)
from littlehorse.workflow import NodeOutput, Workflow, WorkflowThread, to_variable_assignment
from stage import Stage, code_of, output_of, refusal, status_of, to_value


@lh_struct_def(name="address", description="Where somebody lives.")
class Address:
    street_name: str
    city: str = "Zurich"


@lh_struct_def(name="person")
class Person:
    name: str
    age: int = 0
    home: Address
    secret: Annotated[str, LHStructField(masked=True)]


def create_struct_defs(config: LHConfig) -> None:
    """Register the classes, the inner one first, and all of it twice."""
    for one in (Address, Person) * 2:
        create_struct_def(one, config)


async def move(person: Person, city: str) -> Person:
    person.home = Address(street_name=person.home.street_name, city=city)
    person.age += 1
    return person


async def address_in_words(address: Address) -> str:
    return f"{address.street_name}, {address.city}"


def moving(thread: WorkflowThread) -> None:
    person = thread.declare_struct("person", Person).required()
    city = thread.declare_str("city")
    person.assign(thread.execute("move", person, "Basel"))
    city.assign(person.get("home").get("city"))
    thread.complete(thread.execute("address-in-words", person.get("home")))


def unknown_field(thread: WorkflowThread) -> None:
    city = thread.declare_str("city")
    city.assign(thread.declare_struct("person", Person).get("shoe"))


async def play_moving(stage: Stage) -> Found:
    ada = Person(name="Ada", home=Address(street_name="Main Street"), secret="swordfish")
    run = await stage.play("moving", {"person": ada})
    read = await stage.stub.GetVariable(VariableId(wf_run_id=run.id, name="person"))
    fields = read.value.struct.struct.fields
    spec = await stage.stub.GetLatestWfSpec(GetLatestWfSpecRequest(name="moving"))
    person = spec.thread_specs["entrypoint"].variable_defs[0].var_def.type_def.struct_def_id
    nameless = Struct(struct_def_id=StructDefId(name="person"), struct=InlineStruct())
    nameless.struct.fields["age"].CopyFrom(StructField(value=to_value(5)))
    code, said = await refusal(stage.stub.PutWfSpec(Workflow("bad", unknown_field).compile()))
    return {
        "status": status_of(run),
        "output": output_of(run),
        "city": await stage.value(run.id, "city"),
        "person": {name: field.value.WhichOneof("value") for name, field in sorted(fields.items())},
        "name": fields["name"].value.str,
        "age": fields["age"].value.int,
        "secret": [fields["secret"].value.str, fields["secret"].masked],
        "version": person.version,
        "without fields": await code_of(
            stage.run("moving", {"person": VariableValue(struct=nameless)})
        ),
        "a text": await code_of(stage.run("moving", {"person": "Ada"})),
        "unknown field": [code, "could not find field 'shoe'" in said],
    }


def simple(value: object) -> InlineStructFieldValue:
    return InlineStructFieldValue(simple_value=to_variable_assignment(value))


def building(thread: WorkflowThread) -> None:
    """Build a person of variables; the SDK has no words of its own for it, but takes any node."""
    name = thread.declare_str("name").required()
    home = InlineStructBuilder(fields={"streetName": simple("Lane"), "city": simple("Bern")})
    built = VariableAssignment(
        struct_builder=StructBuilder(
            struct_def_id=StructDefId(name="person", version=-1),
            value=InlineStructBuilder(
                fields={
                    "name": simple(name),
                    "age": simple(41),
                    "secret": simple("hidden"),
                    "home": InlineStructFieldValue(sub_structure=home),
                }
            ),
        )
    )
    inputs = [built, to_variable_assignment("Geneva")]
    task = TaskNode(task_def_id=TaskDefId(name="move"), variables=inputs)
    moved = NodeOutput(thread.add_node("move", task))
    person = thread.declare_struct("person", Person)
    person.assign(moved)
    thread.complete(thread.execute("address-in-words", person.get("home")))


async def play_building(stage: Stage) -> Found:
    run = await stage.play("building", {"name": "Grace"})
    read = await stage.stub.GetVariable(VariableId(wf_run_id=run.id, name="person"))
    fields = read.value.struct.struct.fields
    return {
        "status": status_of(run),
        "output": output_of(run),
        "person": [fields["name"].value.str, fields["age"].value.int],
    }


FEATURES = [
    Feature(
        "structs",
        play_moving,
        (Workflow("moving", moving),),
        {"move": move, "address-in-words": address_in_words},
        create_struct_defs,
    ),
    Feature(
        "struct builder",
        play_building,
        (Workflow("building", building),),
        {"move": move, "address-in-words": address_in_words},
        create_struct_defs,
    ),
]
