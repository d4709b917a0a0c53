"""The feed's own limits; `config.py` fills them in and says why each is as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedLimits:
    """How much is kept at hand, read and sent at a time; how often nothing is said to be new."""

    feed_ring_entries_max: int
    feed_ring_bytes_max: int
    feed_recent_bytes_max: int
    feed_page_records: int
    feed_page_bytes_max: int
    feed_readers_max: int
    feed_catch_up_times_growth: float
    feed_gather_seconds: float
    feed_subscribers_max: int
    feed_batch_entries_max: int
    feed_batch_bytes_max: int
    feed_checkpoint_seconds: float
    consumer_window_entries_max: int
    consumer_window_bytes_max: int
    consumer_ack_seconds: float
    consumer_save_seconds: float
    store_retry_seconds: float
