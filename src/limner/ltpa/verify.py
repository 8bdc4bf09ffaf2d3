"""The one place that says whether a token is good."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from limner.ltpa.domino import examine_domino, is_domino
from limner.ltpa.keys import DominoSecret, Keys, WebSphereKeys
from limner.ltpa.token import Claims, Examination, Fields, Kind, Stage, unwrap
from limner.ltpa.websphere import (
    NotReadError,
    Realms,
    examine,
    prove_ltpa1,
    prove_ltpa2,
    read,
    realms_allowed,
)

MOST_LEEWAY: Final = 60.0  # seconds
MOST_AHEAD: Final = 300.0  # seconds that a Domino server's clock may be ahead of ours

_Prove = Callable[[WebSphereKeys, bytes], tuple[Fields | None, bool]]


class Verifier:
    """Several key sets at once, and what is asked of a token beside its signature.

    `realms` are those allowed, each as tokens name it; a key set's own list, where it has one, limits it further. An
    empty one leaves it to the key sets: one without a list then allows none. None takes any, which is for an
    administrator's eyes only. LTPA 1 is off unless asked for. `lifetime` bounds what a token may still have ahead of
    it, `leeway` is added to its end (0 to 60); both in seconds.
    """

    def __init__(
        self,
        keys: Iterable[Keys],
        *,
        realms: Iterable[str] | None,
        ltpa1: bool = False,
        lifetime: float | None = None,
        leeway: float = 0,
    ) -> None:
        if not 0 <= leeway <= MOST_LEEWAY:
            raise ValueError("the leeway is 0 to 60 seconds")
        asked = None if realms is None else tuple(realms)
        self._websphere: list[tuple[_Prove, Kind, WebSphereKeys, float, Realms]] = []
        self._domino: list[tuple[DominoSecret, float]] = []
        for each in keys:
            end = math.inf if each.valid_until is None else each.valid_until
            if isinstance(each, DominoSecret):
                self._domino.append((each, end))
                continue
            self._websphere.append(
                (prove_ltpa2, "ltpa2-fips" if each.fips else "ltpa2", each, end, _allowed(each, asked))
            )
        for _, _, keyset, end, allowed in list(self._websphere) if ltpa1 else ():
            if keyset.ltpa1 is not None:
                self._websphere.append((prove_ltpa1, "ltpa1", keyset, end, allowed))
        self._lifetime = math.inf if lifetime is None else lifetime
        self._leeway = leeway

    def verify(self, token: bytes, now: float) -> Claims | None:
        """Give what a valid token says at a Unix time; None whatever is wrong with it. Never raises.

        A token that is not accepted costs the same cryptographic work with every key set, whatever is wrong with it.
        """
        accepted = self.accept(token, now)
        return accepted[0] if accepted else None

    def accept(self, token: bytes, now: float) -> tuple[Claims, float] | None:
        """As `verify`, and give too up to which Unix time the token stays valid: its end, or that of its keys.

        It is what `examine` does, without a word about the reasons.
        """
        try:
            raw = unwrap(token)
        except ValueError:
            return None
        if is_domino(raw):
            for secret, end in self._domino:
                if now <= end:
                    claims = examine_domino(secret, raw).claims
                    if claims is not None and self._untimely(claims, now) is None:
                        return claims, min(claims.expires + self._leeway, end)
            return None
        for prove, kind, keys, end, realms in self._websphere:
            if now <= end:
                fields, signed = prove(keys, raw)
                if signed and fields is not None:
                    try:
                        claims = read(kind, fields, realms)
                    except NotReadError:
                        continue
                    if self._untimely(claims, now) is None:
                        return claims, min(claims.expires + self._leeway, end)
        return None

    def examine(self, token: bytes, now: float) -> Examination:
        """Say what a token is and why it is not accepted: for the administrator, never for whoever sent it."""
        try:
            raw = unwrap(token)
        except ValueError as why:
            return Examination(Stage.UNREADABLE, str(why))
        best: Examination | None = None
        for examined in self._examinations(raw, now):
            if examined.valid:
                return examined
            if best is None or examined.stage > best.stage:
                best = examined
        return best or Examination(Stage.NOT_OPENED, self._no_keys(raw), "domino" if is_domino(raw) else None)

    def _examinations(self, raw: bytes, now: float) -> Iterator[Examination]:
        if is_domino(raw):
            for secret, end in self._domino:
                if now <= end:
                    yield self._timely(examine_domino(secret, raw), now)
            return
        for _, kind, keys, end, realms in self._websphere:
            if now <= end:
                yield self._timely(examine(kind, keys, raw, realms), now)

    def _timely(self, examined: Examination, now: float) -> Examination:
        """Refuse what is otherwise valid, but not now."""
        reason = self._untimely(examined.claims, now) if examined.valid and examined.claims else None
        return examined._replace(stage=Stage.WRONG_TIME, reason=reason) if reason else examined

    def _untimely(self, claims: Claims, now: float) -> str | None:
        expires, created = claims.expires, claims.created
        if not now <= expires + self._leeway:
            return "it has expired"
        if created is not None and created > now + MOST_AHEAD:
            return "it was made in the future: compare the servers' clocks"
        if expires > now + self._lifetime:
            return "it is good for longer than a token may be"
        return None

    def _no_keys(self, raw: bytes) -> str:
        if self._domino if is_domino(raw) else self._websphere:
            return "all keys that could open it are past their last day"
        return "it is Domino's own, and no Domino secret is given" if is_domino(raw) else "no WebSphere keys are given"


def _allowed(keys: WebSphereKeys, asked: tuple[str, ...] | None) -> Realms:
    if asked is None:
        return realms_allowed(keys.realms) or None
    if keys.realms:
        return realms_allowed(realm for realm in asked or keys.realms if realm in keys.realms)
    return realms_allowed(asked)
