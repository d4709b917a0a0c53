"""Whether histories, as clients read them, account for every event that was acknowledged.

Knows how to read a history; what it has to tell is the business of `event_accounts.py`.
"""

from collections.abc import Iterable
from contextlib import suppress

from tests.event_accounts import (
    KEPT,
    Account,
    End,
    EventAccounts,
    FamilyAccounts,
    key_of,
    wrongly_shown,
)

import hitchpost
from hitchpost.v1 import external_event_pb2 as events

Acknowledged = dict[tuple[str, str], bool]  # definition and guid; whether it was claimed


async def check_history(
    client: hitchpost.Client, run: str, acknowledged: Acknowledged, begun: Iterable[int]
) -> None:
    """Hold a history against what was acknowledged, and against what is shown of the run."""
    told = [event async for event in client.history(run)]
    accounts = FamilyAccounts().read(told).of(run)
    check_accounts(run, accounts, acknowledged, begun)
    shown = await _shown(client, run, accounts)
    listed = [event async for event in client.list_events(run)]
    async for _ in client.history(run, after=told[-1].sequence):
        return  # It has gone on meanwhile: the check at the end finds it at rest.
    assert list(wrongly_shown(accounts, shown)) == [], run
    past = {key_of(one.event.id) for one in accounts.accounts if _is_past(one, accounts)}
    current = [event for event in shown if key_of(event.id) not in past]
    assert sorted(map(str, listed)) == sorted(map(str, current)), run


async def _shown(
    client: hitchpost.Client, run: str, accounts: EventAccounts
) -> list[events.ExternalEvent]:
    shown = []
    for one in accounts.accounts:
        if one.end in KEPT:
            with suppress(hitchpost.ObjectNotFound):  # it may have expired meanwhile
                shown.append(await client.get_event(run, *one.key))
    return shown


def _is_past(account: Account, accounts: EventAccounts) -> bool:
    """Whether it was claimed in an execution that has ended: it is not listed any more."""
    return account.end == End.CLAIMED and account.execution < accounts.execution


def check_accounts(
    run: str, accounts: EventAccounts, acknowledged: Acknowledged, begun: Iterable[int]
) -> None:
    """Hold what a history says against what was acknowledged.

    Events of one name that were acknowledged one after another were accepted so.
    """
    assert accounts.problems == [], run
    assert sum(accounts.sums().values()) >= len(acknowledged), run
    accepted: dict[str, int] = {}
    for (name, guid), was_claimed in acknowledged.items():
        account = accounts.latest((name, guid))
        assert account is not None, f"lost: {run} {name} {guid}"
        assert account.end == End.CLAIMED or not was_claimed, f"claim lost: {run} {name} {guid}"
        assert account.received_sequence > accepted.get(name, 0), f"order lost: {run} {name} {guid}"
        accepted[name] = account.received_sequence
    assert set(begun) <= accounts.began.keys(), f"start-over lost: {run}"
    assert [*accounts.began] == [*range(1, len(accounts.began) + 1)], run
