"""`limner cell show` shows what counts and who decided it, ends with what looks wrong, and never shows a password."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest

from cli.conftest import Run

DMGR = "acme/2-certificate/dmgrNode"


def test_a_sound_cell(run: Run, here: Path) -> None:
    done = run(f"cell show {DMGR} --jdk 8.0.5.0")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("cell acmeCell: 4 nodes, 11 processes\n")
    assert "stpNode/was_stpProxy: proxy server\n" in done.out
    assert "mtgNode/STMeetingServer: application server, cluster STMeetingCluster\n" in done.out
    assert "XDADefaultSSLSettings   cell acmeCell   SSL_TLS   HIGH     required  CellDefaultKeyStore" in done.out
    assert "WebAS" not in done.out
    assert "CDo9" not in done.out


def test_a_cell_with_a_node_that_has_not_synchronised(run: Run, here: Path) -> None:
    done = run("cell show acme/3-tls12/dmgrNode --node acme/3-tls12/mediaNode")
    assert done.status == 1
    assert "mediaNode  media.acme.example    8.5.5.8    DefaultNodeGroup  its own profile, STALE" in done.out
    assert "warning  its copy of security.xml is not the deployment manager's" in done.out


def test_one_process_as_json(run: Run, here: Path) -> None:
    done = run(f"cell show {DMGR} --process was_stpProxy --json")
    assert [each["name"] for each in done.json["processes"]] == ["was_stpProxy"]
    line = next(each for each in done.json["processes"][0]["lines"] if each["what"] == "PROXY_HTTPS_ADDRESS")
    assert (line["decided_by"], line["certificate"]["alias"], line["ssl"]["protocol"]) == (
        "central",
        "wildcard",
        "SSL_TLS",
    )
    assert {each["severity"] for each in done.json["findings"]} == {"note"}


def test_a_certificate_that_is_missing_is_shown_where_it_is_missing(run: Run, here: Path) -> None:
    shutil.copytree(here / DMGR, here / "broken")
    file = here / "broken/config/cells/acmeCell/security.xml"
    file.write_text(file.read_text().replace('certificateAlias="wildcard"', 'certificateAlias="gone"'))
    done = run("cell show broken")
    assert done.status == 1
    assert "gone IS MISSING" in done.out
    assert "error    key.p12 has no certificate gone, which is set" in done.out


@pytest.mark.parametrize("form", ["zip", "gztar"])
def test_a_backup_shows_the_same(run: Run, here: Path, form: str) -> None:
    archive = shutil.make_archive(str(here / "backup"), form, here / DMGR)
    assert run(f"cell show {archive}").out == run(f"cell show {DMGR}").out
    config = shutil.make_archive(str(here / "config"), form, here / DMGR / "config")
    assert "stpNode/was_stpProxy" in run(f"cell show {config}").out


def refused(run: Run, line: str, told: str, status: int = 2) -> None:
    done = run(line)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"limner: error: {told}"), done.err


def test_what_cannot_be_read_is_told_with_file_and_line(run: Run, here: Path) -> None:
    shutil.copytree(here / DMGR, here / "bad")
    file = here / "bad/config/cells/acmeCell/security.xml"
    whole = file.read_text()
    where = "bad: security.xml, line"
    file.write_text(whole[: len(whole) // 2])
    refused(run, "cell show bad", where)
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>'
    file.write_text(bomb)
    refused(run, "cell show bad", f"{where} 2: it declares a document type or entities")
    file.write_text(whole.replace("sslProtocol=", 'keyFileName="DummyServerKeyFile.jks" sslProtocol=', 1))
    refused(run, "cell show bad", where)
    assert "in the form of WebSphere 6.0" in run("cell show bad").err
    file.write_bytes(whole.encode("utf-16"))
    refused(run, "cell show bad", f"{where} 1: ")
    file.write_text("<unknown/>")
    refused(run, "cell show bad", f"{where} 1: its root is <unknown>, not <Security>")


def test_what_is_typed_wrong_is_told(run: Run, here: Path) -> None:
    refused(run, "cell show gone", "cannot read gone: No such file or directory")
    refused(run, "cell show acme", "acme: there is no cell in it")
    refused(run, f"cell show {DMGR} --process nobody", "there is no process nobody in the cell acmeCell")
    refused(run, f"cell show {DMGR} --jdk seven", "--jdk: 'seven' is not a level of IBM's SDK")
    refused(run, f"cell show {DMGR} --node {DMGR}", f"{DMGR}: it does not tell which node's profile it is")
    refused(
        run, f"cell show {DMGR} --node x=acme/2-certificate/stpNode", "acme/2-certificate/stpNode: there is no node x"
    )


def test_names_from_files_cannot_do_anything_to_a_terminal(run: Run, here: Path) -> None:
    shutil.copytree(here / DMGR, here / "odd")
    file = here / "odd/config/cells/acmeCell/security.xml"
    file.write_text(file.read_text().replace('alias="CellDefaultSSLSettings"', 'alias="&#x9b;31mCell"'))
    assert "\x9b" not in run("cell show odd").out


def test_a_tar_may_be_cut(run: Run, here: Path) -> None:
    with tarfile.open(here / "a.tgz", "w:gz") as archive:
        archive.add(here / DMGR, "dmgr")
    raw = (here / "a.tgz").read_bytes()
    (here / "cut.tgz").write_bytes(raw[: len(raw) // 2])
    refused(run, "cell show cut.tgz", "cut.tgz is not a sound archive")
