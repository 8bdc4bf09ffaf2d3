"""`/healthz`, `/readyz` and `/metrics`."""

import asyncio
import json
import time

from limner.web import admin, gauges
from limner.web.bridge import ask_app
from limner.web.gauges import COLUMNS, Gauges
from limner.web.head import Request


def ask(app, path):
    return asyncio.run(ask_app(app, Request(b"GET", path.encode()), "127.0.0.1", secure=False))


def door():
    numbers = Gauges(gauges.make())
    return numbers, admin.make(numbers, lambda: 2)


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
