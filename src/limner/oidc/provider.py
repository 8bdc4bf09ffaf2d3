"""An OpenID provider: what it says of itself, its keys, and the two questions that are put to it.

What it says of itself (OpenID Connect Discovery 1.0) and its keys are fetched in the background. Its token and userinfo
endpoints are asked while somebody signs in, in a thread.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

from pydantic import TypeAdapter, ValidationError

from limner.errors import LimnerError
from limner.fetch import Client
from limner.jwt import JwksError, Keys, RefusedError
from limner.jwt.compact import read_object
from limner.jwt.keyring import UrlRing, reader
from limner.jwt.remote import Remote
from limner.oidc.errors import SignInError
from limner.settings.rules.jwt import SecureUrl

WELL_KNOWN = "/.well-known/openid-configuration"
EVERY = 900.0  # seconds
LIMIT = 65_536  # bytes of an answer
DOWN = "The sign-in service cannot be reached at the moment. Please try again in a minute."
_url: TypeAdapter[str] = TypeAdapter(SecureUrl)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider says of itself, as far as it matters here."""

    authorization: str
    token: str
    jwks: str
    userinfo: str | None
    end_session: str | None
    names_itself: bool
    """Whether its answers carry `iss` (RFC 9207)."""
    posts_secret: bool
    """Whether it takes a client's secret only in the body."""


class Provider:
    """The provider `issuer`, where limner is `client_id`, with a secret or none. `client` makes what asks it."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        secret: Callable[[], str | None],
        algorithms: tuple[str, ...],
        client: Callable[[], Client],
        *,
        keep: float,
    ) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self._secret = secret
        self._algorithms = algorithms
        self._client = client
        self._keep = keep
        where = issuer.rstrip("/") + WELL_KNOWN
        self._metadata = Remote(where, client, lambda raw: read_metadata(raw, issuer), every=EVERY, keep=keep)
        self._ring: UrlRing | None = None

    # -- as a ring ----------------------------------------------------------------------------------------------------

    @property
    def keys(self) -> Keys | None:
        """The provider's keys now."""
        return self._ring.keys if self._ring else None

    def refresh(self) -> bool:
        """Begin to fetch what is due, and take what has come; to be called each second."""
        self._metadata.poll()
        metadata = self._metadata.value
        if metadata is None:
            return False
        if self._ring is None or self._ring.remote.url != metadata.jwks:
            read = reader(self._algorithms, metadata.jwks)
            self._ring = UrlRing(Remote(metadata.jwks, self._client, read, every=EVERY, keep=self._keep))
        return self._ring.refresh()

    def miss(self) -> None:
        """Note that a token came whose key is not there."""
        if self._ring is not None:
            self._ring.miss()

    def trouble(self) -> str | None:
        """Say what is wrong, if something is."""
        return self._metadata.trouble or (self._ring.trouble() if self._ring else None)

    @property
    def metadata(self) -> Metadata:
        """What it says of itself. Raises SignInError while that is not known."""
        found = self._metadata.value
        if found is None:
            raise SignInError(DOWN, detail=self.trouble() or f"{self.issuer} was not asked yet", status=503)
        return found

    @property
    def is_ready(self) -> bool:
        """Whether people can sign in."""
        return self._metadata.value is not None and self.keys is not None

    # -- questions ----------------------------------------------------------------------------------------------------

    def redeem(self, code: str, verifier: str, callback: str) -> dict[str, Any]:
        """Give what the provider gives for a code: `id_token` and more. Blocks. Raises SignInError."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        try:
            secret = self._secret()
        except LimnerError as why:
            raise SignInError("Signing in does not work at the moment.", detail=why.message, status=503) from None
        metadata = self.metadata
        if secret is None:
            fields["client_id"] = self.client_id
        elif metadata.posts_secret:
            fields |= {"client_id": self.client_id, "client_secret": secret}
        else:  # RFC 6749 2.3.1: both are form-encoded first
            pair = f"{quote_plus(self.client_id)}:{quote_plus(secret)}".encode()
            headers["authorization"] = "Basic " + base64.b64encode(pair).decode("ascii")
        return self._ask(
            lambda client: (
                client.post(
                    metadata.token, urlencode(fields).encode(), limit=LIMIT, headers=headers, ok=(200, 400, 401, 403)
                ).body
            )
        )

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Give what the provider tells of whom a token belongs to. Blocks. Raises SignInError."""
        where = self.metadata.userinfo
        if where is None or not access_token.isascii() or not access_token.isprintable() or len(access_token) > 8192:
            return {}
        headers = {"authorization": f"Bearer {access_token}", "accept": "application/json"}
        return self._ask(lambda client: client.get(where, limit=LIMIT, headers=headers).body)

    def _ask(self, ask: Callable[[Client], bytes]) -> dict[str, Any]:
        client = None
        try:
            client = self._client()
            answer = read_object(ask(client), "answer")
        except RefusedError as why:
            raise SignInError(DOWN, detail=f"{self.issuer}: {why}", status=502) from None
        except LimnerError as why:
            raise SignInError(DOWN, detail=why.message, status=502) from None
        finally:
            if client is not None:
                client.close()
        if "error" in answer:
            raise refusal(answer.get("error"), answer.get("error_description"))
        return answer


