"""How a run is erased, and who of its family has to look then."""

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.advance import advance
from hitchpost_server.engine.archiving import forget_recalled
from hitchpost_server.engine.child_runs import heirs
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.ids import keys_above
from hitchpost_server.engine.state import RunState


def erase(draft: Draft, run: RunState) -> None:
    """Forget a run and what it holds; whoever waits for it or inherits from it moves."""
    deleted = history.RunDeleted(incarnation=draft.state.incarnation + 1)
    draft.emit(run, "run_deleted", deleted)
    forget_recalled(draft, run)
    runs = draft.state.runs
    above = [runs[key] for key in keys_above(run.key) if key in runs]
    left = [*(one for one in above if _waits_for(one, run)), *heirs(draft, run)]
    if left:
        draft.begin_transition(left[0])
        for one in left:
            draft.has_to_move(one)
        advance(draft, left[0])
        draft.complete_transition()


def _waits_for(above: RunState, run: RunState) -> bool:
    return any(
        thread.node_run.wait_for_child_wf.child_wf_run_id == run.run_id
        for thread in above.threads.values()
    )
