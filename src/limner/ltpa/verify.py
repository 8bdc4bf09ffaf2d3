"""The one place that says whether a token is good."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from limner.ltpa.domino import examine_domino, is_domino
from limner.ltpa.keys import DominoSecret, Keys, WebSphereKeys
from limner.ltpa.token import Claims, Examination, Stage, unwrap
from limner.ltpa.websphere import examine_ltpa1, examine_ltpa2

MOST_LEEWAY: Final = 60.0  # seconds
MOST_AHEAD: Final = 300.0  # seconds that a Domino server's clock may be ahead of ours


class Verifier:
    """Several key sets at once, and what is asked of a token beside its signature.

    `realms` are those allowed, each as tokens name it; None takes any, which is for an administrator's eyes only (a
    key set's own list, where it has one, limits it further). LTPA 1 is off unless asked for. `lifetime` bounds what
    a token may still have ahead of it, `leeway` is added to its end (0 to 60); both in seconds.
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
        self._keys = tuple(keys)
        self._websphere = [(each, _allowed(each, realms)) for each in self._keys if isinstance(each, WebSphereKeys)]
        self._domino = [each for each in self._keys if isinstance(each, DominoSecret)]
        self._ltpa1 = ltpa1
        self._lifetime = lifetime
        self._leeway = leeway

    def verify(self, token: bytes, now: float) -> Claims | None:
        """Give what a valid token says at a Unix time; None whatever is wrong with it. Never raises.

        A token that is not accepted costs the same cryptographic work with every key set, whatever is wrong with it.
        """
        examined = self.examine(token, now)
        return examined.claims if examined.valid else None

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
            for secret in self._domino:
                if _current(secret, now):
                    yield self._timely(examine_domino(secret, raw), now)
            return
        for keys, realms in self._websphere:
            if _current(keys, now):
                yield self._timely(examine_ltpa2(keys, raw, realms), now)
        for keys, realms in self._websphere if self._ltpa1 else ():
            if _current(keys, now) and keys.ltpa1 is not None:
                yield self._timely(examine_ltpa1(keys, raw, realms), now)

    def _timely(self, examined: Examination, now: float) -> Examination:
        """Refuse what is otherwise valid, but not now."""
        claims = examined.claims
        if not examined.valid or claims is None:
            return examined
        if not now <= claims.expires + self._leeway:
            reason = "it has expired"
        elif claims.created is not None and claims.created > now + MOST_AHEAD:
            reason = "it was made in the future: compare the servers' clocks"
        elif self._lifetime is not None and claims.expires > now + self._lifetime:
            reason = "it is good for longer than a token may be"
        else:
            return examined
        return examined._replace(stage=Stage.WRONG_TIME, reason=reason)

    def _no_keys(self, raw: bytes) -> str:
        wanted: list[WebSphereKeys] | list[DominoSecret] = self._domino
        if not is_domino(raw):
            wanted = [keys for keys, _ in self._websphere]
        if wanted:
            return "all keys that could open it are past their last day"
        return "it is Domino's own, and no Domino secret is given" if is_domino(raw) else "no WebSphere keys are given"


def _current(keys: Keys, now: float) -> bool:
    return keys.valid_until is None or now <= keys.valid_until


def _allowed(keys: WebSphereKeys, realms: Iterable[str] | None) -> Collection[str] | None:
    if realms is None:
        return keys.realms or None
    asked = tuple(dict.fromkeys(realms))
    return tuple(realm for realm in asked if realm in keys.realms) if keys.realms else asked
