"""`[[source]]` with `kind = "ldap"`: what is taken, and what is not, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from .reader import parse, refused

BASE = '[[source]]\nkind = "ldap"\nservers = "ldaps://dc1.acme.example"\nbase = "dc=acme"\n'


def test_a_text_stands_for_a_list_of_one_and_paths_start_at_the_file():
    (source,) = parse(
        BASE + 'ca_file = "ca.pem"\nuser = "cn=x"\npassword_file = "secrets/ad"\nphoto = "jpegPhoto"'
    ).source
    assert source.servers == ["ldaps://dc1.acme.example"]
    assert source.base == ["dc=acme"]
    assert source.photo == ["jpegPhoto"]
    assert source.ca_file == Path("/etc/limner/ca.pem")
    assert source.password_file == Path("/etc/limner/secrets/ad")
    assert source.label == "ldaps://dc1.acme.example"
    assert source.starttls


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('user = "cn=x"', "`user` needs a password"),
        ('user = "cn=x"\npassword_file = "a"\npassword_env = "B"', "leave one out"),
        ('password_file = "a"', "a password goes with `user`"),
        ('sasl = "external"', "needs a `client_certificate`"),
        ('client_key = "a"', "`client_key` goes with `client_certificate`"),
        ('photo = "jpeg Photo"', "not the name of an attribute"),
        ('photo = "jpegPhoto)(uid=*"', "not the name of an attribute"),
        ('attributes = { "a b" = "department" }', "not a plain name"),
        ('directory = "edirectory"', "there is no"),
        ('sasl = "ntlm"', "there is no"),
        ('password = "secret"', "there is no such setting"),
        ("page_size = 0", "at least 1"),
    ],
)
def test_mistakes_have_their_place(line, words):
    report = refused(BASE + line)
    assert any(words in mistake and mistake.startswith("source[1]") for mistake in report), report


@pytest.mark.parametrize(
    "server",
    [
        "dc1.acme.example",
        "http://dc1",
        "ldap://",
        "ldap://a:b@dc1",
        "ldaps://dc1:0",
        "ldap://dc1/dc=acme",
        "ldap://d c",
    ],
)
def test_what_is_no_directory_server(server):
    report = refused(BASE.replace("ldaps://dc1.acme.example", server))
    assert any("is not a directory server" in mistake for mistake in report)


def test_the_same_server_twice():
    report = refused(BASE.replace('"ldaps://dc1.acme.example"', '["ldap://a", "ldap://a"]'))
    assert any("twice" in mistake for mistake in report)
