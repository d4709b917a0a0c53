"""Random workflows as WfSpecs: how what was drawn is written with the builder.

Knows the builder's verbs; what to write is the business of `random_steps.py`.
"""

from dataclasses import dataclass
from functools import singledispatchmethod
from itertools import count

from random_steps import (
    AGAIN,
    KNOCKS,
    NEW_INPUTS,
    Again,
    Ask,
    Complete,
    Condition,
    Fail,
    Fork,
    Loop,
    RunChild,
    Set,
    Sleep,
    Start,
    Task,
    Thread,
    Threads,
    Throw,
    Wait,
    When,
)

import hitchpost

# When runs begin, in milliseconds since 1970: what they sleep until is after that.
BEGIN_MS = 1_800_000_000_000
KINDS = {"failure": "handle_failure", "error": "handle_error", "exception": "handle_exception"}


@hitchpost.struct("person")
class Person:
    name: str
    age: int | None = None


@dataclass
class Variables:
    """The variables that all threads of a workflow share."""

    count: object
    text: object
    items: object
    until: object
    which: object
    who: object
    inputs: object


def variables_of(wf, count):
    """Declare them, but for the count, which `kid` inherits."""
    return Variables(
        count,
        wf.variable("text", str, default="k1"),
        wf.variable("items", list, default=[1, 2]),
        wf.variable("until", int, default=BEGIN_MS),
        wf.variable("which", str, default="greet"),
        wf.variable("who", Person, default=Person("nobody")),
        wf.variable("inputs", dict, default={}),
    )


class Writing:
    """One workflow while it is written; every thread gets a name, some get a knock.

    `may_run` are the workflows that are there before it.
    """

    def __init__(self, variables, *may_run):
        self.variables = variables
        self.may_run = may_run
        self.names = count(1)
        self.knocks = iter(KNOCKS)

    def handler(self, thread: Thread):
        """Make the function that writes a handler."""

        def write(wf):
            if thread.receives is not None:
                wf.received(thread.receives)
            self.body(wf, thread)

        return write

    def body(self, wf, thread: Thread):
        """Write a thread."""
        for handler in thread.interrupts:
            knock = next(self.knocks, None)
            if knock is not None:
                wf.interrupt(knock)(self.handler(handler))
        if thread.retention is not None:
            wf.retention(thread.retention)
        ThreadWriting(self, wf).steps(thread.steps)


