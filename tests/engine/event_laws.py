"""What holds of a run's external events between two commands.

Each law is a function that holds what the history says of the events, as
`event_accounts.py` has read it, against the run's state and rows.
"""

from tests.event_accounts import KEPT, End, wrongly_shown

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.rows import ExecutionRow, ExternalEventRow, PastExternalEventRow


def the_history_hangs_together(facts, accounts, _limits):
    yield from accounts.problems


def those_that_wait_are_in_the_state(facts, accounts, _limits):
    """In the order of acceptance, and with where that is to be read."""
    live = [(key, one.received_sequence) for key, one in facts.run.unclaimed.items()]
    told = [(one.key, one.received_sequence) for one in accounts.waiting]
    if live != told:
        yield f"{live} wait, the history says {told}"


def the_rows_are_what_the_history_says(facts, accounts, _limits):
    rows = [*facts.rows(ExternalEventRow), *facts.rows(PastExternalEventRow)]
    yield from wrongly_shown(accounts, (events.ExternalEvent.FromString(one.body) for one in rows))
    for row in rows:
        if row.claimed != events.ExternalEvent.FromString(row.body).claimed:
            yield f"{row} is not claimed as it says"


def past_ones_were_claimed_in_earlier_executions(facts, accounts, _limits):
    past = {row[1:3] for row in facts.rows(PastExternalEventRow)}
    told = {
        one.key
        for one in accounts.accounts
        if one.end == End.CLAIMED and one.execution < accounts.execution
    }
    if past != told:
        yield f"past ones are {past}, the history says {told}"


def executions_are_found_where_they_begin(facts, accounts, _limits):
    shown = {row.execution: row.first_sequence for row in facts.rows(ExecutionRow)}
    told = {number: at for number, at in accounts.began.items() if number > 1}
    if shown != told or facts.run.execution != accounts.execution:
        yield f"{shown} are shown, the history says {told}, {facts.run.execution} is current"


def only_events_that_the_wf_spec_names_wait_if_they_are_to(facts, accounts, _limits):
    if facts.wf_run is None:
        return
    for one in accounts.waiting:
        if one.requires_reference and one.key[0] not in facts.spec.referenced_events:
            yield f"{one.key} waits, no node of {facts.wf_run.wf_spec_id} refers to it"


def no_more_wait_than_may(facts, accounts, limits):
    """But for events of a key: they come to a node that waits for it, even one that is halted."""
    for number, one in enumerate(accounts.waiting, 1):
        is_posted = one.command == history.POST_EXTERNAL_EVENT
        if is_posted and number > limits.max_unconsumed_external_events_per_run:
            yield f"{one.key} is number {number} of those that wait"


def the_sums_agree(facts, accounts, _limits):
    sums = accounts.sums()
    rows = len(facts.rows(ExternalEventRow)) + len(facts.rows(PastExternalEventRow))
    if sums[End.WAITING] != len(facts.run.unclaimed) or sum(sums[end] for end in KEPT) != rows:
        yield f"{len(facts.run.unclaimed)} wait, {rows} are shown, the history says {sums}"


LAWS = (
    the_history_hangs_together,
    those_that_wait_are_in_the_state,
    the_rows_are_what_the_history_says,
    past_ones_were_claimed_in_earlier_executions,
    executions_are_found_where_they_begin,
    only_events_that_the_wf_spec_names_wait_if_they_are_to,
    no_more_wait_than_may,
    the_sums_agree,
)


def broken_event_laws(all_facts, accounts, limits):
    """Say which laws the events of the runs of a family break, and how."""
    return [
        f"{facts.run.key}: {law.__name__}: {problem}"
        for facts in all_facts
        for law in LAWS
        for problem in law(facts, accounts.of(facts.run.key), limits)
    ]
