from __future__ import annotations

from limner.signon.communities.finding import Severity, error, note, warning
from limner.signon.evidence import Strength


def test_findings_of_each_severity() -> None:
    assert [made(1, "m", "f").severity for made in (error, warning, note)] == list(Severity)
    found = warning(None, "m", "f", Strength.INFERRED).as_dict()
    assert (found["severity"], found["line"], found["strength"]) == ("warning", None, "inferred")
    assert "HCL" in found["source"]
