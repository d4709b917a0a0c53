"""The benchmark is a measurement, not a test: this only holds that it can be taken."""

from collections.abc import Callable
from typing import Any

QUICK = ("--seconds", "0.1", "--rounds", "1", "--callers", "4")


def test_every_figure_is_taken_and_what_was_acknowledged_is_stored(measured: Callable[..., Any]):
    figures = {one["name"]: one for one in measured("bench", *QUICK)["figures"]}
    compared = {name for name, one in figures.items() if one["ratio"] is not None}
    assert {
        "Events accepted",
        "Events accepted on a stream",
        "Runs started",
        "Runs completed by an event",
        "Tasks done",
        "Event accepted at 50%, p99.9",
        "Run completed at 80%, p50",
        "An idle run completed, p50",
        "An idle run completed, p99",
        "Entries consumed far behind",
    } <= compared
    assert figures["One fsync of the same disk, p50"]["value"]["median"] > 0
