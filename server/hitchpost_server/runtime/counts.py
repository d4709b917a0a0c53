"""What the committer counts for operators: a few additions a batch, none a call.

Knows batches as they were written; who reads the counts is no matter here.
"""

from bisect import bisect_left
from collections import Counter

from hitchpost_server.engine.commands import Command
from hitchpost_server.runtime.batch import Batch

# Commands of a batch, at most so many in each class; larger ones are in a class of their own.
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Counts:
    """Counts since the process began; they only grow."""

    def __init__(self) -> None:
        self.commits = 0
        self.failed_commits = 0
        self.events = 0
        self.commands: Counter[type[Command]] = Counter()
        # By the reason's number.
        self.refusals: Counter[int] = Counter()
        # Batches in each class of BATCH_SIZES, and above; and the commands of them all.
        self.batches = [0] * (len(BATCH_SIZES) + 1)
        self.batch_commands = 0

    def written(self, batch: Batch) -> None:
        """Count a batch whose answers are due."""
        size = len(batch.pendings)
        self.batches[bisect_left(BATCH_SIZES, size)] += 1
        self.batch_commands += size
        self.commands.update([type(pending.command) for pending in batch.pendings])
        appends = batch.write.appends
        self.events += sum([one.last_sequence - one.expected_sequence for one in appends])
        if not batch.writes_nothing:
            self.commits += 1
        for rejection in [one.rejection for one in batch.decisions if one.rejection is not None]:
            self.refusals[rejection.reason] += 1
