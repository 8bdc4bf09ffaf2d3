"""The rule by which Domino accepts a name: the incident's four rows, and where nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.acceptance import Answer, Verdict, judge
from limner.signon.documents import parse_dxl, parse_text
from limner.signon.evidence import Cause, Strength
from limner.signon.notes_ini import NotesIni, parse_notes_ini
from limner.signon.server_document import ServerDocument, from_document

from .conftest import dxl

ALIAS, HOST = "sametime.acme.example", "sametime004.acme.example"
ACCEPTED, REFUSED, NOT_KNOWN = Verdict.ACCEPTED, Verdict.REFUSED, Verdict.NOT_KNOWN


def server(**fields: str) -> ServerDocument:
    return from_document(parse_dxl(dxl(**fields), "server.dxl")[0])


def ini(sprayer: str | None, more: str = "") -> NotesIni:
    return parse_notes_ini(f"{more}\nNETWORK_SPRAYER_ADDRESS={sprayer}" if sprayer is not None else more, "notes.ini")


def ask(name: str, sprayer: str | None = None, **fields: str) -> Answer:
    return judge(name, server(**fields), ini(sprayer))


@pytest.mark.parametrize(
    ("name", "host", "sprayer", "verdict"),
    [(HOST, HOST, None, ACCEPTED), (ALIAS, HOST, None, REFUSED), (ALIAS, ALIAS, None, ACCEPTED)]
    + [(name, HOST, "*", ACCEPTED) for name in (ALIAS, HOST)],
)
def test_the_incident(name: str, host: str, sprayer: str | None, verdict: Verdict) -> None:
    assert ask(name, sprayer, host=host).verdict is verdict


@pytest.mark.parametrize(
    ("name", "verdict", "rule"),
    [
        ("Sametime/Servers/ACME", ACCEPTED, "hierarchical name"),
        ("cn=sametime/ou=servers/o=acme", ACCEPTED, "hierarchical name"),
        ("SAMETIME", ACCEPTED, "common name"),
        ("Sametime004.ACME.example", ACCEPTED, "fully qualified Internet host name"),
        ("Sametime/Other/ACME", REFUSED, "every rule that is known"),
        ("192.0.2.4", NOT_KNOWN, "IP address"),
        ("2001:db8::1", NOT_KNOWN, "IP address"),
        (HOST + ".", NOT_KNOWN, "fully qualified Internet host name"),
    ],
)
def test_names(name: str, verdict: Verdict, rule: str) -> None:
    answer = ask(name)
    assert (answer.verdict, answer.decided.rule) == (verdict, rule)


def test_the_common_name_is_not_compared_with_the_first_label() -> None:
    (check,) = [each for each in ask(ALIAS).checks if each.rule == "common name"]
    assert check.holds is False
    assert "does not count" in check.text


@pytest.mark.parametrize(
    ("sprayer", "verdict"),
    [
        (ALIAS, ACCEPTED),
        (f"chat.acme.example, {ALIAS.upper()}", ACCEPTED),
        ("chat.acme.example", REFUSED),
        ("", REFUSED),
        ("*.acme.example", NOT_KNOWN),
        ("*,chat.acme.example", NOT_KNOWN),
        (ALIAS + ".", NOT_KNOWN),
    ],
)
def test_the_list_of_the_sprayer(sprayer: str, verdict: Verdict) -> None:
    assert ask(ALIAS, sprayer).verdict is verdict


def test_a_clients_notes_ini_changes_nothing() -> None:
    assert judge(ALIAS, server(), ini("*", "KitType=1")).verdict is REFUSED


def test_matches_of_which_nobody_knows_say_so() -> None:
    assert ask(ALIAS, net=ALIAS).decided.rule == "net address"
    assert ask("ST-Cluster", cluster="ST-Cluster").decided.rule == "cluster name"
    assert ask("ST-Cluster", "*", cluster="ST-Cluster").verdict is ACCEPTED


def test_a_field_that_the_text_does_not_have_is_not_an_empty_one() -> None:
    (copied,) = parse_text("Server name: Sametime/Servers/ACME\nDomain name: ACME\n", "x")
    assert judge(ALIAS, from_document(copied), ini(None)).verdict is NOT_KNOWN
    assert ask(ALIAS, host="").verdict is REFUSED


def test_a_refusal_without_a_notes_ini_says_what_would_turn_it_round() -> None:
    answer = judge(ALIAS, server())
    assert answer.verdict is REFUSED
    assert "NETWORK_SPRAYER_ADDRESS" in str(answer.unless)
    assert judge(ALIAS, server(), ini(None)).unless is None
    assert judge(HOST, server()).unless is None


def test_the_evidence_follows_the_verdict() -> None:
    (refused,) = ask(ALIAS).evidence()
    assert (refused.cause, refused.supports, refused.strength) == (Cause.NAME_CHECK, True, Strength.INFERRED)
    (accepted,) = ask(HOST).evidence()
    assert not accepted.supports
    assert ask("192.0.2.4").evidence() == []
    assert refused.names == (ALIAS, "Sametime/Servers/ACME", HOST, "Sametime")
    assert all(each and each in refused.text for each in refused.names)


name = st.sampled_from(["a", "a.example", "b.example", "A/B", "CN=A/O=B", "192.0.2.1", "a.example.", "*", "", "é"])


@given(name, name, name, st.none() | st.lists(name, max_size=3).map(",".join))
def test_laws(asked: str, host: str, net: str, sprayer: str | None) -> None:
    """The case of letters never matters; what is accepted stays so whatever is added; answers have a reason."""
    document = server(name="CN=A/O=B", host=host, net=net)
    plain = judge(asked, document, ini(sprayer))
    assert judge(asked.upper(), document, ini(sprayer)).verdict is plain.verdict
    assert plain.decided.text
    assert judge(asked, document, ini("*")).verdict is ACCEPTED
    if judge(asked, document, ini(None)).verdict is ACCEPTED:
        assert plain.verdict is ACCEPTED


def test_the_example_in_the_docs_is_the_incident() -> None:
    file = Path(__file__).parents[2] / "docs" / "examples" / "signon" / "sametime.dxl"
    (document,) = parse_dxl(file.read_bytes(), str(file))
    assert judge(ALIAS, from_document(document)).verdict is REFUSED
    assert judge(HOST, from_document(document)).verdict is ACCEPTED
