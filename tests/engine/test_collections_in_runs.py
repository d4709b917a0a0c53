"""JSON, arrays and maps in runs: what enters, what is read of them, how they are changed."""

import json

import pytest

import hitchpost
from hitchpost import Array, Map
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.errors import ContentTypeMismatch, DefinitionInvalid, InputInvalid
from hitchpost_server.engine.rows import NodeRunRow, TaskRunRow, VariableRow


def value(world, name):
    return world.found(values.Variable, VariableRow, "r", 0, name).value


def read(world, name):
    """Read a variable as Python has it."""
    return hitchpost.from_value(value(world, name))


def changed(kind, change):
    """A workflow that changes its input `x`, of some kind."""

    def write(wf):
        x = wf.input("x", kind)
        wf.set(x, change(x))

    return write


def failure(world, position=0):
    node = world.found(node_runs.NodeRun, NodeRunRow, "r", 0, position)
    return node.failures[0].failure_name


# JSON.


def test_json_is_read_by_paths_and_handed_to_tasks(world, play):
    world.put_task_def("ship", {"city": str, "address": dict, "order": dict})
    order = {"id": 7, "to": {"city": "Zurich", "zip": 8000}}

    def write(wf):
        given = wf.input("order", dict)
        wf.task("ship", given["to"]["city"], given["to"], given)

    play(write, order=order)
    inputs = world.found(tasks.TaskRun, TaskRunRow, "r", "0-1").input_variables
    found = [hitchpost.from_value(one.value) for one in inputs]
    assert found == ["Zurich", {"city": "Zurich", "zip": 8000}, order]


@pytest.mark.parametrize(
    ("path", "content", "result"),
    [
        ("$.a.n", 5, {"a": {"n": 16}}),
        ("$.new", 5, {"a": {"n": 11}, "new": 16}),
    ],
)
def test_a_member_is_overwritten_or_made(world, play, path, content, result):
    def write(wf):
        x = wf.input("x", dict)
        wf.set(x.path(path), x["a"]["n"] + content)

    play(write, x={"a": {"n": 11}})
    assert read(world, "x") == result


def test_a_member_is_made_only_where_its_object_is(world, play):
    def write(wf):
        x = wf.input("x", dict)
        wf.set(x.path("$.a.new"), 1)
        wf.set(x.path("$.b.new"), 1)

    assert play(write, x={"a": {}}).status == "ERROR"
    assert failure(world) == "VAR_SUB_ERROR"
    assert read(world, "x") == {"a": {}}


@pytest.mark.parametrize(("key", "left"), [("a", {"b": 2}), ("c", {"a": 1, "b": 2})])
def test_a_key_is_removed_and_an_absent_one_is_fine(world, play, key, left):
    play(changed(dict, lambda x: x.remove_key(key)), x={"a": 1, "b": 2})
    assert read(world, "x") == left


@pytest.mark.parametrize(("item", "left"), [(5, ["a", 5.0]), ("a", [5, 5.0, 5]), ("z", None)])
def test_equal_items_are_removed(world, play, item, left):
    items = [5, "a", 5.0, 5]
    play(changed(list, lambda x: x.remove(item)), x=items)
    assert read(world, "x") == (items if left is None else left)


def test_an_item_is_removed_by_its_index(world, play):
    play(changed(list, lambda x: x.remove_index(3)), x=[0, 1, 2, 3, 4])
    assert read(world, "x") == [0, 1, 2, 4]


@pytest.mark.parametrize("kind", [list, Array[int]], ids=["JSON", "array"])
def test_an_index_outside_fails_and_leaves_the_list(world, play, kind):
    given = [1, 2] if kind is list else Array([1, 2])
    play(changed(kind, lambda x: x.remove_index(2)), x=given)
    assert failure(world) == "VAR_SUB_ERROR"
    assert read(world, "x") == [1, 2]


@pytest.mark.parametrize(
    ("path", "found"),
    [("$.items[0].name", "hat"), ("$.items.length()", 2), ("$.items[-1].name", "coat")],
)
def test_paths_reach_into_lists(play, path, found):
    def write(wf):
        wf.complete(wf.input("x", dict).path(path))

    run = play(write, x={"items": [{"name": "hat"}, {"name": "coat"}]})
    assert hitchpost.from_value(run.thread(0).output) == found


def test_a_path_that_finds_many_gives_a_list_and_one_that_finds_none_null(play):
    def write(wf):
        x = wf.input("x", dict)
        wf.set(wf.variable("names", list), x.path("$.items[*].name"))
        wf.set(wf.variable("nothing", str), x.path("$.nowhere"))

    run = play(write, x={"items": [{"name": "hat"}, {"name": "coat"}]})
    assert json.loads(run.variable("names")) == ["hat", "coat"]
    assert run.variable("nothing") is None


