from __future__ import annotations

from pathlib import Path

import pytest

from .reader import parse, refused

RULE = "[[policy.allow]]\nname = 'in'\nltpa = { keys = 'k', lookup = { servers = 'ldaps://dc', base = 'dc=acme'%s } }"


def test_what_a_lookup_is_when_little_is_said() -> None:
    found = parse(RULE % "").policy.allow[0].ltpa
    assert found is not None
    assert found.lookup is not None
    assert (found.lookup.base, found.lookup.mail, found.lookup.wait_seconds) == (["dc=acme"], ["mail"], 2)


def test_its_files_are_taken_from_the_folder_of_the_settings() -> None:
    found = parse(RULE % ", user = 'cn=x', password_file = 'secret'").policy.allow[0].ltpa
    assert found is not None
    assert found.lookup is not None
    assert found.lookup.password_file == Path("/etc/limner/secret")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (", filter = '(uid=jane)'", "finds anybody"),
        (", wait_seconds = 0", "wait_seconds"),
        (", base = []", "base"),
        (", user = 'cn=x'", "needs a password"),
    ],
)
def test_mistakes(more: str, said: str) -> None:
    text = (RULE % more).replace("base = 'dc=acme', base", "base")
    assert said in " ".join(refused(text))
