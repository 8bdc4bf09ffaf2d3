"""`ltpa = { ... }`: the visitor sends a token of WebSphere or Domino that some keys prove."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from limner.ltpa import (
    Aliases,
    DominoSecret,
    Examination,
    Keys,
    Verifier,
    WebSphereKeys,
    candidates,
    doubts,
    open_keys,
    read_aliases,
)
from limner.ltpa.doubts import LTPA1
from limner.policy.condition import Condition, Finding, Grant, Visitor
from limner.policy.followed import Followed
from limner.policy.known import Known
from limner.policy.remembered import Remembered
from limner.settings import Lookup, Ltpa
from limner.settings.credential import exposed

if TYPE_CHECKING:
    from limner.policy.lookup import Lookups

TRIED: Final = 4  # tokens of one request that are looked at
PERSON_SECONDS: Final = 60.0  # so long, at most, until somebody who comes into the library, or leaves it, is noticed
UNSETTLED: Final = 1.0  # so long a verdict stands while a directory is being asked
PEOPLE: Final = 50_000  # users whose person is remembered for that time
logger = logging.getLogger("limner")


class ByLtpa:
    """A verified token. Keys that cannot be read, or that others can read, do not count.

    What is wrong with a token makes no difference to its sender: see `limner.ltpa.Verifier`.
    """

    kind = "ltpa"
    forgeable = False
    each_face = False
    parameters: frozenset[bytes] = frozenset()

    def __init__(self, setting: Ltpa, known: Known) -> None:
        self.setting = setting
        self._known = known
        self._cookies = [name.encode("ascii") for name in setting.cookies]
        password = setting.password_file
        self._keys: list[Followed[Keys]] = [
            Followed([file, *([password] if password else [])], partial(open_keys, file, password, ltpa1=setting.ltpa1))
            for file in setting.keys
        ]
        self._aliases: Followed[Aliases] | None = None
        if setting.aliases is not None:
            self._aliases = Followed([setting.aliases], partial(read_aliases, setting.aliases), keeps=True)
        self._followed: list[Followed[Any]] = [*self._keys, *([self._aliases] if self._aliases else [])]
        self._lookups = _lookups(setting.lookup) if setting.lookup is not None else None
        self.wait_seconds = setting.lookup.wait_seconds if setting.lookup is not None else 0.0
        self._seen: Remembered[tuple[str, float]] = Remembered(setting.remembered)
        self._people: dict[str, str | None] = {}
        self._people_until = 0.0
        self.verifier = self._made()

    def _made(self) -> Verifier:
        hours = self.setting.max_hours
        return Verifier(
            self._sound(),
            realms=self.setting.realms,
            ltpa1=self.setting.ltpa1,
            lifetime=hours * 3600 if hours else None,
            leeway=self.setting.leeway,
        )

    def _sound(self) -> list[Keys]:
        return [followed.value for followed in self._keys if followed.value is not None]

    # -- the decision -----------------------------------------------------------------------------------------------

    def admits(self, visitor: Visitor) -> Grant | None:
        """Give a grant if one of the first tokens sent is genuine, and names somebody who may come in."""
        now = visitor.now
        for user, until in self._genuine(visitor):
            person = self._person(user, now)
            if person is not None or not self.setting.known:
                settled = self._people_until if user in self._people else now + UNSETTLED
                return Grant(person or user, min(until, settled))
        return None

    def _genuine(self, visitor: Visitor) -> Iterator[tuple[str, float]]:
        """Yield the users of the tokens that are genuine, each with the Unix time at which his token ends."""
        now = visitor.now
        for _, token in self._tokens(visitor):
            seen = self._seen.get(token, now)
            if seen is None:
                accepted = self.verifier.accept(token, now)
                if accepted is None:
                    continue
                seen = accepted[0].user, accepted[1]
                self._seen.put(token, seen, seen[1])
            yield seen

    def coming(self, visitor: Visitor) -> Future[None] | None:
        """Give what is done when the directory has said who a visitor is; None: that is known, or nobody is asked."""
        if self._lookups is not None:
            for user, _ in self._genuine(visitor):
                if self._person(user, visitor.now) is None and user not in self._people:
                    return self._lookups.coming(user)
        return None

    def _person(self, user: str, now: float) -> str | None:
        """Give what the library calls a user; None: it does not know him, or not yet."""
        if not now < self._people_until <= now + PERSON_SECONDS or len(self._people) >= PEOPLE:
            self._people.clear()
            self._people_until = now + PERSON_SECONDS
        if user not in self._people:
            person = self._known.label(self._names(user))
            if person is None and self._lookups is not None:
                found = self._lookups.find(user)
                if found is None:
                    return None  # and not for so long: the answer may come any moment
                person = self._known.label(found)
            self._people[user] = person
        return self._people[user]

    def _names(self, user: str) -> list[bytes]:
        table = self._aliases.value if self._aliases else None
        return table.candidates(user) if table else candidates(user)

    def _tokens(self, visitor: Visitor) -> list[tuple[bytes, bytes]]:
        """Give the tokens to look at with the names of their cookies, in the settings' order, each once."""
        sent = visitor.cookies
        found = {value: name for wanted in self._cookies for name, value in sent if name == wanted and value}
        return [(name, value) for value, name in found.items()][:TRIED]

    def refresh(self) -> bool:
        """Take up keys and aliases that have changed; what is wrong with them is logged, once."""
        changed = True in [each.refresh() for each in self._followed]  # each is asked, not up to the first
        for each in self._followed:
            if news := each.news():
                logger.log(logging.ERROR if each.trouble else logging.WARNING, "%s", news)
        if changed:
            self.verifier = self._made()
            self._seen.clear()
            self._people_until = 0.0
        return changed

    # -- for the administrator --------------------------------------------------------------------------------------

    def reason(self, visitor: Visitor) -> str:
        """Say of each token whose it is, or why it is not taken; and which keys do not count."""
        said = [
            f"{name.decode('ascii')}: {self._said(self.verifier.examine(token, visitor.now), visitor.now)}"
            for name, token in self._tokens(visitor)
        ]
        said = said or [f"no cookie {' or '.join(self.setting.cookies)}"]
        said += [f"(these keys do not count: {each.trouble.message})" for each in self._keys if each.trouble]
        return "; ".join(said)

    def _said(self, examined: Examination, now: float) -> str:
        claims = examined.claims
        if not examined.valid or claims is None:
            return examined.reason or "it is not valid"
        whose = f"a token of {claims.user}{f' in the realm {claims.realm}' if claims.realm else ''}"
        whose += f", proved by {examined.key_set}, until {_iso(claims.expires)}"
        person = self._person(claims.user, now)
        if person is not None:
            return f"{whose}; in the library: {person}"
        asked = ", and the rule asks for that" if self.setting.known else ""
        return f"{whose}; the library does not know this name{asked}{self._of_directory(claims.user)}"

    def _of_directory(self, user: str) -> str:
        """Say what a directory had to say of a user whom the library does not know."""
        if self._lookups is None:
            return ""
        if self._lookups.trouble is not None:
            return f" (the directory cannot be asked: {self._lookups.trouble})"
        return " (nor by the directory)" if user in self._people else " (the directory has not been asked yet)"

    def implied_by(self, other: Condition) -> bool:
        """Whether the other asks for the very same."""
        return isinstance(other, ByLtpa) and other.setting == self.setting

    def findings(self, *, guarded: bool) -> Iterator[Finding]:
        """Yield keys that do not count or are not safe, realms that are missing, and what LTPA 1 means."""
        for each in self._followed:
            if each.trouble:
                fix = each.trouble.hint or "put it right: it is taken up without a restart"
                yield Finding("error" if each.value is None else "warning", each.trouble.message, fix)
        for keys in self._sound():
            for doubt in doubts(keys, time.time(), ltpa1=False):
                yield Finding(doubt.severity, doubt.message, doubt.fix)
            if not isinstance(keys, DominoSecret):
                yield from self._of_realms(keys)
        if self.setting.ltpa1:
            yield from self._of_ltpa1()
        if self.setting.lookup is not None:
            yield from _of_lookup(self.setting.lookup)

    def _of_realms(self, keys: WebSphereKeys) -> Iterator[Finding]:
        if not keys.realms and not self.setting.realms:
            yield Finding(
                "error",
                f"no realm is allowed for {keys.name}: its tokens let nobody in",
                "add realms = [...] to the rule; `limner ltpa inspect` shows the realm that tokens name",
            )
        elif keys.realms and self.setting.realms and not set(keys.realms) & set(self.setting.realms):
            yield Finding(
                "error",
                f"{keys.name} was imported for other realms than the rule allows: its tokens let nobody in",
                f"it is for {', '.join(keys.realms)}; import the keys again, or change the rule's realms",
            )

    def _of_ltpa1(self) -> Iterator[Finding]:
        bound = "" if self.setting.max_hours else ", and set max_hours"
        yield Finding(
            "warning",
            f"LTPA 1 is on: {LTPA1}; whoever ever had one can make it last without any key",
            f"have the servers send LtpaToken2, and leave ltpa1 out; until then keep the keys young{bound}",
        )
        found = [keys for keys in self._sound() if not isinstance(keys, DominoSecret)]
        if found and not any(keys.ltpa1 for keys in found):
            yield Finding(
                "warning",
                "LTPA 1 is on, and no keys are for it: its tokens let nobody in",
                "import the keys with --ltpa1, or leave ltpa1 out",
            )


def _lookups(setting: Lookup) -> Lookups:
    from limner.policy.lookup import Lookups  # with all that LDAP needs; see limner.policy.rules

    return Lookups(setting)


def _of_lookup(setting: Lookup) -> Iterator[Finding]:
    for note in (exposed(setting.password_file), exposed(setting.client_key)):
        if note:
            yield Finding("warning", note, "let only the user that runs limner read it")
    if not setting.starttls and any(url.startswith("ldap://") for url in setting.servers):
        yield Finding(
            "warning",
            "`lookup` asks by ldap:// without StartTLS: whoever is on the way can say who a user is",
            "write ldaps://, or leave `starttls = false` out",
        )


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
