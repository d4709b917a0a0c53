"""THROW_EVENT: tell the outside world of something, and go on at once."""

from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.engine.definitions.built_in import CONTINUE_AS_NEW
from hitchpost_server.engine.definitions.catalogue import RequiredDefinitions
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.draft import StartOver
from hitchpost_server.engine.limits import check_made
from hitchpost_server.engine.nodes.kind import DONE, NULL, Done, NodeKind, Surroundings, Visit
from hitchpost_server.engine.nodes.new_inputs import check_inputs, read_inputs, shown
from hitchpost_server.engine.threads import computed_values
from hitchpost_server.engine.times import timestamp
from hitchpost_server.engine.values.admission import admitted_or_left
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.static_types import assignment_type


@dataclass(frozen=True, slots=True)
class Throw:
    """What a THROW_EVENT node throws."""

    definition: ids.WorkflowEventDefId
    content: Assignment | None


def workflow_event_def_name(node: wf_specs.Node) -> str:
    """Name the definition of what a THROW_EVENT node throws."""
    return node.throw_event.event_def_id.name


class ThrowEventKind(NodeKind):
    """Throws on arrival and is complete, and takes content of any type, as in LittleHorse.

    What lets the run start over is thrown only once the thread is to go on.
    """

    def required(self, node: wf_specs.Node) -> RequiredDefinitions:
        """Lean on the WorkflowEventDef."""
        return RequiredDefinitions(workflow_event_defs=frozenset({workflow_event_def_name(node)}))

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse an event that is not defined, and content that can never be."""
        name = workflow_event_def_name(node)
        if surroundings.definitions.workflow_event_def(name) is None:
            raise place.at("event_def_id").invalid(
                f"WorkflowEventDef {shortened(name)} does not exist"
            )
        content = node.throw_event.content if node.throw_event.HasField("content") else None
        if name == CONTINUE_AS_NEW:
            check_inputs(content, place.at("content"), surroundings)
        elif content is not None:
            with place.at("content").typed():
                assignment_type(content, surroundings.scope)

    def compile(self, node: wf_specs.ThrowEventNode) -> Throw:
        """Compile the content."""
        content = compile_assignment(node.content) if node.HasField("content") else None
        return Throw(node.event_def_id, content)

    def entered(self, _details: Throw) -> history.NodeEntered:
        """Show a ThrowEventNodeRun; WorkflowEventThrown fills in the event's id."""
        return history.NodeEntered(throw_event=node_runs.ThrowEventNodeRun())

    def arrive(self, visit: Visit) -> None:
        """Throw the event, unless it lets the run start over: only a running thread does that."""
        if not _starts_over(visit):
            _throw(visit, _content(visit))

    def check(self, visit: Visit) -> Done | None:
        """Complete; or throw now what ends this execution, of which the node is a part."""
        if not _starts_over(visit):
            return DONE
        spec, content = visit.traversal.spec, _content(visit)
        inputs = read_inputs(content, spec.entrypoint.spec, visit)
        whose = f"WfSpec {spec.wf_spec.id.name}"
        variables = computed_values(spec.entrypoint.variables, inputs, whose, visit.draft)
        thrown = _throw(visit, shown(content, variables))
        visit.draft.start_overs[visit.run.key] = StartOver(variables, thrown.id)
        return None


def _starts_over(visit: Visit) -> bool:
    details: Throw = visit.details
    return details.definition.name == CONTINUE_AS_NEW


def _throw(visit: Visit, content: values.VariableValue) -> workflow_events.WorkflowEvent:
    event = _new_event(visit, content)
    check_made(event, "the event with its content", visit.draft.limits)
    visit.emit("workflow_event_thrown", history.WorkflowEventThrown(workflow_event=event))
    return event


def _new_event(visit: Visit, content: values.VariableValue) -> workflow_events.WorkflowEvent:
    details: Throw = visit.details
    name = details.definition.name
    return workflow_events.WorkflowEvent(
        id=ids.WorkflowEventId(
            wf_run_id=visit.run.run_id,
            workflow_event_def_id=details.definition,
            number=visit.run.thrown.get(name, 0),
        ),
        content=content,
        created_at=timestamp(visit.draft.now_us),
        node_run_id=visit.thread.node_run.id,
    )


def _content(visit: Visit) -> values.VariableValue:
    """Evaluate the content; arrays, maps and structs say what they are, as it is declared.

    The definition may have been deleted since: the run goes on without it.
    """
    details: Throw = visit.details
    content = details.content(visit) if details.content is not None else NULL
    definition = visit.draft.facts.workflow_event_def(details.definition.name)
    if definition is None or not definition.content_type.HasField("return_type"):
        return content
    return admitted_or_left(content, definition.content_type.return_type, visit)
