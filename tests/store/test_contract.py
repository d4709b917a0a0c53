"""What every store promises; the same for each of them."""

import asyncio
from dataclasses import replace

import pytest

from hitchpost_server.engine.rows import (
    KEY_LENGTHS,
    TABLES,
    ExternalEventRow,
    FollowUpRow,
    NodeRunRow,
    QueuedTaskRow,
    Row,
    RunRow,
    TaskDefRow,
    TimerRow,
    VariableRow,
    key_of,
)
from hitchpost_server.engine.searches import INDEXES, Index, Search
from hitchpost_server.store.protocol import (
    Append,
    ConflictError,
    Erasure,
    LoggedRecord,
    Snapshot,
    Store,
    StoredStream,
    WriteSet,
)

VERSION = 1
NODE = NodeRunRow("run", 0, 1, "1-node", 2, b"node")


def sample(table: type[Row], number: int) -> Row:
    kinds = {str: f"text {number}", int: number, bytes: bytes([number])}
    return table._make(kinds[kind] for kind in table.__annotations__.values())


async def test_empty_store_has_head_zero(store: Store) -> None:
    assert await store.head() == 0
    assert await store.read_log(0, 10) == []


async def test_positions_count_events_and_go_to_the_first_of_a_record(store, append_of) -> None:
    appends = [append_of("a", events=3), append_of("b", events=2), append_of("a", 3)]
    assert await store.commit(WriteSet(appends=appends)) == 6
    records = await store.read_log(0, 10)
    assert [(r.position, r.stream, r.first_sequence, r.last_sequence) for r in records] == [
        (1, "a", 1, 3),
        (4, "b", 1, 2),
        (6, "a", 4, 4),
    ]


async def test_log_is_read_in_windows_behind_a_position(store, append_of) -> None:
    await store.commit(WriteSet(appends=[append_of("a", n, 2) for n in (0, 2, 4)]))
    assert [record.position for record in await store.read_log(0, 2)] == [1, 3]
    assert [record.position for record in await store.read_log(3, 2)] == [3, 5]
    assert [record.position for record in await store.read_log(2, 1)] == [3]
    assert [record.position for record in await store.read_log(4, 9)] == [5]


async def test_record_of_which_some_events_are_behind_a_position_is_read(store, append_of) -> None:
    await store.commit(WriteSet(appends=[append_of("a", 0, 3), append_of("a", 3, 2)]))
    for after, positions in [(0, [1, 4]), (1, [1, 4]), (2, [1, 4]), (3, [4]), (4, [4]), (5, [])]:
        assert [record.position for record in await store.read_log(after, 9)] == positions


async def test_bodies_and_names_of_any_bytes_come_back_as_they_were(store: Store) -> None:
    bodies = [bytes(range(256)), b"", b"\0", b"\xff\xfe\0", b"x" * 3]
    appends = [Append(f'a/{n}"\0\n\U0001f40e', 0, 1, 1, body) for n, body in enumerate(bodies)]
    await store.commit(WriteSet(appends=appends))
    records = await store.read_log(0, 10)
    assert [record.body for record in records] == bodies
    assert [record.stream for record in records] == [append.stream for append in appends]


async def test_log_is_read_stream_by_stream_in_windows(store, append_of) -> None:
    names = ["b", "a", "b", "c/\U0001f40e", "a", "b"]
    reached = dict.fromkeys(names, 0)
    for name in names:
        await store.commit(WriteSet(appends=[append_of(name, reached[name], 2)]))
        reached[name] += 2
    in_order = [("a", 2), ("a", 4), ("b", 2), ("b", 4), ("b", 6), ("c/\U0001f40e", 2)]
    for limit, bytes_max in [(1, None), (2, None), (100, None), (100, 0), (100, 9)]:
        found: list[tuple[str, int]] = []
        while records := await store.read_by_stream(
            found[-1] if found else ("", 0), limit, bytes_max
        ):
            assert len(records) <= limit
            found += [(one.stream, one.last_sequence) for one in records]
        assert found == in_order


