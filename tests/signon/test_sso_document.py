from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.documents import parse_text
from limner.signon.evidence import Cause
from limner.signon.sso_document import from_document, read_sso_documents

from .conftest import Put

DOCUMENT = """\
<document xmlns="http://www.lotus.com/dxl" form="WebSSOConfig">
<item name="LTPA_TokenName"><text>LtpaToken</text></item>
<item name="LTPA_TokenDomain"><text>.acme.example</text></item>
<item name="LTPA_TokenExpiration"><number>30</number></item>
<item name="LTPA_DominoSecret"><text>AAAA</text></item>
</document>
"""


def test_an_sso_document(put: Put) -> None:
    (found,) = read_sso_documents(put("sso.dxl", DOCUMENT))
    assert (found.token_name, found.token_domain, found.minutes) == ("LtpaToken", ".acme.example", 30)
    assert (found.line, found.domain_line) == (1, 3)
    assert "AAAA" not in repr(found)


def test_the_tokens_domain_covers_a_community_or_does_not(put: Put) -> None:
    (found,) = read_sso_documents(put("sso.dxl", DOCUMENT))
    (covered,) = found.evidence("sametime.acme.example")
    assert (covered.cause, covered.supports) == (Cause.TOKEN_DOMAIN, False)
    (not_covered,) = found.evidence("sametime.other.example")
    assert not_covered.supports
    assert not_covered.place == "line 3"
    assert found.evidence() == []


def test_another_token_name_is_a_hint(put: Put) -> None:
    (found,) = read_sso_documents(put("sso.dxl", DOCUMENT.replace("LtpaToken<", "AcmeToken<")))
    (hint,) = found.evidence()
    assert hint.cause is Cause.TOKEN_INVALID
    assert "ST_TOKEN_TYPE" in hint.text


@given(st.text(max_size=20))
def test_any_expiry_is_minutes_or_nothing(text: str) -> None:
    for document in parse_text(f"LTPA_TokenName: L\nLTPA_TokenExpiration: {text}", "x"):
        minutes = from_document(document).minutes
        assert minutes is None or minutes >= 0
