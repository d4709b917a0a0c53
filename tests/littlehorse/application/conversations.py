"""Events with types and keys that come in, and events that a run throws."""

import asyncio
from typing import Any

from features import Feature, Found
from littlehorse.model import (
    AwaitWorkflowEventRequest,
    CorrelatedEvent,
    CorrelatedEventConfig,
    CorrelatedEventId,
    ExternalEventDefId,
    ListWorkflowEventsRequest,
    PutCorrelatedEventRequest,
    VariableType,
    WfRunId,
    WorkflowEventDefId,
)
from littlehorse.utils import extract_value
from littlehorse.workflow import Workflow, WorkflowThread
from stage import Stage, code_of, output_of, refusal, status_of, to_value


def typed(thread: WorkflowThread) -> None:
    amount = thread.declare_int("amount")
    details = thread.declare_json_obj("details")
    amount.assign(thread.wait_for_event("amount-named", return_type=int))
    details.assign(thread.wait_for_event("details-named", return_type=dict))
    thread.throw_event("all-named", details.with_json_path("$.by"), return_type=str)
    thread.complete(amount)


async def play_typed(stage: Stage) -> Found:
    amount = await stage.stub.GetExternalEventDef(ExternalEventDefId(name="amount-named"))
    thrown = await stage.stub.GetWorkflowEventDef(WorkflowEventDefId(name="all-named"))
    run = (await stage.run("typed")).id
    code, said = await refusal(stage.post(run, "amount-named", "many"))
    await stage.post(run, "amount-named", 5)
    wrong_details = await code_of(stage.post(run, "details-named", 5))
    await stage.post(run, "details-named", {"by": "Ada"})
    done = await stage.over(run)
    return {
        "registered": VariableType.Name(amount.type_information.return_type.primitive_type),
        "thrown type": VariableType.Name(thrown.content_type.return_type.primitive_type),
        "wrong amount": code,
        "said": "invalid type" in said.lower() and "amount-named" in said,
        "wrong details": wrong_details,
        "status": status_of(done),
        "output": output_of(done),
    }


def shipping(thread: WorkflowThread) -> None:
    """Wait for an event by an order's number; the event is gone when it has been taken."""
    order = thread.declare_str("order").required()
    thread.complete(
        thread.wait_for_event(
            "shipped",
            correlation_id=order,
            return_type=str,
            correlated_event_config=CorrelatedEventConfig(delete_after_first_correlation=True),
        )
    )


def listening(thread: WorkflowThread) -> None:
    """Wait for an event that stays for others, by a secret key that nobody may read."""
    channel = thread.declare_str("channel").required().masked()
    thread.complete(
        thread.wait_for_event(
            "announced",
            correlation_id=channel,
            return_type=str,
            correlated_event_config=CorrelatedEventConfig(delete_after_first_correlation=False),
        )
    )


async def put_correlated(stage: Stage, event: str, key: str, content: Any) -> CorrelatedEvent:
    return await stage.stub.PutCorrelatedEvent(
        PutCorrelatedEventRequest(
            key=key,
            external_event_def_id=ExternalEventDefId(name=event),
            content=to_value(content),
        )
    )


async def play_shipping(stage: Stage) -> Found:
    before = await put_correlated(stage, "shipped", "o-1", "by rail")
    early = await stage.play("shipping", {"order": "o-1"})
    late = (await stage.run("shipping", {"order": "o-2"})).id
    node = await stage.stands(late, "external_event")
    await put_correlated(stage, "shipped", "o-2", "by ship")
    done = await stage.over(late)

    async def gone() -> bool | None:
        code = await code_of(stage.stub.GetCorrelatedEvent(before.id))
        return True if code == "NOT_FOUND" else None

    return {
        "event first": [status_of(early), output_of(early)],
        "run first": [status_of(done), output_of(done)],
        "key": node.external_event.correlation_key,
        "gone": await stage.until(gone, "the end of the correlated event"),
        "mistyped": await code_of(put_correlated(stage, "shipped", "o-3", {"not": "a text"})),
        "bad key": await code_of(put_correlated(stage, "shipped", "o/3", "by air")),
    }


async def play_listening(stage: Stage) -> Found:
    runs = [(await stage.run("listening", {"channel": "c-1"})).id for _ in range(2)]
    nodes = [await stage.stands(run, "external_event") for run in runs]
    await put_correlated(stage, "announced", "c-1", "hear, hear")
    first = [await stage.over(run) for run in runs]
    later = await stage.play("listening", {"channel": "c-1"})
    id = CorrelatedEventId(key="c-1", external_event_def_id=ExternalEventDefId(name="announced"))

    async def three() -> int | None:
        events = (await stage.stub.GetCorrelatedEvent(id)).external_events
        return len(events) if len(events) >= 3 else None

    return {
        "heard": [output_of(run) for run in (*first, later)],
        "events": await stage.until(three, "three external events of the correlated one"),
        "key": nodes[0].external_event.correlation_key,
        "again": await code_of(put_correlated(stage, "announced", "c-1", "once more")),
    }


def throwing(thread: WorkflowThread) -> None:
    word = thread.declare_str("word").required()
    thread.throw_event("said", word, return_type=str)
    thread.wait_for_event("say-more", auto_register=True)
    thread.throw_event("said", thread.format("{0}, {0}", word))


async def thrown(stage: Stage, run: WfRunId, *names: str, ignore: tuple[Any, ...] = ()) -> Any:
    """Await an event that a run throws."""
    return await stage.stub.AwaitWorkflowEvent(
        AwaitWorkflowEventRequest(
            wf_run_id=run,
            event_def_ids=[WorkflowEventDefId(name=name) for name in names],
            workflow_events_to_ignore=ignore,
        ),
        timeout=20,
    )


async def play_throwing(stage: Stage) -> Found:
    run = (await stage.run("throwing", {"word": "hurrah"})).id
    first = await thrown(stage, run, "said")
    waiting = asyncio.create_task(thrown(stage, run, "said", ignore=(first.id,)))
    waited, _ = await asyncio.wait([waiting], timeout=0.2)
    await stage.post(run, "say-more")
    second = await waiting
    listed = await stage.stub.ListWorkflowEvents(ListWorkflowEventsRequest(wf_run_id=run))
    return {
        "status": status_of(await stage.over(run)),
        "first": [first.id.number, extract_value(first.content)],
        "came too early": bool(waited),
        "second": [second.id.number, extract_value(second.content)],
        "listed": len(listed.results),
        "got": extract_value((await stage.stub.GetWorkflowEvent(second.id)).content),
    }


FEATURES = [
    Feature("typed events", play_typed, (Workflow("typed", typed),)),
    Feature("correlated event", play_shipping, (Workflow("shipping", shipping),)),
    Feature("correlated event that stays", play_listening, (Workflow("listening", listening),)),
    Feature("workflow events", play_throwing, (Workflow("throwing", throwing),)),
]