async def test_outline_says_of_each_record_all_but_its_contents(store, append_of) -> None:
    appends = [append_of("a", events=2), append_of("b")]
    await store.commit(WriteSet(appends=appends))
    await store.commit(WriteSet(appends=[append_of("b", 1)], erasures=[Erasure("a", "", 2)]))
    outlines = await store.outline(0, 10)
    assert [(o.last_position, o.stream, o.last_sequence) for o in outlines] == [
        (2, "a", 2),
        (3, "b", 1),
        (4, "b", 2),
    ]
    assert [o.time_us for o in outlines] == [one.time_us for one in (*appends, append_of("b", 1))]
    assert [o.body_bytes for o in outlines] == [0, len(appends[1].body), len(appends[1].body)]
    assert await store.outline(1, 1) == outlines[:1]
    assert await store.outline(2, 1) == outlines[1:2]


async def test_stream_is_read_in_windows_behind_a_sequence(store, append_of) -> None:
    appends = [append_of("a", n, 2) for n in (0, 2, 4)]
    await store.commit(WriteSet(appends=[*appends, append_of("b")]))
    assert [r.last_sequence for r in await store.read_stream("a", 0, 2)] == [2, 4]
    assert [r.last_sequence for r in await store.read_stream("a", 3, 9)] == [4, 6]
    assert await store.read_stream("nobody", 0, 9) == []


@pytest.mark.parametrize(("bytes_max", "read"), [(0, 1), (99, 1), (200, 2), (299, 2), (300, 3)])
async def test_stream_is_read_within_a_size_but_never_nothing(
    store, append_of, bytes_max: int, read: int
) -> None:
    appends = [append_of("a", n, 1, body=b"x" * 100) for n in range(3)]
    await store.commit(WriteSet(appends=appends))
    records = await store.read_stream("a", 0, 9, bytes_max)
    assert [record.last_sequence for record in records] == list(range(1, read + 1))


async def test_append_behind_another_sequence_conflicts_and_writes_nothing(
    store, append_of
) -> None:
    await store.commit(WriteSet(appends=[append_of("a", events=2)]))
    with pytest.raises(ConflictError) as conflict:
        await store.commit(WriteSet(appends=[append_of("b"), append_of("a", 1)], rows=[NODE]))
    assert conflict.value.streams == {"a": 2}
    assert await store.head() == 2
    assert await store.lookup([key_of(NODE)]) == {}


async def test_append_to_a_stream_believed_to_exist_conflicts(store, append_of) -> None:
    with pytest.raises(ConflictError) as conflict:
        await store.commit(WriteSet(appends=[append_of("a", 5)]))
    assert conflict.value.streams == {"a": 0}


async def test_verified_streams_are_checked_and_nothing_is_written(store, append_of) -> None:
    await store.commit(WriteSet(appends=[append_of("a")]))
    assert await store.commit(WriteSet(verified={"a": 1, "nobody": 0})) == 1
    with pytest.raises(ConflictError) as conflict:
        await store.commit(WriteSet(verified={"a": 0, "nobody": 3}))
    assert conflict.value.streams == {"a": 1, "nobody": 0}


async def test_moved_verified_stream_stops_the_whole_write(store, append_of) -> None:
    with pytest.raises(ConflictError):
        await store.commit(WriteSet(appends=[append_of("a")], verified={"b": 1}))
    assert await store.head() == 0


async def test_gap_between_appends_to_one_stream_is_a_mistake(store, append_of) -> None:
    with pytest.raises(ValueError, match="gap"):
        await store.commit(WriteSet(appends=[append_of("a"), append_of("a", 2)]))
    assert await store.head() == 0


async def test_append_without_events_is_a_mistake(store, append_of) -> None:
    with pytest.raises(ValueError, match="without events"):
        await store.commit(WriteSet(appends=[append_of("a", events=0)]))


async def test_load_gives_every_record_when_there_is_no_snapshot(store, append_of) -> None:
    await store.commit(WriteSet(appends=[append_of("a", 0, 2), append_of("a", 2)]))
    loaded = await store.load(["a", "nobody", "a"], VERSION)
    assert loaded["nobody"] == StoredStream(0, None, [])
    assert loaded["a"] == StoredStream(
        3, None, [LoggedRecord(1, "a", 1, 2, b"body"), LoggedRecord(3, "a", 3, 3, b"body")]
    )


