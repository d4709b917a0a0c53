"""Customers: clients that order, sign, pay, change their mind, and write it all down.

Knows workflows and calls; a server that is gone for a while is no news to it.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from deliveries import hand_over, put_deliveries, sign_receipt
from ledger import Ledger
from rounds import make_rounds, put_rounds

import hitchpost
from hitchpost.v1 import status_pb2 as status

COMPLETED = frozenset({status.COMPLETED})
# A failure with the name of a technical one, TIMEOUT.
TIMED_OUT = frozenset({status.ERROR})

# How long anything may take while servers come and go, on a busy machine too.
PATIENCE_SECONDS = 60
# A server is gone for about a second; calls are tried for longer than that, and soon again.
PATIENT = hitchpost.Retry(tries_max=500, delay_seconds=0.02, delay_seconds_max=0.2)
IMPATIENT = hitchpost.Retry(tries_max=1)
CHANNEL = (("grpc.max_reconnect_backoff_ms", 200), ("grpc.use_local_subchannel_pool", 1))


def patient_client(target: str) -> hitchpost.Client:
    """A client that outlasts the absence of its server."""
    return hitchpost.connect(target, timeout=PATIENCE_SECONDS, retry=PATIENT, options=CHANNEL)


def impatient_client(target: str) -> hitchpost.Client:
    """A client that tries once: of what it has ordered in vain, the outcome is unknown."""
    return hitchpost.connect(target, timeout=10, retry=IMPATIENT, options=CHANNEL)


def milliseconds_ahead(milliseconds: int) -> int:
    """A moment, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000 + milliseconds


@hitchpost.workflow("order")
def order(wf: hitchpost.WorkflowBuilder) -> None:
    """A task that may be lost with its worker, two events, a short sleep."""
    item, until = wf.input("item", str), wf.input("until", int)
    wf.task("check-stock", item, timeout=1, retries=1_000)
    wf.wait_for_event("signed")
    wf.wait_for_event("paid")
    wf.sleep_until(until)


@hitchpost.workflow("nap")
def nap(wf: hitchpost.WorkflowBuilder) -> None:
    """A sleep, and something to do after it."""
    wf.sleep_until(wf.input("until", int))
    wf.task("check-stock", "pillow", timeout=1, retries=1_000)


@hitchpost.workflow("reminder")
def reminder(wf: hitchpost.WorkflowBuilder) -> None:
    """Wait for an answer, but not for long."""
    wf.wait_for_event("answered", timeout=1)


async def check_stock(item: str) -> str:
    """Take a moment."""
    await asyncio.sleep(0.01)
    return item.upper()


async def put_definitions(client: hitchpost.Client) -> None:
    """Define everything that customers use."""
    await client.put_task_def("check-stock", {"item": str}, returns=str)
    for guarded in ("signed", "lost"):
        await client.put_external_event_def(
            guarded, require_wfrun=True, require_wfspec_reference=True
        )
    for open_to_all in ("paid", "answered"):
        await client.put_external_event_def(open_to_all)
    for workflow in (order, nap, reminder):
        await client.put_workflow(workflow)
    await put_deliveries(client)
    await put_rounds(client)


