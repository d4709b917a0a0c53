"""The process in which expressions run: one JSON line in, one JSON line out.

Expressions are written by users. The language has no input or output, but its
library reads time zones from files that an expression names, and what an
expression makes can double with every few characters. So they run where no
file and no socket can be opened, memory is bounded, and each evaluation has
its own bound of processor time: past it the kernel ends the process, and
whoever waits for the line knows by that.
"""

import json
import resource
import signal
import sys
from datetime import datetime
from functools import lru_cache
from typing import Any

from hitchpost_server.feed.evaluator import READY, RESULT_CHARACTERS_MAX, SUBJECT_FIELD
from hitchpost_server.feed.expressions import Expression, ExpressionError

# A hundred times what an expression takes that somebody wrote on purpose.
CPU_SECONDS_MAX = 1.0
# Python and the library take about a quarter of it.
MEMORY_BYTES_MAX = 512 * 1024 * 1024
# Routes are few; this only keeps memory bounded.
COMPILED_MAX = 1_000
# What is made of an entry that passes, by field: how the answer calls it.
RESULTS = {"transform": "made", SUBJECT_FIELD: "subject"}


@lru_cache(maxsize=COMPILED_MAX)
def _compiled(text: str, is_filter: bool) -> Expression:
    return Expression(text, is_filter=is_filter)


def _checked(texts: dict[str, str]) -> dict[str, Any]:
    """Compile expressions; the first one that does not is a problem of its field."""
    for field, text in texts.items():
        try:
            Expression(text, is_filter=field == "filter")
        except ExpressionError as error:
            return {"field": field, "problem": str(error)}
    return {}


def _evaluated(request: dict[str, Any]) -> dict[str, Any]:
    entry = request["entry"]
    entry["time"] = datetime.fromisoformat(entry["time"])
    texts, field = request["expressions"], "filter"
    try:
        if "filter" in texts and not _compiled(texts["filter"], True).of(entry):
            return {"passes": False}
        answer: dict[str, Any] = {"passes": True}
        for field, result in RESULTS.items():
            if field in texts:
                answer[result] = _compiled(texts[field], False).of(entry)
        return answer
    except ExpressionError as error:
        return {"field": field, "problem": str(error)}


def answered(line: str) -> str:
    """Answer one request."""
    request = json.loads(line)
    answer = _checked(request["check"]) if "check" in request else _evaluated(request)
    try:
        text = json.dumps(answer, allow_nan=False)
    except ValueError:
        return json.dumps({"field": "transform", "problem": "JSON has no such number"})
    if len(text) > RESULT_CHARACTERS_MAX:
        problem = f"it makes more than {RESULT_CHARACTERS_MAX} characters of JSON"
        return json.dumps({"field": "transform", "problem": problem})
    return text


def shut_in() -> None:
    """Take from this process all that expressions have no need of."""
    # Input, output and errors are open; nothing else can be from here on.
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer line by line until the server closes the pipe, or is no more."""
    shut_in()
    print(READY, flush=True)
    for line in sys.stdin:
        # Nobody handles the signal: it ends the process, also in the middle of the library.
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS_MAX)
        answer = answered(line)
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(answer, flush=True)


if __name__ == "__main__":
    main()
