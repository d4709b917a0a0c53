"""Workflows that wait for a correlation key, and the calls about correlated events."""

from typing import Any

import grpc
from google.protobuf.message import Message
from raw_calls import OURS, Answer, call

from hitchpost import to_value
from hitchpost.v1 import correlated_event_pb2 as correlated_events
from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1.assignment_pb2 import VariableAssignment, VariableMutation
from hitchpost.v1.wf_spec_pb2 import (
    Edge,
    ExitNode,
    Node,
    PutWfSpecRequest,
    StartThreadNode,
    ThreadSpec,
    ThreadVarDef,
    WaitForThreadsNode,
)

KEY = VariableAssignment(variable_name="key")


def chain(*nodes: Node, variables: tuple[str, ...] = ()) -> ThreadSpec:
    """Make a thread of nodes one after the other; variables are of type STR."""
    declared = [
        values.VariableDef(name=name, type_def=values.TypeDefinition(primitive_type=values.STR))
        for name in variables
    ]
    thread = ThreadSpec(variable_defs=[ThreadVarDef(var_def=one) for one in declared])
    all_nodes = [Node(entrypoint={}), *nodes, Node(exit=ExitNode())]
    for number, node in enumerate(all_nodes):
        placed = thread.nodes[str(number)]
        placed.CopyFrom(node)
        if number + 1 < len(all_nodes):
            edge = placed.outgoing_edges.add() if not placed.outgoing_edges else None
            (edge or placed.outgoing_edges[0]).sink_node_name = str(number + 1)
    return thread


def waiting_node(event: str, key: VariableAssignment, **fields: Any) -> Node:
    """Wait for an event with a key."""
    node = Node(external_event={"correlation_key": key, **fields})
    node.external_event.external_event_def_id.name = event
    return node


def waits(name: str, event: str, **fields: Any) -> PutWfSpecRequest:
    """Wait for the key in the variable `key`; what comes is kept in `got`."""
    node = waiting_node(event, KEY, **fields)
    keep = VariableMutation(lhs_name="got", operation="ASSIGN", node_output={})
    node.outgoing_edges.append(Edge(variable_mutations=[keep]))
    thread = chain(node, variables=("key", "got"))
    return PutWfSpecRequest(name=name, thread_specs={"main": thread}, entrypoint_thread_name="main")


def waits_in_threads(
    name: str, event: str, keys: tuple[str, ...], *then: Node, strategy: str = "WAIT_FOR_ALL"
) -> PutWfSpecRequest:
    """Have one child thread wait for each key, and the parent for them; then go on."""
    request = PutWfSpecRequest(name=name, entrypoint_thread_name="main")
    waited = WaitForThreadsNode(strategy=strategy)
    starts = []
    for number, key in enumerate(keys):
        literal = VariableAssignment(literal_value=to_value(key))
        request.thread_specs[key].CopyFrom(chain(waiting_node(event, literal)))
        starts.append(Node(start_thread=StartThreadNode(thread_spec_name=key)))
        started = waited.threads.threads.add().thread_run_number.node_output
        started.node_name = str(number + 1)
    request.thread_specs["main"].CopyFrom(chain(*starts, Node(wait_for_threads=waited), *then))
    return request


class Correlations:
    """The calls about one definition of correlated events, and about what waits for them."""

    def __init__(self, channel: grpc.aio.Channel, event: str) -> None:
        self._channel = channel
        self.event = event

    async def call(self, method: str, request: Message, path: str = OURS) -> Answer:
        """Call one of the methods."""
        return await call(self._channel, path + method, request.SerializeToString())

    async def _ok(self, method: str, request: Message) -> bytes:
        answer = await self.call(method, request)
        assert answer.code is grpc.StatusCode.OK, answer
        return answer.body

    def definition(self, **fields: Any) -> events.PutExternalEventDefRequest:
        """Make a request for the definition."""
        return events.PutExternalEventDefRequest(name=self.event, **fields)

    async def define(self, **fields: Any) -> None:
        """Put the definition; it takes correlated events."""
        fields.setdefault("correlated_event_config", {})
        await self._ok("PutExternalEventDef", self.definition(**fields))

    async def put_wf_spec(self, request: PutWfSpecRequest) -> None:
        """Put a WfSpec."""
        await self._ok("PutWfSpec", request)

    async def run(self, wf_spec: str, run: str, key: str = "k") -> None:
        """Start a run with a key."""
        variables = {"key": to_value(key)}
        request = wf_runs.RunWfRequest(wf_spec_name=wf_spec, id=run, variables=variables)
        await self._ok("RunWf", request)

    async def try_to_put(self, key: str, content: object = None) -> Answer:
        """Put a correlated event, perhaps in vain."""
        request = correlated_events.PutCorrelatedEventRequest(key=key, content=to_value(content))
        request.external_event_def_id.name = self.event
        return await self.call("PutCorrelatedEvent", request)

    async def put(self, key: str, content: object = None) -> correlated_events.CorrelatedEvent:
        """Put a correlated event."""
        answer = await self.try_to_put(key, content)
        assert answer.code is grpc.StatusCode.OK, answer
        return correlated_events.CorrelatedEvent.FromString(answer.body)

    def _id(self, key: str) -> ids.CorrelatedEventId:
        name = ids.ExternalEventDefId(name=self.event)
        return ids.CorrelatedEventId(key=key, external_event_def_id=name)

    async def get(self, key: str) -> correlated_events.CorrelatedEvent | None:
        """Read a correlated event; None if there is none."""
        answer = await self.call("GetCorrelatedEvent", self._id(key))
        if answer.says == (grpc.StatusCode.NOT_FOUND, "OBJECT_NOT_FOUND"):
            return None
        return correlated_events.CorrelatedEvent.FromString(answer.body)

    async def delete(self, key: str) -> None:
        """Delete a correlated event."""
        await self._ok(
            "DeleteCorrelatedEvent",
            correlated_events.DeleteCorrelatedEventRequest(id=self._id(key)),
        )

    async def stop(self, run: str) -> None:
        """Let a run stand still."""
        await self._ok("StopWfRun", wf_runs.StopWfRunRequest(wf_run_id=ids.WfRunId(id=run)))

    async def resume(self, run: str) -> None:
        """Let it go on."""
        await self._ok("ResumeWfRun", wf_runs.ResumeWfRunRequest(wf_run_id=ids.WfRunId(id=run)))
