"""Child threads: how they are started and waited for."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs

IN_PROGRESS = node_runs.WaitForThreadsRun.THREAD_IN_PROGRESS
STR = values.TypeDefinition(primitive_type=values.STR)
HANDLED = node_runs.WaitForThreadsRun.THREAD_COMPLETED_OR_FAILURE_HANDLED


def put(world, write, *event_names, name="any"):
    for event_name in event_names:
        world.put_event_def(event_name)
    world.put_workflow(hitchpost.workflow(name)(write))


@pytest.fixture
def run(world):
    return RunView(world)


def with_one_child(wf):
    """A child waits for "child"; the parent for "parent", then for the child."""
    answer = wf.variable("answer", str)

    def child(thread):
        thread.set(answer, thread.wait_for_event("child"))

    started = wf.start_thread(child)
    wf.wait_for_event("parent")
    wf.wait_for_threads(started)


def test_a_child_runs_beside_its_parent_and_changes_its_variables(world, run):
    put(world, with_one_child, "child", "parent")
    world.start("any")
    assert run.threads == {0: "RUNNING", 1: "RUNNING"}
    assert run.node(0, 1).start_thread.child_thread_id == 1
    world.post("child", "yes")
    assert run.threads == {0: "RUNNING", 1: "COMPLETED"}
    assert run.variable("answer") == "yes"
    assert list(run.thread(0).child_thread_ids) == [1]
    assert run.thread(1).parent_thread_id == 0


def test_a_parent_that_comes_later_finds_its_child_complete(world, run):
    put(world, with_one_child, "child", "parent")
    world.start("any")
    world.post("child")
    world.post("parent")
    waited = run.node(0, 3).wait_for_threads.threads[0]
    assert (waited.thread_run_number, waited.waiting_status) == (1, HANDLED)
    assert run.status == "COMPLETED"


def test_a_parent_that_comes_first_waits_for_its_child(world, run):
    put(world, with_one_child, "child", "parent")
    world.start("any")
    world.post("parent")
    assert run.node(0, 3).wait_for_threads.threads[0].waiting_status == IN_PROGRESS
    assert run.status == "RUNNING"
    world.post("child")
    assert run.status == "COMPLETED"


def failing_child(wf):
    """The child fails when "child" comes; the parent looks at it when "parent" comes."""
    number = wf.variable("number", int, default=1)

    def child(thread):
        thread.wait_for_event("child")
        thread.set(number, number / 0)

    started = wf.start_thread(child)
    wf.wait_for_event("parent")
    wf.wait_for_threads(started)


def test_a_failed_child_harms_its_parent_only_where_that_waits_for_it(world, run):
    put(world, failing_child, "child", "parent")
    world.start("any")
    world.post("child")
    assert run.threads == {0: "RUNNING", 1: "ERROR"}
    assert run.failures(1, 1) == ["VAR_SUB_ERROR"]
    world.post("parent")
    assert run.failures(0, 3) == ["CHILD_FAILURE"]
    assert run.status == "ERROR"


def test_a_parent_that_fails_halts_its_children_for_good(world, run):
    def write(wf):
        number = wf.variable("number", int, default=1)
        wf.start_thread(lambda thread: thread.wait_for_event("child"), name="child")
        wf.wait_for_event("parent")
        wf.set(number, number / 0)

    put(world, write, "child", "parent")
    world.start("any")
    world.post("parent")
    assert run.status == "ERROR"
    assert (run.threads[1], run.reasons(1)) == ("HALTED", ["parent_halted"])
    assert not world.post("child").claimed


def test_an_exit_waits_for_children_and_fails_with_them(world, run):
    def write(wf):
        def child(thread):
            thread.wait_for_event("child")
            thread.fail("broken", "by design")

        wf.start_thread(child)

    put(world, write, "child")
    world.start("any")
    assert run.status == "RUNNING"
    world.post("child")
    assert run.status == "ERROR"
    assert run.failures(0) == ["CHILD_FAILURE"]


def test_an_exit_with_a_failure_waits_for_nobody(world, run):
    def write(wf):
        wf.start_thread(lambda thread: thread.wait_for_event("child"), name="child")
        wf.fail("broken", "by design")

    put(world, write, "child")
    world.start("any")
    assert run.status == "EXCEPTION"
    assert run.threads == {0: "EXCEPTION", 1: "HALTED"}


def for_each(wf):
    """One child an element; each waits for "go" and adds its element."""
    items = wf.input("items", list)
    total = wf.variable("total", int, default=0)

    def child(thread):
        element = thread.received(int)
        thread.wait_for_event("go")
        thread.set(total, total + element)

    wf.wait_for_threads(wf.start_thread_for_each(items, child))


def test_one_child_an_element_gets_its_element(world, run):
    put(world, for_each, "go")
    world.start("any", items=[1, 20, 300])
    assert list(run.node(0, 1).start_multiple_threads.child_thread_ids) == [1, 2, 3]
    for _ in range(3):
        world.post("go")
    assert (run.status, run.variable("total")) == ("COMPLETED", 321)


def test_no_element_no_child(world, run):
    put(world, for_each, "go")
    world.start("any", items=[])
    assert run.status == "COMPLETED"


def test_one_element_that_does_not_fit_starts_no_child(world, run):
    put(world, for_each, "go")
    world.start("any", items=[1, 2, "three"])
    assert (run.failures(0, 1), run.threads) == (["VAR_SUB_ERROR"], {0: "ERROR"})


def test_events_go_to_the_lowest_thread_that_waits(world, run):
    put(world, for_each, "go")
    world.start("any", items=[1, 20])
    assert world.post("go").thread_run_number == 1
    assert world.post("go", thread_run_number=2).thread_run_number == 2
    assert run.status == "COMPLETED"


class TestStrategies:
    """Three children: each waits for an event of its name and may be made to fail."""

    @staticmethod
    def write(strategy):
        def workflow(wf):
            def child_of(name):
                def child(thread):
                    verdict = thread.wait_for_event(name)
                    with thread.when(verdict == "bad"):
                        thread.fail("broken", "by design")

                return wf.start_thread(child, name=name)

            wf.wait_for_threads(*[child_of(name) for name in "abc"], strategy=strategy)

        return workflow

    def start(self, world, strategy):
        for name in "abc":
            world.put_event_def(name, content_type=values.ReturnType(return_type=STR))
        world.put_workflow(hitchpost.workflow("any")(self.write(strategy)))
        world.start("any")

    def test_all_waits_for_all(self, world, run):
        self.start(world, "all")
        for name in "cab":
            assert run.status == "RUNNING"
            world.post(name, "good")
        assert run.status == "COMPLETED"

    def test_all_fails_with_the_first_that_fails(self, world, run):
        self.start(world, "all")
        world.post("b", "bad")
        assert (run.status, run.failures(0)) == ("EXCEPTION", ["broken"])
        assert run.threads[1] == run.threads[3] == "HALTED"

    def test_the_first_success_halts_the_others(self, world, run):
        self.start(world, "first")
        world.post("b", "good")
        assert run.status == "COMPLETED"
        assert (run.threads[1], run.reasons(1)) == ("HALTED", ["halted_by_parent"])

    def test_the_first_failure_fails_the_node_and_halts_the_others(self, world, run):
        self.start(world, "first")
        world.post("b", "bad")
        assert run.status == "EXCEPTION"
        assert run.threads[1] == run.threads[3] == "HALTED"

    def test_only_what_has_failed_is_said_to_be_handled(self, world, run):
        self.start(world, "any")
        world.post("a", "bad")
        world.post("b", "good")
        assert (run.threads[1], run.threads[3]) == ("EXCEPTION", "HALTED")
        assert list(run.thread(0).handled_failed_children) == [1]

    def test_any_ignores_failures_as_long_as_one_may_succeed(self, world, run):
        self.start(world, "any")
        world.post("a", "bad")
        assert run.status == "RUNNING"
        world.post("c", "good")
        assert (run.status, run.threads[2]) == ("COMPLETED", "HALTED")

    def test_any_fails_when_all_have_failed(self, world, run):
        self.start(world, "any")
        for name in "abc":
            world.post(name, "bad")
        assert (run.status, run.failures(0)) == ("ERROR", ["CHILD_FAILURE"])


class TestHandlersOfChildren:
    """Per-child handlers of a node that waits: they see what the failed child had."""

    @staticmethod
    def write(wf):
        total = wf.variable("total", int, default=0)
        items = wf.input("items", list)

        def child(thread):
            element = thread.received(int)
            with thread.when(element > 10):
                thread.fail("too-much", "by design", element)
            thread.set(total, total + element)

        waiting = wf.wait_for_threads(wf.start_thread_for_each(items, child))

        @wf.handle_exception(waiting.each_child, "too-much")
        def recover(handler):
            element = handler.received(int)
            handler.wait_for_event("recover")
            with handler.when(element > 100):
                handler.fail("far-too-much", "by design")
            handler.set(total, total + 1)

    def test_a_recovered_child_counts_as_complete(self, world, run):
        put(world, self.write, "recover")
        world.start("any", items=[1, 20])
        assert run.threads == {0: "RUNNING", 1: "COMPLETED", 2: "EXCEPTION", 3: "RUNNING"}
        handler = run.thread(3)
        assert (handler.type, handler.parent_thread_id) == (wf_runs.FAILURE_HANDLER, 2)
        world.post("recover")
        waited = run.node(0, 2).wait_for_threads.threads[1]
        assert (waited.waiting_status, waited.failure_handler_thread_run_id) == (HANDLED, 3)
        assert (run.status, run.variable("total")) == ("COMPLETED", 2)

    def test_a_handler_that_fails_fails_the_node_with_its_failure(self, world, run):
        put(world, self.write, "recover")
        world.start("any", items=[200])
        world.post("recover")
        assert (run.status, run.failures(0)) == ("EXCEPTION", ["far-too-much"])


def test_a_failed_child_halts_its_sibling_whose_event_comes_too_late(world, run):
    """The task of the first child cannot be given what it takes."""

    def write(wf):
        given = wf.input("given", dict)

        def bad(thread):
            thread.wait_for_event("first")
            thread.task("count", given["text"])

        def good(thread):
            thread.wait_for_event("second")

        wf.wait_for_threads(wf.start_thread(bad), wf.start_thread(good))

    world.put_task_def("count", {"number": int})
    put(world, write, "first", "second")
    world.start("any", given={"text": "x"})
    world.post("first")
    assert (run.status, run.threads) == ("ERROR", {0: "ERROR", 1: "ERROR", 2: "HALTED"})
    assert run.failures(1, 2) == ["VAR_SUB_ERROR"]
    assert not run.node(1, 2).task.HasField("task_run_id")
    assert not world.post("second").claimed
    assert (run.threads[2], run.node_status(2)) == ("HALTED", "HALTED")


def test_any_fails_with_errors_and_exceptions_alike(world, run):
    def write(wf):
        def late(thread):
            thread.wait_for_event("never", timeout=1)

        def broken(thread):
            thread.wait_for_event("go")
            thread.fail("broken", "by design")

        children = [wf.start_thread(late), wf.start_thread(late), wf.start_thread(broken)]
        wf.wait_for_threads(*children, strategy="any")

    put(world, write, "never", "go")
    world.start("any")
    world.post("go")
    assert run.status == "RUNNING"
    world.pass_time(2)
    assert (run.status, run.failures(0)) == ("ERROR", ["CHILD_FAILURE"])
    assert run.threads == {0: "ERROR", 1: "ERROR", 2: "ERROR", 3: "EXCEPTION"}

    @staticmethod
    def write_with_a_handler_of_all(wf):
        def child(thread):
            thread.fail("broken", "by design", thread.received(str))

        waiting = wf.wait_for_threads(wf.start_thread_for_each(wf.input("items", list), child))

        @wf.handle_exception(waiting.each_child, "broken")
        def recover(handler):
            element = handler.received(str)
            with handler.when(element == "hopeless"):
                handler.fail("given-up", "by design")
            handler.task("work")

        @wf.handle_exception(waiting, "given-up")
        def recover_all(handler):
            handler.wait_for_event("recover")

    def test_the_failed_node_dismisses_handlers_at_work(self, world, run):
        world.put_task_def("work")
        put(world, self.write_with_a_handler_of_all, "recover")
        world.start("any", items=["simple", "hopeless"])
        assert run.threads[0] == "HALTING"
        assert (run.threads[3], run.reasons(3)) == ("HALTING", ["halted_by_parent"])
        world.do_task("3-2")
        world.post("recover")
        assert (run.status, run.threads[3]) == ("COMPLETED", "HALTED")


def test_an_exit_waits_for_tasks_below_a_child_whose_failure_is_handled(world, run):
    def write(wf):
        def child(thread):
            thread.start_thread(lambda below: below.task("work"), name="below")
            thread.fail("broken", "by design")

        waiting = wf.wait_for_threads(wf.start_thread(child))

        @wf.handle_failure(waiting.each_child)
        def recover(handler):
            handler.sleep(0)

    world.put_task_def("work")
    put(world, write)
    world.start("any")
    world.pass_time(0)
    assert (run.status, run.threads[2], run.threads[3]) == ("RUNNING", "HALTING", "COMPLETED")
    world.do_task("2-1")
    assert (run.status, run.threads[2]) == ("COMPLETED", "HALTED")


class TestNumbers:
    def write(self, wf):
        numbers = wf.input("numbers", list)
        wf.wait_for_threads(numbers)

    @pytest.mark.parametrize("numbers", [[0], [1], [-1], ["x"], [1.5], None])
    def test_what_numbers_no_thread_below_fails_the_node(self, world, run, numbers):
        put(world, self.write)
        world.start("any", numbers=numbers)
        assert (run.status, run.failures(0)) == ("ERROR", ["VAR_SUB_ERROR"])

    def test_a_thread_that_is_named_twice_counts_once(self, world, run):
        def write(wf):
            child = wf.start_thread(lambda child: child.wait_for_event("go"), name="child")
            wf.wait_for_threads(child, child)

        put(world, write, "go")
        world.start("any")
        assert len(run.node(0, 2).wait_for_threads.threads) == 1
        world.post("go")
        assert run.status == "COMPLETED"


def test_siblings_do_not_see_each_others_variables(world, run):
    def write(wf):
        def one(thread):
            thread.variable("mine", int, default=1)

        wf.start_thread(one)
        mine = wf.variable("unused", int)

        def two(thread):
            thread.complete(thread.format("{0}", mine))

        wf.start_thread(two)

    put(world, write)
    request = hitchpost.workflow("other")(write).compile()
    request.name = "spying"
    node = next(
        node
        for thread in request.thread_specs.values()
        for node in thread.nodes.values()
        if node.exit.HasField("return_content")
    )
    node.exit.return_content.format_string.args[0].variable_name = "mine"
    world.put_wf_spec(request)
    world.start("spying")
    assert run.failures(2) == ["VAR_ERROR"]