def test_an_object_is_entered_step_by_step_too(play):
    def write(wf):
        wf.complete(wf.input("x", dict).get("to", "lines", 1))

    run = play(write, x={"to": {"lines": ["Main Street", "Zurich"]}})
    assert run.thread(0).output.str == "Zurich"


# Arrays.


def element_type(held):
    return held.array.element_type.primitive_type


@pytest.mark.parametrize(
    "given",
    [Array([]), values.VariableValue(array={"items": [{"int": 1}], "element_type": {}})],
    ids=["empty", "mislabelled"],
)
def test_an_array_says_what_it_was_declared_to_hold(world, play, given):
    play(lambda wf: wf.input("x", Array[int]), x=given)
    assert element_type(value(world, "x")) == values.INT


@pytest.mark.parametrize("given", [Array([1, "a"]), Array(["a"]), [1], "text"], ids=str)
def test_what_is_no_such_array_is_refused_by_name(play, given):
    with pytest.raises(InputInvalid, match="Input variable x"):
        play(lambda wf: wf.input("x", Array[int]), x=given)


@pytest.mark.parametrize(
    ("kind", "given", "change", "result"),
    [
        (Array[int], [1], lambda x: x.extend(2), [1, 2]),
        (Array[int], [1], lambda x: x.extend(Array([2, 3])), [1, 2, 3]),
        (Array[int], [1, 2, 1], lambda x: x.remove(1), [2]),
        (Array[int], [1, 2, 3], lambda x: x.remove_index(1), [1, 3]),
    ],
    ids=["item", "array", "remove", "remove index"],
)
def test_an_array_is_changed(world, play, kind, given, change, result):
    play(changed(kind, change), x=hitchpost.to_value(given, kind))
    assert read(world, "x") == result


def test_an_array_within_an_array_says_what_it_holds_too(world, play):
    def write(wf):
        x = wf.input("x", Array[Array[int]])
        wf.set(x, x.extend(wf.input("item", Array[int])))
        wf.set(x, x.extend(x))

    play(write, x=Array([]), item=Array([]))
    assert [element_type(inner) for inner in value(world, "x").array.items] == [values.INT] * 2


def test_an_array_is_read_by_index(play):
    def write(wf):
        x, at = wf.input("x", Array[str]), wf.input("at", int)
        wf.set(wf.variable("first", str), x[0])
        wf.set(wf.variable("chosen", str), x.get(at))

    run = play(write, x=Array(["a", "b", "c"]), at=2)
    assert (run.variable("first"), run.variable("chosen")) == ("a", "c")


@pytest.mark.parametrize("at", [3, -1])
def test_an_index_that_is_not_there_fails_the_node(world, play, at):
    def write(wf):
        wf.set(wf.variable("chosen", str), wf.input("x", Array[str]).get(wf.input("at", int)))

    play(write, x=Array(["a", "b", "c"]), at=at)
    assert failure(world) == "VAR_SUB_ERROR"


def test_an_array_has_no_add(world):
    def write(wf):
        x = wf.input("x", Array[int])
        wf.set(x, x + 1)

    with pytest.raises(DefinitionInvalid, match="Cannot add to a ARRAY<INT>"):
        world.put_workflow(hitchpost.workflow("flow")(write))


def test_a_thread_is_started_for_each_item(world, play):
    def write(wf):
        def double(child):
            child.complete(child.received(int) * 2)

        wf.wait_for_threads(wf.start_thread_for_each(wf.input("x", Array[int]), double))

    run = play(write, x=Array([1, 2, 3, 4]))
    assert run.threads == dict.fromkeys(range(5), "COMPLETED")
    assert [run.thread(number).output.int for number in range(1, 5)] == [2, 4, 6, 8]


# Maps.


def map_types(held):
    declared = held.map.map_type
    return declared.key_type.primitive_type, declared.value_type.primitive_type


def test_a_map_says_what_it_was_declared_to_hold(world, play):
    play(lambda wf: wf.input("x", Map[str, int]), x=Map({}))
    assert map_types(value(world, "x")) == (values.STR, values.INT)


@pytest.mark.parametrize("given", [Map({"a": "b"}), {"a": 1}, Map({True: 1}), 5], ids=str)
def test_what_is_no_such_map_is_refused_by_name(play, given):
    with pytest.raises(InputInvalid, match="Input variable x"):
        play(lambda wf: wf.input("x", Map[int, int]), x=given)


def test_null_keys_and_values_are_kept(world, play):
    play(lambda wf: wf.input("x", Map[str, int]), x=Map({None: 1, "a": None}))
    assert read(world, "x") == {None: 1, "a": None}


