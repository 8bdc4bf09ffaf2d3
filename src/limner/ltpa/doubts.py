"""What an administrator should know about keys before relying on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final, Literal, NamedTuple

from limner.ltpa.keys import DominoSecret, Keys

ROTATION: Final = 90  # days after which WebSphere makes new keys, unless told otherwise
AHEAD: Final = 14  # days ahead that a change of keys is announced
LTPA1: Final = "their expiry is not signed, so that an old one is good until the keys change"

# SHA-256 of the modulus of key files that stand, with their passwords, in public source code
PUBLISHED: Final = {
    "e4be7b21507146e9f67516160537d34b4f855227e51fb2047e1b637a30758a03": "eclipse/amlen, TestLTPAKey",
    "638ab7e5ff0d895d0c0f5ed82f4ae2d7ac30931cb49e43999d231d2fd14bc005": "eclipse/amlen, LTPA.key",
    "98bbb0510336973532542e5b25b606c2f80f85008cb8379d4a93d62f9124c813": "eclipse/amlen, mar400.wasltpa.keyfile",
    "cb207a8726b95cf59cd2037cfa06463049a4ed14e7f2beb01512322fe45fd6c2": "Open Liberty, ltpa.keys.correct.txt",
    "64953b089d018658411451076bddcd846f30aaaf19ef12499130399b39e72bb2": "Open Liberty, WebAS ltpa.keys",
    "68618f9c90458210256ab02d3dbfb3bb743c6f509e7e62f3357b9d6dd947b59b": "Open Liberty, FIPS 140-3 ltpa.keys",
    "b25640c99f986b21212fd3def5399c57458b28cb5a6f308123a7b2c033400e90": "Open Liberty, ltpaFIPS.keys",
    "87fbaa1b38b5a592541fc10ac9084027a7faa1289fb531e60de510658e5e32f6": "Open Liberty, passwordKey ltpa.keys",
    "c6477107480cd24d631415709c3696cce67c3d0c63f5660781cf441eae78674c": "Open Liberty, passwordBase64Key ltpa.keys",
    "fb758eca8b5faa87263d0b2d42702fe15b738aac07ff73aebf14bb050467afea": "pietergeertsdev/LtpaToken2, websphere.key",
    "30fcaa6b2bb157a0e0a8af7c5fd0644b6edf6bcaacbb148a211690ebcc7f54d0": "pietergeertsdev/LtpaToken2, domino.key",
    "374e806cf56f97b2478be3399d4709bb1cf89cead996cebdc2c1daf49f8a593b": "sephiroth-j/spring-security-ltpa2",
    "6c24a549f602c918eb1fc26ab6bca163a9b110237c4a3fb5b05ab4dfabdfb869": "benkroeger/oniyi-ltpa",
}


def published(keys: Keys) -> str | None:
    """Say where a key was published, if it was: anyone in the world can make tokens that it verifies."""
    return None if isinstance(keys, DominoSecret) else PUBLISHED.get(keys.public.fingerprint)


class Doubt(NamedTuple):
    """Something about keys that an administrator should look at."""

    severity: Literal["error", "warning", "note"]
    message: str
    fix: str


def doubts(keys: Keys, now: float, *, ltpa1: bool = True) -> Iterator[Doubt]:
    """Yield what is doubtful about keys at a Unix time; without `ltpa1`, nothing about LTPA 1 is said."""
    if place := published(keys):
        yield Doubt(
            "error",
            f"{keys.name} is a published test key ({place}): anyone in the world can make tokens for anyone",
            "have the server make new keys, and import those",
        )
    if isinstance(keys, DominoSecret):
        yield Doubt(
            "note",
            f"{keys.name} is a Domino SSO secret: whoever reads it can make tokens for everyone in that SSO domain; "
            "guard it like a password of all of them",
            "with WebSphere's keys in Domino, nobody could make tokens with what limner holds",
        )
    else:
        if keys.default_password:
            yield Doubt(
                "warning",
                f"{keys.name} was protected by the default password WebAS: whoever had the file has its private key",
                "set a password on the server, have it make new keys, and import those",
            )
        if keys.ltpa1 is not None and ltpa1:
            yield Doubt("warning", f"{keys.name} can open LTPA 1 tokens: {LTPA1}", "import the keys without --ltpa1")
        yield from _rotation(keys.name, keys.created, now)
    if keys.valid_until is not None:
        days = (keys.valid_until - now) / 86_400
        if days < 0:
            yield Doubt("warning", f"{keys.name} is past its last day: it opens nothing any more", "leave it out")
        elif days < AHEAD:
            yield Doubt("warning", f"{keys.name} ends in {days:.0f} days", "import the keys that follow it")


def _rotation(name: str, created: str | None, now: float) -> Iterator[Doubt]:
    try:
        made = date.fromisoformat(created or "")
    except ValueError:
        return
    age = (datetime.fromtimestamp(now, UTC).date() - made).days
    if age >= ROTATION - AHEAD:
        yield Doubt(
            "note",
            f"{name} was made {age} days ago; WebSphere makes new keys every {ROTATION} days unless told otherwise",
            "see that these are still the server's: `limner ltpa verify` with a fresh token says so",
        )
