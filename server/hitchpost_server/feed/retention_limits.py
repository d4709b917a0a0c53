"""The limits of retention; `config.py` fills them in and says why each is as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetentionLimits:
    """How much of the log the feed keeps, and for how long; 0: all of it."""

    feed_retention_seconds: int
    feed_retention_bytes: int
    feed_retention_interval_seconds: float
    published_ids_seconds: int
