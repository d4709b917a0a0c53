"""Publishing over the wire: a message that is sent again, and those that are refused."""

from collections.abc import Callable

import pytest

import hitchpost

Fresh = Callable[[str], str]


async def test_message_sent_again_gets_the_same_receipt(
    client: hitchpost.Client, fresh: Fresh
) -> None:
    topic = fresh("orders.signed")
    first = await client.publish(topic, {"by": "Ada"}, id="hook-1")
    assert await client.publish(topic, {"by": "Ada"}, id="hook-1") == first
    assert (await client.publish(topic, {"by": "Ada"})).sequence == 2
    with pytest.raises(hitchpost.MessageExists) as refused:
        await client.publish(topic, {"by": "Bob"}, id="hook-1")
    assert refused.value.metadata == {"topic": topic, "id": "hook-1"}


@pytest.mark.parametrize("topic", ["", "run.faulted", "orders.*", "x" * 256])
async def test_topic_that_is_none_or_the_servers_own_is_refused(
    client: hitchpost.Client, topic: str
) -> None:
    with pytest.raises(hitchpost.FieldInvalid) as refused:
        await client.publish(topic)
    assert refused.value.metadata["field"] == "topic"


@pytest.mark.parametrize("message", ["", "a/b", "x" * 256, "a\nb"])
async def test_id_that_can_be_none_is_refused(client: hitchpost.Client, message: str) -> None:
    with pytest.raises(hitchpost.FieldInvalid) as refused:
        await client.publish("orders", id=message)
    assert refused.value.metadata["field"] == "id"


async def test_large_content_is_taken_whole(client: hitchpost.Client, fresh: Fresh) -> None:
    receipt = await client.publish(fresh("large"), "x" * 1_000_000)
    assert receipt.sequence == 1
    with pytest.raises(hitchpost.ObjectTooLarge):
        await client.publish(fresh("large"), "x" * 1_100_000)
