"""How runs are named. It knows ids and their text form and nothing else."""

from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.wf_run_pb2 import WfRun

# How callers may name a run.
NamedRun = str | WfRunId | WfRun

_SEPARATOR = "_"  # no id may hold one, so the text form is unambiguous


def wf_run_id(run: NamedRun) -> WfRunId:
    """Give the id of a run named by a text, an id or the run itself.

    The text form of a child's id is `parent_child`.
    """
    if isinstance(run, WfRun):
        return run.id
    if isinstance(run, WfRunId):
        return run
    parent, separator, child = run.rpartition(_SEPARATOR)
    if separator:
        return WfRunId(id=child, parent_wf_run_id=wf_run_id(parent))
    return WfRunId(id=run)


def run_id_text(run: NamedRun) -> str:
    """Give the text form of a run's id: `child` or, of a child, `parent_child`."""
    named = wf_run_id(run)
    if named.HasField("parent_wf_run_id"):
        return run_id_text(named.parent_wf_run_id) + _SEPARATOR + named.id
    return named.id
