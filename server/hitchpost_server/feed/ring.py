"""The ring: the latest entries, at hand for all who read at the end of the log.

Bounded in number and bytes; what leaves it is still in the store.
"""

from bisect import bisect_right
from collections import deque

from hitchpost_server.feed.entries import Page
from hitchpost_server.feed.limits import FeedLimits


class Ring:
    """Pages that follow one another without a gap, from `start` to `end`."""

    def __init__(self, position: int, limits: FeedLimits) -> None:
        self.start = self.end = position
        self._limits = limits
        self._pages: deque[Page] = deque()
        self._entries = 0
        self._bytes = 0

    def add(self, page: Page) -> None:
        """Take the page that follows; the oldest ones go."""
        assert page.after == self.end, "pages follow one another"
        self.end = page.through
        self._pages.append(page)
        self._entries += len(page.entries)
        self._bytes += page.size
        while self._is_too_large():
            self._drop()

    def _is_too_large(self) -> bool:
        limits = self._limits
        return len(self._pages) > 1 and (
            self._entries > limits.feed_ring_entries_max or self._bytes > limits.feed_ring_bytes_max
        )

    def _drop(self) -> None:
        page = self._pages.popleft()
        self.start = page.through
        self._entries -= len(page.entries)
        self._bytes -= page.size

    def behind(self, position: int) -> Page | None:
        """Give what follows a position as one page; None if it is not all here any more.

        It has about `feed_page_records` entries at least, if there are so many.
        """
        if not self.start <= position <= self.end:
            return None
        found = Page(position, position)
        first = bisect_right(self._pages, position, key=lambda page: page.through)
        for number in range(first, len(self._pages)):
            if len(found.entries) >= self._limits.feed_page_records:
                break
            self._extend(found, self._pages[number])
        return found

    def _extend(self, found: Page, page: Page) -> None:
        behind = found.through
        if page.after >= behind:
            found.entries.extend(page.entries)
        else:
            found.entries.extend(one for one in page.entries if one.position > behind)
        found.topics |= page.topics
        found.size += page.size
        found.through = page.through
