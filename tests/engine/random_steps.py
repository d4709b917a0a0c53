"""Random workflows as plain data: what they consist of, and how hypothesis draws them.

Knows all kinds of steps and no builder: `random_writers.py` writes what is drawn.
"""

from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

# "knock-0" and on interrupt threads; an event may do that to one ThreadSpec only.
EVENTS = ("alpha", "beta", "scan")
# It brings the inputs with which a run starts over.
AGAIN = "again"
# The first three fit all workflows, the last three none; in a workflow they are objects.
NEW_INPUTS = (
    None,
    {},
    {"text": "k2"},
    {"count": 2, "who": {"name": "new"}},
    {"start": 1},
    {"text": 5},
    {"nobody": 1},
    [1],
)
KNOCKS = ("knock-0", "knock-1", "knock-2")
KEYS = ("k1", "k2")
TASKS = ("greet", "count", "describe")


@dataclass(frozen=True)
class Thread:
    """The steps of a thread, its interrupts, and for how long it is shown after its end.

    A handler may take what it is started for, of that type.
    """

    steps: tuple
    interrupts: tuple
    retention: int | None
    receives: type | None


@dataclass(frozen=True)
class Handler:
    """What is done about failures: all, those of a kind, or those of a name."""

    catches: str
    thread: Thread


@dataclass(frozen=True)
class Task:
    name: str
    retries: int
    has_backoff: bool
    is_dynamic: bool
    handlers: tuple


@dataclass(frozen=True)
class Wait:
    event: str
    timeout: int | None
    key: str | None
    handlers: tuple


@dataclass(frozen=True)
class Sleep:
    seconds: int
    is_until: bool


@dataclass(frozen=True)
class Throw:
    pass


@dataclass(frozen=True)
class Again:
    """Let the run start over: with inputs of that number, or with what an event brings."""

    inputs: int | None


@dataclass(frozen=True)
class Set:
    operation: str
    number: int


@dataclass(frozen=True)
class When:
    bound: int
    then: tuple
    otherwise: tuple


@dataclass(frozen=True)
class Loop:
    """While the count is below a bound; it grows with each turn, but for endless loops."""

    bound: int
    is_endless: bool
    body: tuple


@dataclass(frozen=True)
class Condition:
    bound: int
    handlers: tuple


@dataclass(frozen=True)
class Start:
    """Start a child, or one for each item of the list that the run holds."""

    thread: Thread
    is_for_each: bool


@dataclass(frozen=True)
class Threads:
    """Wait for children of this thread, from the latest on, or for a thread of any number."""

    strategy: str
    latest: int
    is_any_number: bool
    each_child: tuple
    handlers: tuple


@dataclass(frozen=True)
class Fork:
    """Start children, and wait for them."""

    starts: tuple
    wait: Threads


@dataclass(frozen=True)
class RunChild:
    """Start a run of a workflow; that of the name "which" is computed."""

    name: str
    id: str | None
    is_awaited: bool
    handlers: tuple


@dataclass(frozen=True)
class Ask:
    """A user task; each action is what happens after how many seconds since which moment."""

    group: str | None
    cancelled_as: str | None
    actions: tuple
    handlers: tuple


@dataclass(frozen=True)
class Fail:
    name: str


@dataclass(frozen=True)
class Complete:
    number: int


numbers = st.integers(-3, 3)
seconds = st.integers(0, 4)
ends = st.one_of(
    *[st.builds(Complete, numbers)] * 5,
    st.builds(Fail, st.sampled_from(["out-of-stock", "other"])),
)
failures = st.sampled_from(
    ["failure", "error", "exception", "TIMEOUT", "VAR_ERROR", "CHILD_FAILURE", "out-of-stock"]
)
operations = st.sampled_from(
    ["add", "add", "add", "multiply", "divide", "text", "until", "items", "which", "who", "age"]
)
actions = st.tuples(
    st.sampled_from(["remind", "reassign", "release", "cancel"]),
    seconds,
    st.sampled_from(["arrival", "assignment"]),
)


