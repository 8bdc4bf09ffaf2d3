"""The token that Graph wants: limner proves which application it is, by a secret or by a certificate.

After "OAuth 2.0 client credentials flow" and "Certificate credentials" of the Microsoft identity platform: a POST to
`/{tenant}/oauth2/v2.0/token`; instead of a secret, an assertion (JWT, PS256) that names the certificate by its SHA-256
thumbprint (`x5t#S256`).
"""

from __future__ import annotations

import base64
import re
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from limner.errors import SourceError
from limner.fetch import Client, FetchError
from limner.sources import asking

_PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.+?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
LIMIT = 1_000_000  # bytes of an answer
EARLY = 120.0  # seconds before its end, a token is not used any more
ASSERTION_SECONDS = 300
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# "Microsoft Entra authentication and authorization error codes"
_HINTS = {
    "AADSTS7000215": "the client secret is wrong: it is the secret's value that is needed, not its id",
    "AADSTS7000222": "the client secret has expired: make a new one in the application's registration",
    "AADSTS700016": "there is no such application in this directory: check `client` and `tenant`",
    "AADSTS90002": "there is no such directory: check `tenant`, and `cloud`",
    "AADSTS900023": "`tenant` is neither an id nor a domain of a directory",
    "AADSTS700027": "the certificate is not one of the application's: upload it to its registration",
    "AADSTS700024": "the assertion is not valid now: is this machine's clock right?",
}


class Token:
    """Gets tokens, and keeps one as long as it is good; several threads may ask."""

    def __init__(self, client: Client, label: str, url: str, scope: str, client_id: str) -> None:
        self.client = client
        self.label = label
        self.url = url
        self.scope = scope
        self.client_id = client_id
        self.secret = ""
        self.certificate: Certificate | None = None
        self._lock = threading.Lock()
        self._token = ""
        self._end = 0.0

    def get(self, *, refused: str = "") -> str:
        """Give a token; `refused` is one that Graph did not take, so another is got. Raises SourceError."""
        with self._lock:
            if time.monotonic() >= self._end or self._token == refused:
                self._token, seconds = self._ask()
                self._end = time.monotonic() + max(seconds - EARLY, 1.0)
            return self._token

    def _ask(self) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "scope": self.scope}
        if self.certificate is not None:
            form["client_assertion_type"] = ASSERTION_TYPE
            form["client_assertion"] = self.certificate.assertion(self.client_id, self.url)
        else:
            form["client_secret"] = self.secret
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            body = urlencode(form).encode()
            answer = self.client.post(self.url, body, limit=LIMIT, headers=headers, ok=(200, 400, 401), again=True)
            said = answer.json()
        except FetchError as why:
            raise asking.failed(self.label, why) from None
        said = said if isinstance(said, dict) else {}
        token, seconds = said.get("access_token"), said.get("expires_in")
        if answer.status == 200 and isinstance(token, str) and isinstance(seconds, int | float):
            return token, float(seconds)
        text = " ".join(str(said.get("error_description") or said.get("error") or "no reason given").split())
        code = re.match(r"AADSTS\d+", text)
        raise SourceError(
            f"source {self.label!r}: no token from {self.url}: {text.partition(' Trace ID')[0][:200]}",
            hint=_HINTS.get(code[0] if code else ""),
        )


class Certificate:
    """The application's certificate with its key. Raises SourceError."""

    def __init__(self, label: str, file: Path) -> None:
        try:
            pem = file.read_bytes()
            parsed = x509.load_pem_x509_certificate(pem)
            private = _PRIVATE.search(pem)
            key = serialization.load_pem_private_key(private[0], None) if private else None
            if not isinstance(key, rsa.RSAPrivateKey):
                raise ValueError("there is no RSA private key in it")  # noqa: TRY004  (of the file, not of an argument)
            if key.public_key() != parsed.public_key():
                raise ValueError("the private key is another certificate's")
            self._key = RSAKey.import_key(key)
        except OSError as why:
            raise SourceError(f"source {label!r}: cannot read {file}: {why.strerror}") from None
        except (ValueError, TypeError, UnsupportedAlgorithm) as why:
            raise SourceError(
                f"source {label!r}: {file} cannot be used: {str(why)[:120]}",
                hint="it holds the certificate and its RSA private key, both in PEM, the key not encrypted",
            ) from None
        self._thumbprint = base64.urlsafe_b64encode(parsed.fingerprint(hashes.SHA256())).rstrip(b"=").decode()

    def assertion(self, client_id: str, audience: str) -> str:
        """Give a JWT that proves, for five minutes, who limner is."""
        now = int(time.time())
        claims = {
            "aud": audience,
            "iss": client_id,
            "sub": client_id,
            "jti": str(uuid.uuid4()),
            "nbf": now,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        header = {"alg": "PS256", "typ": "JWT", "x5t#S256": self._thumbprint}
        return jwt.encode(header, claims, self._key, algorithms=["PS256"])
