"""`/healthz`, `/readyz` and `/metrics`: for those who run the door, on an address of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from limner import __version__
from limner.web.gauges import Gauges

BEAT_SECONDS = 5  # a worker that has not ticked for so long is stuck

COUNTED = {
    "photos": "Photos sent.",
    "unchanged": "Requests answered with 304.",
    "missing": "Photos asked for by admitted visitors that there are not.",
    "pages": "Requests for the page and what belongs to it.",
    "refused": "Visits that no rule allows.",
    "bad": "Requests that were malformed, too large or too slow.",
    "bytes": "Bytes of bodies and photos sent.",
    "connections": "Connections accepted.",
    "turned_away": "Connections that there was no room for.",
}


def make(gauges: Gauges, workers: Callable[[], int]) -> Starlette:
    """Make the app; `workers` tells how many workers there should be."""

    def ready() -> tuple[bool, dict[str, object]]:
        now = int(time.time())
        beats = [beat for beat in gauges.values("beat") if beat and now - beat <= BEAT_SECONDS]
        detail: dict[str, object] = {
            "ready": bool(beats),
            "workers": {"wanted": workers(), "alive": len(beats)},
            "people": max(gauges.values("people")),
            "with_photo": max(gauges.values("with_photo")),
        }
        return bool(beats), detail

    def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    def readyz(_: Request) -> Response:
        good, detail = ready()
        return JSONResponse(detail, 200 if good else 503)

    def metrics(_: Request) -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collector(gauges, workers))
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])


class _Collector:
    """Turns the shared numbers into Prometheus' form, which its own library writes."""

    def __init__(self, gauges: Gauges, workers: Callable[[], int]) -> None:
        self.gauges = gauges
        self.workers = workers

    def collect(self) -> Iterator[Metric]:
        for column, meaning in COUNTED.items():
            yield CounterMetricFamily(f"limner_{column}", meaning, value=self.gauges.sum(column))
        now = int(time.time())
        alive = sum(1 for beat in self.gauges.values("beat") if beat and now - beat <= BEAT_SECONDS)
        yield GaugeMetricFamily("limner_connections_open", "Connections open now.", value=self.gauges.sum("open"))
        yield GaugeMetricFamily("limner_workers_alive", "Workers that are alive.", value=alive)
        yield GaugeMetricFamily("limner_workers_wanted", "Workers that there should be.", value=self.workers())
        for column, meaning in (("people", "People in the library."), ("with_photo", "Those of them with a photo.")):
            yield GaugeMetricFamily(f"limner_{column}", meaning, value=max(self.gauges.values(column)))
        info = GaugeMetricFamily("limner_build_info", "The version that runs.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
