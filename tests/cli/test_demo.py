"""`hitchpost demo` does the main job on real input and says what has happened."""

import re


def test_demo_ends_well_and_says_what_has_happened(hitchpost_command) -> None:
    ended = hitchpost_command("demo", NO_COLOR="1")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    story = re.sub(r"\s+", " ", ended.stdout)
    in_order = [
        "refused: FAILED_PRECONDITION WF_RUN_NOT_FOUND",
        "done check-stock: 13",
        "done validate-customer: True",
        "refused: FAILED_PRECONDITION NOT_REFERENCED_BY_WF_SPEC",
        "SIGKILL",
        "the run waits where it was",
        "COMPLETED, signed by 'Ada Lovelace'",
        "external event claimed",
        "run completed",
        "Everything happened as said.",
    ]
    places = [story.find(words) for words in in_order]
    assert -1 not in places, dict(zip(in_order, places, strict=True))
    assert places == sorted(places)


def test_command_alone_says_what_it_can_do(hitchpost_command) -> None:
    said = hitchpost_command("--help").stdout
    for command in ("serve", "demo", "history", "verify", "rebuild"):
        assert command in said