async def test_load_gives_the_snapshot_and_what_follows_it(store, append_of) -> None:
    snapshot = Snapshot("a", 2, VERSION, b"state")
    appends = [append_of("a", 0, 2), append_of("a", 2), append_of("b")]
    await store.commit(WriteSet(appends=appends, snapshots=[snapshot]))
    loaded = await store.load(["a", "b"], VERSION)
    assert loaded["a"] == StoredStream(3, snapshot, [LoggedRecord(3, "a", 3, 3, b"body")])
    assert loaded["b"].snapshot is None


async def test_snapshot_of_another_version_is_passed_over(store, append_of) -> None:
    snapshot = Snapshot("a", 1, VERSION + 1, b"state")
    await store.commit(WriteSet(appends=[append_of("a")], snapshots=[snapshot]))
    loaded = (await store.load(["a"], VERSION))["a"]
    assert loaded.snapshot is None
    assert len(loaded.records) == 1


async def test_newer_snapshot_replaces_the_older(store, append_of) -> None:
    await store.commit(
        WriteSet(appends=[append_of("a", events=2)], snapshots=[Snapshot("a", 1, VERSION, b"old")])
    )
    newer = Snapshot("a", 2, VERSION, b"new")
    await store.commit(WriteSet(snapshots=[newer]))
    assert await store.load(["a"], VERSION) == {"a": StoredStream(2, newer, [])}


@pytest.mark.parametrize("table", TABLES)
async def test_row_is_found_rewritten_and_deleted_by_its_key(store, table) -> None:
    row, other = sample(table, 1), sample(table, 2)
    rewritten = table._make((*row[: KEY_LENGTHS[table]], *other[KEY_LENGTHS[table] :]))
    keys = [key_of(row), key_of(other)]
    await store.commit(WriteSet(rows=[row]))
    assert await store.lookup(keys) == {keys[0]: row}
    await store.commit(WriteSet(rows=[rewritten, other]))
    assert await store.lookup(keys) == {keys[0]: rewritten, keys[1]: other}
    await store.commit(WriteSet(deletions=keys[:1]))
    assert await store.lookup(keys) == {keys[1]: other}


@pytest.mark.parametrize("table", TABLES)
async def test_scan_of_any_table_is_in_key_order_and_goes_on_behind_a_key(store, table) -> None:
    rows = [sample(table, number) for number in (3, 1, 2)]
    await store.commit(WriteSet(rows=rows))
    ordered = sorted(rows)
    assert await store.scan(table, (), (), 10) == ordered
    assert await store.scan(table, (), ordered[0][: KEY_LENGTHS[table]], 1) == [ordered[1]]
    assert await store.scan(table, ordered[2][: KEY_LENGTHS[table]], (), 10) == [ordered[2]]


async def test_scan_by_prefix_takes_whole_columns_only(store) -> None:
    keys = [("ru", 0, "x"), ("run", 0, ""), ("run", 0, "a"), ("run", 1, "b"), ("run_c", 0, "a")]
    rows = [VariableRow(*key, b"") for key in keys]
    await store.commit(WriteSet(rows=rows))
    assert await store.scan(VariableRow, ("run",), (), 10) == rows[1:4]
    assert await store.scan(VariableRow, ("run", 0), (), 10) == rows[1:3]
    assert await store.scan(VariableRow, ("run",), ("run", 0, "a"), 10) == rows[3:4]
    assert await store.scan(VariableRow, ("run", 2), (), 10) == []


def found_by(index: Index, time: int, number: int, **values: str | int) -> Row:
    """A row that a search by an index finds, unless `values` say otherwise."""
    given = {
        name: kind("1") for name, kind in index.table.__annotations__.items() if kind is not bytes
    }
    key = index.order[-1]
    given |= {index.time: time, key: type(given[key])(str(number)), **values}
    return index.table(**given, body=b"")  # type: ignore[call-arg]


def all_of(index: Index, **times: int) -> Search:
    kinds = index.table.__annotations__
    equal = tuple(kinds[name]("1") for name in index.equal)
    return Search(index, equal, (None,) * len(index.also), **times)


by_each_index = pytest.mark.parametrize("index", INDEXES, ids=lambda index: index.name)


