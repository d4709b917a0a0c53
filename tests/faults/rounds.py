"""Rounds: runs that start over, when they are told to and when a client lets them.

Knows the workflow and what a customer does about one; what was acknowledged goes into the
customer's ledger.
"""

from random import Random
from typing import TYPE_CHECKING

import hitchpost

if TYPE_CHECKING:
    from customers import Customer


@hitchpost.workflow("round")
def make_round(wf: hitchpost.WorkflowBuilder) -> None:
    """Do as told, word by word, until told to go home; then look for one thing left behind."""
    told = wf.variable("told", str, default="on")

    @wf.interrupt("rung")
    def answer(thread: hitchpost.WorkflowBuilder) -> None:
        thread.task("check-stock", "bell", timeout=1, retries=1_000)

    def give_up(_thread: hitchpost.WorkflowBuilder) -> None:
        """Go home without it."""

    with wf.loop_while(told != "home"):
        wf.set(told, wf.wait_for_event("told"))
        with wf.when(told == "again"):
            wf.continue_as_new()
    wf.handle_error(wf.wait_for_event("left", timeout=1), "TIMEOUT")(give_up)


async def put_rounds(client: hitchpost.Client) -> None:
    """Define everything that rounds use."""
    for name in ("told", "rung", "left"):
        await client.put_external_event_def(name)
    await client.put_external_event_def("soon", retention_seconds=1)
    await client.put_workflow(make_round)


async def make_rounds(customer: "Customer", run: str, choices: Random) -> None:
    """Say one word after another, perhaps the first ones early; do other things in between."""
    words = [choices.choice(["on", "again", "again"]) for _ in range(choices.randint(1, 7))]
    customer.ledger.restless.add(run)
    early = words[: choices.choice([0, 0, 2])]
    for word in early:
        await customer.post(run, "told", word)
    await customer.start(run, "round", {})
    for word in words[len(early) :]:
        await _leave_things(customer, run, choices)
        await customer.post(run, "told", word)
    await customer.post(run, "told", "home")


async def _leave_things(customer: "Customer", run: str, choices: Random) -> None:
    """Ring, let the run start over, leave what is kept, what expires, and what never fits."""
    ways = [
        lambda: customer.post(run, "rung"),
        lambda: customer.let_start_over(run),
        lambda: customer.post(run, "left"),
        lambda: customer.post(run, "soon"),
        lambda: customer.post(run, "left", thread=0, position=999),
    ]
    for way in choices.sample(ways, choices.randint(0, 3)):
        await way()
