from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import LimnerError
from limner.publish.paste.user_info import MOST, check, check_file

WHOLE = """\
<?xml version="1.0" encoding="UTF-8"?>
<UserInformation>
  <Resources>
    <Storage type="LDAP">
      <CommonField CommonFieldName="MailAddress"/>
      <StorageDetails HostName="ldap.acme.example" Port="636" UserEncodedAuth="c2VjcmV0" SslEnabled="true" BaseDN=""/>
      <SslProperties KeyStorePath="keys.p12" KeyStorePassword="hunter2"/>
      <Details>
        <Detail Id="MailAddress" FieldName="mail" Type="text/plain"/>
        <Detail Id="Photo" FieldName="jpegPhoto" Type="image/jpeg"/>
        <Detail Type="text/plain" FieldName="PhotoURL" Id="ImagePath"/>
        <Detail Type="text/plain" FieldName="PhotoURL" Id="PhotoURL"/>
      </Details>
    </Storage>
  </Resources>
  <ParamsSets>
    <Set params="MailAddress,Name,PhotoURL,ImagePath" SetId="0"/>
    <Set params="MailAddress, Name, PhotoURL, ImagePath, Company" SetId="1"/>
  </ParamsSets>
</UserInformation>
"""


def wanting(text: str, attribute: str = "photoURL") -> list[tuple[int | None, str]]:
    return [(each.line, each.message) for each in check(text.encode(), attribute) if not each.note]


def test_a_whole_file_lacks_nothing_and_attributes_are_compared_without_case() -> None:
    assert wanting(WHOLE) == []


def test_it_is_always_said_that_another_database_writes_into_the_file() -> None:
    assert check(WHOLE.encode(), "photoURL")[-1].note


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('Id="ImagePath"', 'Id="Pager"', 4, "the LDAP directory ldap.acme.example has no detail ImagePath"),
        ('Id="PhotoURL"', 'Id="photoUrl"', 12, 'Id="photoUrl" is not known: it has to be "PhotoURL"'),
        ('FieldName="PhotoURL" Id="I', 'FieldName="description" Id="I', 11, 'the attribute "description", not from'),
        ('Id="Photo" FieldName="jpegPhoto"', 'Id="PhotoURL" FieldName="PhotoURL"', 12, "PhotoURL is there 2 times"),
        ("ImagePath, Company", "Company", 18, "(users who are signed in) lacks ImagePath"),
        ("ImagePath, Company", "ImagePath, Photo", 18, "still has Photo"),
        ('SetId="1"', 'SetId="7"', None, 'there is no <Set SetId="1">'),
        ('type="LDAP"', 'type="NOTES"', None, 'there is no <Storage type="LDAP">'),
    ],
)
def test_each_thing_that_is_wanting_is_said_with_its_line(old: str, new: str, line: int | None, said: str) -> None:
    assert old in WHOLE
    ((at, message),) = wanting(WHOLE.replace(old, new))
    assert said in message
    assert at == line


def test_anonymous_users_without_photos_may_be_meant() -> None:
    """So it is a note."""
    text = WHOLE.replace('PhotoURL,ImagePath" SetId="0"', 'Title" SetId="0"')
    assert wanting(text) == []
    assert any("anonymous users" in each.message for each in check(text.encode(), "photoURL"))


def test_every_directory_needs_the_details() -> None:
    second = '<Storage type="LDAP"><StorageDetails HostName="two.acme.example"/><Details/></Storage></Resources>'
    found = wanting(WHOLE.replace("</Resources>", second))
    assert [message for _, message in found] == [
        "the LDAP directory two.acme.example has no detail ImagePath",
        "the LDAP directory two.acme.example has no detail PhotoURL",
    ]


def test_no_password_of_the_file_is_ever_shown() -> None:
    text = WHOLE.replace("PhotoURL", "x").replace("ImagePath", "y")
    assert not any("hunter2" in str(each) or "c2VjcmV0" in str(each) for each in check(text.encode(), "photoURL"))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (WHOLE.replace("</Details>", "").encode(), "not well-formed"),
        (WHOLE.replace('BaseDN=""', 'SearchFilter="(&(a=b))"').encode(), "not well-formed"),
        (b'<!DOCTYPE x [<!ENTITY a "aa">]><UserInformation>&a;</UserInformation>', "document type"),
        (b"<community-configs/>", "neither a Storage nor a Set"),
        (b"", "not well-formed"),
        (b" " * (MOST + 1), "more than"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_file(tmp_path: Path, raw: bytes, said: str) -> None:
    file = tmp_path / "UserInfoConfig.xml"
    file.write_bytes(raw)
    with pytest.raises(LimnerError, match=said) as refused:
        check_file(file, "photoURL")
    assert str(file) in refused.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LimnerError, match="No such file"):
        check_file(tmp_path / "UserInfoConfig.xml", "photoURL")


@given(st.binary(max_size=300), st.integers(0, len(WHOLE)))
def test_rubbish_is_read_or_refused(rubbish: bytes, at: int) -> None:
    raw = WHOLE.encode()
    with contextlib.suppress(LimnerError):
        check(raw[:at] + rubbish + raw[at:], "photoURL")