@by_each_index
async def test_search_gives_rows_by_time_then_key_and_goes_on_behind_one(store, index) -> None:
    rows = [found_by(index, *at) for at in ((7, 1), (5, 3), (5, 2), (6, 9))]
    await store.commit(WriteSet(rows=rows))
    ordered = [rows[2], rows[1], rows[3], rows[0]]
    assert await store.search(all_of(index), (), 10) == ordered
    behind = tuple(getattr(ordered[1], name) for name in index.order)
    assert await store.search(all_of(index), behind, 1) == [ordered[2]]


@by_each_index
async def test_search_includes_both_ends_of_its_time(store, index) -> None:
    rows = [found_by(index, time, time) for time in (4, 5, 6, 7)]
    await store.commit(WriteSet(rows=rows))
    between = all_of(index, earliest_us=5, latest_us=6)
    assert await store.search(between, (), 10) == rows[1:3]


@by_each_index
async def test_search_finds_what_is_equal_in_every_column(store, index) -> None:
    wanted = found_by(index, 5, 1)
    columns = (*index.equal, *index.also)
    others = [
        found_by(index, 5, 2 + at, **{name: type(getattr(wanted, name))("7")})
        for at, name in enumerate(columns)
    ]
    await store.commit(WriteSet(rows=[wanted, *others]))
    also = tuple(getattr(wanted, name) for name in index.also)
    assert await store.search(replace(all_of(index), also=also), (), 10) == [wanted]
    assert len(await store.search(all_of(index), (), 10)) == 1 + len(index.also)


async def test_deleting_what_is_not_there_is_no_error(store) -> None:
    await store.commit(WriteSet(deletions=[key_of(NODE)], rows=[sample(RunRow, 1)]))
    assert await store.scan(RunRow, (), (), 10) == [sample(RunRow, 1)]


async def test_many_rows_go_in_and_come_out(store) -> None:
    """More than fit one statement, and not a round number."""
    rows = [NodeRunRow(f"run {n:04}", 0, n, "1-node", 2, b"%d" % n) for n in range(1100)]
    keys = [key_of(row) for row in rows]
    await store.commit(WriteSet(rows=rows))
    assert await store.lookup(keys) == dict(zip(keys, rows, strict=True))
    await store.commit(WriteSet(deletions=keys[:1099]))
    assert await store.scan(NodeRunRow, (), (), 10) == [rows[-1]]


async def test_many_streams_are_appended_to_and_loaded(store, append_of) -> None:
    names = [f"stream {n}" for n in range(700)]
    assert await store.commit(WriteSet(appends=[append_of(n, events=2) for n in names])) == 1400
    loaded = await store.load(names, VERSION)
    assert list(loaded) == names
    assert loaded["stream 699"].records == [LoggedRecord(1399, "stream 699", 1, 2, b"body")]


async def test_content_of_any_size_and_shape_comes_back_whole(store, append_of) -> None:
    large = bytes(range(256)) * 4096
    odd = VariableRow("run\0 ☃ '\"", 0, "", b"")
    await store.commit(WriteSet(appends=[append_of("a", body=large)], rows=[odd]))
    assert (await store.read_log(0, 1))[0].body == large
    assert await store.lookup([key_of(odd)]) == {key_of(odd): odd}


async def test_erasure_takes_the_rows_of_one_run_and_leaves_others(store) -> None:
    gone: list[Row] = [
        sample(RunRow, 1)._replace(run="run"),
        NODE,
        ExternalEventRow("run", "def", "guid", 1, 0, b""),
        QueuedTaskRow("run", "guid", "task", 1),
        TimerRow("run/family", 1, 10, "run"),
    ]
    kept: list[Row] = [
        NODE._replace(run="run_child"),
        TimerRow("run/family", 2, 10, "run_child"),
        TaskDefRow("run", b""),
    ]
    await store.commit(WriteSet(rows=[*gone, *kept]))
    await store.commit(WriteSet(erasures=[Erasure("run/family", "run", 0)]))
    assert await store.lookup([key_of(row) for row in gone]) == {}
    assert list((await store.lookup([key_of(row) for row in kept])).values()) == kept


async def test_erased_records_keep_their_numbers_and_lose_their_body(store, append_of) -> None:
    await store.commit(WriteSet(appends=[append_of("a", n) for n in range(3)]))
    await store.commit(WriteSet(appends=[append_of("a", 3)], erasures=[Erasure("a", "run", 3)]))
    records = await store.read_stream("a", 0, 10)
    assert [record.last_sequence for record in records] == [1, 2, 3, 4]
    assert [record.body for record in records] == [None, None, None, b"body"]


