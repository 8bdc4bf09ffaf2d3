"""Mozilla's levels: each contains the better ones, and one thing too much is one level too far."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cell.keystores.authority import WILDCARD

from limner.cell.scan.grade import BELOW, LEVELS, grade, table
from limner.cell.scan.suites import Version, numbers
from limner.cell.scan.survey import Seen
from limner.cell.scan.target import Target

SUITES = sorted({suite for level in LEVELS for suite in table()[level]["suites"]})


def seen(versions: dict[Version, list[str]], dh_bits: int | None = None) -> Seen:
    found = Seen(Target("st.acme.example", 443), "st.acme.example", dh_bits=dh_bits)
    found.spoken = {version: tuple(suites) for version, suites in versions.items()}
    return found


MODERN, INTERMEDIATE, OLD = (
    {Version.TLS13: ["TLS_AES_128_GCM_SHA256"]},
    {Version.TLS12: ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]},
    {Version.TLS10: ["TLS_RSA_WITH_3DES_EDE_CBC_SHA"]},
)


@pytest.mark.parametrize(
    ("spoken", "level"),
    [
        (MODERN, "modern"),
        (INTERMEDIATE, "intermediate"),
        (MODERN | INTERMEDIATE, "intermediate"),
        (OLD, "old"),
        (MODERN | INTERMEDIATE | OLD, "old"),
        ({Version.SSL3: ["TLS_RSA_WITH_3DES_EDE_CBC_SHA"]}, BELOW),
        ({Version.TLS12: ["TLS_RSA_WITH_RC4_128_SHA"]}, BELOW),
    ],
)
def test_the_worst_that_is_spoken_decides(spoken: dict[Version, list[str]], level: str) -> None:
    assert grade(seen(spoken), WILDCARD.certificate).level == level


def test_small_numbers_of_diffie_hellman() -> None:
    assert grade(seen(INTERMEDIATE, 1024), WILDCARD.certificate).level == "old"
    assert grade(seen(INTERMEDIATE, 512), WILDCARD.certificate).obstacles["old"] == ("Diffie-Hellman has 512 bits",)
    assert grade(seen(MODERN), None).level == BELOW


@given(st.dictionaries(st.sampled_from(list(Version)), st.lists(st.sampled_from(SUITES), min_size=1), min_size=1))
def test_less_is_never_worse_and_what_is_reached_is_reached_from_above(spoken: dict[Version, list[str]]) -> None:
    whole = grade(seen(spoken), WILDCARD.certificate)
    for version in spoken:
        part = grade(seen({version: spoken[version]}), WILDCARD.certificate)
        assert all(part.reaches(level) for level in LEVELS if whole.reaches(level))
    reached = [whole.reaches(level) for level in LEVELS]
    assert reached == sorted(reached)
    assert (whole.level == BELOW) == (not any(reached))


def test_the_published_table_is_one_of_real_suites_each_level_wider_than_the_last() -> None:
    assert set(SUITES) <= set(numbers())
    labels = {version.label for version in Version}
    for better, worse in pairwise(LEVELS):
        assert set(table()[better]["suites"]) < set(table()[worse]["suites"])
        assert set(table()[better]["versions"]) < set(table()[worse]["versions"]) <= labels
