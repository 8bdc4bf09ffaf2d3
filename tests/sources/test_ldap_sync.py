"""`limner sync` from a real slapd: what administrators meet, each with its clear message and nothing lost."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
from PIL import Image

from ldap_servers import Cutter, Slapd, needs_slapd
from ldap_servers.slapd import ADMIN, PASSWORD, PEOPLE, person
from limner import cli, people
from limner.library import open_library

from .ldap_scene import private

pytestmark = needs_slapd


def photo(colour: str) -> bytes:
    """Give a JPEG of one colour, with noise enough to be cut in half."""
    out = io.BytesIO()
    Image.new("RGB", (200, 200), colour).save(out, "JPEG", quality=95)
    return out.getvalue()


@dataclass
class Done:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str


class House:
    """A settings file with one LDAP source, and a library."""

    def __init__(self, folder: Path, slapd: Slapd) -> None:
        self.folder, self.slapd = folder, slapd
        self.write(slapd.url)

    def write(self, server: str, more: str = "") -> None:
        (self.folder / "limner.toml").write_text(
            f"""library = "library"
[sync]
workers = 1
[[source]]
kind = "ldap"
name = "directory"
directory = "openldap"
servers = "{server}"
ca_file = "{self.slapd.ca_file}"
base = "{PEOPLE}"
page_size = 3
{more}
"""
        )

    def sync(self, *options: str) -> Done:
        arguments = ["limner", "sync", "-c", str(self.folder / "limner.toml"), *options]
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            mock.patch.object(sys, "argv", arguments),
        ):
            try:
                cli.main()
            except SystemExit as end:
                return Done(int(end.code or 0), out.getvalue(), err.getvalue())
        raise AssertionError("the command did not end")

    def report(self, *options: str) -> dict[str, list[str]]:
        done = self.sync("--json", *options)
        report: dict[str, list[str]] = json.loads(done.stdout)
        return report

    def shows(self, *mails: str) -> list[bool]:
        library = open_library(self.folder / "library")
        try:
            return [library.rendition(people.by_mail(mail), 48) is not None for mail in mails]
        finally:
            library.close()


@pytest.fixture
def slapd() -> Iterator[Slapd]:
    three = [
        person(f"p{n}", mail=f"p{n}@acme.example", jpegPhoto=photo(c)) for n, c in enumerate(("red", "lime", "blue"))
    ]
    with Slapd(*three) as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, slapd: Slapd) -> House:
    return House(tmp_path, slapd)


def test_first_everybody_then_what_changed(house: House) -> None:
    first = house.sync()
    assert first.exit_code == 0
    assert "directory: 3 added, 0 unchanged" in first.stdout
    assert house.shows("p0@acme.example", "p1@acme.example") == [True, True]
    house.slapd.change(f"uid=p1,{PEOPLE}", jpegPhoto=photo("black"))
    assert house.report()["changed"] == ["p1@acme.example"]
    assert house.report()["changed"] == []
    assert house.report("--full")["kept"] == 3


def test_a_dry_run_says_what_would_happen_and_does_nothing(house: House) -> None:
    dry = house.sync("--dry-run")
    assert "would be added: p0@acme.example" in dry.stdout
    assert not (house.folder / "library").exists()
    house.sync()
    house.slapd.change(f"uid=p1,{PEOPLE}", jpegPhoto=photo("black"))
    for _ in range(2):  # a dry run remembers nothing
        assert "would be changed: p1@acme.example" in house.sync("--dry-run").stdout


def test_a_mail_that_two_people_have_is_named_with_both(house: House) -> None:
    house.slapd.add(person("twin", mail=["twin@acme.example", "p0@acme.example"], jpegPhoto=photo("white")))
    done = house.sync()
    assert done.exit_code == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("refused: ")]
    assert "'p0@acme.example'" in line
    assert f"uid=twin,{PEOPLE}" in line
    assert f"uid=p0,{PEOPLE}" in line
    assert house.shows("p0@acme.example", "p1@acme.example", "p2@acme.example") == [True, True, True]


def test_half_a_photo_is_refused_by_name_and_the_last_good_one_stays(house: House) -> None:
    house.sync()
    whole = photo("black")
    house.slapd.change(f"uid=p1,{PEOPLE}", jpegPhoto=whole[: len(whole) // 2])
    done = house.sync()
    assert done.exit_code == 1
    assert f"refused: uid=p1,{PEOPLE}: " in done.stdout
    assert house.shows("p0@acme.example", "p1@acme.example", "p2@acme.example") == [True, True, True]


def test_a_server_that_dies_in_the_middle_loses_nobody(house: House) -> None:
    house.sync()
    with Cutter(house.slapd.port, after=4000) as proxy:
        house.write(f"ldap://127.0.0.1:{proxy.port}", "starttls = false")
        done = house.sync("--full")
    assert done.exit_code == 2
    assert "limner: error: source 'directory': " in done.stderr
    assert "limner: hint: nothing is lost" in done.stderr
    assert house.shows("p0@acme.example", "p1@acme.example", "p2@acme.example") == [True, True, True]
    house.write(house.slapd.url)
    assert house.report("--full")["kept"] == 3


def test_most_people_are_never_removed_at_once(house: House) -> None:
    """A filter that was mistyped finds nobody."""
    house.sync()
    house.write(house.slapd.url, 'filter = "(uid=nobody)"')
    done = house.sync()
    assert done.exit_code == 2
    assert "3 of 3 people" in done.stderr
    assert house.shows("p0@acme.example") == [True]


def test_who_left_is_removed_in_the_next_sync(house: House) -> None:
    house.sync()
    house.slapd.delete(f"uid=p2,{PEOPLE}")
    assert house.report("--max-removals", "50%")["removed"] == ["p2@acme.example"]
    assert house.shows("p0@acme.example", "p2@acme.example") == [True, False]


def test_a_wrong_password_is_told_in_two_lines(house: House) -> None:
    house.write(house.slapd.url, f'user = "{ADMIN}"\npassword_file = "{private(house.folder, "guess")}"')
    done = house.sync()
    assert done.exit_code == 2
    assert "the user or the password is wrong" in done.stderr
    assert "guess" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_the_password_can_come_from_the_environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "LIMNER_DIRECTORY_PASSWORD", PASSWORD)
    house.write(house.slapd.url, f'user = "{ADMIN}"\npassword_env = "LIMNER_DIRECTORY_PASSWORD"')
    assert house.sync().exit_code == 0


def test_mistakes_in_the_settings_are_named_with_their_place(house: House) -> None:
    house.write("http://dc1", 'directory_type = "ad"\nphoto = ["jpeg Photo"]\nuser = "cn=x"')
    done = house.sync()
    assert done.exit_code == 2
    for words in ("source[1].servers[1]: ", "source[1].directory_type: ", "source[1].photo[1]: "):
        assert words in done.stderr


def test_an_expired_certificate_changes_nothing_and_is_called_so(house: House) -> None:
    house.sync()
    with Slapd(expired=True) as other:
        house.write(other.secure, "")
        text = (house.folder / "limner.toml").read_text()
        (house.folder / "limner.toml").write_text(text.replace(str(house.slapd.ca_file), str(other.ca_file)))
        done = house.sync()
    assert done.exit_code == 2
    assert "its certificate has expired" in done.stderr
    assert "limner: hint: renew it on the server" in done.stderr
    assert house.shows("p0@acme.example", "p1@acme.example", "p2@acme.example") == [True, True, True]


def test_a_name_that_dns_has_lost_changes_nothing_and_is_called_so(house: House) -> None:
    house.sync()
    house.write("ldap://ldap.does-not-exist.invalid")
    done = house.sync()
    assert done.exit_code == 2
    assert "the name ldap.does-not-exist.invalid is not known" in done.stderr
    assert house.shows("p0@acme.example", "p1@acme.example", "p2@acme.example") == [True, True, True]


def test_a_password_that_is_wrong_from_one_day_on_changes_nothing(house: House) -> None:
    house.sync()
    house.write(house.slapd.url, f'user = "{ADMIN}"\npassword_file = "{private(house.folder, "guess")}"')
    assert house.sync().exit_code == 2
    assert house.shows("p0@acme.example", "p1@acme.example", "p2@acme.example") == [True, True, True]


def test_a_person_with_fifty_mails_is_found_by_each(house: House) -> None:
    mails = [f"many{number}@acme.example" for number in range(50)]
    house.slapd.add(person("many", mail=mails, jpegPhoto=photo("white")))
    assert house.sync().exit_code == 0
    assert all(house.shows(*mails))
