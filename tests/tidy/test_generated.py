"""What scripts make is what they would make now, and what they count is complete."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.mark.parametrize(
    "command",
    [
        ["generate.py", "--check"],
        ["littlehorse_table.py", "--check"],
        ["settings_table.py", "--check"],
        ["streams_table.py", "--check"],
        ["feed_types.py", "--check"],
        ["check_comments.py"],
    ],
    ids=[
        "code",
        "table of RPCs",
        "table of settings",
        "table of streams",
        "types of the feed",
        "comments",
    ],
)
def test_what_scripts_make_is_fresh_and_complete(command: list[str]) -> None:
    script, *options = command
    answer = subprocess.run(
        [sys.executable, str(SCRIPTS / script), *options], capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
