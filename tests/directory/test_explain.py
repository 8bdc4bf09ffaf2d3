"""Result codes and exceptions in words."""

from __future__ import annotations

import socket
import ssl

import pytest
from ldap3.core.exceptions import LDAPExceptionError
from ldap3.core.results import RESULT_CODES

from limner.directory.explain import border, explain, refusal
from limner.errors import DirectoryError

SERVER = "ldaps://dc1.example.com"


@pytest.mark.parametrize("code", sorted(set(RESULT_CODES) - {0}))
def test_every_result_code_has_words(code: int) -> None:
    why = refusal(SERVER, "searching", code, "")
    assert why.message.startswith(f"{SERVER}: searching: ")
    assert why.code == code
    assert "\n" not in why.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("52e", "the password is wrong"),
        ("525", "there is no such user"),
        ("533", "the account is disabled"),
        ("775", "the account is locked"),
        ("701", "the account has expired"),
        ("999", "the user or the password is wrong"),
    ],
)
def test_active_directorys_reasons_for_a_failed_sign_in(data: str, words: str) -> None:
    """The texts are those of Windows: "80090308: LdapErr: DSID-0C090447, comment: ..., data 52e, v3839"."""
    said = f"80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data {data}, v3839"
    assert words in refusal(SERVER, "signing in", 49, said).message


def test_what_the_server_says_is_told_in_one_line_and_not_at_length() -> None:
    why = refusal(SERVER, "searching", 53, "no\n way " + "x" * 1000)
    assert "no way" in why.message
    assert len(why.message) < 400


def test_what_a_failed_sign_in_says_is_not_repeated() -> None:
    """Some servers repeat what was sent."""
    assert "hunter2" not in refusal(SERVER, "signing in", 49, "bad password hunter2").message


@pytest.mark.parametrize(
    "why",
    [
        socket.gaierror(-2, "Name or service not known"),
        ConnectionRefusedError(111, "Connection refused"),
        ConnectionResetError(104, "Connection reset by peer"),
        TimeoutError("timed out"),
        OSError(113, "No route to host"),
        ssl.SSLError(1, "[SSL: TLSV1_ALERT] something"),
        LDAPExceptionError("strange"),
        KeyError(99),
        IndexError("list index out of range"),
    ],
)
def test_every_exception_ends_at_the_border(why: Exception) -> None:
    with pytest.raises(DirectoryError) as ended, border(SERVER, "searching"):
        raise why
    assert ended.value.message == explain(SERVER, "searching", why).message
    assert SERVER in ended.value.message


def test_a_mistake_of_ours_passes_the_border() -> None:
    with pytest.raises(RuntimeError), border(SERVER, "searching"):
        raise RuntimeError
