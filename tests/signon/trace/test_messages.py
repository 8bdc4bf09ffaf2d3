from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.evidence import Cause
from limner.signon.trace.messages import MESSAGES, has_word, messages

from .samples import NOT_RESPONDING


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Connection denied. You requested server A/B but connected to C/B.", Cause.NAME_CHECK),
        (
            "Connection denied. The server you connected to has a different name from the one requested.",
            Cause.NAME_CHECK,
        ),
        ("The server that answered does not have the expected name", Cause.NAME_CHECK),
        (NOT_RESPONDING, Cause.SERVER_DOWN),
        ("Unable to find path to server. Check that your network connection is working.", Cause.UNRESOLVED),
        ("Remote system's identity is either unknown or fraudulent", Cause.IDENTITY),
        ("You are not authorized to use the server", Cause.SERVER_ACCESS),
        ("Single Sign-On token is expired", Cause.TOKEN_EXPIRED),
        ("Single Sign-On token is invalid", Cause.TOKEN_INVALID),
        ("Single Sign-On token contains an unknown WebSphere LDAP realm", Cause.DIRECTORY),
        ("Missing Single Sign-On token", Cause.TOKEN_DOMAIN),
        ("Missing single sign on token", Cause.TOKEN_DOMAIN),
        ("login failed, reason 0x80000016", Cause.TOKEN_EXPIRED),
        ("reason=80000015", Cause.TOKEN_INVALID),
        ("reason -2147483626", Cause.TOKEN_EXPIRED),
        ("reason 0x80000999", None),
        ("Server started on physical node x", None),
    ],
)
def test_messages_name_causes(text: str, cause: Cause | None) -> None:
    assert [found.message.cause for found in messages(text)] == ([cause] if cause else [])


def test_the_servers_in_a_message_are_names() -> None:
    (found,) = messages("Connection denied. You requested server st.acme.example but connected to CN=A/O=B.")
    assert found.names == ("st.acme.example", "CN=A/O=B")
    assert found.server == "CN=A/O=B"


def test_a_reason_code_is_told_in_words() -> None:
    (found,) = messages("reason 0x80000214")
    assert found.message.code == "0x80000214 VERIFICATION_DOWN"


def test_every_message_has_words_and_a_source() -> None:
    for message in MESSAGES:
        assert message.words
        assert message.source


@given(st.sampled_from(MESSAGES).flatmap(lambda message: st.from_regex(re.compile(message.pattern, re.ASCII))))
def test_no_text_is_passed_over_for_want_of_a_word(text: str) -> None:
    assert has_word(text)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    list(messages(text))


@pytest.mark.parametrize(
    "piece", ["You requested server x ", "managed-community-configs.xml ", "but connected to ", "-21474", "("]
)
def test_a_text_made_to_cost_time_does_not(piece: str) -> None:
    before = time.process_time()
    list(messages((piece * 8192)[:8192]))
    assert time.process_time() - before < 2
