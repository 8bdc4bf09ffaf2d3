from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from cell.log.samples import BANNER, FOUND, LOST, QUIET, REFUSED, SYNC
from limner import cli


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["limner", *shlex.split(line)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


def test_a_refusal_in_words(run, tmp_path: Path) -> None:
    (tmp_path / "SystemOut.log").write_text(BANNER + QUIET + REFUSED)
    status, out, err = run("cell log SystemOut.log")
    assert (status, err) == (1, "")
    assert out.startswith(
        "3 messages in 1 file; kinds of failure: 1\n\n1  a client -> stmNode/STMediaServer: a client speaks"
    )
    assert "line    SystemOut.log:7: [10/12/16 10:37:31:278 BST] SSLHandshakeE E SSLC0008E: Unable" in out


def test_a_restless_agent_and_json(run, tmp_path: Path) -> None:
    restless = "".join(LOST.format(at, "stpNode") + FOUND.format(at, "stpNode") for at in range(3))
    (tmp_path / "dmgr.log").write_text(SYNC.format("stpNode") + restless)
    status, out, _ = run("cell log dmgr.log")
    assert status == 1
    assert "2  node stpNode: the node agent seems to stop and start again and again" in out
    assert "XDADefaultSSLSettings first" in out
    status, out, _ = run("cell log dmgr.log --json")
    found = json.loads(out)
    assert (status, found["sound"], found["messages"]) == (1, False, 7)
    assert found["groups"][0]["kind"] == "synchronization"
    assert (found["agents"][0]["lost"], found["agents"][0]["restless"]) == (3, True)


def test_a_quiet_log_ends_well(run, tmp_path: Path) -> None:
    (tmp_path / "SystemOut.log").write_text(QUIET)
    assert run("cell log SystemOut.log") == (0, "1 messages in 1 file: none tells of TLS that fails\n", "")


def test_what_is_no_log_is_told(run, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(bytes(range(256)) * 40)
    status, _, err = run("cell log photo.png")
    assert status == 0
    assert "are these logs of WebSphere" in err
    status, out, err = run("cell log missing.log")
    assert (status, out, err) == (2, "", "limner: error: cannot read missing.log: No such file or directory\n")


def test_foreign_text_cannot_rule_the_terminal(run, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(REFUSED.replace("Unable", "\x1b[2JUnable"))
    assert "\x1b" not in run("cell log a.log")[1]
