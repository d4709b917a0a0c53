"""A defect in one decision costs that command and nothing else."""

from typing import Any

import orders
import pytest
from serving import names_of, outcomes_of, until

from hitchpost_server.engine import external_event_commands, run_commands
from hitchpost_server.engine.commands import PostExternalEvent
from hitchpost_server.store.protocol import StoreUnavailableError


@pytest.fixture(autouse=True)
def _defective(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events with the guid `bad` are decided wrongly: half done, then an error."""
    post = external_event_commands.post_external_event

    def decide(draft: Any, run: Any, command: Any) -> Any:
        reply = post(draft, run, command)
        if command.request.guid == "bad":
            raise ZeroDivisionError("a defect")
        return reply

    monkeypatch.setitem(run_commands.RUN_DECIDERS, PostExternalEvent, decide)


async def test_rest_of_the_batch_is_right(serving, caplog) -> None:
    outcomes = await serving.outcomes(
        orders.start("parcel", "a"),
        orders.post("signed", "a", "x"),
        orders.post("signed", "a", "bad"),
        orders.post("signed", "a", "y"),
        orders.post("noted", "b", "z"),
    )
    wanted = ["WfRun", "ExternalEvent", "InternalFault", "ExternalEvent", "ExternalEvent"]
    assert names_of(outcomes) == wanted
    assert outcomes[1].claimed
    assert outcomes[3].claimed
    assert "ZeroDivisionError: a defect" in caplog.text


async def test_several_defects_in_one_batch_fail_alone(serving) -> None:
    outcomes = await serving.outcomes(
        *(orders.post("noted", "a", guid) for guid in ("bad", "x", "bad", "y", "bad"))
    )
    assert [name == "InternalFault" for name in names_of(outcomes)] == [1, 0, 1, 0, 1]


async def test_batch_of_defects_alone_leaves_the_committer_at_work(serving) -> None:
    for _ in range(3):
        outcomes = await serving.outcomes(orders.post("noted", "a", "bad"))
        assert names_of(outcomes) == ["InternalFault"]
    await serving.do(orders.post("noted", "a", "good"))


async def test_defect_while_the_batch_before_is_written_waits_for_it(
    serving, store, decided
) -> None:
    """The half-done state can be read again from the store only when that batch is there."""
    commit = store.hold("commit")
    first = serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    others = serving.submit(orders.post("signed", "a", "bad"), orders.post("signed", "a", "x"))
    await until(others[0].done)
    assert not others[1].done()
    commit.release()
    outcomes = await outcomes_of(first + others)
    assert names_of(outcomes) == ["WfRun", "InternalFault", "ExternalEvent"]
    assert outcomes[2].claimed


async def test_defect_while_the_batch_before_fails(serving, store) -> None:
    commit = store.hold("commit", StoreUnavailableError("full"))
    first = serving.submit(orders.start("parcel", "a"))
    await commit.reached.wait()
    others = serving.submit(orders.post("signed", "a", "bad"), orders.post("signed", "a", "x"))
    await until(others[0].done)
    commit.release()
    outcomes = await outcomes_of(first + others)
    assert names_of(outcomes) == ["StoreUnavailable", "InternalFault", "WfRunNotFound"]
