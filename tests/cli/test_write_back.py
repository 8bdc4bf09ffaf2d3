"""What the verbs of `limner publish` say, and how they end; what they write is told in tests/publish."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ldap_servers import Slapd, needs_slapd
from ldap_servers.slapd import ADMIN, PASSWORD, PEOPLE, ldif, person
from limner.directory import opening

from .conftest import Run, jpeg

pytestmark = needs_slapd


@pytest.fixture
def slapd() -> Iterator[Slapd]:
    with Slapd(
        person("jane", mail="jane@acme.example"), person("joe", mail="joe@acme.example", photoURL="http://old/")
    ) as server:
        yield server


@pytest.fixture
def site(tmp_path: Path, slapd: Slapd, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with photos of jane and joe, and a table of each kind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "portraits").mkdir()
    for who in ("jane", "joe", "plain"):
        (tmp_path / "portraits" / f"{who}@acme.example.jpg").write_bytes(jpeg("red"))
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    write(tmp_path, slapd.url, slapd.ca_file)
    assert run("sync").status == 0
    return tmp_path


def write(folder: Path, server: str, ca_file: Path, user: str = ADMIN) -> None:
    access = f'servers = "{server}"\nca_file = "{ca_file}"\nuser = "{user}"\npassword_file = "password"\n'
    table = f'{access}directory = "openldap"\nbase = "{PEOPLE}"\n'
    (folder / "limner.toml").write_text(
        f'[sync]\nworkers = 1\n[[source]]\nkind = "folder"\npath = "portraits"\n'
        f'[[publish]]\nkind = "photo-url"\nname = "addresses"\ntemplate = "http://p.example/{{mail}}.jpg"\n{table}'
        f'[[publish]]\nkind = "thumbnails"\nname = "pictures"\n{table}'
    )


def test_a_dry_run_prints_ldif_and_nothing_else(run: Run, site: Path) -> None:
    done = run("publish photo-url --dry-run --max-changes 50%")
    assert done.status == 0
    assert done.out.startswith("dn: uid=jane,")
    assert done.out.count("changetype: modify\nreplace: photoURL\nphotoURL: http://p.example/") == 2
    assert "limner: addresses: 1 added, 1 replaced, 0 unchanged (dry run: nothing was done)" in done.err
    assert not (site / "undo").exists()


def test_a_run_says_what_it_did_and_where_the_undo_file_is(run: Run, site: Path) -> None:
    done = run("publish photo-url --max-changes 50%")
    assert (done.status, done.out) == (0, "addresses: 1 added, 1 replaced, 0 unchanged\n")
    (undo,) = (site / "undo").glob("*.ldif")
    assert f"limner: to undo this: ldapmodify -c -f {undo}" in done.err
    again = run("publish photo-url")
    assert (again.status, again.out, again.err) == (0, "addresses: 0 added, 0 replaced, 2 unchanged\n", "")


def test_json_has_it_all(run: Run, site: Path) -> None:
    dry = run("publish thumbnails --dry-run --json")
    assert dry.json["dry_run"] is True
    (table,) = run("publish thumbnails --json").json["tables"]
    assert sorted(table["added"]) == [f"uid=jane,{PEOPLE}", f"uid=joe,{PEOPLE}"]
    assert Path(table["undo"]).read_text().startswith("version: 1\n")
    assert table | {"added": 0, "undo": 0} == {
        "name": "pictures",
        "attribute": "jpegPhoto",
        "added": 0,
        "replaced": [],
        "removed": [],
        "unchanged": 0,
        "unknown": 0,
        "left_out": [],
        "refused": [],
        "undo": 0,
        "failed": None,
        "hint": None,
    }


def test_a_mass_change_is_refused_with_what_to_do(run: Run, site: Path) -> None:
    done = run("publish photo-url")
    assert (done.status, done.out) == (2, "")
    assert "error: addresses: this would replace photoURL of 1 of 2 people (50%; at most 10% are allowed)" in done.err
    assert "hint: if that is meant: `limner publish photo-url --max-changes 50%`" in done.err


def test_a_refused_entry_is_exit_status_1(run: Run, site: Path, slapd: Slapd) -> None:
    plain = {"objectClass": "inetOrgPerson", "uid": "plain", "cn": "p", "sn": "p", "mail": "plain@acme.example"}
    slapd.add(ldif(f"uid=plain,{PEOPLE}", plain))
    done = run("publish photo-url --max-changes 50%")
    assert done.status == 1
    assert f"refused: uid=plain,{PEOPLE}: " in done.out


def test_a_server_that_is_not_there_is_exit_status_2(
    run: Run, site: Path, slapd: Slapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PAUSES", ())
    slapd.stop()
    for verb in ("photo-url", "thumbnails"):
        done = run(f"publish {verb}")
        assert (done.status, done.out) == (2, "")
        assert "the connection is refused" in done.err
    slapd._start()


def test_a_wrong_password_is_told_and_not_shown(run: Run, site: Path) -> None:
    (site / "password").write_text("guess-work")
    done = run("publish photo-url")
    assert done.status == 2
    assert "the user or the password is wrong" in done.err
    assert "guess-work" not in done.out + done.err


def test_a_table_is_chosen_by_its_name(run: Run, site: Path) -> None:
    assert run("publish thumbnails --name pictures --dry-run").status == 0
    done = run("publish thumbnails --name picture")
    assert done.status == 2
    assert "there is no table 'picture'; there are: pictures" in done.err


def test_without_a_table_it_says_how_to_write_one(run: Run, site: Path) -> None:
    (site / "limner.toml").write_text("")
    done = run("publish photo-url")
    assert done.status == 2
    assert 'no [[publish]] with kind = "photo-url"' in done.err
    assert "docs/write-back.md" in done.err
