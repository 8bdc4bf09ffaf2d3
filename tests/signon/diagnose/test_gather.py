from __future__ import annotations

from pathlib import Path

import pytest

from limner.signon.diagnose import gather as room
from limner.signon.diagnose.gather import gather
from limner.signon.diagnose.kinds import Kind
from signon.capture import wire
from signon.diagnose import scenes
from signon.fakes import domino
from signon.trace.samples import GOOD, INCIDENT


def test_every_kind_is_read_by_its_own_reader(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "server.dxl").write_text(scenes.SERVER_DOCUMENT)
    (tmp_path / "websso.dxl").write_text(scenes.SSO_DOCUMENT.format(domain=".a.example", name="LtpaToken"))
    (tmp_path / "managed-community-configs.xml").write_text(scenes.COMMUNITIES)
    (tmp_path / "notes.ini").write_text("[Notes]\nKitType=1\n")
    (tmp_path / "sametime.ini").write_text("[AuthToken]\nST_TOKEN_TYPE=X\n")
    (tmp_path / "hosts").write_text("192.0.2.1 a.example\n")
    (tmp_path / "trace.txt").write_text("Connected to server A/ACME\n")
    wire.saved(tmp_path / "a.pcap", wire.Session().open())
    found = gather(tmp_path)
    assert (len(found.servers), len(found.sso), len(found.configs), len(found.inis)) == (1, 1, 1, 1)
    assert (len(found.sametime), len(found.hosts), len(found.traces), len(found.captures)) == (1, 1, 1, 1)
    assert found.servers[0].file == str(Path("deep", "server.dxl"))
    assert [seen.problem for seen in found.files] == [None] * 8


def test_what_cannot_be_read_does_not_end_the_reading(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(wire.pcap([])[:10])
    (tmp_path / "b.dxl").write_text("<document xmlns='http://www.lotus.com/dxl'><item")
    (tmp_path / "c.txt").write_text("Connected to server A/ACME\n")
    found = gather(tmp_path)
    assert [bool(seen.problem) for seen in found.files] == [True, True, False]
    assert str(tmp_path) not in str([seen.problem for seen in found.files])


def test_keys_and_passwords_are_named_and_not_opened(tmp_path: Path) -> None:
    for name in ("ltpa.keys", "cell.keyset", "jane.id", "password.txt", "server.p12"):
        (tmp_path / name).write_text("Connected to server A/ACME: hunter2\n")
        (tmp_path / name).chmod(0)
    (tmp_path / "copy-of-keys.txt").write_text("com.ibm.websphere.ltpa.3DESKey=abc\n")
    found = gather(tmp_path)
    assert {seen.kind for seen in found.files} == {Kind.SECRET}
    assert "hunter2" not in repr(found)


def test_the_domino_secret_of_a_document_is_never_kept(tmp_path: Path) -> None:
    (tmp_path / "websso.dxl").write_text(scenes.SSO_DOCUMENT.format(domain=".a.example", name="LtpaToken"))
    assert "bm90IGEgcmVhbCBzZWNyZXQu" not in repr(gather(tmp_path))


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("Connected to server A/ACME\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "dir").symlink_to(tmp_path)
    assert gather(folder).files == []


def test_too_many_files_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("nothing")
    told: list[tuple[str, int, int | None]] = []
    found = gather(tmp_path, tell=lambda *each: told.append(each))
    assert (len(found.files), found.left_out, told[-1]) == (3, 2, ("files", 3, 3))


def test_a_trace_tells_which_names_to_look_for_in_a_capture(tmp_path: Path) -> None:
    """The capture has no DNS: by itself it does not know what the client asked for."""
    session = wire.Session().open().says(domino.request()).answers(domino.reply()).fin(by_client=True)
    wire.saved(tmp_path / "a.pcap", session)
    (tmp_path / "trace.txt").write_text(INCIDENT + GOOD)
    (report,) = gather(tmp_path).captures
    assert report.scene.wanted == ("sametime.acme.example",)
    assert "asked for sametime.acme.example" in report.attempts[0].verdict.text
    assert [seen.name for seen in gather(tmp_path).files] == ["a.pcap", "trace.txt"]
