"""One sign-in, from the first redirect to the name of who came back.

A short-lived signed cookie binds it to the browser where it was begun. State, nonce and PKCE verifier are not in it:
they are made from its id with the key that signed it, so that only this house knows them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from joserfc import jwt as joserfc_jwt

from limner.jwt import Expected, RefusedError, Verifier, find, name_of
from limner.jwt.claims import holds
from limner.jwt.verify import read_header
from limner.oidc.errors import SignInError
from limner.oidc.keybox import ALGORITHM, Keybox
from limner.oidc.provider import Provider, refusal
from limner.settings import SignIn

CALLBACK = "/sign-in/callback"
COOKIE = b"__Host-limner-sign-in-"  # and the slot
SLOTS = "01234567"  # sign-ins that one browser may have under way
SECONDS = 600  # in which a sign-in has to be done
TYP = "limner-sign-in+jwt"
AUDIENCE = "limner sign-in"
USED = 10_000  # sign-ins that are remembered as used
PATH_LIMIT = 1000  # characters of the address to go back to
TOKEN_SECONDS = 86_400.0  # an ID token's longest life
AGAIN = "This sign-in was not begun in this browser, or longer than ten minutes ago. Please sign in again."
WRONG = "The sign-in service's answer cannot be trusted. Please sign in again."

_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")


class Started(NamedTuple):
    """Where to send the browser, and the cookie to give it: name, value."""

    location: str
    cookie: tuple[bytes, bytes]


class Begun(NamedTuple):
    """A sign-in that was begun in this browser, checked: what it needs to go on."""

    id: str
    until: float
    verifier: str
    nonce: str
    to: str


class Flow:
    """The sign-ins at one provider, by the settings."""

    def __init__(self, setting: SignIn, provider: Provider, keybox: Keybox) -> None:
        self.setting = setting
        self.provider = provider
        self.keybox = keybox
        self.callback = setting.url + CALLBACK
        began = Expected(frozenset([setting.url]), frozenset([AUDIENCE]), leeway=0, longest=SECONDS + 60, typ=TYP)
        self._begun = Verifier(keybox, began, (ALGORITHM,))
        issued = Expected(
            frozenset([setting.issuer]), frozenset([setting.client_id]), leeway=setting.leeway, longest=TOKEN_SECONDS
        )
        self._id_tokens = Verifier(provider, issued, tuple(setting.algorithms))
        self._used: dict[str, float] = {}  # ids of sign-ins that came back, and when they would have ended

    # -- there --------------------------------------------------------------------------------------------------------

    def start(self, to: str, cookies: Mapping[bytes, bytes], now: float) -> Started:
        """Begin a sign-in that shall end at the path `to`; `cookies` are those that the browser sends.

        Raises SignInError.
        """
        metadata = self.provider.metadata
        kid, key = self.keybox.key(now)
        free = [slot for slot in SLOTS if COOKIE + slot.encode() not in cookies]
        made = (free[0] if free else secrets.choice(SLOTS)) + secrets.token_urlsafe(18)
        claims = {
            "iss": self.setting.url,
            "aud": AUDIENCE,
            "provider": self.setting.issuer,
            "id": made,
            "key": kid,
            "to": safe_path(to),
            "exp": int(now) + SECONDS,
        }
        token = joserfc_jwt.encode({"alg": ALGORITHM, "kid": kid, "typ": TYP}, claims, key, algorithms=[ALGORITHM])
        challenge = hashlib.sha256(self._derive(kid, made, "verifier").encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.setting.client_id,
            "redirect_uri": self.callback,
            "scope": " ".join(self.setting.scopes),
            "state": made[0] + self._derive(kid, made, "state"),
            "nonce": self._derive(kid, made, "nonce"),
            "code_challenge": _plain(challenge),
            "code_challenge_method": "S256",
        }
        if self.setting.prompt:
            asked["prompt"] = self.setting.prompt
        where = metadata.authorization
        location = where + ("&" if "?" in where else "?") + urlencode(asked)
        return Started(location, (cookie_name(made), token.encode("ascii")))

    def _derive(self, kid: str, made: str, what: str) -> str:
        secret = self.keybox.secret(kid)
        if secret is None:
            raise SignInError(AGAIN, detail="the key that began the sign-in is gone")
        return _plain(hmac.digest(secret, f"limner sign-in {what} {made}".encode(), "sha256"))

    # -- and back -----------------------------------------------------------------------------------------------------

    def resume(self, answer: Mapping[str, str], cookies: Mapping[bytes, bytes], now: float) -> Begun:
        """Find the sign-in that a provider's answer belongs to, in the cookies of this browser. Raises SignInError."""
        state = answer.get("state", "")
        if not state or state[0] not in SLOTS:
            raise SignInError(AGAIN, detail="the answer has no state of ours")
        cookie = cookies.get(cookie_name(state))
        if cookie is None:
            raise SignInError(AGAIN, detail="the browser has no cookie for this state")
        try:
            claims, until = self._begun.verify(cookie, now)
            made, kid = name_of(claims, "id"), name_of(claims, "key")
        except RefusedError as why:
            raise SignInError(AGAIN, detail=f"the sign-in's cookie is refused: {why}") from None
        own = made[0] + self._derive(kid, made, "state")
        if not hmac.compare_digest(own.encode(), state.encode("utf-8", "replace")):
            raise SignInError(AGAIN, detail="the state is that of another sign-in")
        if claims.get("provider") != self.setting.issuer:
            raise SignInError(AGAIN, detail="the sign-in was begun at another provider")
        self._check_origin(answer)
        self._use(made, until, now)
        verifier, nonce = self._derive(kid, made, "verifier"), self._derive(kid, made, "nonce")
        return Begun(made, until, verifier, nonce, safe_path(str(claims.get("to", "/"))))

    def _use(self, made: str, until: float, now: float) -> None:
        """Note that a sign-in came back: once. (Another worker would be told so by the provider.)"""
        if made in self._used:
            raise SignInError(AGAIN, detail="the sign-in was used already")
        while self._used and (len(self._used) >= USED or next(iter(self._used.values())) <= now):
            del self._used[next(iter(self._used))]
        self._used[made] = until

    def _check_origin(self, answer: Mapping[str, str]) -> None:
        """Make sure that it is the provider's answer that came back, not another's (RFC 9207, mix-up)."""
        said = answer.get("iss")
        if said is None and not self.provider.metadata.names_itself:
            return
        if said != self.setting.issuer:
            raise SignInError(
                WRONG, detail="the answer is of another provider" if said else "the answer names no issuer"
            )

    def finish(self, answer: Mapping[str, str], begun: Begun, now: float) -> str:
        """Give the name of who signed in. Asks the provider, and blocks. Raises SignInError."""
        if "error" in answer:
            raise refusal(answer["error"], answer.get("error_description"))
        if not answer.get("code"):
            raise SignInError(WRONG, detail="the answer holds neither a code nor an error")
        given = self.provider.redeem(answer["code"], begun.verifier, self.callback)
        claims = self._check_id_token(given, begun, now)
        return self._who(claims, given)

    def _check_id_token(self, given: dict[str, Any], begun: Begun, now: float) -> dict[str, Any]:
        """Check the ID token as OpenID Connect Core 3.1.3.7 says."""
        token = given.get("id_token")
        if not isinstance(token, str):
            raise SignInError(WRONG, detail="the provider gave no ID token: is `openid` among its scopes for limner?")
        try:
            claims, _ = self._id_tokens.verify(token.encode("ascii", "replace"), now)
        except RefusedError as why:
            raise SignInError(WRONG, detail=f"the ID token is refused: {why}") from None
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not hmac.compare_digest(
            nonce.encode("utf-8", "replace"), begun.nonce.encode()
        ):
            raise SignInError(WRONG, detail="the ID token is that of another sign-in (nonce)")
        party = claims.get("azp")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (party is not None or several) and party != self.setting.client_id:
            raise SignInError(WRONG, detail="the ID token was made for another client (azp)")
        if "at_hash" in claims and not _is_hash_of(claims["at_hash"], given.get("access_token"), token):
            raise SignInError(WRONG, detail="the ID token does not belong to the access token (at_hash)")
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise SignInError(WRONG, detail="the ID token names nobody (sub)")
        return claims

    def _who(self, claims: dict[str, Any], given: dict[str, Any]) -> str:
        """Give the name of who signed in, if they may; what the ID token does not say is asked for."""
        setting = self.setting
        wanted = [setting.person, *setting.require]
        access = given.get("access_token")
        if any(find(claims, name) is None for name in wanted) and isinstance(access, str):
            more = self.provider.userinfo(access)
            if more and more.get("sub") != claims["sub"]:
                raise SignInError(WRONG, detail="the userinfo is that of somebody else (sub)")
            claims = more | claims
        for name, values in setting.require.items():
            if not holds(find(claims, name), values):
                raise SignInError(
                    "Your account is not among those who may see the photos.",
                    detail=f"somebody's {name} is not what [sign_in] requires",
                    status=403,
                )
        try:
            return name_of(claims, setting.person)
        except RefusedError as why:
            raise SignInError(
                "You are signed in, but the sign-in service does not say who you are.",
                detail=f"{why}: neither the ID token nor userinfo has it; see `person` and `scopes` of [sign_in]",
                status=403,
            ) from None


def cookie_name(state: str) -> bytes:
    """Give the name of the cookie for a state, or for the id that it was made of: by its slot."""
    return COOKIE + state[:1].encode("ascii", "replace")


def safe_path(to: str) -> str:
    """Give a path of this very site to go back to; `/` for everything else, and for the sign-in itself."""
    if len(to) > PATH_LIMIT or not _PATH.fullmatch(to) or "\\" in to:
        return "/"
    path = to.partition("?")[0].partition("#")[0]
    if path.startswith(("/sign-in", "/sign-out")) or ".." in path.split("/") or "//" in path:
        return "/"
    return to


def _is_hash_of(claimed: object, access: object, token: str) -> bool:
    """Tell whether `at_hash` fits an access token: the left half of the hash that the token's signature uses."""
    if not isinstance(claimed, str) or not isinstance(access, str):
        return False
    name = str(read_header(token.partition(".")[0].encode("ascii", "replace"))["alg"])
    digest = {"256": "sha256", "384": "sha384", "512": "sha512"}.get(name[-3:], "sha512")
    half = hashlib.new(digest, access.encode("utf-8", "replace")).digest()
    return hmac.compare_digest(claimed.encode("utf-8", "replace"), _plain(half[: len(half) // 2]).encode())


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
