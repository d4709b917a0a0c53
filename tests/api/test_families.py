"""Runs of one family share a log, and nothing else."""

import pytest
from workflows import waits_for

import hitchpost


@pytest.mark.parametrize("deleted", ["order_child", "order"])
async def test_deleting_one_run_leaves_the_rest_of_its_family_over_a_kill(own_server, deleted):
    async with hitchpost.connect(own_server.target) as client:
        await client.put_external_event_def("signed")
        await client.put_workflow(waits_for("waiting", "signed"))
        await client.run("waiting", id="order")
        await client.post_event("order_child", "signed", "early")
        await client.delete_run(deleted)
    own_server.kill()
    own_server.start()
    async with hitchpost.connect(own_server.target) as client:
        if deleted == "order":
            (event,) = [one async for one in client.list_events("order_child")]
            assert event.content.str == "early"
        else:
            assert (await client.post_event("order", "signed")).claimed
