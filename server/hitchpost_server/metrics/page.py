"""The page: metrics over HTTP, on a port of their own, for Prometheus to read.

It knows HTTP and the text form; what the metrics are is `gathering.py`'s.
"""

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from hitchpost_server.store.protocol import StoreUnavailableError

PATH = "/metrics"


class _Gathered(Collector):
    """Metrics that were gathered already."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        """Give them."""
        return self._metrics


class MetricsPage:
    """Serves what `gather` gives, and what the library knows of the process."""

    def __init__(self, gather: Callable[[], Awaitable[list[Metric]]]) -> None:
        self._gather = gather
        application = web.Application()
        application.router.add_get(PATH, self._page)
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self, host: str, port: int) -> int:
        """Begin to listen; return the port. Raises OSError."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Answer no more."""
        await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        try:
            metrics = await self._gather()
        except StoreUnavailableError as error:
            raise web.HTTPServiceUnavailable(text=f"the store cannot be read: {error}") from error
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Gathered(metrics))
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": content_type})
