"""How a run looks from outside: what the tables say, in words."""

from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.rows import (
    InactiveThreadRow,
    NodeRunRow,
    RowKey,
    RunRow,
    VariableRow,
)


class RunView:
    """Reads the rows of one run."""

    def __init__(self, world, run="r"):
        self.world = world
        self.run = run

    @property
    def message(self):
        return self.world.found(wf_runs.WfRun, RunRow, self.run)

    @property
    def status(self):
        return status.LHStatus.Name(self.message.status)

    def thread(self, number):
        return next(one for one in self.message.thread_runs if one.number == number)

    @property
    def threads(self):
        """The statuses of the threads by number."""
        return {one.number: status.LHStatus.Name(one.status) for one in self.message.thread_runs}

    def reasons(self, number):
        return [one.WhichOneof("reason") for one in self.thread(number).halt_reasons]

    def node(self, thread, position=None):
        """A node of a thread; the one where it stands if no position is given."""
        if position is None:
            position = self.thread(thread).current_node_position
        return self.world.found(node_runs.NodeRun, NodeRunRow, self.run, thread, position)

    def node_status(self, thread, position=None):
        return status.LHStatus.Name(self.node(thread, position).status)

    def failures(self, thread, position=None):
        return [one.failure_name for one in self.node(thread, position).failures]

    def variable(self, name, thread=0):
        value = self.world.found(values.Variable, VariableRow, self.run, thread, name).value
        kind = value.WhichOneof("value")
        return None if kind is None else getattr(value, kind)

    def archived(self, number):
        key = RowKey(InactiveThreadRow, (self.run, number))
        return key in self.world.rows
