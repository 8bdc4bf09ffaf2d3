"""Photos for those who have none, on a real slapd and a real Active Directory; and none goes round."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from ldap_servers import DomainController, Slapd, needs_samba, needs_slapd
from ldap_servers.samba import ADMIN, PASSWORD, user
from ldap_servers.samba import PEOPLE as AD_PEOPLE
from ldap_servers.slapd import PEOPLE
from limner import sync
from limner.library import open_library
from limner.settings import LdapSource, Settings

from .scene import House, apply, dn, dry, photo, row, rows


def values(lines: set[str], attribute: str) -> list[str]:
    return [line for line in lines if f" {attribute}:: " in line]


@needs_slapd
def test_who_has_none_gets_one_that_is_small_enough(house: House, slapd: Slapd) -> None:
    before = rows(slapd.plain, PEOPLE)
    report = house.pictures()
    assert dn("joe") not in report.added
    assert (len(report.added), report.replaced, report.left_out) == (2, [], [])
    after = rows(slapd.plain, PEOPLE)
    assert before < after
    record = house.library.record("photos", "jane")
    assert record is not None
    assert record.digest is not None
    body = house.library.picture(record.digest, 96)
    assert body is not None
    assert row(dn("jane"), "jpegPhoto", body) in after
    assert len(body) <= 10_000
    assert Image.open(io.BytesIO(body)).size == (96, 96)
    assert house.pictures().undo is None


@needs_slapd
def test_photos_that_are_there_are_replaced_only_when_asked(house: House, slapd: Slapd) -> None:
    before = rows(slapd.plain, PEOPLE)
    ask = {"overwrite": True}
    ldif, _ = dry(house.pictures, table=ask)
    report = house.pictures(table=ask)
    assert report.replaced == [dn("joe")]
    after = rows(slapd.plain, PEOPLE)
    again = house.pictures(table=ask)
    assert (again.added, again.replaced, again.unchanged) == ([], [], 3)
    assert report.undo is not None
    apply(slapd.plain, Path(report.undo).read_text())
    assert rows(slapd.plain, PEOPLE) == before
    apply(slapd.plain, ldif)
    assert rows(slapd.plain, PEOPLE) == after


@needs_slapd
def test_a_heavy_size_gives_way_to_a_lighter_one(house: House) -> None:
    sizes = house.library.sizes(house.has("jane", "red").digest or b"")
    limit = sizes[240] - 1
    ldif, _ = dry(house.pictures, table={"size": 300, "bytes": limit})
    assert ldif
    report = house.pictures(table={"size": 648, "bytes": limit})
    assert len(report.added) == 2


@needs_slapd
def test_a_photo_is_not_written_back_into_the_attribute_that_it_came_from(house: House, slapd: Slapd) -> None:
    """Joe removes his photo from the directory; the next sync has not seen it yet."""
    where = {name: value for name, value in house.where.items() if name != "undo"}
    source = LdapSource(kind="ldap", name="directory", **where)
    house.library.close()
    loaded = Settings(library=house.folder / "of directory", source=[source])
    house.library = open_library(loaded.library, create=True)
    assert sync.run(house.library, loaded)[0].added == ["joe@acme.example"] or house.library.count().with_photo == 1
    slapd.change(dn("joe"), jpegPhoto=[])
    report = house.pictures(source)
    assert report.added == []
    assert [one.where for one in report.left_out] == [dn("joe")]
    assert "from this entry itself" in report.left_out[0].reason
    # into another attribute of the same entry it may go, while that which it came from still has it
    slapd.change(dn("joe"), jpegPhoto=photo("black"))
    assert house.pictures(source, table={"attribute": "thumbnailPhoto"}).added == [dn("joe")]
    slapd.change(dn("joe"), jpegPhoto=[], thumbnailPhoto=[])
    assert house.pictures(source, table={"attribute": "thumbnailPhoto"}).added == []


@needs_samba
@pytest.mark.root
def test_active_directory_takes_it_and_gives_the_original_back(tmp_path: Path) -> None:
    controller = DomainController(9)
    try:
        controller.add(
            user("jane", mail="jane@acme.example"),
            user("joe", mail="joe@acme.example", thumbnailPhoto=photo("black"), wWWHomePage="http://old/"),
            user("off", mail="off@acme.example", userAccountControl="546"),
        )
        (tmp_path / "password").write_text(PASSWORD)
        (tmp_path / "password").chmod(0o600)
        house = House(
            tmp_path,
            directory="ad",
            base=AD_PEOPLE,
            servers=controller.secure,
            ca_file=controller.ca_file,
            user=ADMIN,
            password_file=tmp_path / "password",
        )
        env = {"LDAPTLS_CACERT": str(controller.ca_file), "PATH": "/usr/bin:/bin"}
        sign_in = {"user": ADMIN, "password": PASSWORD, "env": env}

        def shown() -> set[str]:
            """Give what stands there; what the server counts for itself is not ours."""
            counted = (" whenChanged: ", " uSNChanged: ", " lastLogon", " logonCount: ")
            return {
                line for line in rows(controller.secure, AD_PEOPLE, **sign_in) if not any(c in line for c in counted)
            }

        for who, colour in (("jane", "red"), ("joe", "lime"), ("off", "blue")):
            house.has(who, colour)
        before = shown()
        ldif, _ = dry(house.pictures, table={"overwrite": True})
        pictures = house.pictures(table={"overwrite": True})
        assert [name.partition(",")[0] for name in (*pictures.added, *pictures.replaced)] == ["CN=jane", "CN=joe"]
        assert len(values(shown(), "thumbnailPhoto")) == 2
        written = shown()
        addresses = house.addresses(table={"attribute": "wWWHomePage"})
        assert [name.partition(",")[0] for name in (*addresses.added, *addresses.replaced)] == ["CN=jane", "CN=joe"]
        for undo in (addresses.undo, pictures.undo):
            assert undo is not None
            apply(controller.secure, Path(undo).read_text(), **sign_in)
        assert shown() == before
        apply(controller.secure, ldif, **sign_in)
        assert shown() == written
        (refused,) = house.pictures(table={"attribute": "noSuchAttribute"}).refused[:1]
        assert "the directory does not know it" in refused.reason
        house.library.close()
    finally:
        controller.close()


def test_pictures_are_not_taken_back(house: House, slapd: Slapd) -> None:
    """Nobody could tell limner's copy of a photo that it has forgotten from anybody else's."""
    house.pictures()
    with house.library.batch() as batch:
        batch.remove("photos", "jane")
    before = rows(slapd.plain, PEOPLE)
    assert house.pictures(table={"overwrite": True}).removed == []
    assert f"dn: {dn('jane')} jpegPhoto:: " in "\n".join(before & rows(slapd.plain, PEOPLE))
