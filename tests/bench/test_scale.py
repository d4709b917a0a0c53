"""Every figure of what is stored can be taken, and a run's last steps cost what its first did.

What stores of full size come to is a measurement; here a hundred runs are enough to hold
that nothing of it has come apart. Counts are held to their bounds, times are not.
"""

from collections.abc import Callable
from typing import Any

SMALL = ("--size", "100", "--steps", "1200", "--rounds", "1", "--seconds", "0.1")
COUNTED = ("calls of Python", "events", "log bytes", "rows", "statements")


def test_every_figure_is_taken_and_a_long_run_goes_on_as_it_began(measured: Callable[..., Any]):
    figures = {one["name"]: one for one in measured("bench.scale", *SMALL)["figures"]}
    assert {
        "Events accepted by a large store",
        "Runs completed in a large store",
        "Runs completed that had waited in it",
        "Memory with 100 waiting runs",
        "Memory with 200 waiting runs",
        "Start with 100 waiting runs",
        "Start with 100 waiting runs after SIGKILL",
        "Entries of a large store consumed",
    } <= figures.keys()
    for name in COUNTED:
        assert figures[f"Last of 1,200 steps: {name}"]["ratio"]["median"] <= 1.2, name
