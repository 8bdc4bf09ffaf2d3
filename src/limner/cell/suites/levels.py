"""What WebSphere's cipher levels mean: HIGH, MEDIUM, LOW, and CUSTOM with a list.

The console says Strong, Medium and Weak. HIGH is 3DES and ciphers of 128 bits and more, MEDIUM is DES and 40 bits, LOW
is no encryption (Open Liberty's documentation, same words). Which suites that is on a certain SDK, only
`AdminTask.listSSLCiphers` on the cell tells; so what is not in every SDK of that version is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from limner.cell.suites.jdk import Jdk
from limner.cell.suites.suite import Suite, Suites, suite, table
from limner.cell.suites.version import Version

LEVELS: Final = ("HIGH", "MEDIUM", "LOW", "CUSTOM")
_CONSOLE: Final = {"STRONG": "HIGH", "WEAK": "LOW", "": "HIGH"}
_STRONG: Final = 112  # bits of 3DES
_SIGNALS: Final = {"TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_FALLBACK_SCSV"}  # stand in lists and are no suites


@lru_cache(maxsize=512)
def suites_of(level: str, ciphers: Sequence[str] = (), jdk: Jdk | None = None) -> Suites:
    """Give the suites of a securityLevel, with enabledCiphers as `ciphers`, on a level of IBM's SDK.

    `level` may be the console's word, or empty, which is HIGH. `ciphers` must be a tuple. Raises ValueError for a
    level that WebSphere does not have.
    """
    word = level.strip().upper()
    word = _CONSOLE.get(word, word)
    if word not in LEVELS:
        raise ValueError(f"{level!r} is not a cipher level that WebSphere knows; there are: {', '.join(LEVELS)}")
    listed, strange = _read(ciphers)
    notes = [f"no such cipher suite is known here: {', '.join(strange)}"] if strange else []
    if word == "CUSTOM":
        if not ciphers:
            notes.append("the level is CUSTOM and no cipher suite is listed")
        return Suites(listed, frozenset(each for each in listed if _sure(each, jdk) is False), tuple(notes))
    of_level = tuple(each for each in table() if _is_in(each, word) and _sure(each, jdk) is not None)
    maybe = frozenset(each for each in of_level if not _sure(each, jdk))
    if not listed:
        return Suites(of_level, maybe, tuple(notes))
    notes.append(f"suites are listed though the level is {word}: which of the two counts is not documented")
    both = dict.fromkeys((*listed, *of_level))
    return Suites(tuple(both), frozenset(both) - (frozenset(listed) & (frozenset(of_level) - maybe)), tuple(notes))


def _read(ciphers: Sequence[str]) -> tuple[tuple[Suite, ...], list[str]]:
    found: dict[Suite, None] = {}
    strange = []
    for name in ciphers:
        try:
            found[suite(name)] = None
        except KeyError:
            if name.upper() not in _SIGNALS:
                strange.append(name)
    return tuple(found), strange


def _is_in(each: Suite, level: str) -> bool:
    if each.key == "none":
        return False  # anonymous suites are in no level
    if level == "HIGH":
        return each.bits >= _STRONG
    return 0 < each.bits < _STRONG if level == "MEDIUM" else each.bits == 0


def _sure(each: Suite, jdk: Jdk | None) -> bool | None:
    """Whether a level of the SDK has a suite: True, False for perhaps, None for certainly not."""
    if each.first is Version.TLS13:
        has = jdk.reaches(6, 25) if jdk is not None and jdk.major == 8 else False if jdk is not None else None
        if has is False:
            return None
        return bool(has) and "AES" in each.name
    if "_AES_" not in each.name or each.key in ("none", "DSA") or each.exchange.startswith("ECDH_"):
        return False  # in some SDKs, and in many switched off by jdk.tls.disabledAlgorithms
    if jdk is not None and jdk.major >= 8:
        return True
    if each.bits > 128:
        return False  # the unrestricted policy is needed before SDK 8
    aged = each.exchange in ("RSA", "DHE_RSA") and each.name.endswith("_SHA")
    return aged or (jdk is not None and jdk.major == 7)
