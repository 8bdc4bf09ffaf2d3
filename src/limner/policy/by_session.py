"""`session = {}`: the visitor has signed in here, at the provider of `[sign_in]`."""

from __future__ import annotations

from collections.abc import Iterator

from limner.jwt import RefusedError, keys_of
from limner.oidc import Sessions
from limner.oidc.keybox import at
from limner.oidc.session import COOKIE
from limner.policy.condition import Condition, Finding, Grant, Visitor
from limner.policy.known import Known
from limner.policy.remembered import Remembered
from limner.settings import Settings, SignIn
from limner.settings.rules.session import Session as Setting

TRIED = 2  # cookies of this name that are looked at


class BySession:
    """A session's cookie is sent that was given here, has not ended and was not signed out."""

    kind = "session"
    forgeable = False
    each_face = False
    parameters: frozenset[bytes] = frozenset()

    def __init__(self, setting: Setting, known: Known, sign_in: SignIn, sessions: Sessions) -> None:
        self.setting = setting
        self.sessions = sessions
        self._known = known
        self._sign_in = sign_in
        self._remembered = Remembered[Grant](setting.remembered)
        self._changes = sessions.keybox.changes

    def admits(self, visitor: Visitor) -> Grant | None:
        """Give a grant if a session is sent that counts."""
        for cookie in self._sent(visitor):
            grant = self._remembered.get(cookie, visitor.now)
            if grant is not None:
                return grant
            try:
                return self._judge(cookie, visitor.now)
            except RefusedError:
                continue
        return None

    def _judge(self, cookie: bytes, now: float) -> Grant:
        session = self.sessions.check(cookie, now)
        label = self._known.label(keys_of(session.name, self._sign_in.person_is))
        if label is None and self.setting.in_library:
            raise RefusedError("the library knows nobody by its name")
        grant = Grant(label or session.name, session.until)
        if not self.setting.in_library:  # somebody may leave the library at any time
            self._remembered.put(cookie, grant, session.until)
        return grant

    def _sent(self, visitor: Visitor) -> list[bytes]:
        return [value for name, value in visitor.cookies if name == COOKIE][:TRIED]

    def reason(self, visitor: Visitor) -> str:
        """Say whose session it is, or why there is none; the cookie is not quoted."""
        sent = self._sent(visitor)
        why = "no session is sent"
        for cookie in sent:
            try:
                return f"signed in: {self._judge(cookie, visitor.now).who}"
            except RefusedError as refused:
                why = f"the session is refused: {refused}"
        trouble = self.sessions.keybox.trouble()
        return f"{why} ({trouble})" if trouble else why

    def refresh(self) -> bool:
        """Take up changed keys, and who has signed out."""
        keybox = self.sessions.keybox
        keybox.refresh()
        changed = keybox.changes != self._changes
        self._changes = keybox.changes
        if changed:
            self._remembered.clear()
        return changed

    def implied_by(self, other: Condition) -> bool:
        """Whether the other asks for a session too, and for as much."""
        return isinstance(other, BySession) and (other.setting.in_library or not self.setting.in_library)

    def findings(self, *, guarded: bool) -> Iterator[Finding]:
        """Yield what is doubtful about how long a session lasts."""
        if self._sign_in.hours > 168:
            yield Finding(
                "warning",
                f"a session lasts {self._sign_in.hours:g} hours: whoever has left can see faces for so long",
                "lower `hours` in [sign_in]; to sign in again costs people nothing while the provider knows them",
            )


def of(setting: Setting, known: Known, whole: Settings) -> BySession:
    """Make the condition of the settings."""
    sign_in = whole.sign_in
    assert sign_in is not None, "the settings see to that"
    return BySession(setting, known, sign_in, sessions_of(sign_in, whole))


def sessions_of(sign_in: SignIn, whole: Settings) -> Sessions:
    """Give the sessions of the settings; those of one library share one box of keys in a process."""
    seconds = sign_in.hours * 3600
    return Sessions(at(whole.local / "sign-in.json", seconds), sign_in.url, sign_in.issuer, seconds)
