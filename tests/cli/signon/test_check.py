from __future__ import annotations

import pytest

from limner.signon.communities import fetch as room
from signon.communities.samples import RESET, SAMPLE, TWICE, action, community, wrap
from signon.communities.test_fetch import folder, site  # noqa: F401 - fixtures
from signon.conftest import dxl

from .conftest import Put, Run

CHECK = "signon communities check"
ALIAS = "sametime.acme.example"
SSO = 'loginByToken="true" authType="ST-DOMINO-SSO"'


def test_a_sound_file(run: Run, put: Put) -> None:
    put("m.xml", RESET)
    done = run(f"{CHECK} m.xml")
    assert (done.status, done.err) == (0, "")
    assert done.out.endswith("m.xml: nothing is wrong with it; 1 note\n")


def test_findings_have_line_reason_fix_and_strength(run: Run, put: Put) -> None:
    put("m.xml", TWICE)
    done = run(f"{CHECK} m.xml")
    assert done.status == 1
    assert (
        "warning  line 5  (said: HCL Sametime, Managed community settings)\n"
        "  update of sales.usma.example.com stands in line 4 already\n"
        "  fix: did you mean sales2.usma.example.com?\n"
    ) in done.out


def test_json(run: Run, put: Put) -> None:
    put("m.xml", SAMPLE)
    found = run(f"{CHECK} m.xml --json").json
    assert not found["sound"]
    assert found["findings"][0]["severity"] == "error"
    assert {"line", "message", "fix", "strength", "source"} <= set(found["findings"][0])


def test_the_check_of_names_is_foreseen(run: Run, put: Put) -> None:
    put("m.xml", wrap(community(ALIAS, SSO), action("reset", ALIAS)))
    put("server.dxl", dxl())
    put("notes.ini", "NETWORK_SPRAYER_ADDRESS=sametime.acme.example")
    assert run(f"{CHECK} m.xml").status == 0
    done = run(f"{CHECK} m.xml --server-doc server.dxl")
    assert done.status == 1
    assert "Sametime/Servers/ACME refuses sametime.acme.example" in done.out
    assert "(unless the server's notes.ini" in done.out
    assert run(f"{CHECK} m.xml --server-doc server.dxl --notes-ini notes.ini").status == 0
    assert run(f"{CHECK} m.xml --notes-ini notes.ini").status == 2


def test_a_url(run: Run, site: str) -> None:  # noqa: F811
    done = run(f"{CHECK} {site}")
    assert done.status == 0
    assert "fetched over http" in done.out
    done = run(f"{CHECK} {site}/403")
    assert done.status == 1
    assert "wants a log-in (403)" in done.out
    done = run(f"{CHECK} {site}/none")
    assert (done.status, done.out) == (2, "")
    assert "404" in done.err


def test_what_cannot_be_read(run: Run) -> None:
    done = run(f"{CHECK} none.xml")
    assert (done.status, done.out) == (2, "")
    assert "cannot read none.xml" in done.err


def test_foreign_text_is_harmless(run: Run, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("m.xml", '<managed-communities><managed-community id="a&#x9b;b" host="a&#x202e;b"/></managed-communities>')
    done = run(f"{CHECK} m.xml")
    assert done.status == 1
    assert done.out.replace("\n", "").isprintable()
    assert not room.is_url("m.xml")
