"""Types in runs: what is cast by itself, what on demand, what is computed and compared."""

import operator
from datetime import UTC, datetime

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost_server.engine.errors import DefinitionInvalid, InputInvalid
from hitchpost_server.engine.rows import NodeRunRow, TaskRunRow, VariableRow

NOON = datetime(2027, 1, 15, 12, 0, 0, 123456, tzinfo=UTC)


def input_of(world, guid, index=0):
    task = world.found(tasks.TaskRun, TaskRunRow, "r", guid)
    return hitchpost.from_value(task.input_variables[index].value)


def failure(world, position):
    node = world.found(node_runs.NodeRun, NodeRunRow, "r", 0, position)
    return node.failures[0].failure_name, node.failures[0].message


def refused(world, write):
    with pytest.raises(DefinitionInvalid) as error:
        world.put_workflow(hitchpost.workflow("flow")(write))
    return str(error.value)


# What is told before anything runs.


def test_an_events_content_is_not_taken_as_a_tasks_input_of_another_type(world):
    content = values.ReturnType(return_type=values.TypeDefinition(primitive_type=values.STR))
    world.put_event_def("signed", content_type=content)
    world.put_task_def("count", {"n": int})
    problem = refused(world, lambda wf: wf.task("count", wf.wait_for_event("signed")))
    assert "STR cannot be used as INT without explicit casting" in problem


def test_a_tasks_output_is_not_taken_as_a_tasks_input_of_another_type(world):
    world.put_task_def("name", returns=str)
    world.put_task_def("weigh", {"kilos": float})
    problem = refused(world, lambda wf: wf.task("weigh", wf.task("name")))
    assert "STR cannot be used as DOUBLE without explicit casting" in problem


@pytest.mark.parametrize(
    ("declared", "wanted"), [(float, bool), (int, bool), (dict, str), (datetime, str)]
)
def test_a_cast_that_there_is_not_is_refused(world, declared, wanted):
    def write(wf):
        wf.set(wf.variable("x", wanted), wf.input("given", declared).cast(wanted))

    assert "Cannot cast from" in refused(world, write)


def test_a_number_has_no_size(world):
    def write(wf):
        wf.set(wf.variable("x", int), wf.input("given", int).size())

    assert "size() takes one of STR, ARRAY, JSON_ARR, not INT" in refused(world, write)


# What is cast.


@pytest.mark.parametrize(
    ("declared", "given", "wanted", "taken"),
    [
        (int, 42, str, "42"),
        (int, 42, float, 42.0),
        (float, 3.14, str, "3.14"),
        (float, 5.0, str, "5.0"),
        (bool, True, str, "true"),
        (WfRunId, WfRunId(id="b", parent_wf_run_id=WfRunId(id="a")), str, "a_b"),
        (bytes, b"abc", str, "abc"),
    ],
)
def test_a_tasks_input_is_cast_by_itself_to_what_takes_it(
    world, play, declared, given, wanted, taken
):
    world.put_task_def("process", {"given": wanted})
    play(lambda wf: wf.task("process", wf.input("given", declared)), given=given)
    assert input_of(world, "0-1") == taken


@pytest.mark.parametrize(
    ("declared", "given", "wanted", "result"),
    [
        (str, "42", int, 42),
        (str, "4.5", float, 4.5),
        (str, " TRUE ", bool, True),
        (float, 4.4, int, 4),
        (float, -4.9, int, -4),
        (str, "abc", bytes, b"abc"),
        (str, "a_b", WfRunId, WfRunId(id="b", parent_wf_run_id=WfRunId(id="a"))),
    ],
)
def test_a_value_is_cast_on_demand(play, declared, given, wanted, result):
    def write(wf):
        wf.set(wf.variable("x", wanted), wf.input("given", declared).cast(wanted))

    assert play(write, given=given).variable("x") == result


