"""Figures are medians with ranges, held to their targets, and written where they belong."""

import json

import pytest
from bench import report
from bench.samples import Sample, Section, rows
from bench.targets import Bound, Of, Target

FACTS = {"machine": "a small one"}


def section(*ratios, name="Events accepted"):
    """A figure whose ratio was this in each round."""
    return Section("How many", "echo", rows([[Sample(name, "/s", one, 1.0)] for one in ratios]))


@pytest.mark.parametrize(
    ("target", "found", "is_reached"),
    [
        (Target(Bound.AT_LEAST, 0.5), {"value": 9.0, "ratio": 0.5}, True),
        (Target(Bound.AT_LEAST, 0.5), {"value": 9.0, "ratio": 0.49}, False),
        (Target(Bound.AT_MOST, 2), {"value": 9.0, "ratio": 2.0}, True),
        (Target(Bound.AT_MOST, 2), {"value": 1.0, "ratio": 2.01}, False),
        (Target(Bound.AT_MOST, 2), {"value": 1.0, "ratio": None}, False),
        (Target(Bound.AT_MOST, 200, Of.VALUE), {"value": 200.0, "ratio": None}, True),
    ],
)
def test_target_is_reached_at_its_bound_and_not_past_it(target, found, is_reached):
    assert target.is_reached(**found) == is_reached


def test_figure_is_held_to_its_target_by_the_median_of_its_rounds():
    [reached] = section(0.1, 0.6, 0.5).rows
    [missed] = section(0.9, 0.4, 0.4).rows
    assert (reached.is_reached, missed.is_reached) == (True, False)


def test_programs_read_what_is_to_be_reached_and_whether_it_is():
    [figure] = json.loads(report.as_json(FACTS, [section(0.3, 0.2, 0.4)]))["figures"]
    assert figure["ratio"] == {"median": 0.3, "least": 0.2, "greatest": 0.4}
    assert (figure["target"], figure["is_reached"]) == ("≥ 0.50", False)


def test_figures_are_recorded_in_the_place_of_former_ones(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.MARKS[0]}\nformer figures\n{report.MARKS[1]}\nafter\n")
    monkeypatch.setattr(report, "PAGE", page)
    report.record(FACTS, [section(0.3, 0.2, 0.4)])
    before, _, rest = page.read_text().partition(report.MARKS[0])
    recorded, _, after = rest.partition(report.MARKS[1])
    assert (before, after) == ("before\n", "\nafter\n")
    assert "| Events accepted | /s | 0.30 (0.20–0.40)" in recorded
    assert "| ≥ 0.50 | not reached |" in recorded
    assert "former" not in recorded
