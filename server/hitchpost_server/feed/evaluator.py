"""The evaluator: hands entries to the process in which expressions run.

It knows how to talk to that process and that it may end at any time; it knows
nothing of what an expression is. There is one process for all routes, begun
when the first expression is to run.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

# What a line may take: an entry as large as the server accepts, written as JSON.
LINE_BYTES_MAX = 64 * 1024 * 1024
# The process bounds its own processor time; this is for a machine that gives it none.
ANSWER_SECONDS_MAX = 60.0
# Lines that are under way at the same time, so that both sides have something to do.
LINES_AT_A_TIME = 64

# What an expression may make: enough for anything that a receiver would take in one request.
RESULT_CHARACTERS_MAX = 1024 * 1024
RAN_AWAY = "it took more time or memory than an expression may"
# The expression of a NATS target, by the field that it is in.
SUBJECT_FIELD = "nats.subject_expression"
_MODULE = "hitchpost_server.feed.expression_process"
# What the process says first: whoever does not hear it knows that there is none.
READY = "ready"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What expressions say of an entry.

    `made` is what the transform has made, `subject` what the subject's expression
    has; None without one. With a `problem` the expression in `field` could not be
    evaluated.
    """

    passes: bool = False
    made: Any = None
    subject: Any = None
    field: str = ""
    problem: str = ""


class EvaluatorUnavailableError(Exception):
    """The process in which expressions run does not begin: nothing can be said of any entry."""


class Evaluator:
    """Evaluates expressions in a process of their own."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def check(self, expressions: Mapping[str, str]) -> tuple[str, str] | None:
        """Compile expressions by field; return the field and problem of one that does not."""
        (answer,) = await self._answers([{"check": expressions}])
        problem = answer.get("problem")
        return None if problem is None else (answer.get("field") or "filter", problem)

    async def evaluate(
        self, expressions: Mapping[str, str], entries: Sequence[Mapping[str, Any]]
    ) -> list[Verdict]:
        """Evaluate the expressions of a route on entries, each for itself."""
        requests = [{"expressions": expressions, "entry": entry} for entry in entries]
        return [Verdict(**answer) for answer in await self._answers(requests)]

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        # Its pipes are closed a turn of the loop later.
        await asyncio.sleep(0)

    async def _answers(self, requests: Sequence[Any]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        while len(answers) < len(requests):
            start = len(answers)
            # A turn ends with an expression that runs away: others come before the next one.
            async with self._turn:
                answers += await self._group(requests[start : start + LINES_AT_A_TIME])
        return answers

    async def _group(self, requests: Sequence[Any]) -> list[dict[str, Any]]:
        """Send some requests and read their answers; the last may be that there is none."""
        process = await self._running()
        assert process.stdin is not None
        lines = [json.dumps(request).encode() + b"\n" for request in requests]
        sending = asyncio.create_task(_send(process.stdin, lines))
        answers: list[dict[str, Any]] = []
        try:
            for _ in lines:
                answer = await self._answer(process)
                answers.append(answer)
                if self._process is None:
                    break
        except BaseException:
            # What it still has to say would be taken for the answer to something else.
            await asyncio.shield(self.close())
            raise
        finally:
            sending.cancel()
        return answers

    async def _answer(self, process: Process) -> dict[str, Any]:
        assert process.stdout is not None
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                line = await process.stdout.readline()
        except TimeoutError:
            line = b""
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        await self.close()
        return {"problem": RAN_AWAY}

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", _MODULE),
                stdin=PIPE,
                stdout=PIPE,
                limit=LINE_BYTES_MAX,
                # Whoever stops the server at a terminal does not mean this process too.
                start_new_session=True,
            )
            await self._ready(process)
        return self._process

    async def _ready(self, process: Process) -> None:
        """Wait until the process can answer."""
        assert process.stdout is not None
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                if (await process.stdout.readline()).decode().strip() == READY:
                    return
        except TimeoutError:
            pass
        except BaseException:
            await asyncio.shield(self.close())
            raise
        await self.close()
        raise EvaluatorUnavailableError("the process of expressions does not begin")


async def _send(stdin: asyncio.StreamWriter, lines: Sequence[bytes]) -> None:
    with suppress(ConnectionError):
        for line in lines:
            stdin.write(line)
            await stdin.drain()
