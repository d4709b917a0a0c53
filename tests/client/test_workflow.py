"""Writing workflows: what is understood, and what is refused while it is written."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

import hitchpost
from hitchpost import WorkflowBuilder
from hitchpost.v1 import assignment_pb2, wf_spec_pb2
from hitchpost.v1.wf_spec_pb2 import Node, ThreadSpec


def thread(write: Callable[[WorkflowBuilder], None]) -> ThreadSpec:
    return hitchpost.Workflow("order", write).compile().thread_specs["entrypoint"]


def node(write: Callable[[WorkflowBuilder], None], name: str) -> Node:
    return thread(write).nodes[name]


def test_a_decorated_function_is_a_workflow_that_compiles_alike_each_time() -> None:
    @hitchpost.workflow(
        "order", retention_seconds=60, allowed_updates=wf_spec_pb2.MINOR_REVISION_UPDATES
    )
    def order(wf: WorkflowBuilder) -> None:
        wf.input("item", str)

    first = order.compile()
    assert first == order.compile()
    assert first.retention_policy.seconds_after_wf_termination == 60
    assert first.allowed_updates == wf_spec_pb2.MINOR_REVISION_UPDATES


def test_variables_are_private_unless_they_are_public() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.input("hidden", str)
        wf.variable("shown", str, public=True)

    hidden, shown = thread(write).variable_defs
    assert hidden.access_level == wf_spec_pb2.PRIVATE_VAR
    assert (hidden.required, shown.required) == (True, False)
    assert shown.access_level == wf_spec_pb2.PUBLIC_VAR


def test_a_decision_of_which_no_branch_goes_on_ends_the_thread() -> None:
    def write(wf: WorkflowBuilder) -> None:
        count = wf.variable("count", int)
        with wf.when(count > 3):
            wf.complete("many")
        with wf.otherwise():
            wf.complete("few")

    nodes = thread(write).nodes
    assert sorted(nodes) == [
        "0-entrypoint-ENTRYPOINT",
        "1-nop-NOP",
        "2-complete-EXIT",
        "4-complete-EXIT",
    ]
    sinks = [edge.sink_node_name for edge in nodes["1-nop-NOP"].outgoing_edges]
    assert sinks == ["2-complete-EXIT", "4-complete-EXIT"]


def test_a_decision_inside_of_another_does_not_take_its_otherwise() -> None:
    def write(wf: WorkflowBuilder) -> None:
        count = wf.variable("count", int)
        with wf.when(count > 3), wf.when(count > 5):
            wf.task("inner")
        with wf.otherwise():
            wf.task("outer")

    edges = node(write, "1-nop-NOP").outgoing_edges
    assert [edge.sink_node_name for edge in edges] == ["2-nop-NOP", "6-outer-TASK"]


def test_every_edge_leads_to_a_node() -> None:
    def write(wf: WorkflowBuilder) -> None:
        count = wf.variable("count", int)
        with wf.loop_while(count < 3):
            with wf.when(count == 1):
                wf.complete()
            with wf.otherwise():
                wf.fail("odd")
        with wf.when(count == 2):
            pass

    nodes = thread(write).nodes
    sinks = {edge.sink_node_name for one in nodes.values() for edge in one.outgoing_edges}
    assert sinks == set(nodes) - {"0-entrypoint-ENTRYPOINT"}


@pytest.mark.parametrize(
    ("when", "form"),
    [
        (datetime(2030, 1, 1, tzinfo=UTC), "timestamp"),
        ("2030-01-01T00:00:00Z", "iso_date"),
        (1893456000000, "timestamp"),
    ],
)
def test_a_time_to_sleep_until_takes_several_forms(when: object, form: str) -> None:
    written = node(lambda wf: wf.sleep_until(when), "1-sleep-SLEEP")
    assert written.sleep.WhichOneof("sleep_length") == form


def test_a_text_variable_to_sleep_until_is_an_iso_date() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.sleep_until(wf.input("when", str))
        wf.sleep_until(wf.input("at", datetime))

    nodes = thread(write).nodes
    assert nodes["1-sleep-SLEEP"].sleep.iso_date.variable_name == "when"
    assert nodes["2-sleep-SLEEP"].sleep.timestamp.variable_name == "at"


def test_a_not_is_the_opposite_comparison_or_false() -> None:
    def write(wf: WorkflowBuilder) -> None:
        count, ready = wf.variable("count", int), wf.variable("ready", bool)
        wf.task("t", ~(count > 3), ~ready, ~((count > 3) & ready))

    first, second, third = node(write, "1-t-TASK").task.variables
    assert first.expression.comparator == assignment_pb2.LESS_THAN_EQ
    assert second.expression.rhs.literal_value.WhichOneof("value") == "bool"
    assert third.expression.lhs.expression.mutation_type == assignment_pb2.AND


def test_operators_take_python_objects_on_both_sides() -> None:
    def write(wf: WorkflowBuilder) -> None:
        count = wf.variable("count", int)
        wf.task("t", 10 - count, 2**count, 3 > count)  # noqa: SIM300

    first, second, third = (one.expression for one in node(write, "1-t-TASK").task.variables)
    assert (first.lhs.literal_value.int, first.rhs.variable_name) == (10, "count")
    assert second.mutation_type == assignment_pb2.POW
    assert third.comparator == assignment_pb2.LESS_THAN


def test_paths_are_quoted_where_names_need_it() -> None:
    def write(wf: WorkflowBuilder) -> None:
        order = wf.variable("order", dict)
        wf.task("t", order["a"][0]["it's"], order.path("$..price"), order["rows"].size())

    first, second, third = node(write, "1-t-TASK").task.variables
    assert first.json_path == "$.a[0]['it\\'s']"
    assert second.json_path == "$..price"
    assert third.size_of.operand.json_path == "$.rows"


def refused(write: Callable[[WorkflowBuilder], object]) -> str:
    """What is said when a workflow is refused."""
    with pytest.raises(hitchpost.WorkflowInvalid) as caught:
        hitchpost.Workflow("order", write).compile()
    return str(caught.value)


def test_python_cannot_decide_what_only_a_run_knows() -> None:
    assert "wf.when" in refused(lambda wf: 1 if wf.variable("count", int) == 1 else 2)


def test_an_expression_cannot_be_looped_over() -> None:
    def write(wf: WorkflowBuilder) -> None:
        list(wf.variable("rows", list))

    with pytest.raises(TypeError):
        hitchpost.Workflow("order", write).compile()


def test_nothing_follows_an_end() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.complete()
        wf.task("t")

    assert "ended" in refused(write)


def test_nothing_follows_where_a_run_starts_over() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.continue_as_new()
        wf.task("t")

    assert "ended" in refused(write)


def test_inputs_that_are_known_already_are_one_literal() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.variable("first-name", str)
        wf.input("rows", list)
        wf.continue_as_new({"first-name": "Ada"}, rows=[1, None])

    written = thread(write)
    node = written.nodes["1-throw-hitchpost-continue-as-new-THROW_EVENT"]
    assert node.throw_event.content.literal_value.json_obj == (
        '{"first-name":"Ada","rows":[1,null]}'
    )
    assert len(written.variable_defs) == 2
    assert node.outgoing_edges[0].sink_node_name == "2-exit-EXIT"


def test_inputs_that_only_a_run_knows_are_put_together_in_a_masked_variable() -> None:
    def write(wf: WorkflowBuilder) -> None:
        count, _, _ = (
            wf.variable(*one) for one in (("count", int), ("moment", datetime), ("name", str))
        )
        with wf.when(count == 1):
            wf.continue_as_new(count=count + 1, moment=datetime(2030, 1, 1, tzinfo=UTC), name="a")
        wf.continue_as_new(count=count)

    written = thread(write)
    *_, together = written.variable_defs
    assert (together.var_def.name, together.var_def.type_def.masked) == ("continue-as-new", True)
    first = written.nodes["1-nop-NOP"].outgoing_edges[0].variable_mutations
    assert first[0].rhs_assignment.literal_value.json_obj == '{"name":"a"}'
    assert [one.lhs_json_path for one in first[1:]] == ["$.count", "$.moment"]


def test_a_run_starts_over_with_the_inputs_of_the_entrypoint() -> None:
    def write(wf: WorkflowBuilder, **inputs: object) -> None:
        def child(other: WorkflowBuilder) -> None:
            other.variable("own", str)
            other.continue_as_new(inputs)

        wf.start_thread(child)
        wf.input("needed", str)
        wf.variable("possible", str)

    assert thread(lambda wf: write(wf, needed="a", possible=wf.format("b"))).nodes
    assert "['own']" in refused(lambda wf: write(wf, needed="a", own="b"))
    assert "['needed']" in refused(lambda wf: write(wf, possible="b"))


def test_inputs_are_one_expression_or_named() -> None:
    def write(wf: WorkflowBuilder) -> None:
        wf.continue_as_new(wf.variable("again", dict), count=1)

    assert "one expression" in refused(write)


def test_otherwise_follows_at_once_on_its_when() -> None:
    def write(wf: WorkflowBuilder) -> None:
        with wf.when(wf.variable("ready", bool)):
            wf.task("a")
        wf.task("b")
        with wf.otherwise():
            wf.task("c")

    assert "at once" in refused(write)
    assert "needs a `when`" in refused(lambda wf: wf.otherwise())


def test_otherwise_comes_once() -> None:
    def write(wf: WorkflowBuilder) -> None:
        with wf.when(wf.variable("ready", bool)):
            wf.task("a")
        for _ in range(2):
            with wf.otherwise():
                wf.task("c")

    refused(write)


def with_handlers(variable: str) -> Callable[[WorkflowBuilder], None]:
    """A workflow in which two handlers have a variable of one name."""

    def write(wf: WorkflowBuilder) -> None:
        for event in ("a", "b"):

            @wf.interrupt(event)
            def handle(handler: WorkflowBuilder) -> None:
                handler.variable(variable, str)

    return write


def test_names_of_variables_are_unique_but_for_the_handlers_input() -> None:
    assert "two variables" in refused(with_handlers("count"))
    assert len(thread(with_handlers(hitchpost.HANDLER_INPUT)).interrupt_defs) == 2


def test_a_function_writes_one_thread_however_often_it_is_used() -> None:
    def handle(handler: WorkflowBuilder) -> None:
        handler.variable("count", int)

    def write(wf: WorkflowBuilder) -> None:
        wf.interrupt("a")(handle)
        wf.interrupt("b")(handle)
        wf.handle_failure(wf.task("t"))(handle)

    request = hitchpost.Workflow("order", write).compile()
    assert request.thread_specs.keys() == {"entrypoint", "interrupt-a"}


def test_a_handler_writes_with_its_own_builder() -> None:
    def write(wf: WorkflowBuilder) -> None:
        @wf.interrupt("changed")
        def changed(_: WorkflowBuilder) -> None:
            wf.task("t")

    assert "interrupt-changed" in refused(write)


def test_a_builder_is_of_no_use_after_its_function() -> None:
    kept: list[WorkflowBuilder] = []
    hitchpost.Workflow("order", kept.append).compile()
    with pytest.raises(hitchpost.WorkflowInvalid, match="returned"):
        kept[0].task("t")


@pytest.mark.parametrize(
    "write",
    [
        lambda wf: wf.fail("TIMEOUT"),
        lambda wf: wf.task("t", retries=-1),
        lambda wf: wf.task("t", timeout=0),
        lambda wf: wf.wait_for_event("e", timeout=0),
        lambda wf: wf.sleep(0.5),
        lambda wf: wf.set(wf.task("t"), 1),
        lambda wf: wf.variable("a", dict).cast(str)["b"],
        lambda wf: wf.variable("a", dict).cast(str).cast(int),
        lambda wf: wf.variable("a", dict).path("b"),
    ],
)
def test_what_makes_no_sense_is_refused(write: Callable[[WorkflowBuilder], object]) -> None:
    assert refused(write)