async def test_erasure_leaves_what_it_is_told_to_leave(store, append_of) -> None:
    await store.commit(WriteSet(appends=[append_of("a"), append_of("a", 1), append_of("b")]))
    before = [record.body for record in await store.read_stream("a", 0, 10)]
    await store.commit(WriteSet(erasures=[Erasure("a", "run", 1, lambda body: body[:1] or None)]))
    after = [record.body for record in await store.read_stream("a", 0, 10)]
    assert after == [before[0][:1], before[1]]
    (other,) = await store.read_stream("b", 0, 10)
    assert len(other.body) > 1


async def test_erasure_takes_an_older_snapshot_and_leaves_a_newer(store, append_of) -> None:
    appends = [append_of("a", events=2), append_of("b", events=2)]
    newer = Snapshot("b", 2, VERSION, b"b")
    snapshots = [Snapshot("a", 1, VERSION, b"a"), newer]
    await store.commit(WriteSet(appends=appends, snapshots=snapshots))
    await store.commit(WriteSet(erasures=[Erasure("a", "run", 1), Erasure("b", "run", 1)]))
    loaded = await store.load(["a", "b"], VERSION)
    assert [loaded["a"].snapshot, loaded["b"].snapshot] == [None, newer]


async def test_row_written_with_the_erasure_of_its_run_stays(store) -> None:
    await store.commit(WriteSet(rows=[NODE]))
    rewritten = NODE._replace(body=b"second life")
    await store.commit(WriteSet(erasures=[Erasure("a", "run", 0)], rows=[rewritten]))
    assert await store.scan(NodeRunRow, ("run",), (), 10) == [rewritten]


async def test_timers_come_in_the_order_they_are_due(store) -> None:
    timers = [TimerRow("b", 1, 5, ""), TimerRow("a", 9, 7, ""), TimerRow("a", 2, 5, "")]
    await store.commit(WriteSet(rows=timers))
    ordered = [timers[2], timers[0], timers[1]]
    assert await store.due_timers((0, "", 0), 10) == ordered
    assert await store.due_timers((5, "a", 2), 1) == [ordered[1]]


async def test_timer_that_is_set_again_has_moved(store) -> None:
    await store.commit(WriteSet(rows=[TimerRow("a", 1, 5, "run")]))
    await store.commit(WriteSet(rows=[TimerRow("a", 1, 9, "run")]))
    assert await store.due_timers((0, "", 0), 10) == [TimerRow("a", 1, 9, "run")]


async def test_queued_tasks_come_oldest_first_and_of_one_task_only(store) -> None:
    queued = [
        QueuedTaskRow("b", "1", "task", 5),
        QueuedTaskRow("a", "2", "task", 7),
        QueuedTaskRow("a", "1", "task", 5),
        QueuedTaskRow("a", "3", "other", 1),
    ]
    await store.commit(WriteSet(rows=queued))
    ordered = [queued[2], queued[0], queued[1]]
    assert await store.queued_tasks("task", (0, "", ""), 10) == ordered
    assert await store.queued_tasks("task", (5, "a", "1"), 1) == [ordered[1]]


async def test_follow_ups_come_in_the_order_of_their_ids(store) -> None:
    owed = [FollowUpRow(name, "stream", b"command") for name in ("a", "b", "c")]
    await store.commit(WriteSet(rows=owed[::-1]))
    assert await store.follow_ups("", 2) == owed[:2]
    assert await store.follow_ups("b", 2) == owed[2:]


async def test_commits_at_once_are_each_done_whole(store, append_of) -> None:
    writes = [WriteSet(appends=[append_of(f"s{n}", events=2)]) for n in range(20)]
    heads = await asyncio.gather(*(store.commit(write) for write in writes))
    assert sorted(heads) == list(range(2, 41, 2))
    assert len(await store.read_log(0, 100)) == 20


async def test_read_that_begins_after_a_commit_sees_it(store, append_of) -> None:
    for n in range(50):
        await store.commit(WriteSet(appends=[append_of("a", n)]))
        found = await asyncio.gather(*(store.load(["a"], VERSION) for _ in range(3)))
        assert {each["a"].sequence for each in found} == {n + 1}
