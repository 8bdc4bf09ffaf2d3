"""A file as data for programs."""

from __future__ import annotations

import json

from tests.cell.keystores.authority import ISSUING, NOW, WILDCARD
from tests.cell.keystores.test_judge import keyed

from limner.cell.keystores.judge import judge
from limner.cell.keystores.report import as_dict, covered

HOSTS = ("st.acme.example", "a.b.acme.example")


def test_all_that_is_known_is_in_it_and_it_is_json() -> None:
    store = keyed(WILDCARD, ISSUING)
    found = json.loads(json.dumps(as_dict(store, HOSTS, judge(store, HOSTS, NOW), NOW)))
    assert found["format"] == "PKCS12"
    assert [entry["alias"] for entry in found["entries"]] == ["web", None]
    assert found["certificates"][0]["hosts"] == ["*.acme.example", "acme.example"]
    assert found["certificates"][1]["authority"]
    (chain,) = found["chains"]
    assert (chain["complete"], chain["missing"]) == (False, "O=Acme,CN=Acme Root")
    assert chain["certificates"] == [each["sha256"] for each in found["certificates"]]
    assert [each["covered_by"] for each in found["hosts"]] == ["*.acme.example", None]
    assert len(found["wanting"]) == 2


def test_what_covers_a_host() -> None:
    assert covered(keyed(WILDCARD), "acme.example") == "acme.example"
    assert covered(keyed(ISSUING), "acme.example") is None
