from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import NameFormError
from limner.people import Person
from limner.publish.files.names import paths, unfit

JANE = Person.of(mails=["Jane@Example.com", "j.roe@example.com"], uid="JRoe", key="42")


def test_a_person_has_a_file_for_each_mail_address_in_lower_case() -> None:
    assert sorted(paths("{mail}.jpg", JANE)) == ["j.roe@example.com.jpg", "jane@example.com.jpg"]


def test_names_are_combined_and_folders_made() -> None:
    assert list(paths("{key}/{uid}.jpg", JANE)) == ["42/jroe.jpg"]
    assert len(list(paths("{uid}/{mail}.jpg", JANE))) == 2


def test_whoever_lacks_a_name_has_no_file() -> None:
    assert list(paths("{uid}.jpg", Person.of(mails=["a@b.example"]))) == []


def test_hashes_are_those_that_clients_ask_by() -> None:
    md5 = hashlib.md5(b"jane@example.com").hexdigest()
    assert md5 in paths("{md5}", JANE)
    assert hashlib.sha256(b"j.roe@example.com").hexdigest() in paths("{sha256}", JANE)


def test_an_address_with_two_spellings_has_both_hashes() -> None:
    assert len(list(paths("{md5}.jpg", Person.of(mails=["zoë@exämple.com"])))) == 2


@given(st.text(min_size=1, max_size=300), st.sampled_from(["{uid}.jpg", "a/{uid}/b.jpg", "{key}"]))
def test_no_name_of_a_person_leads_out_of_the_folder(name: str, template: str) -> None:
    """Whatever a directory calls somebody: the path has as many steps as the template, none of them special."""
    try:
        person = Person.of(uid=name, key=name)
    except NameFormError:
        return
    for path in paths(template, person):
        if unfit(path) is None:
            steps = path.split("/")
            assert len(steps) == template.count("/") + 1
            assert str(PurePosixPath(path)) == path
            assert not any(step in ("", ".", "..") or "\0" in step or "\\" in step for step in steps)


@pytest.mark.parametrize("path", ["..", ".htaccess", "a/../b", "a\\b", "a\nb", "x" * 256, "a.", " a", "a/", "é" * 128])
def test_what_is_not_fit_for_a_file_has_its_reason(path: str) -> None:
    assert unfit(path)


def test_what_is_fit_has_none() -> None:
    assert unfit("people/jane+x@example.com.jpg") is None