def test_casts_follow_one_another(world, play):
    world.put_task_def("process", {"given": str})

    def write(wf):
        text = wf.input("text", str)
        whole, fraction = wf.variable("whole", int), wf.variable("fraction", float)
        wf.set(whole, text.cast(int) * 2)
        wf.set(fraction, whole * 1.5)
        wf.set(whole, (fraction * 2).cast(int))
        wf.task("process", whole)

    play(write, text="100")
    assert input_of(world, "0-1") == "600"


def test_text_that_is_no_number_fails_when_it_runs(world, play):
    def write(wf):
        wf.set(wf.variable("x", int), wf.input("text", str).cast(int))

    assert play(write, text="many").status == "ERROR"
    assert failure(world, 0)[0] == "VAR_SUB_ERROR"


def test_a_fraction_from_a_json_path_does_not_fit_an_int(world, play):
    world.put_task_def("count", {"n": int})
    play(lambda wf: wf.task("count", wf.input("given", dict)["n"]), given={"n": 1.5})
    name, message = failure(world, 1)
    assert name == "VAR_SUB_ERROR"
    assert "DOUBLE does not fit INT" in message


# What enters and goes through.


def test_a_timestamp_keeps_its_value_through_tasks(world, play):
    world.put_task_def("note", {f"at{number}": datetime for number in range(5)}, returns=datetime)

    def write(wf):
        at = wf.input("at", datetime)
        wf.set(wf.variable("noted", datetime), wf.task("note", at, at, at, at, at))

    run = play(write, at=NOON)
    assert [input_of(world, "0-1", number) for number in range(5)] == [NOON] * 5
    world.do_task("0-1", NOON)
    assert run.variable("noted").ToDatetime(tzinfo=UTC) == NOON


def test_the_id_of_a_run_is_a_default_an_input_and_an_output(world, play):
    one, two, three = (WfRunId(id=name) for name in ("one", "two", "three"))
    world.put_task_def("follow", {"id": WfRunId}, returns=WfRunId)

    def write(wf):
        default, given = wf.variable("default", WfRunId, default=one), wf.input("given", WfRunId)
        wf.set(default, wf.task("follow", given))

    run = play(write, given=two)
    assert run.variable("default") == one
    assert input_of(world, "0-1") == two
    world.do_task("0-1", three)
    assert run.variable("default") == three


def test_null_goes_where_it_is_assigned(play):
    def write(wf):
        x = wf.variable("x", int, default=5)
        wf.set(x, None)

    assert play(write).variable("x") is None


def test_a_task_gets_null_for_a_number_that_is_null(world, play):
    world.put_task_def("count", {"n": int})
    play(lambda wf: wf.task("count", wf.variable("n", int)))
    assert input_of(world, "0-1") is None


def test_an_input_of_another_type_is_named(world, play):
    with pytest.raises(InputInvalid, match="number.*STR does not fit INT"):
        play(lambda wf: wf.input("number", int), number="five")


def test_masked_values_are_known_to_the_run(world, play):
    def write(wf):
        wf.set(wf.variable("length", int), wf.input("secret", str, masked=True).size())

    assert play(write, secret="hush").variable("length") == 4
    assert world.found(values.Variable, VariableRow, "r", 0, "secret").masked


@pytest.mark.parametrize(
    "use",
    [
        lambda wf, secret: wf.set(wf.variable("x", int), secret.cast(int)),
        lambda wf, secret: wf.set(wf.variable("x", float), secret.cast(float)),
        lambda wf, secret: wf.set(wf.variable("x", bool), secret.cast(bool)),
        lambda wf, secret: wf.set(wf.variable("x", WfRunId), secret.cast(WfRunId)),
        lambda wf, secret: wf.sleep_until(secret),
    ],
)
def test_no_failure_quotes_a_masked_value(world, play, use):
    run = play(lambda wf: use(wf, wf.input("secret", str, masked=True)), secret="hush__hush")
    assert run.status == "ERROR"
    assert failure(world, run.thread(0).current_node_position)[0] == "VAR_SUB_ERROR"
    assert "hush" not in f"{run.message}{run.node(0)}"


