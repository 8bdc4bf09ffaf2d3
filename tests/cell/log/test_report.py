"""What logs tell is put together by pair of processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cell.log.samples import BANNER, FOUND, LOST, QUIET, REFUSED, SYNC, UNTRUSTED, inbound
from limner.cell.log import Report, read_logs
from limner.cell.log import report as module


def logs(folder: Path, **texts: str) -> list[Path]:
    files = []
    for server, text in texts.items():
        (folder / server).mkdir()
        files.append(folder / server / "SystemOut.log")
        files[-1].write_text(text)
    return files


def reported(folder: Path, **texts: str) -> Report:
    return read_logs(logs(folder, **texts))


def test_messages_of_the_same_pair_are_one_group(tmp_path: Path) -> None:
    report = reported(tmp_path, a=BANNER + REFUSED * 5)
    (group,) = report.groups
    assert (group.count, len(group.examples), group.pair) == (5, 3, "a client -> stmNode/STMediaServer")
    assert group.words == "a client speaks TLSv1, and this process does not"
    assert "must include TLSv1" in group.setting
    assert (group.first, group.last) == ("10/12/16 10:37:31:278 BST",) * 2
    assert group.examples[0].line == 6
    assert report.messages == 10


def test_other_causes_and_other_processes_are_other_groups(tmp_path: Path) -> None:
    report = reported(
        tmp_path, STMeetings=inbound("Received fatal alert: unknown_ca") + REFUSED, nodeagent=UNTRUSTED
    )  # fmt: skip
    assert sorted(group.pair for group in report.groups) == [
        "a client -> STMeetings",
        "a client -> STMeetings",
        "nodeagent -> stcon.acme.example:8879",
    ]
    trust = next(group for group in report.groups if group.process == "nodeagent")
    assert trust.setting.endswith("(SSL configuration NodeDefaultSSLSettings) (/opt/IBM/trust.p12)")


def test_a_failed_synchronization_names_the_way_out(tmp_path: Path) -> None:
    (group,) = reported(tmp_path, dmgr=SYNC.format("stpNode")).groups
    assert group.pair == "node stpNode -> the deployment manager"
    assert group.words == "the configuration was not synchronized"
    assert "syncNode" in group.setting


def test_an_agent_that_comes_and_goes_is_restless_across_rolled_logs(tmp_path: Path) -> None:
    texts = [LOST.format(at, "stpNode") + FOUND.format(at, "stpNode") for at in range(2)]
    for at, text in enumerate(texts):
        (tmp_path / f"SystemOut_{at}.log").write_text(BANNER + text)
    report = read_logs(sorted(tmp_path.iterdir()))
    (agent,) = report.restless
    assert (agent.node, agent.lost, agent.found) == ("node stpNode", 2, 2)
    assert not report.sound


def test_an_agent_that_was_stopped_and_started_once_is_not(tmp_path: Path) -> None:
    report = reported(tmp_path, dmgr=LOST.format(1, "stpNode") + FOUND.format(2, "stpNode") + LOST.format(3, "other"))
    assert report.restless == []
    assert report.sound


def test_a_quiet_log_is_sound(tmp_path: Path) -> None:
    report = reported(tmp_path, dmgr=BANNER + QUIET * 3)
    assert (report.sound, report.messages) == (True, 3)


def test_a_scanner_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 4)
    report = reported(tmp_path, a="".join(UNTRUSTED.replace("stcon", f"host{at}") for at in range(9)))
    assert (len(report.groups), report.left_out) == (4, 5)


def test_progress_names_the_file(tmp_path: Path) -> None:
    told: list[str] = []
    (file,) = logs(tmp_path, a=QUIET * 20_000)
    read_logs([file], lambda name, done, of: told.append(name))
    assert set(told) == {str(file)}
