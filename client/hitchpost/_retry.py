"""When a failed call is tried again, and after how long. It knows failures and no channel."""

import random
from dataclasses import dataclass

from hitchpost._errors import CallFailed, Unavailable

# A stream that breaks after so long had got through, even if nothing has happened meanwhile.
GOT_THROUGH_SECONDS = 10.0


def backoff_seconds(tries: int, first: float, longest: float) -> float:
    """Say how long to pause after so many tries in a row: doubling, with jitter."""
    ceiling = min(first * 2.0 ** min(tries - 1, 32), longest)
    return ceiling * random.uniform(0.5, 1.0)


@dataclass(frozen=True)
class Retry:
    """How often and how soon a call that may yet succeed is tried again.

    Only UNAVAILABLE, and refusals that come with a time to wait, are tried again, never
    past the call's timeout. `tries_max` counts the first try too.
    """

    tries_max: int = 8
    delay_seconds: float = 0.1
    delay_seconds_max: float = 3.0

    def pause_seconds(self, failure: CallFailed, tries: int) -> float | None:
        """Say how long to wait after that many tries, or None to give up."""
        if tries >= self.tries_max:
            return None
        if failure.retry_after_seconds is not None:
            return failure.retry_after_seconds * random.uniform(1.0, 1.2)
        if isinstance(failure, Unavailable):
            return backoff_seconds(tries, self.delay_seconds, self.delay_seconds_max)
        return None
