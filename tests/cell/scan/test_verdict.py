"""What is wrong with an endpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cryptography.hazmat.primitives.serialization import Encoding
from tests.cell.keystores.authority import DAY, ISSUING, NOW, ROOT, WILDCARD, Holder, make

from limner.cell.scan.suites import Version
from limner.cell.scan.survey import Seen
from limner.cell.scan.target import Target
from limner.cell.scan.verdict import as_dict, judge

SOUND = {Version.TLS12: ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",)}


def seen(*sent: Holder, name: str = "st.acme.example", spoken: dict[Version, tuple[str, ...]] | None = None) -> Seen:
    found = Seen(Target("10.20.30.40", 443), name, "10.20.30.40", spoken=spoken or SOUND)
    found.certificates = tuple(each.certificate.public_bytes(Encoding.DER) for each in sent)
    return found


def wanting(one: Seen, signers: Sequence[Holder] | None = None, level: str = "intermediate") -> list[str]:
    trusted = None if signers is None else [each.certificate for each in signers]
    return [finding.text for finding in judge(one, level, trusted, NOW).findings if finding.wanting]


def test_a_sound_endpoint_need_not_send_its_root() -> None:
    assert wanting(seen(WILDCARD, ISSUING)) == []
    assert wanting(seen(WILDCARD, ISSUING), [ROOT]) == []
    assert wanting(seen(WILDCARD, ISSUING, ROOT)) == []


def test_chains() -> None:
    assert "without that of O=Acme,CN=Acme Issuing 1" in wanting(seen(WILDCARD))[0]
    assert wanting(seen(WILDCARD), [ISSUING, ROOT]) == []  # its clients have what it does not send
    other = make("Other Root", authority=True)
    assert "not among the signers" in wanting(seen(WILDCARD, ISSUING), [other])[0]
    assert wanting(seen(WILDCARD, ROOT, ISSUING)) == ["it sends its certificates in the wrong order"]


def test_names_and_dates() -> None:
    assert wanting(seen(WILDCARD, ISSUING, name="10.20.30.40")) == [
        "its certificate does not cover 10.20.30.40; it is for *.acme.example, acme.example"
    ]
    old = ISSUING.issue("old", "st.acme.example", begins=NOW - 9 * DAY, days=8)
    assert "ended on" in wanting(seen(old, ISSUING))[0]


def test_levels_and_weak_suites() -> None:
    assert wanting(seen(WILDCARD, ISSUING), level="modern")[0].startswith("it is not modern: it speaks TLS 1.2; ")
    weak = seen(WILDCARD, ISSUING, spoken={Version.TLS12: ("TLS_RSA_WITH_RC4_128_SHA",)})
    assert wanting(weak, level="old") == [
        "it takes 1 suites that protect from nobody: TLS_RSA_WITH_RC4_128_SHA",
        "it is not old: it takes TLS_RSA_WITH_RC4_128_SHA",
    ]


def test_a_certificate_that_is_none() -> None:
    broken = seen(WILDCARD)
    broken.certificates = (b"rubbish",)
    assert "sends a certificate that is none" in wanting(broken)[0]


def test_it_is_json() -> None:
    found = json.loads(json.dumps(as_dict(judge(seen(WILDCARD, ISSUING), "intermediate", None, NOW), NOW)))
    assert found["level"] == "intermediate"
    assert found["chain"] == {"complete": False, "missing": "O=Acme,CN=Acme Root"}
    assert found["versions"] == {"TLS 1.2": ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]}
    gone = Seen(Target("st.acme.example", 1), "st.acme.example", problem="connection refused")
    assert as_dict(judge(gone, "intermediate", None, NOW), NOW)["problem"] == "connection refused"