_WORDS = {
    "access_denied": "The sign-in service did not let you in, or you changed your mind.",
    "login_required": "The sign-in service wants you to sign in there first.",
    "consent_required": "The sign-in service needs your consent.",
    "temporarily_unavailable": "The sign-in service is too busy. Please try again in a minute.",
    "server_error": "The sign-in service has a problem of its own.",
    "invalid_grant": "This sign-in was used already, or took too long.",
    "invalid_client": "The sign-in service does not know limner. Please tell your administrator.",
    "unauthorized_client": "The sign-in service does not allow limner to ask. Please tell your administrator.",
    "invalid_scope": "The sign-in service does not know what limner asks for. Please tell your administrator.",
}


def refusal(error: object, description: object = None) -> SignInError:
    """Make the error for what a provider says (RFC 6749 4.1.2.1 and 5.2); its own words go to the log only."""
    code = _shown(error, 60)
    words = _WORDS.get(code, "The sign-in service refused.")
    more = f": {_shown(description, 200)}" if description else ""
    return SignInError(words, detail=f"the provider says {code}{more}", status=403 if code == "access_denied" else 400)


def _shown(value: object, longest: int) -> str:
    text = value if isinstance(value, str) else "?"
    return "".join(char if char.isprintable() else "?" for char in text[:longest])


def read_metadata(raw: bytes, issuer: str) -> Metadata:
    """Read what a provider says of itself. It has to be the very one that was asked. Raises JwksError."""
    try:
        given = read_object(raw, "description")
    except RefusedError as why:
        raise JwksError(f"{issuer}: what the provider says of itself cannot be used: {why}") from None
    if given.get("issuer") != issuer:
        said = _shown(given.get("issuer"), 200)
        raise JwksError(
            f"{issuer}: the provider calls itself {said!r}", hint="write that as `issuer` in [sign_in], if it is meant"
        )

    def endpoint(name: str) -> str:
        try:
            return _url.validate_python(given.get(name))
        except ValidationError:
            raise JwksError(f"{issuer}: the provider names no {name} by https") from None

    if "code" not in given.get("response_types_supported", ["code"]):
        raise JwksError(f"{issuer}: the provider knows no authorization code flow")
    methods = given.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        endpoint("authorization_endpoint"),
        endpoint("token_endpoint"),
        endpoint("jwks_uri"),
        endpoint("userinfo_endpoint") if "userinfo_endpoint" in given else None,
        endpoint("end_session_endpoint") if "end_session_endpoint" in given else None,
        given.get("authorization_response_iss_parameter_supported") is True,
        "client_secret_post" in methods and "client_secret_basic" not in methods,
    )
