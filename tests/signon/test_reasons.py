from __future__ import annotations

from limner.signon.evidence import Cause
from limner.signon.reasons import REASONS


def test_the_reasons_that_explain_sign_on() -> None:
    assert REASONS[0x80000015].name == "TOKEN_INVALID"
    assert REASONS[0x80000016].cause is Cause.TOKEN_EXPIRED
    assert REASONS[0x80000213].cause is Cause.DIRECTORY
    assert all(0x80000000 < code < 0x80000300 for code in REASONS)
    assert all(reason.words and reason.name.isupper() for reason in REASONS.values())
