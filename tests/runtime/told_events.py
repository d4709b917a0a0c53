"""What a store's log tells of external events, held against its tables.

Knows how to read a store; what the log has to tell is the business of `event_accounts.py`.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

from tests.event_accounts import FamilyAccounts, wrongly_shown

from hitchpost.v1 import external_event_pb2 as events
from hitchpost_server.config import MAX_EXTERNAL_EVENT_CARRY_FORWARD_EXECUTIONS
from hitchpost_server.engine.ids import RUN_STREAM
from hitchpost_server.engine.log import expanded
from hitchpost_server.engine.rows import ExternalEventRow, PastExternalEventRow, Row, key_of

PAGE = 1_000


async def told_accounts(
    store: Any, carry_max: int = MAX_EXTERNAL_EVENT_CARRY_FORWARD_EXECUTIONS
) -> dict[str, FamilyAccounts]:
    """Read the whole log: the accounts of each family, by its stream."""
    families: dict[str, FamilyAccounts] = defaultdict(lambda: FamilyAccounts(carry_max))
    position = 0
    while records := await store.read_log(position, PAGE):
        for one in records:
            if one.stream.startswith(RUN_STREAM):
                told = expanded(one.stream, one.first_sequence, one.position, one.body)
                families[one.stream].read(told)
        position = records[-1].last_position
    return families


async def wrong_accounts(
    store: Any, carry_max: int = MAX_EXTERNAL_EVENT_CARRY_FORWARD_EXECUTIONS
) -> list[str]:
    """Say where the log does not hang together, and where the tables say something else."""
    shown = defaultdict[str, list[events.ExternalEvent]](list)
    for table in (ExternalEventRow, PastExternalEventRow):
        async for row in _rows(store, table):
            shown[row.run].append(events.ExternalEvent.FromString(row.body))
    problems = []
    for family in (await told_accounts(store, carry_max)).values():
        for run, accounts in family.runs.items():
            wrong = [*accounts.problems, *wrongly_shown(accounts, shown.pop(run, []))]
            problems += [f"{run}: {one}" for one in wrong]
    return problems + [f"{run}: the log knows nothing of its events" for run in shown]


async def _rows(store: Any, table: type[Row]) -> AsyncIterator[Any]:
    after: Any = ()
    while rows := await store.scan(table, (), after, PAGE):
        for row in rows:
            yield row
        after = key_of(rows[-1]).key