# What is computed.


@pytest.mark.parametrize(
    ("compute", "result"),
    [
        (lambda five, two: five / two, 2.0),
        (lambda five, two: five.cast(float) / two, 2.5),
        (lambda five, two: five / two.cast(float), 2.5),
        (lambda five, two: five.cast(float) / two.cast(float), 2.5),
    ],
)
def test_whole_numbers_are_divided_as_whole_numbers(play, compute, result):
    def write(wf):
        five, two = wf.input("five", int), wf.input("two", int)
        wf.set(wf.variable("x", float), compute(five, two))

    assert play(write, five=5, two=2).variable("x") == result


@pytest.mark.parametrize(("kind", "result"), [(float, 902.7), (int, 902)])
def test_what_is_computed_becomes_what_the_variable_is(play, kind, result):
    def write(wf):
        quantity, price, off = wf.input("quantity", int), wf.input("price", float), 10 / 100.0
        total = quantity * price * (wf.variable("one", float, default=1.0) - off)
        wf.set(wf.variable("x", kind), total)

    found = play(write, quantity=10, price=100.3).variable("x")
    assert found == pytest.approx(result)
    assert type(found) is kind


def test_operands_stay_as_they_are(world, play):
    world.put_task_def("count", {"n": int})

    def write(wf):
        one, two = wf.input("one", int), wf.input("two", int)
        wf.task("count", (one + two) * (two - one))

    run = play(write, one=2, two=5)
    assert input_of(world, "0-1") == 21
    assert (run.variable("one"), run.variable("two")) == (2, 5)


def test_an_assignment_does_not_look_at_what_was_there(play):
    def write(wf):
        x = wf.variable("x", int, default=100)
        wf.set(x, wf.input("y", int) + 1)

    assert play(write, y=1).variable("x") == 2


def test_text_grows(play):
    def write(wf):
        text = wf.variable("text", str, default="a")
        wf.set(text, text.extend("b"))
        wf.set(text, text + 5)

    assert play(write).variable("text") == "ab5"


@pytest.mark.parametrize(
    ("zero", "words"), [(0, "divide by zero"), (None, "null")], ids=["zero", "null"]
)
def test_an_operand_that_cannot_be_fails_the_node_that_is_left(world, play, zero, words):
    def write(wf):
        x = wf.variable("x", int, default=1)
        wf.set(x, x + 1)
        wf.set(x, x / wf.variable("zero", int))

    run = play(write, zero=zero)
    assert run.status == "ERROR"
    name, message = failure(world, 0)
    assert (name, words in message.lower()) == ("VAR_SUB_ERROR", True)
    assert run.variable("x") == 1


def test_mutations_of_an_edge_see_those_before_them(play):
    def write(wf):
        x, y = wf.variable("x", int, default=5), wf.variable("y", int)
        wf.set(x, x + 10)
        wf.set(x, x - 2)
        wf.set(y, wf.input("fraction", float).cast(int) / x)

    run = play(write, fraction=24.2)
    assert (run.variable("x"), run.variable("y")) == (13, 1)


def test_truths_are_combined(play):
    def write(wf):
        yes, no = wf.input("yes", bool), wf.input("no", bool)
        wf.set(wf.variable("both", bool), yes & no)
        wf.set(wf.variable("either", bool), yes | no)
        wf.set(wf.variable("not", bool), ~no)

    run = play(write, yes=True, no=False)
    assert [run.variable(name) for name in ("both", "either", "not")] == [False, True, True]


