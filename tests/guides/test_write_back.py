"""docs/write-back.md, followed to the letter against a real OpenLDAP."""

from __future__ import annotations

from pathlib import Path

from tests.guides.guide import follow
from tests.publish.scene import photo, rows

from ldap_servers import Slapd, needs_slapd
from ldap_servers.slapd import PASSWORD, PEOPLE, person


@needs_slapd
def test_photos_and_their_addresses_into_a_directory(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for name, colour in (("jane.roe", "red"), ("joe.doe", "blue")):
        (tmp_path / "photos" / f"{name}@acme.example.jpg").write_bytes(photo(colour))
    with Slapd(
        person("jane", mail="jane.roe@acme.example"),
        person("joe", mail="joe.doe@acme.example"),
        person("zoe", mail="zoe@acme.example"),
    ) as slapd:
        before = rows(slapd.plain, PEOPLE)
        (tmp_path / "ca.pem").write_bytes(slapd.ca_file.read_bytes())
        follow("write-back.md", tmp_path, {"ldap://ldap.acme.example": slapd.plain}, {"LDAP_PASSWORD": PASSWORD})
        assert rows(slapd.plain, PEOPLE) == before
    assert "limner: to undo this: ldapmodify" in (tmp_path / "undo.txt").read_text()
    assert (tmp_path / "undone.txt").read_text().count("modifying entry") == 4
    assert '"added"' in (tmp_path / "pictures.json").read_text()
