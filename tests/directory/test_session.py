"""Searching page by page, and writing, on a real slapd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ldap_servers import Cutter, DomainController, Slapd, needs_samba, needs_slapd
from ldap_servers.samba import ADMIN as AD_ADMIN
from ldap_servers.samba import PASSWORD as AD_PASSWORD
from ldap_servers.samba import PEOPLE as AD_PEOPLE
from ldap_servers.samba import user
from ldap_servers.slapd import PEOPLE, SMALL, SUFFIX, person
from limner.directory import Directory, connect
from limner.errors import DirectoryError
from limner.settings import DirectoryAccess

from .conftest import PEOPLE as COUNT

Access = Callable[..., DirectoryAccess]
pytestmark = needs_slapd
ANYBODY = "(objectClass=inetOrgPerson)"


def test_pages_are_one_stream(directory: Directory) -> None:
    """Pages of 5, so three of them."""
    uids = sorted(entry.text("uid") or "" for entry in directory.search(PEOPLE, ANYBODY, ["uid"]))
    assert uids == sorted(["jane", *(f"p{number:02}" for number in range(COUNT - 1))])


def test_an_entry_has_its_values_as_bytes(directory: Directory) -> None:
    (jane,) = directory.search(PEOPLE, "(uid=jane)", ["mail", "JPEGPHOTO"])
    assert jane.dn == f"uid=jane,{PEOPLE}"
    assert jane.values("jpegPhoto") == [b"\xff\xd8\xff jane"]
    assert sorted(jane.texts("mail")) == ["Jane.Roe@acme.example", "jane@acme.example"]
    assert jane.values("cn") == []


def test_scopes(directory: Directory) -> None:
    assert [entry.dn for entry in directory.search(PEOPLE, scope="base")] == [PEOPLE]
    below = [entry.dn for entry in directory.search(PEOPLE, scope="onelevel")]
    assert len(below) == COUNT
    assert PEOPLE not in below


def test_the_root_says_what_the_server_has(directory: Directory) -> None:
    assert directory.root.texts("namingContexts") == [SUFFIX]


def test_a_search_that_is_given_up_closes_the_connection(directory: Directory) -> None:
    steps = iter(directory.search(PEOPLE, ANYBODY, ["uid"]))
    next(steps)
    steps.close()  # type: ignore[attr-defined]  # a generator
    with pytest.raises(DirectoryError):
        list(directory.search(PEOPLE, ANYBODY, ["uid"]))


def test_two_searches_at_once_are_a_mistake_of_ours(directory: Directory) -> None:
    first = iter(directory.search(PEOPLE, ANYBODY, ["uid"]))
    next(first)
    with pytest.raises(RuntimeError, match="being read"):
        next(iter(directory.search(PEOPLE, ANYBODY, ["uid"])))


def test_no_such_base(directory: Directory) -> None:
    with pytest.raises(DirectoryError, match="there is no such entry") as why:
        list(directory.search(f"ou=nowhere,{SUFFIX}"))
    assert "`base`" in str(why.value.hint)


def test_a_base_that_is_no_name(directory: Directory) -> None:
    with pytest.raises(DirectoryError, match="not a distinguished name"):
        list(directory.search("people"))


def test_a_base_of_another_server_is_a_referral_that_is_not_followed(directory: Directory) -> None:
    with pytest.raises(DirectoryError, match="dc=other"):
        list(directory.search("dc=other,dc=example"))


def test_a_size_limit_is_no_silent_end(access: Access, tmp_path: Path) -> None:
    """What was read until then is not everybody: nobody may be taken for gone."""
    (tmp_path / "small").write_text("small")
    with connect(access(user=SMALL, password_file=tmp_path / "small")) as directory:
        seen = []
        with pytest.raises(DirectoryError, match="gives no more entries at once") as why:
            seen.extend(directory.search(PEOPLE, ANYBODY, ["uid"]))
    assert why.value.code == 4
    assert "size limit" in str(why.value.hint)


@pytest.mark.parametrize("after", [2_000, 9_000, 21_000])
def test_a_server_that_dies_in_the_middle_of_a_page(access: Access, slapd: Slapd, after: int) -> None:
    with Cutter(slapd.port, after=after) as proxy:
        plain = access(servers=[f"ldap://127.0.0.1:{proxy.port}"], starttls=False, page_size=4)
        seen = []
        with connect(plain) as directory, pytest.raises(DirectoryError, match="ended the connection") as why:
            seen.extend(directory.search(PEOPLE, ANYBODY, ["jpegPhoto"]))
    assert why.value.hint
    assert len(seen) < COUNT


def test_a_server_that_falls_silent_in_the_middle_of_a_page(access: Access, slapd: Slapd) -> None:
    with Cutter(slapd.port, after=9_000, silent=True) as proxy:
        plain = access(servers=[f"ldap://127.0.0.1:{proxy.port}"], starttls=False, answer_seconds=0.3)
        with connect(plain) as directory, pytest.raises(DirectoryError, match="does not answer in time"):
            list(directory.search(PEOPLE, ANYBODY, ["jpegPhoto"]))


def test_writing_replaces_and_removes(writable: Directory, slapd: Slapd) -> None:
    slapd.add(person("written", description="old"))
    dn = f"uid=written,{PEOPLE}"
    writable.modify(dn, {"photoURL": [b"https://photos.example/1.jpg"], "description": [], "jpegPhoto": [bytes(9000)]})
    entry = writable.read(dn, ["*"])
    assert entry is not None
    assert entry.texts("photoURL") == ["https://photos.example/1.jpg"]
    assert entry.values("description") == []
    assert entry.values("jpegPhoto") == [bytes(9000)]
    slapd.delete(dn)


def test_writing_without_the_right_to(directory: Directory) -> None:
    with pytest.raises(DirectoryError, match=r"writing to 'uid=jane,.*': ") as why:
        directory.modify(f"uid=jane,{PEOPLE}", {"description": [b"x"]})
    assert why.value.hint


def test_writing_what_the_schema_does_not_know(writable: Directory) -> None:
    with pytest.raises(DirectoryError, match="does not know the attribute"):
        writable.modify(f"uid=jane,{PEOPLE}", {"noSuchAttribute": [b"x"]})
    with pytest.raises(DirectoryError, match="no such entry"):
        writable.modify(f"uid=nobody,{PEOPLE}", {"description": [b"x"]})


@needs_samba
@pytest.mark.root
def test_values_that_the_server_sends_in_parts_come_whole(tmp_path: Path) -> None:
    """Active Directory sends at most 1,500 values at once; Samba does so when it is asked for a part."""
    controller = DomainController(3)
    try:
        many = [f"smtp:many{number}@acme.example" for number in range(95)]
        controller.add(user("many", proxyAddresses=many))
        (tmp_path / "password").write_text(AD_PASSWORD)
        access = DirectoryAccess(
            servers=[controller.secure],
            ca_file=controller.ca_file,
            user=AD_ADMIN,
            password_file=tmp_path / "password",
        )
        with connect(access) as directory:
            for asked in ("proxyAddresses", "proxyAddresses;range=0-9", "proxyAddresses;range=0-93"):
                found = directory.read(f"CN=many,{AD_PEOPLE}", [asked])
                assert found is not None
                assert sorted(found.texts("proxyAddresses")) == sorted(many)
    finally:
        controller.close()


def test_closing_twice_does_no_harm(access: Access) -> None:
    directory = connect(access())
    directory.close()
    directory.close()
    with pytest.raises(DirectoryError):
        list(directory.search(PEOPLE))