async def until_it_waits(client: hitchpost.Client, run: str) -> None:
    """Wait until the task of an order is done, and it waits for its first event."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await client.get_run(run)).thread_runs[0].current_node_position < 2:
            await asyncio.sleep(0.02)


class Customer:
    """Orders one thing after another until told to stop; what was begun is finished."""

    def __init__(
        self,
        name: str,
        ledger: Ledger,
        client: hitchpost.Client,
        impatient: hitchpost.Client,
        choices: random.Random,
    ) -> None:
        self._name = name
        self.ledger = ledger
        self._client = client
        self._impatient = impatient
        self._random = choices
        self.stopping = False

    async def live(self) -> None:
        """Do one thing after another."""
        ways = [self._order, self._order, self._nap, self._remind, self._change_of_mind]
        ways += [self._have_delivered, self._make_rounds, self._make_rounds]
        number = 0
        while not self.stopping:
            number += 1
            await self._random.choice(ways)(f"{self._name}-{number}")

    async def _order(self, run: str) -> None:
        """Pay at any time, even before the order is there; sign once it is."""
        pays_early = self._random.random() < 0.5
        if pays_early:
            await self.post(run, "paid")
        if self._random.random() < 0.3:
            await self._expect_refusal(run, "signed", hitchpost.WfRunNotFound)
        until = milliseconds_ahead(self._random.choice([0, 100, 400]))
        await self.start(run, "order", {"item": run, "until": until})
        if self._random.random() < 0.3:
            await self._expect_refusal(run, "lost", hitchpost.NotReferencedByWfSpec)
        if self._random.random() < 0.5:
            await until_it_waits(self._client, run)
        await self.post(run, "signed")
        if not pays_early:
            await self.post(run, "paid")
        self.ledger.runs[run] = COMPLETED

    async def _nap(self, run: str) -> None:
        until = milliseconds_ahead(self._random.choice([50, 200, 800]))
        await self.start(run, "nap", {"until": until})
        self.ledger.runs[run] = COMPLETED

    async def _remind(self, run: str) -> None:
        """Answer never, at once, or at about the moment when the wait is over."""
        seconds = self._random.choice([None, 0.0, 0.95])
        await self.start(run, "reminder", {})
        if seconds is None:
            self.ledger.runs[run] = TIMED_OUT
            return
        self.ledger.runs[run] = COMPLETED | TIMED_OUT
        await asyncio.sleep(seconds)
        await self.post(run, "answered")

    async def _have_delivered(self, run: str) -> None:
        """Hand the parcel over before its run is there, or while that is under way."""
        is_early = self._random.random() < 0.3
        if is_early:
            await hand_over(self._client, self._some_client(), run)
        await self.start(run, "delivery", {"number": run})
        if self._random.random() < 0.7:
            await self.post(run, "rerouted")
        if not is_early:
            await hand_over(self._client, self._some_client(), run)
        await sign_receipt(self._client, run)
        self.ledger.runs[run] = COMPLETED
        self.ledger.delivered.add(run)

    async def _make_rounds(self, run: str) -> None:
        """Words in time have the run go home; the last of them does."""
        await make_rounds(self, run, self._random)
        self.ledger.runs[run] = COMPLETED

    async def _change_of_mind(self, run: str) -> None:
        await self.post(run, "paid")
        await self.start(run, "order", {"item": run, "until": 0})
        self.ledger.forget(run)
        await self._client.delete_run(run)
        self.ledger.deleted.add(run)

    async def start(self, run: str, wf_spec: str, inputs: dict[str, object]) -> None:
        """Start a run; if the first try is lost, the same id finds out."""
        try:
            await self._some_client().run(wf_spec, inputs, id=run)
        except hitchpost.Unavailable:
            with suppress(hitchpost.WfRunExists):
                await self._client.run(wf_spec, inputs, id=run)
        self.ledger.runs[run] = hitchpost.TERMINATED

    async def post(self, run: str, name: str, content: str | None = None, **aim: int) -> None:
        """Post an event; if the first try is lost, the same guid finds out."""
        content = run if content is None else content
        guid = f"{self._random.getrandbits(64):016x}"
        try:
            event = await self._some_client().post_event(run, name, content, guid=guid, **aim)
        except hitchpost.Unavailable:
            try:
                event = await self._client.post_event(run, name, content, guid=guid, **aim)
            except hitchpost.ExternalEventExists:
                event = await self._client.get_event(run, name, guid)
        self.ledger.events[run, name, guid] = event.claimed

    async def let_start_over(self, run: str) -> None:
        """Let a run start over; if the first try is lost, the execution that it names finds out."""
        ends = (await self._client.get_run(run)).execution
        self.ledger.tried[run] += 1
        # What somebody has told the run may let it start over first.
        with suppress(hitchpost.ExecutionMismatch):
            try:
                begun = await self._some_client().continue_as_new(run, execution=ends)
            except hitchpost.Unavailable:
                begun = await self._client.continue_as_new(run, execution=ends)
            assert begun.execution > ends
        self.ledger.begun[run].add(ends + 1)

    def _some_client(self) -> hitchpost.Client:
        return self._impatient if self._random.random() < 0.5 else self._client

    async def _expect_refusal(
        self, run: str, name: str, wanted: type[hitchpost.ExternalEventRefused]
    ) -> None:
        try:
            await self._client.post_event(run, name)
        except wanted as refusal:
            self.ledger.refused[refusal.reason] += 1
            return
        raise AssertionError(f"{name} was not refused for {run}")


@asynccontextmanager
async def customers_at(target: str, ledger: Ledger, seed: int, count: int) -> AsyncIterator[None]:
    """Let customers come and workers work; at the end all finish what they have begun."""
    async with patient_client(target) as client, impatient_client(target) as impatient:
        workers = [hitchpost.Worker(client, "check-stock", check_stock) for _ in range(2)]
        customers = [
            Customer(f"c{number}", ledger, client, impatient, random.Random(f"{seed}-{number}"))
            for number in range(count)
        ]
        lives: list[asyncio.Task[None]] = []
        try:
            for worker in workers:
                await worker.__aenter__()
            lives += [asyncio.create_task(customer.live()) for customer in customers]
            yield
            for customer in customers:
                customer.stopping = True
            await asyncio.wait_for(asyncio.gather(*lives), PATIENCE_SECONDS)
            await ledger.check_ends(client)
        finally:
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
            # Not for ever: when something is wrong there may be no server to report to.
            await asyncio.gather(*(worker.close(timeout=1) for worker in workers))
