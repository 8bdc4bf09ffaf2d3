"""What WebSphere's names of protocols enable: `SSL_TLSv2` is a set of versions that depends on the JDK.

Sources: IBM, SDK Java Technology 8, "Protocols" (suites-protocols) and "overrideSSLprotocol"; WebSphere, "Quality of
protection settings" (QoP); which levels switch TLS 1.0 and 1.1 off, IBM support document 687653. Where these contradict
each other, or say nothing, the set is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from typing import Final

from limner.cell.suites.jdk import Jdk
from limner.cell.suites.version import Version, Versions

_S3, _T10, _T11, _T12, _T13 = Version
_World = frozenset[Version]
_OLD: Final = frozenset({_S3, _T10, _T11})
_TO_12: Final = frozenset({_T10, _T11, _T12})
_EXACT: Final = {version.value: version for version in Version}
NAMES: Final = ("SSL", "SSL_TLS", "SSL_TLSv2", "SSLv2", "SSLv3", "TLS", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
# from these service levels on TLS 1.0 and 1.1 are in jdk.tls.disabledAlgorithms, and SSLv3 has been for long
_OLD_OFF: Final = {(8, 0): (6, 30), (7, 1): (4, 85), (7, 0): (10, 85)}


@lru_cache(maxsize=512)
def versions_of(value: str, jdk: Jdk | None = None) -> Versions:
    """Give the versions that a value of sslProtocol enables on a level of IBM's SDK; None for one that is not known.

    Several names may stand in `value` with commas or spaces between them. Raises ValueError for a name that
    WebSphere does not have.
    """
    names = [name for name in value.replace(",", " ").split() if name]
    for name in names:
        if name not in NAMES:
            raise ValueError(f"{name!r} is not a protocol that WebSphere knows; there are: {', '.join(NAMES)}")
    if not names:
        return Versions.any_of([frozenset(), _TO_12], ["no protocol is set: which one counts then is not documented"])
    levels = [jdk] if jdk is not None else _LEVELS
    worlds = {world for level in levels for world in _worlds(names, level)}
    return Versions(frozenset(worlds), tuple(_notes(names, jdk, worlds)))


# stand for every SDK where it is not known which: version 5 has no WebSphere that has central SSL settings with it
_LEVELS: Final = (Jdk(6), Jdk(7), Jdk(7, 1), Jdk(8))


def _worlds(names: Iterable[str], jdk: Jdk) -> Iterator[_World]:
    for each in product(*(_named(name, jdk) for name in names)):
        enabled = frozenset().union(*each)
        for off in _switched_off(jdk):
            yield enabled - off


def _switched_off(jdk: Jdk) -> list[_World]:
    """Give what the SDK's list of disabled algorithms may take away."""
    if (jdk.major, jdk.minor) not in _OLD_OFF:
        return [frozenset()]
    reached = jdk.reaches(*_OLD_OFF[jdk.major, jdk.minor])
    return [frozenset(), _OLD] if reached is None else [_OLD if reached else frozenset()]


def _named(name: str, jdk: Jdk) -> list[_World]:
    """Give what one name may enable before anything is taken away."""
    if name == "SSLv2":
        return [frozenset(), _TO_12]  # scripts offer the value; no document says what it does
    if jdk.major >= 8:
        return _named_8(name, jdk)
    # no table of SDK 6 and 7 was found: what the QoP page says, with and without SSLv3 (off since POODLE, 2014)
    whole = [_TO_12] if jdk.major == 7 else [_TO_12, frozenset({_T10})]
    of_name: dict[str, list[_World]] = {
        "SSL_TLS": [frozenset({_T10})],
        "SSL_TLSv2": whole,
        "SSL": whole,
        "TLS": [frozenset({_T10}), _TO_12, frozenset({_T12})],
        "SSLv3": [frozenset()],
        "TLSv1": [frozenset({_T10})],
        "TLSv1.3": [frozenset()],
    }
    if name in of_name:
        with_ssl3 = name in ("SSL", "SSL_TLS", "SSL_TLSv2", "SSLv3")
        return of_name[name] + ([world | {_S3} for world in of_name[name]] if with_ssl3 else [])
    exact = frozenset({_EXACT[name]})
    return [exact] if jdk.major == 7 else [exact, frozenset()]


def _named_8(name: str, jdk: Jdk) -> list[_World]:
    """Give what IBM's table of SDK 8 says."""
    has_13 = jdk.reaches(6, 25)
    if name in _EXACT and name not in ("SSLv3", "TLSv1.3"):
        return [frozenset({_EXACT[name]})]
    if name == "TLSv1.3":
        return _either(frozenset(), frozenset({_T13}), has_13)
    if name == "TLS":
        return _tls_8(jdk)
    fixed = {"SSLv3": frozenset[Version](), "SSL_TLS": frozenset({_T10}), "SSL": _TO_12}
    if name in fixed:
        return [fixed[name]]
    return [_TO_12] if has_13 is False else [_TO_12, _TO_12 | {_T13}]  # QoP's newest page adds 1.3, the table does not


def _tls_8(jdk: Jdk) -> list[_World]:
    """Give what `TLS` is: the table says one thing, com.ibm.jsse2.overrideDefaultProtocol another."""
    whole = _either(_TO_12, _TO_12 | {_T13}, jdk.reaches(7, 15))
    only = _either(frozenset({_T10}), frozenset({_T12}), jdk.reaches(7))
    return whole if jdk.reaches(8, 31) else [*whole, *only]


def _either(before: _World, since: _World, reached: bool | None) -> list[_World]:
    return [before, since] if reached is None else [since if reached else before]


def _notes(names: list[str], jdk: Jdk | None, worlds: set[_World]) -> Iterator[str]:
    what = ",".join(names)
    if len(worlds) > 1:
        level = "the SDK's level is not known" if jdk is None else jdk.words
        yield f"what {what} enables is open ({level})"
    if jdk is not None and _OLD in _switched_off(jdk) and jdk.service is not None:
        yield f"{jdk.words} has TLSv1 and TLSv1.1 off, unless its java.security was edited"
    if frozenset() in worlds:
        sure = "enables nothing: nobody can connect" if len(worlds) == 1 else "may enable nothing at all"
        yield f"{what} {sure}{f' on {jdk.words}' if jdk else ''}"
