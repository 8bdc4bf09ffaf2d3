"""Texts of handshake errors, as JSSE and WebSphere write them, are known by what they mean."""

from __future__ import annotations

import pytest

from limner.cell.log.causes import CAUSES

TEXTS = {
    "Client requested protocol TLSv1 not enabled or not supported": ("protocol", "TLSv1"),
    "javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?": ("plain text", ""),
    "javax.net.ssl.SSLException: Received fatal alert: certificate_unknown": ("trust", "certificate_unknown"),
    "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure": ("cipher suite", ""),
    "javax.net.ssl.SSLHandshakeException: no cipher suites in common": ("cipher suite", ""),
    "javax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version": ("protocol", ""),
    "SSLHandshakeException: Server chose TLSv1, but that protocol version is not enabled": ("protocol", "TLSv1"),
    "SSLHandshakeException: Remote host closed connection during handshake": ("closed", ""),
    "com.ibm.jsse2.util.h: PKIX path building failed: java.security.cert.CertPathBuilderException": ("trust", ""),
    "CertPathValidatorException: The certificate issued by OU=Root is not trusted": ("trust", ""),
    "PKIX path validation failed: java.security.cert.CertificateExpiredException: NotAfter: Thu": ("expired", ""),
    "CertificateException: No subject alternative DNS name matching st.example found": ("host name", ""),
    "javax.net.ssl.SSLHandshakeException: null cert chain": ("client certificate", ""),
    "CWPKI0024E: The certificate alias wildcard2026 specified by the property": ("alias", "wildcard2026"),
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_first_cause_that_fits_is_the_right_one(text: str) -> None:
    found = next((cause, detail) for cause in CAUSES if (detail := cause.found_in(text)) is not None)
    assert (found[0].name, found[1]) == TEXTS[text]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_sentences_take_the_text_s_part_and_end_without_a_stop(cause: object) -> None:
    for sentence in (cause.words, cause.setting):  # type: ignore[attr-defined]
        assert "{" not in sentence.format("TLSv1")
        assert not sentence.endswith(".")


def test_every_cause_says_how_well_it_is_known() -> None:
    assert {cause.strength for cause in CAUSES} <= {"seen", "said", "inferred"}
    assert {cause.name for cause in CAUSES} == {name for name, _ in TEXTS.values()}
