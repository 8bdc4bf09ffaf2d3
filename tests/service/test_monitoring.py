"""The dashboard and the alerts: of the metrics that there are, and asked of a real Prometheus that scrapes a door."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.core import CounterMetricFamily
from tests.web.house import Served, until

from ldap_servers.slapd import free_port
from limner.web import admin, gauges
from limner.web.replica.standing import Standing

from .machine import ROOT

DASHBOARD = json.loads((ROOT / "packaging" / "grafana" / "limner.json").read_text("utf-8"))
RULES = ROOT / "packaging" / "prometheus" / "limner.rules.yml"
PAGE = (ROOT / "docs" / "logging-and-metrics.md").read_text("utf-8")
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
VARIABLES = [variable["query"]["query"] for variable in DASHBOARD["templating"]["list"] if variable["type"] == "query"]

needs_prometheus = pytest.mark.skipif(
    os.environ.get("CI") != "true" and not (shutil.which("prometheus") and shutil.which("promtool")),
    reason="Prometheus is not installed",
)


def exported() -> set[str]:
    """Give the names of all metrics, those of a shared library too."""
    shared = gauges.Gauges(gauges.make())
    syncs = SimpleNamespace(running=False, rows=[], tables=[])
    collector = admin._Collector(shared, lambda: 1, syncs, Standing(shared, 60, 3600))
    return {
        f"{metric.name}_total" if isinstance(metric, CounterMetricFamily) else metric.name
        for metric in collector.collect()
    }


def named(text: str) -> set[str]:
    return set(re.findall(r"\blimner_\w+", text))


# -- names ------------------------------------------------------------------------------------------------------------


def test_the_dashboard_shows_every_metric_and_no_other() -> None:
    assert named(" ".join(expr for _, expr in QUERIES)) == exported()
    assert named(" ".join(VARIABLES)) <= exported()


def test_the_alerts_are_of_metrics_that_there_are() -> None:
    expressions = re.findall(r"expr: (?:>-\n)?((?:.+\n)+?) +for:", RULES.read_text("utf-8"))
    assert len(expressions) == RULES.read_text("utf-8").count("- alert:") == 11
    for expression in expressions:
        assert named(expression) <= exported()
        assert named(expression) or "up{" in expression


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    """After Grafana's JSON model: numbers and places of panels are their own, and every query has its data source."""
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(numbers)) == len(numbers)
    places: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & places, panel["title"]
        assert at["x"] + at["w"] <= 24
        places |= cells
    for panel in PANELS:
        assert panel["datasource"] == {"uid": "${datasource}", "type": "prometheus"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        assert all('{job=~"$job",instance=~"$instance"}' in target["expr"] for target in panel["targets"])
    assert {"datasource", "job", "instance"} == {each["name"] for each in DASHBOARD["templating"]["list"]}


# -- a real Prometheus ------------------------------------------------------------------------------------------------


@needs_prometheus
def test_each_alert_fires_when_it_should_and_only_then(tmp_path: Path) -> None:
    cases = (Path(__file__).parent / "limner.rules.test.yml").read_text("utf-8")
    names = set(re.findall(r"- alert: (\w+)", RULES.read_text("utf-8")))
    assert names == set(re.findall(r"alertname: (\w+)\n +exp_alerts", cases)), "each has to fire once"
    file = tmp_path / "cases.yml"
    for text, good in ((cases, True), (cases.replace("20 refused visits", "21 refused visits"), False)):
        file.write_text(text.replace("RULES", str(RULES)), "utf-8")
        done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == good, done.stdout + done.stderr


class Prometheus:
    """A server that scrapes as the page says."""

    def __init__(self, folder: Path, door: int) -> None:
        (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
        for there, here in (
            ("/opt/limner/share/limner", str(ROOT / "packaging")),
            ("127.0.0.1:9081", f"127.0.0.1:{door}"),
        ):
            assert there in text
            text = text.replace(there, here)
        (folder / "prometheus.yml").write_text("global: {scrape_interval: 500ms, scrape_timeout: 500ms}\n" + text)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "prometheus", f"--config.file={folder}/prometheus.yml",
             f"--storage.tsdb.path={folder}/data", f"--web.listen-address={self.url[7:]}", "--log.level=error"],
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, path: str, **parameters: str) -> Any:
        """Ask; None while it does not answer yet."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(parameters)}", timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as why:
            if why.code == 503:  # it is starting
                return None
            raise AssertionError(why.read().decode()) from None
        except OSError:
            return None

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Prometheus]:
    (tmp_path / "photos").mkdir()
    text = '[serve]\nadmin = "127.0.0.1:0"\n[[source]]\nkind = "folder"\npath = "photos"\nschedule = "0 4 * * *"\n'
    with Served(tmp_path, text) as door:
        found = door.said(rb"/metrics are on 127\.0\.0\.1:(\d+)\n")
        server = Prometheus(tmp_path, int(found[1]))
        try:
            yield server
        finally:
            server.close()


@needs_prometheus
def test_every_query_of_the_dashboard_has_an_answer(prometheus: Prometheus) -> None:
    """But for those about a shared library and publishing, which this door has not: they are right, and empty."""

    def fill_in(query: str) -> str:
        return query.replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*")

    def series() -> int:
        found = prometheus.ask("/api/v1/query", query="count_over_time(limner_photos_total[1m])")
        return int(found["result"][0]["value"][1]) if found and found["result"] else 0

    until(lambda: series() >= 2, seconds=30)
    for title, query in QUERIES:
        result = prometheus.ask("/api/v1/query", query=fill_in(query))["result"]
        assert result or re.search("limner_(replica|publish)_|> 0", query), f"{title}: {query}"
    for variable in VARIABLES:
        query, label = re.fullmatch(r"label_values\((.*), (\w+)\)", fill_in(variable)).groups()  # type: ignore[union-attr]
        assert prometheus.ask(f"/api/v1/label/{label}/values", **{"match[]": query})
    groups = prometheus.ask("/api/v1/rules")["groups"]
    assert [rule["health"] for group in groups for rule in group["rules"]] in (["unknown"] * 11, ["ok"] * 11)


def test_the_page_tells_of_every_alert() -> None:
    for name in re.findall(r"- alert: (\w+)", RULES.read_text("utf-8")):
        assert f"| `{name}` |" in PAGE
