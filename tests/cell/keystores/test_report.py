"""A file as data for programs."""

from __future__ import annotations

import json

from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cell.keystores.authority import ISSUING, NOW, WILDCARD, Holder
from tests.cell.keystores.test_judge import keyed

from limner.cell.keystores import DamagedError, Entry, Form, Kind, Store
from limner.cell.keystores.certificate import load
from limner.cell.keystores.judge import judge
from limner.cell.keystores.report import as_dict, covered
from limner.cell.keystores.tree import tree_of

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


@settings(max_examples=150)
@given(st.sampled_from([WILDCARD, ISSUING]), st.data())
def test_no_certificate_is_too_odd_to_be_told_of(holder: Holder, data: st.DataObject) -> None:
    """Servers and files send what they like: it is no certificate, or all of it can be shown and judged."""
    raw = bytearray(holder.certificate.public_bytes(Encoding.DER))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        odd = load(bytes(raw), "a")
    except DamagedError:
        return
    for entry in (Entry(Kind.KEY, "x", (odd, ISSUING.certificate)), Entry(Kind.CERTIFICATE, None, (odd,))):
        store = Store(Form.JKS, (entry, Entry(Kind.TRUSTED, "y", (ISSUING.certificate,))))
        json.dumps(as_dict(store, HOSTS, judge(store, HOSTS, NOW), NOW))
        assert len(list(tree_of(store.certificates))) > 0


def test_what_covers_a_host() -> None:
    assert covered(keyed(WILDCARD), "acme.example") == "acme.example"
    assert covered(keyed(ISSUING), "acme.example") is None