def test_a_map_is_read_by_key_and_an_absent_one_is_null(play):
    def write(wf):
        x = wf.input("x", Map[str, int])
        wf.set(wf.variable("there", int), x["a"])
        wf.set(wf.variable("nowhere", int), x["b"])

    run = play(write, x=Map({"a": 1}))
    assert (run.variable("there"), run.variable("nowhere")) == (1, None)


@pytest.mark.parametrize(
    ("kind", "given", "change", "result"),
    [
        (Map[str, int], {"a": 1}, lambda x: x.extend(Map({"b": 2, "a": 3})), {"a": 3, "b": 2}),
        (Map[str, int], {"a": 1, "b": 2}, lambda x: x.remove_key("a"), {"b": 2}),
        (Map[str, int], {"a": 1}, lambda x: x.remove_key("z"), {"a": 1}),
        (Map[int, str], {1: "a", 2: "b"}, lambda x: x.remove_key(1), {2: "b"}),
    ],
    ids=["extend", "remove", "remove absent", "keys of INT"],
)
def test_a_map_is_changed(world, play, kind, given, change, result):
    play(changed(kind, change), x=hitchpost.to_value(given, kind))
    assert read(world, "x") == result


def test_a_map_holds_arrays_and_goes_to_a_task(world, play):
    kind = Map[str, Array[int]]
    world.put_task_def("sum", {"x": kind})
    play(lambda wf: wf.task("sum", wf.input("x", kind)), x=Map({"a": Array([1, 2])}))
    (given,) = world.found(tasks.TaskRun, TaskRunRow, "r", "0-1").input_variables
    assert hitchpost.from_value(given.value) == {"a": [1, 2]}
    assert element_type(given.value.map.entries[0].value) == values.INT


def test_an_item_of_an_array_in_a_map_is_read_and_set(world, play):
    def write(wf):
        x = wf.input("x", Map[str, Array[int]])
        wf.set(x["a"][1], x["a"][0] + 10)

    play(write, x=Map({"a": Array([1, 2])}))
    assert read(world, "x") == {"a": [1, 11]}


def test_a_map_has_no_size(world):
    def write(wf):
        wf.set(wf.variable("n", int), wf.input("x", Map[str, int]).size())

    with pytest.raises(DefinitionInvalid, match=r"size\(\) takes one of STR, ARRAY, JSON_ARR"):
        world.put_workflow(hitchpost.workflow("flow")(write))


def test_a_map_is_built_of_what_the_run_has(world, play):
    def write(wf):
        key, number = wf.input("key", str), wf.input("number", int)
        wf.set(wf.variable("x", Map[str, int]), wf.map({key: number, "b": 2}, Map[str, int]))

    play(write, key="a", number=1)
    assert read(world, "x") == {"a": 1, "b": 2}


# What is nested too deeply to be kept.


def nested(levels):
    """An array in an array in an array..."""
    inner = values.VariableValue(int=1)
    for _ in range(levels):
        inner = values.VariableValue(array=values.Array(items=[inner]))
    return inner


def test_content_that_could_not_be_read_back_is_refused(world):
    world.put_event_def("signed")
    with pytest.raises(ContentTypeMismatch, match="nested too deeply"):
        world.post("signed", nested(45))
    world.post("signed", nested(35))
    world.forget()
    assert len(world.states["run/r"].runs["r"].unclaimed) == 1


def test_void_content_is_not_nested_too_deeply_either(world):
    world.put_event_def("signed", content_type=values.ReturnType())
    with pytest.raises(ContentTypeMismatch, match="nested too deeply"):
        world.post("signed", nested(45))


@pytest.mark.parametrize(
    "given",
    [
        {"output": nested(45)},
        {"log_output": nested(45)},
        {"exception": {"name": "late", "content": nested(45)}, "status": tasks.TASK_EXCEPTION},
    ],
    ids=["output", "log", "exception"],
)
def test_a_report_that_could_not_be_read_back_is_a_serde_error(world, play, given):
    world.put_task_def("count")
    play(lambda wf: wf.task("count"))
    world.start_task("0-1")
    status = given.pop("status", tasks.TASK_SUCCESS)
    world.report("0-1", given.pop("output", None), status=status, **given)
    attempt = world.found(tasks.TaskRun, TaskRunRow, "r", "0-1").attempts[0]
    assert tasks.TaskStatus.Name(attempt.status) == "TASK_OUTPUT_SERDE_ERROR"
    world.forget()


def test_a_variable_that_swallows_itself_is_stopped(world, play):
    anything = values.TypeDefinition(inline_map_def={"key_type": {"primitive_type": values.STR}})

    def write(wf):
        x = wf.input("x", anything)
        with wf.loop_while(wf.variable("on", bool, default=True)):
            wf.set(x.get("x"), x)

    run = play(write, x=Map({"x": Map({})}))
    assert run.failures(0) == ["VAR_SUB_ERROR"]
    assert "nested too deeply" in run.message.thread_runs[0].error_message
    world.forget()