class ThreadWriting:
    """One thread while it is written; `children` are the numbers of those it has started."""

    def __init__(self, writing, wf):
        self.writing = writing
        self.wf = wf
        self.has = writing.variables
        self.children = []

    def steps(self, steps):
        for step in steps:
            self.step(step)

    def handled(self, step, handlers):
        """Write the handlers of a step, and give the step."""
        for handler in handlers:
            write = self.writing.handler(handler.thread)
            if handler.catches in KINDS:
                getattr(self.wf, KINDS[handler.catches])(step)(write)
            elif handler.catches.isupper():
                self.wf.handle_error(step, handler.catches)(write)
            else:
                self.wf.handle_exception(step, handler.catches)(write)
        return step

    @singledispatchmethod
    def step(self, step):
        raise NotImplementedError(step)

    @step.register
    def _(self, step: Task):
        done = self.wf.task(
            self.has.which if step.is_dynamic else step.name,
            self.has.who if step.name == "describe" and not step.is_dynamic else self.has.count,
            retries=step.retries,
            timeout=3,
            backoff=hitchpost.Backoff(1) if step.has_backoff else None,
        )
        self.handled(done, step.handlers)
        self.wf.set(self.has.text, done)

    @step.register
    def _(self, step: Wait):
        key = self.has.text if step.key == "text" else step.key
        came = self.wf.wait_for_event(step.event, timeout=step.timeout, correlation_key=key)
        self.handled(came, step.handlers)
        self.wf.set(self.has.text, came)

    @step.register
    def _(self, step: Sleep):
        if step.is_until:
            self.wf.sleep_until(self.has.until + step.seconds * 1000)
        else:
            self.wf.sleep(step.seconds)

    @step.register
    def _(self, step: Throw):
        self.wf.throw_event("told", self.has.text)

    @step.register
    def _(self, step: Again):
        if step.inputs is None:
            inputs = self.wf.wait_for_event(AGAIN)
        else:  # a literal that does not fit would be refused with its workflow
            inputs = self.has.inputs
            self.wf.set(inputs, NEW_INPUTS[step.inputs])
        self.wf.throw_event("hitchpost-continue-as-new", inputs)

    @step.register
    def _(self, step: Set):
        has, number = self.has, step.number
        new = {
            "add": lambda: (has.count, has.count + number),
            "multiply": lambda: (has.count, has.count * number),
            "divide": lambda: (has.count, has.count / number),
            "text": lambda: (has.text, self.wf.format("{0} of {1}", has.count, has.which)),
            "until": lambda: (has.until, has.until + number * 1000),
            "items": lambda: (has.items, [3] * max(number, 0)),
            "who": lambda: (has.who, self.wf.struct(Person, name=has.text, age=has.count)),
            "age": lambda: (has.who.get("age"), has.count + number),
            "which": lambda: (has.which, ["greet", "leaf", "kid", "any", "nobody"][number]),
        }
        self.wf.set(*new[step.operation]())

    @step.register
    def _(self, step: When):
        with self.wf.when(self.has.count < step.bound):
            self.steps(step.then)
        with self.wf.otherwise():
            self.steps(step.otherwise)

    @step.register
    def _(self, step: Loop):
        with self.wf.loop_while(self.has.count < step.bound):
            if not step.is_endless:
                self.wf.set(self.has.count, self.has.count + 1)
            self.steps(step.body)

    @step.register
    def _(self, step: Condition):
        self.handled(self.wf.wait_for_condition(self.has.count >= step.bound), step.handlers)

    @step.register
    def _(self, step: Start):
        def write(wf):
            if step.is_for_each:
                wf.received(int)
            self.writing.body(wf, step.thread)

        name = f"child-{next(self.writing.names)}"
        if step.is_for_each:
            child = self.wf.start_thread_for_each(self.has.items, write, name=name)
        else:
            child = self.wf.start_thread(write, name=name)
        self.children.append(child)

    @step.register
    def _(self, step: Fork):
        self.steps([*step.starts, step.wait])

    @step.register
    def _(self, step: Threads):
        if awaited := [self.has.count] if step.is_any_number else self._latest(step.latest):
            waiting = self.wf.wait_for_threads(*awaited, strategy=step.strategy)
            self.handled(waiting, step.handlers)
            self.handled(waiting.each_child, step.each_child)

    def _latest(self, number):
        """The latest children; a list of children is waited for alone."""
        latest = self.children[-number:]
        if latest and latest[-1].node.HasField("start_multiple_threads"):
            return latest[-1:]
        return [child for child in latest if child.node.HasField("start_thread")]

    @step.register
    def _(self, step: RunChild):
        may_run = self.writing.may_run
        name = step.name if step.name in (*may_run, "which") else "leaf"
        if name == "which":
            child = self.wf.run_child_wf(self.has.which, id=step.id)
        elif name in may_run:
            inputs = {"start": self.has.count} if name == "leaf" else {}
            child = self.wf.run_child_wf(name, inputs, id=step.id)
        else:
            return
        if step.is_awaited:
            self.handled(self.wf.wait_for_child_wf(child), step.handlers)
        else:
            self.handled(child, step.handlers)

    @step.register
    def _(self, step: Ask):
        user = None if step.group else "ada"
        asked = self.wf.user_task(
            "form", user=user, group=step.group, cancelled_as=step.cancelled_as, notes=self.has.text
        )
        for action, seconds, since in step.actions:
            if action == "remind":
                asked.remind_after(seconds, "count", self.has.count, since=since)
            elif action == "cancel":
                asked.cancel_after(seconds, since=since)
            elif action == "release" and step.group:
                asked.release_after(seconds, since=since)
            else:
                asked.reassign_after(seconds, user="bob", since=since)
        self.handled(asked, step.handlers)
        with self.wf.when(asked["amount"].of_type(int) > 2):
            self.wf.set(self.has.count, asked["amount"].of_type(int))

    @step.register
    def _(self, step: Fail):
        self.wf.fail(step.name, "by design", self.has.count)

    @step.register
    def _(self, step: Complete):
        self.wf.complete(step.number)


def written(family):
    """Write the workflows of a family, in the order in which they can be put.

    `kid` needs an `any` that is there before it, which `any` then follows. The last is another
    version of `any`, for later.
    """

    def before(wf):
        variables_of(wf, wf.variable("count", int, default=0, public=True))
        wf.complete(0)

    def whole(wf):
        shared = variables_of(wf, wf.variable("count", int, default=0, public=True))
        Writing(shared, "kid", "leaf").body(wf, family.any)

    def revised(wf):
        shared = variables_of(wf, wf.variable("count", int, default=1, public=True))
        Writing(shared).body(wf, family.leaf)

    def kid(wf):
        Writing(variables_of(wf, wf.inherited("count", int)), "leaf").body(wf, family.kid)

    def leaf(wf):
        start = wf.variable("start", int)
        Writing(variables_of(wf, start)).body(wf, family.leaf)

    return [
        hitchpost.workflow("any")(before),
        hitchpost.workflow("leaf")(leaf),
        hitchpost.workflow("kid", parent="any")(kid),
        hitchpost.workflow("any", retention_seconds=family.retention)(whole),
        hitchpost.workflow("any", retention_seconds=family.retention)(revised),
    ]
