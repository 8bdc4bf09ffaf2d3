"""Widen before you narrow: what is in between allows all that is old and all that is new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.model import Scope, SSLConfig
from limner.cell.plan.wide import wide, wide_protocol
from limner.cell.suites import Jdk, versions_of
from limner.cell.suites.jdk import LEVELS
from limner.cell.suites.protocols import NAMES

OLD = (Jdk.parse("7.1.3.0"),)


@pytest.mark.parametrize(
    ("old", "new", "between"),
    [("SSL_TLS", "TLSv1.2", "SSL_TLSv2"), ("SSL_TLSv2", "TLSv1.2", "SSL_TLSv2"), ("SSL_TLS", "SSL_TLSv2", "SSL_TLSv2"),
     ("TLSv1.2", "TLSv1.2", "TLSv1.2"), ("nonsense", "TLSv1.2", "nonsense")],
)  # fmt: skip
def test_the_story_s_protocols(old: str, new: str, between: str) -> None:
    assert wide_protocol(old, new, OLD) == between


@given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(LEVELS))
def test_what_was_enabled_for_certain_stays_so(old: str, new: str, level: Jdk) -> None:
    between = wide_protocol(old, new, (level,))
    assert versions_of(old, level).sure <= versions_of(between, level).sure
    assert between == old or versions_of(new, level).sure <= versions_of(between, level).sure


def test_lists_of_suites_are_widened_only_to_one_that_has_both() -> None:
    two = ("SSL_RSA_WITH_AES_128_CBC_SHA", "SSL_RSA_WITH_AES_256_CBC_SHA")
    old = SSLConfig(alias="A", scope=Scope("c"), protocol="TLSv1.2", level="CUSTOM", ciphers=two)
    less = SSLConfig(alias="A", scope=Scope("c"), protocol="TLSv1.2", level="CUSTOM", ciphers=two[:1])
    assert wide(old, less, OLD) == old, "dropping is narrowing"
    assert wide(less, old, OLD) == old
