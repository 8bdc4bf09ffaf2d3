"""A cell is found wherever it is: in a profile, a config folder, its own folder, a zip or a tar."""

from __future__ import annotations

import io
import os
import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from limner.cell.errors import CellError
from limner.cell.reading import place
from limner.cell.reading.place import read_tree

HOME = {
    "config/cells/c/security.xml": b"security",
    "config/cells/c/key.p12": b"keys",
    "config/cells/c/nodes/n/serverindex.xml": b"index",
    "config/cells/c/nodes/n/servers/s/server.xml": b"server",
    "config/cells/c/nodes/n/servers/s/own.jks": b"own",
    "config/cells/c/applications/a.ear/security.xml": b"no",
    "config/cells/c/resources.xml": b"no",
    "config/waspolicies/default/securitydomains/d/domain-security.xml": b"domain",
    "properties/ssl.client.props": b"props",
    "etc/trust.p12": b"trust",
    "logs/SystemOut.log": b"no",
    "wstemp/1/workspace/cells/c/security.xml": b"a work space",
}
FILES = {
    "security.xml": b"security",
    "key.p12": b"keys",
    "nodes/n/serverindex.xml": b"index",
    "nodes/n/servers/s/server.xml": b"server",
    "nodes/n/servers/s/own.jks": b"own",
}
PROFILE = {"properties/ssl.client.props": b"props", "etc/trust.p12": b"trust"}


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    for path, raw in HOME.items():
        file = tmp_path / "dmgr" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    return tmp_path / "dmgr"


def zipped(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, raw in members.items():
            archive.writestr(path, raw)
    return file


def test_a_profile(profile: Path) -> None:
    tree = read_tree(profile)
    assert (tree.cell, tree.files, tree.profile) == ("c", FILES, PROFILE)
    assert tree.domains == ("waspolicies/default/securitydomains/d/domain-security.xml",)
    assert tree.where("security.xml") == f"{profile}: security.xml"


def test_a_config_folder_and_the_cells_own(profile: Path) -> None:
    assert read_tree(profile / "config").files == FILES
    assert read_tree(profile / "config/cells/c").files == FILES
    assert read_tree(profile / "config").profile == {}


def test_a_zip_as_backupconfig_makes_it(tmp_path: Path) -> None:
    inner = {path.removeprefix("config/"): raw for path, raw in HOME.items() if path.startswith("config/")}
    assert read_tree(zipped(tmp_path / "backup.zip", inner)).files == FILES


def test_a_zip_of_a_whole_profile_made_on_windows(tmp_path: Path) -> None:
    inner = {f"profiles\\dmgr\\{path}".replace("/", "\\"): raw for path, raw in HOME.items()}
    tree = read_tree(zipped(tmp_path / "backup.zip", inner))
    assert (tree.files, tree.profile) == (FILES, PROFILE)


@pytest.mark.parametrize("how", ["", "gz", "bz2", "xz"])
def test_a_tar(profile: Path, tmp_path: Path, how: str) -> None:
    file = tmp_path / "backup.tar"
    with tarfile.open(file, f"w:{how}") as archive:  # type: ignore[call-overload]
        archive.add(profile, arcname="./dmgr")
    tree = read_tree(file)
    assert (tree.files, tree.profile) == (FILES, PROFILE)


@pytest.mark.parametrize("side", ["before", "after"])
def test_one_half_of_a_delta_checkpoint(tmp_path: Path, side: str) -> None:
    members = {f"{half}/cells/c/security.xml": half.encode() for half in ("before", "after")}
    assert read_tree(zipped(tmp_path / "delta.zip", members), side).files["security.xml"] == side.encode()


def test_several_cells_are_not_chosen_among(tmp_path: Path) -> None:
    for cell in "ab":
        (tmp_path / "cells" / cell).mkdir(parents=True)
        (tmp_path / "cells" / cell / "security.xml").touch()
    with pytest.raises(CellError, match="several cells in it: cells/a, cells/b"):
        read_tree(tmp_path)
    assert read_tree(tmp_path / "cells" / "a").cell == "a"


def test_names_that_lead_out_of_an_archive_are_passed_over(tmp_path: Path) -> None:
    members = {"../cells/x/security.xml": b"1", "/cells/y/security.xml": b"2", "cells/c/security.xml": b"3"}
    assert read_tree(zipped(tmp_path / "backup.zip", members)).cell == "c"


def refused(where: Path, told: str) -> None:
    with pytest.raises(CellError, match=told) as why:
        read_tree(where)
    assert "\n" not in why.value.message


def test_what_is_not_there_or_no_cell_is_told(tmp_path: Path, profile: Path) -> None:
    refused(tmp_path / "gone", "cannot read .*gone: No such file")
    refused(tmp_path, "there is no cell in it")
    refused(profile / "logs", "there is no cell in it")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "neither a file nor a folder")
    (tmp_path / "text").write_text("hello" * 1000)
    refused(tmp_path / "text", "neither a zip nor a tar")
    refused(zipped(tmp_path / "other.zip", {"a/b": b"c"}), "no cells/<cell>/security.xml")


def test_damaged_archives_are_told(tmp_path: Path, profile: Path) -> None:
    whole = zipped(tmp_path / "whole.zip", {"cells/c/security.xml": os.urandom(5000)}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    refused(tmp_path / "cut.zip", "not a sound archive")
    (tmp_path / "bad.zip").write_bytes(whole[:1000] + bytes(100) + whole[1100:])
    refused(tmp_path / "bad.zip", "not a sound archive: ")
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        archive.add(profile, arcname="dmgr")
        info = tarfile.TarInfo("dmgr/config/cells/c/trust.p12")
        info.size = 100_000
        archive.addfile(info, io.BytesIO(os.urandom(info.size)))
    raw = (tmp_path / "a.tgz").read_bytes()
    (tmp_path / "cut.tgz").write_bytes(raw[: len(raw) // 2])
    refused(tmp_path / "cut.tgz", "not a sound archive: Compressed file ended")


def test_bombs_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    big = zipped(tmp_path / "bomb.zip", {"cells/c/security.xml": bytes(place.LARGEST + 1)})
    assert big.stat().st_size < 100_000
    refused(big, "security.xml is larger than")
    monkeypatch.setattr(place, "MOST_FILES", 3)
    refused(zipped(tmp_path / "many.zip", {f"cells/c/{each}.p12": b"" for each in range(5)}), "more than 3 files")
    monkeypatch.setattr(place, "MOST_MEMBERS", 3)
    refused(zipped(tmp_path / "more.zip", {f"{each}": b"" for each in range(6)}), "more than 3 files in it")
    monkeypatch.setattr(place, "MOST_MEMBERS", 100)
    monkeypatch.setattr(place, "MOST_UNPACKED", 100_000)
    with tarfile.open(tmp_path / "bomb.tgz", "w:gz") as archive:
        for name in ("logs/1", "logs/2", "cells/c/security.xml"):
            info = tarfile.TarInfo(name)
            info.size = 100_000
            archive.addfile(info, io.BytesIO(bytes(info.size)))
    refused(tmp_path / "bomb.tgz", "unpacks to more than")


def test_a_zip_with_a_password_is_told(tmp_path: Path) -> None:
    file = zipped(tmp_path / "secret.zip", {"cells/c/security.xml": b"x"})
    raw = bytearray(file.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[re.search(re.escape(mark), raw).start() + at] |= 1  # type: ignore[union-attr]
    file.write_bytes(raw)
    refused(file, "not a sound archive: .*encrypted")