# To start over on no condition leads to no end, unless the inputs do not fit.
new_inputs = st.sampled_from([None] * 12 + [2, 4, 5, 6])


def some(things, at_most):
    """A few things, more often none."""
    return st.one_of(
        st.just(()), st.lists(things, min_size=1, max_size=at_most, unique_by=str).map(tuple)
    )


@cache
def handlers(depth):
    """Handlers of a step, more often none; deep down there are none."""
    if not depth:
        return st.just(())
    handler = st.builds(Handler, failures, threads(depth - 1))
    return st.one_of(
        st.just(()),
        st.lists(handler, min_size=1, max_size=2, unique_by=lambda one: one.catches).map(tuple),
    )


@cache
def waiting_steps(depth):
    """Steps that something from outside must end."""
    of = handlers(depth)
    seldom = st.sampled_from([False] * 5 + [True])
    timeouts = st.none() | st.integers(1, 5)
    return [
        st.builds(Task, st.sampled_from(TASKS), st.integers(0, 2), st.booleans(), seldom, of),
        st.builds(Wait, st.sampled_from(EVENTS), timeouts, st.none(), of),
        st.builds(Wait, st.just("scan"), timeouts, st.sampled_from([*KEYS, "text"]), of),
        st.builds(Sleep, seconds, st.booleans()),
        st.builds(Condition, numbers, of),
        st.builds(
            Ask,
            st.none() | st.just("hall"),
            st.none() | st.just("out-of-stock"),
            some(actions, 2),
            of,
        ),
    ]


@cache
def families(depth):
    """Steps that start threads and runs, or wait for them."""
    of = handlers(depth - 1)
    strategies = st.sampled_from(["all", "any", "first"])
    seldom = st.sampled_from([False] * 7 + [True])
    starts = st.builds(Start, threads(depth - 1), seldom)
    waits = st.builds(Threads, strategies, st.integers(1, 3), seldom, of, of)
    several = st.lists(starts, min_size=1, max_size=3).map(tuple)
    children = st.sampled_from(["kid"] * 3 + ["leaf"] * 3 + ["which"])
    runs = st.builds(RunChild, children, st.none() | st.just("own"), st.booleans(), of)
    return [starts, waits, *[st.builds(Fork, several, waits)] * 3, runs, runs]


@cache
def steps(depth):
    """Any step; deep down it has no threads of its own."""
    simple = [
        *waiting_steps(depth),
        st.builds(Throw),
        st.builds(Again, new_inputs),
        st.builds(Set, operations, numbers),
        st.builds(Set, operations, numbers),
    ]
    if not depth:
        return st.one_of(*simple)
    inner = blocks(depth - 1, 1, 2)
    endings = st.builds(lambda block, end: (*block, *end), inner, st.lists(ends, max_size=1))
    return st.one_of(
        *simple,
        *families(depth) * 2,
        st.builds(When, numbers, endings, inner),
        st.builds(Loop, numbers, st.sampled_from([False] * 9 + [True]), inner),
    )


@cache
def blocks(depth, at_least, at_most):
    """Some steps in a row."""
    return st.lists(steps(depth), min_size=at_least, max_size=at_most).map(tuple)


@cache
def threads(depth):
    """A thread. Either every exit of one returns something or none does: here every one does."""
    body = st.builds(
        lambda block, end: (*block, end), blocks(depth, 1 + depth, 2 + 2 * depth), ends
    )
    knocks = some(threads(depth - 1), 1) if depth else st.just(())
    retentions = st.sampled_from([None, None, 0, 2])
    return st.builds(Thread, body, knocks, retentions, st.sampled_from([None, None, str, int]))


@dataclass(frozen=True)
class Family:
    """Three workflows: `any` starts the others; `kid` inherits from it, `leaf` does not.

    `retention` is for how long runs of `any` are kept.
    """

    any: Thread
    kid: Thread
    leaf: Thread
    retention: int | None


workflows = st.builds(
    Family, threads(2), threads(1), threads(0), st.sampled_from([None, None, None, 0, 4])
)
