"""A commit that fails takes with it what was decided on it, and nothing else."""

import orders
import pytest
from serving import names_of, outcomes_of, until

import hitchpost
from hitchpost_server.engine.errors import WfRunExists, WfRunNotFound
from hitchpost_server.runtime.errors import StoreUnavailable
from hitchpost_server.store.protocol import StoreUnavailableError

FULL = StoreUnavailableError("the disk is full")


async def test_event_accepted_on_a_run_that_was_not_written_is_refused(
    serving, store, decided
) -> None:
    """The run is in batch k, the event in batch k+1; k fails while k+1 is decided already."""
    commit = store.hold("commit", FULL)
    (started,) = serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    (posted,) = serving.submit(orders.post("signed", "a"))
    await until(lambda: len(decided) == 2)
    commit.release()
    assert names_of(await outcomes_of([started, posted])) == ["StoreUnavailable", "WfRunNotFound"]
    assert decided == [
        "StartRun: done",
        "PostExternalEvent: done",
        "PostExternalEvent: WfRunNotFound",
    ]


async def test_refusal_that_rests_on_a_run_that_was_not_written_does_not_leave(
    serving, store, decided
) -> None:
    commit = store.hold("commit", FULL)
    (first,) = serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    (second,) = serving.submit(orders.start("parcel", "a"))
    await until(lambda: decided[-1] == "StartRun: WfRunExists")
    assert not second.done()
    commit.release()
    assert names_of(await outcomes_of([first, second])) == ["StoreUnavailable", "WfRun"]


async def test_refusal_leaves_only_after_the_commit_that_it_rests_on(
    serving, store, decided
) -> None:
    commit = store.hold("commit")
    (first,) = serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    (second,) = serving.submit(orders.start("parcel", "a"))
    await until(lambda: decided[-1] == "StartRun: WfRunExists")
    assert not second.done()
    commit.release()
    assert names_of(await outcomes_of([first, second])) == ["WfRun", "WfRunExists"]
    assert first.done()


async def test_refusal_of_an_event_waits_for_its_entry_in_the_audit(serving, store) -> None:
    commit = store.hold("commit", FULL)
    (posted,) = serving.submit(orders.post("signed", "nobody"))
    await commit.reached.wait()
    assert not posted.done()
    commit.release()
    assert names_of(await outcomes_of([posted])) == ["StoreUnavailable"]


async def test_definition_that_was_not_written_is_forgotten(serving, store, decided) -> None:
    commit = store.hold("commit", FULL)
    (defined,) = serving.submit(orders.put_event_def("paid"))
    await commit.reached.wait()
    (posted,) = serving.submit(orders.post("paid", "a"))
    await until(lambda: decided[-1] == "PostExternalEvent: done")
    commit.release()
    outcomes = await outcomes_of([defined, posted])
    assert names_of(outcomes) == ["StoreUnavailable", "ExternalEventDefNotFound"]


async def test_all_of_a_failed_batch_answer_that_the_outcome_is_unknown(serving, store) -> None:
    store.fail("commit", FULL)
    started = serving.submit(*(orders.start("parcel", f"run-{n}") for n in range(5)))
    assert names_of(await outcomes_of(started)) == ["StoreUnavailable"] * 5
    await serving.do(*(orders.start("parcel", f"run-{n}") for n in range(5)))


async def test_failures_in_a_row_leave_the_committer_at_work(serving, store) -> None:
    store.fail("commit", *[FULL] * 10)
    for _ in range(10):
        with pytest.raises(StoreUnavailable):
            await serving.do(orders.start("parcel", "a"))
    await serving.do(orders.start("parcel", "a"), orders.post("signed", "a"))


async def test_claim_that_was_not_written_is_made_again(serving, store) -> None:
    await serving.do(orders.start("parcel", "a"))
    store.fail("commit", FULL)
    with pytest.raises(StoreUnavailable):
        await serving.do(orders.post("signed", "a", "guid"))
    accepted = await serving.do(orders.post("signed", "a", "guid"))
    assert accepted.claimed


async def claim(serving, run):
    """Let a run claim an event: from then on guids are looked up."""
    await serving.do(orders.start("parcel", run), orders.post("signed", run))


@pytest.mark.parametrize(("verb", "run"), [("load", "new"), ("lookup", "known")])
async def test_store_that_cannot_be_read_is_unavailable_to_who_needs_it(
    serving, store, verb, run
) -> None:
    await claim(serving, "known")
    store.fail(verb, FULL)
    with pytest.raises(StoreUnavailable):
        await serving.do(orders.post("noted", run, "guid"))
    with pytest.raises(WfRunNotFound):
        await serving.do(orders.post("signed", "new"))


async def test_unreadable_store_does_not_touch_the_batch_being_written(serving, store) -> None:
    commit = store.hold("commit")
    (started,) = serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    store.fail("load", FULL)
    posted = serving.submit(orders.post("noted", "b"))
    assert names_of(await outcomes_of(posted)) == ["StoreUnavailable"]
    assert not started.done()
    commit.release()
    assert (await started).id.id == "a"


@pytest.mark.parametrize(("verb", "run"), [("load", "new"), ("lookup", "known")])
async def test_commit_that_fails_while_the_next_batch_is_loaded(serving, store, verb, run) -> None:
    """What was read before the failure must not be mixed with what was forgotten by it."""
    await claim(serving, "known")
    commit, read = store.hold("commit", FULL), store.hold(verb)
    (started,) = serving.submit(orders.start("parcel", "a"))
    if verb == "load":
        read.release()
        read = store.hold(verb)
    await commit.reached.wait()
    others = serving.submit(orders.post("signed", "a", "x"), orders.post("noted", run, "y"))
    await read.reached.wait()
    commit.release()
    await until(started.done)
    read.release()
    outcomes = await outcomes_of([started, *others])
    assert names_of(outcomes) == ["StoreUnavailable", "WfRunNotFound", "ExternalEvent"]


async def test_workflow_that_was_not_written_is_not_found_in_a_layer_of_facts(
    serving, store
) -> None:
    """Its commit fails between two looks at the facts of the batch that rests on it."""
    await claim(serving, "b")
    commit = store.hold("commit", FULL)
    (defined,) = serving.submit(orders.put_workflow(hitchpost.workflow("delivery")(write_delivery)))
    await commit.reached.wait()
    read = store.hold("lookup")
    others = serving.submit(orders.start("delivery", "a"), orders.post("noted", "b", "guid"))
    await read.reached.wait()
    commit.release()
    await until(defined.done)
    read.release()
    outcomes = await outcomes_of([defined, *others])
    assert names_of(outcomes) == ["StoreUnavailable", "ObjectNotFound", "ExternalEvent"]


def write_delivery(wf: hitchpost.WorkflowBuilder) -> None:
    wf.wait_for_event("noted")


async def test_three_batches_deep_only_what_was_written_is_answered(serve, store, decided) -> None:
    """Batches of one: the run, its event, a second run; the event's commit fails."""
    serving = await serve(batch_commands_max=1)
    decided.clear()
    first, second = store.hold("commit"), store.hold("commit", FULL)
    answers = serving.submit(
        orders.start("parcel", "a"), orders.post("signed", "a", "x"), orders.start("parcel", "a")
    )
    first.release()
    await second.reached.wait()
    await until(lambda: len(decided) == 3)
    second.release()
    outcomes = await outcomes_of(answers)
    assert names_of(outcomes) == ["WfRun", "StoreUnavailable", "WfRunExists"]
    assert isinstance(outcomes[2], WfRunExists)
