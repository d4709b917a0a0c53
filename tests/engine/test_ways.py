"""Ways through a workflow: one task after another, branches, loops."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost_server.engine.rows import TaskRunRow


def put(world, write, *task_names):
    for name in task_names:
        world.put_task_def(name, {}, returns=str)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def done_tasks(world):
    """Do whatever task comes next until the run asks for no more; name them in that order."""
    done = []
    while guids := [key.key[1] for key in world.rows if key.table is TaskRunRow]:
        latest = max(guids, key=lambda guid: int(guid.partition("-")[2]))
        scheduled = world.start_task(latest)
        if scheduled is None:
            break
        world.report(latest, f"{latest} is done")
        done.append(scheduled.task_def_id.name)
    return done


def test_five_tasks_are_done_one_after_the_other(world, run):
    def write(wf):
        for name in "abcde":
            wf.task(name)

    put(world, write, *"abcde")
    world.start("any")
    assert done_tasks(world) == [*"abcde"]
    assert (run.status, run.thread(0).current_node_position) == ("COMPLETED", 6)


FOUND = [
    (2, "2", "yes"),
    ([0], [0], "no"),
    (0, [0], "yes"),
    ("hi", {"hi": 1}, "yes"),
    (1, 1.0, "ERROR"),
    (1, None, "ERROR"),
]


@pytest.mark.parametrize(("item", "container", "found"), FOUND)
def test_a_branch_looks_into_parts_of_json(world, run, item, container, found):
    def write(wf):
        given = wf.input("given", dict)
        with wf.when(given["item"].is_in(given["container"])):
            wf.complete("yes")
        with wf.otherwise():
            wf.complete("no")

    put(world, write)
    world.start("any", given={"item": item, "container": container})
    assert (run.thread(0).output.str or run.status) == found


def nested(wf):
    outer, inner = wf.input("outer", int), wf.input("inner", int)
    with wf.when(outer > 0):
        with wf.when(inner > 0):
            wf.task("both")
        with wf.otherwise():
            wf.task("outer-only")
        wf.task("outer")
    with wf.otherwise_when(inner > 0):
        wf.task("inner-only")
    with wf.otherwise():
        wf.task("neither")
    wf.task("always")


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (1, 1, ["both", "outer", "always"]),
        (1, 0, ["outer-only", "outer", "always"]),
        (0, 1, ["inner-only", "always"]),
        (0, 0, ["neither", "always"]),
    ],
)
def test_nested_branches_do_the_tasks_on_their_way_and_no_others(
    world, run, outer, inner, expected
):
    put(world, nested, "both", "outer-only", "outer", "inner-only", "neither", "always")
    world.start("any", outer=outer, inner=inner)
    assert done_tasks(world) == expected
    assert run.status == "COMPLETED"


def counting_down(wf):
    left = wf.variable("left", int, default=3)
    with wf.loop_while(left > 0):
        wf.task("tick")
        wf.set(left, left - 1)


def test_a_loop_whose_condition_is_false_at_first_is_over_at_once(world):
    put(world, counting_down, "tick")
    assert world.start("any", left=0).end_time
    assert done_tasks(world) == []


def test_a_loop_does_its_task_as_often_as_its_condition_holds(world, run):
    put(world, counting_down, "tick")
    world.start("any")
    assert done_tasks(world) == ["tick"] * 3
    assert (run.status, run.variable("left")) == ("COMPLETED", 0)


def test_each_round_of_a_loop_takes_the_newest_output(world, run):
    def write(wf):
        left = wf.variable("left", int, default=3)
        with wf.loop_while(left > 0):
            made = wf.task("make")
            wf.task("use", made)
            wf.set(left, left - 1)

    world.put_task_def("make", {}, returns=int)
    world.put_task_def("use", {"made": int})
    put(world, write)
    world.start("any")
    for made, position in enumerate((3, 7, 11), 100):
        world.do_task(f"0-{position - 1}", made)
        assert world.start_task(f"0-{position}").variables[0].value.int == made
        world.report(f"0-{position}")
    assert run.status == "COMPLETED"
