"""The LDAP source on a real slapd: everybody, then only changes, and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ldap_servers import Cutter, Slapd, needs_slapd
from ldap_servers.slapd import ADMIN, PASSWORD, PEOPLE, SMALL, SUFFIX, free_port, ldif, person
from limner.errors import SourceError
from limner.sources import open_source

from .ldap_scene import FACE, Reader, private

pytestmark = needs_slapd
SALES, GUESTS = f"ou=sales,{PEOPLE}", f"ou=guests,{SUFFIX}"


@pytest.fixture
def slapd() -> Iterator[Slapd]:
    units = [ldif(dn, {"objectClass": "organizationalUnit", "ou": dn[3:].partition(",")[0]}) for dn in (SALES, GUESTS)]
    people = [
        person(f"p{number}", mail=f"p{number}@acme.example", jpegPhoto=FACE + bytes([number])) for number in range(6)
    ]
    with Slapd(*units, *people, person("anna", dn=f"uid=anna,{SALES}", mail="anna@acme.example")) as server:
        yield server


def reader(slapd: Slapd, **changes: Any) -> Reader:
    usual = {"servers": slapd.url, "ca_file": slapd.ca_file, "directory": "openldap", "base": PEOPLE, "page_size": 4}
    return Reader(**usual | changes)


EVERYBODY = ["anna", "p0", "p1", "p2", "p3", "p4", "p5"]


def test_everybody_comes_with_their_photos(slapd: Slapd) -> None:
    read = reader(slapd).changes()
    assert read.names == EVERYBODY
    assert read.reading.whole
    assert read.reading.note is None
    assert read.photo("p3") == FACE + b"\x03"
    assert read.photo("anna") is None
    assert read.found["p1"].person.dn == f"uid=p1,{PEOPLE}"


def test_changes_alone_are_read_after_that(slapd: Slapd) -> None:
    source = reader(slapd)
    before = source.changes()
    nothing = source.changes()
    assert (nothing.names, nothing.gone, nothing.reading.whole) == ([], [], False)

    slapd.change(f"uid=p1,{PEOPLE}", jpegPhoto=FACE + b"new")
    slapd.delete(f"uid=p2,{PEOPLE}")
    slapd.add(person("new", mail="new@acme.example"))
    after = source.changes()
    assert not after.reading.whole
    assert after.names == ["new", "p1"]
    assert after.photo("p1") == FACE + b"new"
    assert after.gone == [before.found["p2"].origin]
    assert source.changes().names == []


def test_a_photo_that_is_taken_away_is_a_change(slapd: Slapd) -> None:
    source = reader(slapd)
    source.changes()
    slapd.change(f"uid=p1,{PEOPLE}", jpegPhoto=[])
    assert source.changes().photo("p1") is None


def test_whoever_no_longer_matches_is_gone(slapd: Slapd) -> None:
    source = reader(slapd, filter="(&(objectClass=inetOrgPerson)(!(title=left)))")
    before = source.changes()
    slapd.change(f"uid=p1,{PEOPLE}", title="left")
    slapd.rename(f"uid=p2,{PEOPLE}", "uid=p2", GUESTS)
    after = source.changes()
    assert sorted(after.gone) == sorted([before.found["p1"].origin, before.found["p2"].origin])
    slapd.change(f"uid=p1,{PEOPLE}", title="back")
    assert source.changes().names == ["p1"]


def test_whoever_is_renamed_stays_the_same(slapd: Slapd) -> None:
    source = reader(slapd)
    before = source.changes()
    slapd.rename(f"uid=p1,{PEOPLE}", "uid=p1", SALES)
    after = source.changes()
    assert after.gone == []
    assert after.found["p1"].origin == before.found["p1"].origin
    assert after.found["p1"].person.dn == f"uid=p1,{SALES}"


@pytest.mark.parametrize("directory", ["openldap", "generic"])
def test_without_the_overlay_syncprov_changes_are_found_too(directory: str) -> None:
    people = [person(f"p{number}", mail=f"p{number}@acme.example") for number in range(3)]
    with Slapd(*people, syncprov=False) as slapd:
        source = reader(slapd, directory=directory)
        before = source.changes()
        assert source.changes().names == []
        slapd.change(f"uid=p1,{PEOPLE}", title="x")
        slapd.delete(f"uid=p2,{PEOPLE}")
        after = source.changes()
        assert (after.names, after.gone) == (["p1"], [before.found["p2"].origin])


def test_domino_is_read_whole_every_time(slapd: Slapd) -> None:
    source = reader(slapd, directory="domino")
    for _ in range(2):
        read = source.changes()
        assert read.names == EVERYBODY
        assert read.reading.whole
        assert read.reading.state is None
    assert read.found["p1"].origin == f"uid=p1,{PEOPLE}"


@pytest.mark.parametrize("state", ["", "rubbish", '{"way": "usn"}'])
def test_a_state_that_is_none_means_everybody(slapd: Slapd, state: str) -> None:
    source = reader(slapd)
    source.state = state
    read = source.changes()
    assert read.reading.whole
    assert read.names == EVERYBODY


def test_several_bases_that_lie_in_each_other(slapd: Slapd) -> None:
    source = reader(slapd, base=[SALES, PEOPLE, GUESTS])
    read = source.changes()
    assert read.names == EVERYBODY
    assert read.refused == []
    slapd.change(f"uid=anna,{SALES}", title="x")
    assert source.changes().names == ["anna"]


def test_a_person_with_fifty_mails(slapd: Slapd) -> None:
    slapd.add(person("many", mail=[f"many{number}@acme.example" for number in range(50)]))
    assert len(reader(slapd).changes().found["many"].person.mails) == 50


def test_exchanges_addresses_outside_of_active_directory(slapd: Slapd) -> None:
    slapd.add(person("ex", proxyAddresses=["SMTP:ex@acme.example", "smtp:ex2@acme.example", "X400:c=US"]))
    read = reader(slapd, mail=["mail", "proxyAddresses"]).changes()
    assert read.found["ex"].person.mails == ("ex@acme.example", "ex2@acme.example")


# -- what goes wrong ----------------------------------------------------------------------------------------------


def failure(source: Reader) -> SourceError:
    before = source.state
    with pytest.raises(SourceError) as why:
        source.changes()
    assert why.value.message.startswith("source 'people': ")
    assert source.state == before
    return why.value


@pytest.mark.parametrize("after", [3_000, 6_000])
def test_a_server_that_dies_in_the_middle_of_a_page(slapd: Slapd, after: int) -> None:
    """No reading has ended, so nobody is gone, and the next sync begins where this one did."""
    for number in range(20):
        slapd.add(person(f"more{number}", jpegPhoto=FACE + bytes(500)))
    with Cutter(slapd.port, after=after) as proxy:
        source = reader(slapd, servers=f"ldap://127.0.0.1:{proxy.port}", starttls=False)
        why = failure(source)
    assert "ended the connection" in why.message
    assert "nothing is lost" in str(why.hint)


def test_a_size_limit(slapd: Slapd, tmp_path: Path) -> None:
    why = failure(reader(slapd, user=SMALL, password_file=private(tmp_path, "small"), page_size=4))
    assert "gives no more entries at once" in why.message


def test_a_wrong_password(slapd: Slapd, tmp_path: Path) -> None:
    why = failure(reader(slapd, user=ADMIN, password_file=private(tmp_path, "guess")))
    assert "the user or the password is wrong" in why.message
    assert "guess" not in f"{why.message} {why.hint}"


def test_no_password_file(slapd: Slapd, tmp_path: Path) -> None:
    assert "password" in failure(reader(slapd, user=ADMIN, password_file=tmp_path / "none")).message


def test_a_filter_that_is_none(slapd: Slapd) -> None:
    assert "not a search filter: '(mail=*'" in failure(reader(slapd, filter="(mail=*")).message


def test_a_base_that_is_not_there(slapd: Slapd) -> None:
    assert "there is no such entry" in failure(reader(slapd, base=f"ou=nowhere,{SUFFIX}")).message
    why = failure(reader(slapd, base="dc=nowhere"))
    assert "none of the server's naming contexts" in why.message
    assert SUFFIX in str(why.hint)


def test_a_server_that_is_not_there(slapd: Slapd) -> None:
    assert "refused" in failure(reader(slapd, servers=f"ldap://127.0.0.1:{free_port()}")).message


# -- what an administrator should know ----------------------------------------------------------------------------


def test_a_password_that_others_can_read_is_a_warning(slapd: Slapd, tmp_path: Path) -> None:
    file = private(tmp_path, PASSWORD)
    source = reader(slapd, user=ADMIN, password_file=file)
    assert source.changes().reading.note is None
    file.chmod(0o644)
    assert f"chmod 600 {file}" in str(source.changes().reading.note)


def test_a_connection_without_encryption_is_a_warning(slapd: Slapd) -> None:
    note = reader(slapd, servers=slapd.plain, starttls=False).changes().reading.note
    assert "readable through the network" in str(note)


def test_photos_come_with_their_entries(slapd: Slapd) -> None:
    source = open_source(reader(slapd).settings)
    found = next(iter(source.people()))
    assert source.fetch(found, 1000) is None  # type: ignore[arg-type]  # the first is a Found
    assert source.parallel == 1
    source.close()
