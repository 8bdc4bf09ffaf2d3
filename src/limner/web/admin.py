"""`/healthz`, `/readyz` and `/metrics`: for those who run the door, on an address of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from limner import __version__
from limner.publish.standing import Row as TableRow
from limner.publish.standing import as_dict as table_as_dict
from limner.sync.standing import Row, as_dict
from limner.web.gauges import Gauges
from limner.web.replica.standing import Standing

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


PER_SOURCE: dict[str, tuple[str, Callable[[Row], float]]] = {
    "people": ("People in the library from this source, after its last sync.", lambda row: row.result.people),
    "last_success_timestamp_seconds": (
        "When a sync last read this source whole (Unix seconds; 0: never yet).",
        lambda row: row.result.success,
    ),
    "failed": ("1 if the last sync of this source failed.", lambda row: bool(row.result.failed)),
    "refused": ("Photos of this source that the last sync refused.", lambda row: row.result.counts.get("refused", 0)),
}


PER_TABLE: dict[str, tuple[str, Callable[[TableRow], float]]] = {
    "running": ("1 while this [[publish]] table is published.", lambda row: row.running),
    "last_success_timestamp_seconds": (
        "When a run of this table last came to its end (Unix seconds; 0: never yet).",
        lambda row: row.result.success,
    ),
    "failed": ("1 if the last run of this table failed.", lambda row: bool(row.result.failed)),
    "refused": (
        "Files or entries that could not be written in the last run of this table.",
        lambda row: row.result.counts.get("refused", 0),
    ),
}


class Syncs(Protocol):
    """What the admin address tells of syncs and of publishing; see `limner.web.timetable`."""

    running: bool
    rows: list[Row]
    tables: list[TableRow]


def make(gauges: Gauges, workers: Callable[[], int], syncs: Syncs, replica: Standing | None = None) -> Starlette:
    """Make the app; `workers` tells how many workers there should be, `syncs` how sources and tables stand,
    `replica` how the replica of a shared library does.
    """

    def ready() -> tuple[bool, dict[str, object]]:
        now = int(time.time())
        beats = [beat for beat in gauges.values("beat") if beat and now - beat <= BEAT_SECONDS]
        detail: dict[str, object] = {
            "ready": bool(beats),
            "workers": {"wanted": workers(), "alive": len(beats)},
            "people": max(gauges.values("people")),
            "with_photo": max(gauges.values("with_photo")),
            "syncing": syncs.running,
            "sources": [as_dict(row) for row in syncs.rows],
            "published": [table_as_dict(row) for row in syncs.tables],
        }
        if replica is not None:
            detail["replica"] = replica.as_dict()
            detail["ready"] = bool(beats) and replica.filled
        return bool(detail["ready"]), detail

    def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    def readyz(_: Request) -> Response:
        good, detail = ready()
        return JSONResponse(detail, 200 if good else 503)

    def metrics(_: Request) -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collector(gauges, workers, syncs, replica))
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])


class _Collector:
    """Turns the shared numbers into Prometheus' form, which its own library writes."""

    def __init__(
        self, gauges: Gauges, workers: Callable[[], int], syncs: Syncs, replica: Standing | None = None
    ) -> None:
        self.replica = replica
        self.gauges = gauges
        self.workers = workers
        self.syncs = syncs

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
        yield GaugeMetricFamily("limner_sync_running", "1 while a sync of the library runs.", value=self.syncs.running)
        for name, (meaning, number) in PER_SOURCE.items():
            family = GaugeMetricFamily(f"limner_source_{name}", meaning, labels=["source"])
            for row in self.syncs.rows:
                family.add_metric([row.result.source], number(row))
            yield family
        for name, (meaning, of_table) in PER_TABLE.items():
            family = GaugeMetricFamily(f"limner_publish_{name}", meaning, labels=["kind", "table"])
            for each in self.syncs.tables:
                family.add_metric([each.result.kind, each.result.table], of_table(each))
            yield family
        yield from self.replica.metrics() if self.replica is not None else ()
        info = GaugeMetricFamily("limner_build_info", "The version that runs.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