def test_sizes_are_taken_in_assignments_conditions_and_inputs(world, play):
    world.put_task_def("count", {"n": int})

    def write(wf):
        word, items = wf.input("word", str), wf.input("items", list)
        wf.set(wf.variable("length", int), word.size())
        with wf.when(items.size() > 1):
            wf.task("count", items.size())

    run = play(write, word="four", items=[1, 2, 3])
    assert run.variable("length") == 4
    assert input_of(world, "0-2") == 3


def test_the_size_of_a_number_fails_when_it_runs(world, play):
    def write(wf):
        wf.set(wf.variable("x", int), wf.input("given", dict)["n"].size())

    play(write, given={"n": 5})
    name, message = failure(world, 0)
    assert (name, "Cannot resolve size()" in message) == ("VAR_SUB_ERROR", True)


# What is compared.


def taken(wf, condition):
    which = wf.variable("which", str)
    with wf.when(condition):
        wf.set(which, "yes")
    with wf.otherwise():
        wf.set(which, "no")


@pytest.mark.parametrize(
    ("compare", "of_different", "of_same"),
    [
        (operator.eq, "no", "yes"),
        (operator.ne, "yes", "no"),
        (operator.lt, "yes", "no"),
        (operator.ge, "no", "yes"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "one", "two"), [(int, 1, 2), (float, 1.5, 2.5), (str, "a", "b")], ids=str
)
def test_values_of_one_type_are_compared(
    world, play, kind, one, two, compare, of_different, of_same
):
    def write(wf):
        taken(wf, compare(wf.input("left", kind), wf.input("right", kind)))

    assert play(write, left=one, right=two).variable("which") == of_different
    world.start("flow", run="same", left=one, right=one)
    assert RunView(world, "same").variable("which") == of_same


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ((dict, {}), (dict, {})),
        ((list, []), (list, [])),
        ((bool, True), (str, "true")),
        ((int, 1), (float, 1.0)),
        ((int, 1), (str, "1")),
    ],
    ids=str,
)
def test_other_values_cannot_be_compared(world, play, one, two):
    def write(wf):
        taken(wf, wf.input("one", one[0]) == wf.input("two", two[0]))

    assert play(write, one=one[1], two=two[1]).status == "ERROR"
    assert failure(world, 1)[0] == "VAR_SUB_ERROR"


@pytest.mark.parametrize(
    ("item", "kind", "container", "found"),
    [
        ("a", list, ["a", "b"], True),
        ("c", list, ["a", "b"], False),
        ("hi", dict, {"hi": 1}, True),
        ("ho", dict, {"hi": 1}, False),
        ("b", hitchpost.Array[str], hitchpost.Array(["a", "b"]), True),
        ("b", hitchpost.Map[str, int], hitchpost.Map({"a": 1}), False),
    ],
    ids=str,
)
def test_items_and_keys_are_looked_for(play, item, kind, container, found):
    def write(wf):
        taken(wf, wf.input("item", str).is_in(wf.input("container", kind)))

    run = play(write, item=item, container=container)
    assert run.variable("which") == ("yes" if found else "no")


def test_a_bool_is_a_condition_by_itself(play):
    run = play(lambda wf: taken(wf, wf.input("given", bool)), given=True)
    assert run.variable("which") == "yes"


def test_a_null_condition_fails_the_node(world, play):
    assert play(lambda wf: taken(wf, wf.input("given", bool)), given=None).status == "ERROR"
    assert failure(world, 1)[0] == "VAR_SUB_ERROR"


def test_exactly_the_branches_that_hold_are_taken(play):
    def write(wf):
        number, trace = wf.input("number", int), wf.variable("trace", str, default="")
        with wf.when(number > 10):
            wf.set(trace, trace + "big")
            with wf.when(number > 100):
                wf.set(trace, trace + ", very")
        with wf.otherwise_when(number > 5):
            wf.set(trace, trace + "middle")
        with wf.otherwise():
            wf.set(trace, trace + "small")
        wf.set(trace, trace + ".")

    assert play(write, number=7).variable("trace") == "middle."
