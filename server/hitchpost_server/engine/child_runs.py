"""Child runs: how a node starts one, and which runs inherit from another.

A run and its descendants are one family and one stream, so one command moves as
many of them as it must. Knows how runs of a family find each other.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.archiving import is_archived
from hitchpost_server.engine.definitions.names import problem_with
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.nodes.kind import NodeFailure, Visit
from hitchpost_server.engine.starting import start
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.threads import computed_values
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.masks import MASKED


@dataclass(frozen=True, slots=True)
class Child:
    """A child run to be started: the WfSpec's name and version, its inputs, perhaps its id.

    `revision` LATEST stands for the latest of the major version, LATEST for
    both for the latest of all.
    """

    wf_spec_name: str
    major_version: int
    revision: int
    inputs: Mapping[str, values.VariableValue]
    child_id: str | None


def start_child(visit: Visit, child: Child) -> None:
    """Start a child run below a run; it moves later in the same command.

    Raises NodeFailure (CHILD_FAILURE) if there is no such WfSpec or no such run
    can be, EvaluationError if the inputs do not fit.
    """
    draft = visit.draft
    sequence = draft.facts.wf_spec_sequence(child.wf_spec_name, child.major_version, child.revision)
    if sequence is None:
        raise NodeFailure("CHILD_FAILURE", f"there is no WfSpec {child.wf_spec_name}")
    spec = draft.facts.wf_spec(child.wf_spec_name, sequence)
    _check_parent(visit, spec.wf_spec)
    child_id = _new_id(visit, child.child_id)
    variables = computed_values(
        spec.entrypoint.variables, child.inputs, f"WfSpec {child.wf_spec_name}", draft
    )
    visit.emit(
        "child_run_started",
        history.ChildRunStarted(
            thread_run_number=visit.thread.number,
            child_wf_run_id=child_id,
            wf_spec_id=spec.wf_spec.id,
            inputs=_shown(child.inputs, variables),
        ),
    )
    run = draft.state.run(run_key(child_id))
    trigger = wf_runs.WfRun.ParentTriggerReference(triggering_node_run=visit.thread.node_run.id)
    start(draft, run, spec, sequence, variables, trigger)
    draft.has_to_move(run)


def _shown(
    inputs: Mapping[str, values.VariableValue], variables: list[values.VarNameAndVal]
) -> dict[str, values.VariableValue]:
    """Say what the child was given, as far as clients may read it: the child has the rest."""
    masked = {variable.var_name for variable in variables if variable.masked}
    return {name: MASKED if name in masked else value for name, value in inputs.items()}


def heirs(draft: Draft, run: RunState) -> Iterator[RunState]:
    """Find the live runs below a run that inherit variables of it, or of one between.

    They come by name: the state does not remember in which order they have begun.
    """
    for key, below in sorted(draft.state.runs.items()):
        if below.is_running and key.startswith(f"{run.key}_"):
            assert below.wf_run is not None
            spec = draft.facts.wf_spec(below.wf_spec_name, below.wf_spec_sequence)
            if spec.inherits:
                yield below


def _check_parent(visit: Visit, wf_spec: wf_specs.WfSpec) -> None:
    wanted = wf_spec.parent_wf_spec.wf_spec_name
    own = visit.run.wf_run.wf_spec_id.name
    if wanted not in ("", own):
        raise NodeFailure("CHILD_FAILURE", f"the runs above must follow WfSpec {wanted}, not {own}")


def _new_id(visit: Visit, wanted: str | None) -> ids.WfRunId:
    """Name the child; ids that nobody asked for are made of the command's seed."""
    draft, parent = visit.draft, visit.run
    is_given = wanted is not None
    if wanted is None:
        draft.children += 1
        text = f"{draft.seed}/{parent.key}/{draft.children}"
        wanted = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    problem = problem_with(wanted)
    if problem is None and len(wanted) > draft.limits.run_id_characters_max:
        problem = f"more than {draft.limits.run_id_characters_max} characters"
    if problem is not None:
        raise EvaluationError(f"the child's id: {problem}")
    key = f"{parent.key}_{wanted}"
    if key.count("_") > draft.limits.run_depth_max:
        limit = draft.limits.run_depth_max
        raise NodeFailure("CHILD_FAILURE", f"more than {limit} levels of child runs")
    known = draft.state.runs.get(key)
    if (known is not None and known.wf_run is not None) or (is_given and is_archived(draft, key)):
        raise NodeFailure("CHILD_FAILURE", f"a WfRun {key} exists already")
    return ids.WfRunId(id=wanted, parent_wf_run_id=parent.run_id)
