"""Calls of an open loop arrive when they are due, and wait from then on."""

import asyncio
import time
from itertools import count
from time import perf_counter

import pytest
from bench.arrivals import arrivals

REQUESTS_PER_SECOND = 100


def requests():
    return ((number, b"") for number in count())


async def test_calls_are_due_at_a_fixed_rate():
    dues = []

    async def send(number, request, due):
        dues.append(due)

    await arrivals(send, requests(), REQUESTS_PER_SECOND, 0.3)
    wanted = [dues[0] + number / REQUESTS_PER_SECOND for number in range(30)]
    assert dues == pytest.approx(wanted, abs=1e-6)


async def test_call_that_a_slow_one_has_kept_from_being_sent_counts_from_when_it_was_due():
    waited = {}

    async def send(number, request, due):
        waited[number] = perf_counter() - due
        if number == 0:
            time.sleep(0.2)

    await arrivals(send, requests(), REQUESTS_PER_SECOND, 0.3)
    assert len(waited) == 30
    assert all(waited[number] > 0.2 - (number + 1) / REQUESTS_PER_SECOND for number in range(1, 20))


async def test_no_call_waits_for_the_answer_of_another():
    answer = asyncio.Event()

    async def send(number, request, due):
        if number == 29:
            answer.set()
        await answer.wait()

    await asyncio.wait_for(arrivals(send, requests(), REQUESTS_PER_SECOND, 0.3), 60)


async def test_call_that_fails_ends_them_all():
    sent = []

    async def send(number, request, due):
        sent.append(number)
        if number == 3:
            raise ConnectionError

    with pytest.raises(ExceptionGroup) as failed:
        await arrivals(send, requests(), REQUESTS_PER_SECOND, 60)
    assert failed.group_contains(ConnectionError)
    assert len(sent) < 60 * REQUESTS_PER_SECOND
