"""A run that has started over many times costs and leaves behind what it did at first.

Counted on a real SQLite file, not timed: what an execution with events, timers, a task, a
workflow event and perhaps a child run comes to. Of a hundred executions some more are
archived, or written down in a snapshot, than of another hundred; numbers get longer.
"""

from statistics import mean

import pytest

# By how much a hundred late executions may differ from a hundred early ones. Calls of Python are
# counted in one of ten.
COUNTED = {
    "records": 0.0,
    "events": 0.02,
    "rows": 0.02,
    "statements": 0.02,
    "calls each": 0.1,
    "current": 0.0,
    "unclaimed": 0.0,
}
WEIGHED = ("log bytes", "state")
MANY = pytest.param(10_000, marks=[pytest.mark.long, pytest.mark.timeout(1_800)])


@pytest.mark.parametrize("workflow", ["alone", "with-children"])
@pytest.mark.parametrize("executions", [300, MANY])
def test_late_executions_cost_what_the_first_ones_did(measured, executions, workflow):
    arguments = ("--executions", executions, "--slices", executions // 10, "--workflow", workflow)
    slices = measured("bench.starting_over", *arguments)["slices"]
    early, late = slices[1:11], slices[-10:]
    for name, tolerance in COUNTED.items():
        wanted = pytest.approx(mean(one[name] for one in early), rel=tolerance)
        assert mean(one[name] for one in late) == wanted, name
    for name in WEIGHED:
        assert max(one[name] for one in late) <= 1.15 * max(one[name] for one in early), name
