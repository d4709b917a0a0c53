"""Consumers of the feed: how far they have come is noted beside the log."""

from tests.engine.conftest import START_US, World

from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import CONSUMER_STREAM
from hitchpost_server.engine.rows import ConsumerRow
from hitchpost_server.storage.v1 import storage_pb2 as storage


def save(world: World, position: int, *, is_new: bool = False) -> storage.StoredConsumer:
    common = world.common(CONSUMER_STREAM + "billing")
    stored = storage.StoredConsumer(patterns=["orders.>"], position=position)
    command = commands.SaveConsumer(**common, consumer=stored, is_new=is_new)
    reply: storage.StoredConsumer = world.do(command)
    return reply


def delete(world: World) -> None:
    world.do(commands.DeleteConsumer(**world.common(CONSUMER_STREAM + "billing")))


def positions(world: World) -> list[int]:
    return [row.position for row in world.rows.values() if isinstance(row, ConsumerRow)]


def test_consumer_that_is_made_says_when_and_where_it_stands(world: World) -> None:
    assert save(world, 7, is_new=True).created_us == START_US
    assert positions(world) == [7]


def test_how_far_it_has_come_is_no_part_of_the_log(world: World) -> None:
    save(world, 7, is_new=True)
    save(world, 9)
    assert positions(world) == [9]
    assert world.log == {}


def test_what_comes_late_from_a_deleted_consumer_does_not_bring_it_back(world: World) -> None:
    save(world, 7, is_new=True)
    delete(world)
    save(world, 9)
    delete(world)
    assert positions(world) == []
