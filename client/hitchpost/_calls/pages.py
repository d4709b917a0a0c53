"""How lists are read to their end. It knows bookmarks and no subject."""

from collections.abc import AsyncIterator
from typing import Any, TypeVar

from hitchpost._connection import Connection
from hitchpost._methods import Method

Item = TypeVar("Item")


async def every_item(
    self: Connection, method: Method[Any, Any], request: Any, kind: type[Item]
) -> AsyncIterator[Item]:
    """Yield the objects of all pages, all of that kind; a page is fetched when it is needed."""
    while True:
        page = await self.call(method, request)
        for item in page.results:
            assert isinstance(item, kind)
            yield item
        if not page.bookmark:
            return
        request.bookmark = page.bookmark
