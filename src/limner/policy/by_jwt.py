"""`jwt = { ... }`: the visitor sends a JSON Web Token that is genuine, for us, still valid, and names somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from limner.errors import SettingsError
from limner.fetch import Client, Rules
from limner.jwt import Expected, FileRing, JwksError, RefusedError, Ring, UrlRing, Verifier, keys_of, name_of
from limner.jwt.keyring import reader
from limner.jwt.remote import Remote, shared
from limner.policy.condition import Condition, Finding, Grant, Visitor
from limner.policy.known import Known
from limner.policy.remembered import Remembered
from limner.settings import Fetch
from limner.settings.rules.jwt import Jwt

TRIED = 4  # tokens of one visit that are looked at; who sends more has mixed something up
SECONDS = 10.0  # that one fetch of keys may take


class _Sent(NamedTuple):
    token: bytes
    place: str
    by_address: bool


class ByJwt:
    """A token is sent that the issuer's keys prove and whose claims are as the settings ask."""

    kind = "jwt"
    forgeable = False
    each_face = False

    def __init__(self, setting: Jwt, known: Known, fetch: Fetch) -> None:
        self.setting = setting
        self._known = known
        self.parameters = frozenset([setting.parameter.encode("ascii")] if setting.parameter else [])
        self._cookies = frozenset(name.encode("ascii") for name in setting.cookies)
        self.ring = ring_of(setting, fetch)
        self.verifier = Verifier(self.ring, expected_of(setting), tuple(setting.algorithms))
        self._remembered = Remembered[Grant](setting.remembered)

    def admits(self, visitor: Visitor) -> Grant | None:
        """Give a grant if one of the tokens that are sent is valid."""
        for sent in self._sent(visitor):
            grant = self._remembered.get(sent.token, visitor.now)
            if grant is None:
                try:
                    grant = self._judge(sent.token, visitor.now)
                except RefusedError:
                    continue
            return grant if not sent.by_address else Grant(grant.who, grant.until, by_address=True)
        return None

    def _judge(self, token: bytes, now: float) -> Grant:
        claims, until = self.verifier.verify(token, now)
        name = name_of(claims, self.setting.person)
        grant = Grant(self._known.label(keys_of(name, self.setting.person_is)) or name, until)
        self._remembered.put(token, grant, until)
        return grant

    def _sent(self, visitor: Visitor) -> list[_Sent]:
        """Give the tokens of a visit, with where each stands."""
        found = []
        if self.setting.bearer:
            lines = [value for name, value in visitor.headers if name == b"authorization"]
            if len(lines) == 1 and lines[0][:7].lower() == b"bearer ":
                found.append(_Sent(lines[0][7:].strip(b" "), "Authorization", False))
        if self._cookies:
            for name, value in visitor.cookies:
                if name in self._cookies:
                    found.append(_Sent(value.strip(b'"'), f"the cookie {name.decode('latin-1')}", False))
        if self.parameters:
            for name, value in visitor.parameters:
                if name in self.parameters:
                    found.append(_Sent(value, f"the parameter {name.decode('latin-1')}", True))
        return found[:TRIED]

    def reason(self, visitor: Visitor) -> str:
        """Say whose token is there, or why none is valid; no token is quoted."""
        refused = []
        for sent in self._sent(visitor):
            try:
                grant = self._judge(sent.token, visitor.now)
            except RefusedError as why:
                refused.append(f"the token in {sent.place} is refused: {why}")
            else:
                return f"the token in {sent.place} is valid: {grant.who}"
        trouble = self.ring.trouble()
        if refused:
            return "; ".join(refused) + (f" (keys: {trouble})" if trouble else "")
        return f"no token in {self._places()}"

    def _places(self) -> str:
        setting = self.setting
        places = ["Authorization"] if setting.bearer else []
        places += [f"the cookie {name}" for name in setting.cookies]
        places += [f"the parameter {setting.parameter}"] if setting.parameter else []
        return " or ".join(places)

    def refresh(self) -> bool:
        """Take up changed keys; what was found by the old ones is forgotten."""
        changed = self.ring.refresh()
        if changed:
            self._remembered.clear()
        return changed

    def implied_by(self, other: Condition) -> bool:
        """Whether the other is the very same."""
        return isinstance(other, ByJwt) and other.setting == self.setting

    def findings(self, *, guarded: bool) -> Iterator[Finding]:
        """Yield what is doubtful about keys, lifetime and the way of the token."""
        setting = self.setting
        if isinstance(self.ring, FileRing):
            for skipped in self.ring.keys.skipped if self.ring.keys else ():
                yield Finding("note", f"{self.ring.file}: {skipped}", "remove it, or ask the issuer about it")
        if setting.secret is not None:
            yield Finding(
                "note",
                f"whoever has the secret of {setting.issuer[0]} can make tokens in anybody's name",
                "have the issuer sign with a private key (RS256, ES256), if it can",
            )
        if setting.parameter is not None:
            yield Finding(
                "note" if setting.hours <= 1 else "warning",
                f"tokens come in addresses (?{setting.parameter}=...), which browsers and other servers write down",
                "prefer a cookie or Authorization, or let tokens last an hour at most: hours = 1",
            )
        if setting.hours > 168:
            yield Finding(
                "warning",
                f"a token may last {setting.hours:g} hours: one that is stolen counts so long",
                "lower `hours` to what the issuer really gives",
            )


def expected_of(setting: Jwt) -> Expected:
    """Give what is asked of tokens, by the settings."""
    return Expected(
        frozenset(setting.issuer),
        frozenset(setting.audience),
        leeway=setting.leeway,
        longest=setting.hours * 3600,
        typ=setting.typ,
        require=setting.require,
    )


def ring_of(setting: Jwt, fetch: Fetch) -> Ring:
    """Give where the keys come from. Raises SettingsError for a file that cannot be used."""
    algorithms = tuple(setting.algorithms)
    url = setting.keys_url
    if url is not None:
        key = ("keys", url, algorithms, setting.keys_minutes, setting.keys_hours, *_plain(fetch))
        return UrlRing(
            shared(
                key,
                lambda: Remote(
                    url,
                    lambda: client_of(fetch, url),
                    reader(algorithms, url),
                    every=setting.keys_minutes * 60,
                    keep=setting.keys_hours * 3600,
                ),
            )
        )
    file = setting.keys or setting.secret
    assert file is not None
    try:
        return FileRing(file, algorithms, secret=setting.secret is not None)
    except JwksError as why:
        raise SettingsError(why.message, hint=why.hint) from None


def _plain(fetch: Fetch) -> tuple[object, ...]:
    return tuple(str(value) for _, value in fetch)


def client_of(fetch: Fetch, *origins: str) -> Client:
    """Make a client that asks what the settings name. Raises FetchError."""
    return Client(
        Rules.of(fetch.allow, origins, fetch.ports),
        ca=fetch.ca,
        proxy=fetch.proxy,
        seconds=min(fetch.seconds, SECONDS),
        tries=1,
    )
