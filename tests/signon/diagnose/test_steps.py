from __future__ import annotations

from pathlib import Path

import pytest

from limner.signon.diagnose.gather import gather
from limner.signon.diagnose.steps import steps
from limner.signon.evidence import Cause
from signon.diagnose import scenes
from signon.trace.samples import INCIDENT


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_a_next_step(cause: Cause, tmp_path: Path) -> None:
    for step in steps(cause, gather(tmp_path)):
        assert step
        assert not step.endswith(".")
        assert step.count("`") % 2 == 0


def test_a_refused_name_asks_for_the_document_then_for_the_ini_then_gives_the_ways_out(tmp_path: Path) -> None:
    (tmp_path / "trace.txt").write_text(INCIDENT)
    assert "export the Server document of Sametime/Servers/ACME" in steps(Cause.NAME_CHECK, gather(tmp_path))[-1]
    (tmp_path / "server.dxl").write_text(scenes.SERVER_DOCUMENT)
    given = steps(Cause.NAME_CHECK, gather(tmp_path))
    assert any("put the notes.ini of Sametime/Servers/ACME" in step for step in given)
    (tmp_path / "notes.ini").write_text("[Notes]\nServerName=CN=Sametime/OU=Servers/O=ACME\n")
    given = steps(Cause.NAME_CHECK, gather(tmp_path))
    assert not any("put the notes.ini" in step for step in given)
    assert sum(step.startswith("way out ") for step in given) >= 4
    command = f"limner signon server-name sametime.acme.example --server-doc {tmp_path / 'server.dxl'}"
    assert given[-1].startswith(f"`{command}`")
