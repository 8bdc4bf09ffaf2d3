"""`/healthz`, `/readyz` and `/metrics`."""

import asyncio
import json
import time
from types import SimpleNamespace

from limner.publish.results import Result as Published
from limner.publish.standing import Row as TableRow
from limner.sync.results import Result
from limner.sync.standing import Row
from limner.web import admin, gauges
from limner.web.bridge import ask_app
from limner.web.gauges import COLUMNS, Gauges
from limner.web.head import Request

HR = Result("hr", 1_700_000_000, 1_700_000_010, 1_699_000_000, "it is down", 7, {"refused": 2})
DMZ = Published("dmz", "sftp", 1_700_000_000, 1_700_000_010, 1_699_000_000, "it is down", {"refused": 2})
TABLES = [TableRow(DMZ, True, 1_700_000_900)]
ROWS = [Row(HR, 1_700_000_900), Row(Result("new"), None)]


def ask(app, path):
    return asyncio.run(ask_app(app, Request(b"GET", path.encode()), "127.0.0.1", secure=False))


def door():
    numbers = Gauges(gauges.make())
    return numbers, admin.make(numbers, lambda: 2, SimpleNamespace(running=False, rows=ROWS, tables=TABLES))


def test_ready_is_who_has_a_worker_that_ticks():
    numbers, app = door()
    assert ask(app, "/healthz").body == b"ok\n"
    assert ask(app, "/readyz").status == 503
    numbers.row(1)[COLUMNS.index("beat")] = int(time.time())
    answer = ask(app, "/readyz")
    assert answer.status == 200
    assert json.loads(answer.body)["workers"] == {"wanted": 2, "alive": 1}
    numbers.row(1)[COLUMNS.index("beat")] = int(time.time()) - 60
    assert ask(app, "/readyz").status == 503


def test_metrics_add_up_all_workers():
    numbers, app = door()
    numbers.row(0)[COLUMNS.index("refused")] = 3
    numbers.row(1)[COLUMNS.index("refused")] = 4
    lines = ask(app, "/metrics").body.decode().splitlines()
    assert "limner_refused_total 7.0" in lines
    assert "limner_workers_wanted 2.0" in lines
    for column in admin.COUNTED:
        assert any(line.startswith(f"limner_{column}_total ") for line in lines), column


def test_each_source_is_told_of_and_a_failed_one_is_no_reason_not_to_be_ready():
    numbers, app = door()
    numbers.row(0)[COLUMNS.index("beat")] = int(time.time())
    answer = ask(app, "/readyz")
    assert answer.status == 200
    failed, new = json.loads(answer.body)["sources"]
    assert failed.pop("age_seconds") >= time.time() - 1_699_000_000 - 5
    assert failed == {
        "source": "hr",
        "people": 7,
        "last_success": "2023-11-03T08:26:40Z",
        "last_run": "2023-11-14T22:13:30Z",
        "failed": "it is down",
        "counts": {"refused": 2},
        "next_run": "2023-11-14T22:28:20Z",
    }
    assert (new["age_seconds"], new["next_run"], new["failed"]) == (None, None, None)
    lines = ask(app, "/metrics").body.decode().splitlines()
    assert 'limner_source_failed{source="hr"} 1.0' in lines
    assert 'limner_source_failed{source="new"} 0.0' in lines
    assert 'limner_source_people{source="hr"} 7.0' in lines
    assert 'limner_source_refused{source="hr"} 2.0' in lines
    assert 'limner_source_last_success_timestamp_seconds{source="hr"} 1.699e+09' in lines
    assert "limner_sync_running 0.0" in lines


def test_each_table_is_told_of_and_a_failed_one_is_no_reason_not_to_be_ready():
    numbers, app = door()
    numbers.row(0)[COLUMNS.index("beat")] = int(time.time())
    answer = ask(app, "/readyz")
    assert answer.status == 200
    (told,) = json.loads(answer.body)["published"]
    assert told.pop("age_seconds") >= time.time() - 1_699_000_000 - 5
    assert told == {
        "table": "dmz",
        "kind": "sftp",
        "running": True,
        "last_success": "2023-11-03T08:26:40Z",
        "last_run": "2023-11-14T22:13:30Z",
        "failed": "it is down",
        "counts": {"refused": 2},
        "next_run": "2023-11-14T22:28:20Z",
    }
    lines = ask(app, "/metrics").body.decode().splitlines()
    assert 'limner_publish_running{kind="sftp",table="dmz"} 1.0' in lines
    assert 'limner_publish_failed{kind="sftp",table="dmz"} 1.0' in lines
    assert 'limner_publish_refused{kind="sftp",table="dmz"} 2.0' in lines
    assert 'limner_publish_last_success_timestamp_seconds{kind="sftp",table="dmz"} 1.699e+09' in lines
