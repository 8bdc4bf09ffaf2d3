"""Stands in for Microsoft's login and Microsoft Graph, after "OAuth 2.0 client credentials flow", "Certificate
credentials", "Get incremental changes for users" (delta), "JSON batching", "Throttling guidance" and "Get profilePhoto"
of Microsoft's documentation (v1.0).

It is as strict as those: a token for the right scope, no `$filter` in a delta query, at most 20 requests in a batch
with relative addresses and ids that differ, the sizes that there are. Signatures are checked with `cryptography` alone.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from tests.origin import Asked, Reply

SIZES = (48, 64, 96, 120, 240, 360, 432, 504, 648)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
USER = frozenset(
    [
        "id",
        "displayName",
        "mail",
        "userPrincipalName",
        "proxyAddresses",
        "accountEnabled",
        "department",
        "officeLocation",
        "jobTitle",
        "companyName",
        "onPremisesSamAccountName",
        "onPremisesDistinguishedName",
        "userType",
    ]
)


@dataclass
class User:
    """A user; `photos` leads from a size to the picture, `etag` changes with them."""

    fields: dict[str, Any]
    photos: dict[int, bytes] = field(default_factory=dict)
    etag: str = "BA09D118"
    says_1x1: bool = False

    @property
    def id(self) -> str:
        return str(self.fields["id"])


@dataclass
class Directory:
    """Login and Graph in one server; `log` is what was changed, in the order in which a delta query tells it."""

    tenant: str = "acme.onmicrosoft.com"
    client: str = "11111111-2222-3333-4444-555555555555"
    secret: str = "s3cret"
    certificate: x509.Certificate | None = None
    users: dict[str, User] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    page: int = 2
    expires_in: int = 3599
    tokens: set[str] = field(default_factory=set)
    assertions: set[str] = field(default_factory=set)
    rights: bool = True
    lost: str = ""
    """What a delta link that is too old gets: "410", or "400" with syncStateNotFound."""
    throttle_batch: int = 0
    """So many of a batch's answers, over all batches, are 429."""
    retry_after: str = "0"
    tamper: Any = None

    def put(self, name: str, **fields: Any) -> User:
        user = self.users.setdefault(name, User({"id": name, "accountEnabled": True}))
        user.fields |= fields
        self.log.append(name)
        return user

    def drop(self, name: str) -> None:
        del self.users[name]
        self.log.append(name)

    def __call__(self, asked: Asked) -> Reply:
        if self.tamper is not None and (reply := self.tamper(asked)) is not None:
            assert isinstance(reply, Reply)
            return reply
        split = urlsplit(asked.path)
        root = f"http://{asked.headers['Host']}"
        if split.path.endswith("/oauth2/v2.0/token"):
            return self._token(asked, root)
        scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.tokens:
            return error(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
        if not self.rights:
            return error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        if split.path == "/v1.0/$batch":
            return self._batch(asked)
        if asked.method != "GET":
            return error(405, "Request_BadRequest", "no such method here")
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        if split.path == "/v1.0/users/delta":
            return self._delta(query, root)
        if split.path == "/v1.0/users":
            return self._list(query, root, asked)
        return self._photo(split.path.removeprefix("/v1.0"))

    # -- login --------------------------------------------------------------------------------------------------------

    def _token(self, asked: Asked, root: str) -> Reply:
        if asked.method != "POST" or asked.headers["Content-Type"] != "application/x-www-form-urlencoded":
            return oauth(400, "invalid_request", "AADSTS900144: the request body must be a form")
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if urlsplit(asked.path).path.split("/")[1] != self.tenant:
            return oauth(400, "invalid_request", "AADSTS90002: Tenant 'x' not found. Trace ID: 1234")
        if form.get("grant_type") != "client_credentials" or form.get("scope") != f"{root}/.default":
            return oauth(400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid.")
        if form.get("client_id") != self.client:
            return oauth(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.")
        if self.certificate is not None:
            trouble = self._assertion(form, f"{root}/{self.tenant}/oauth2/v2.0/token")
            if trouble:
                return oauth(401, "invalid_client", f"AADSTS700027: {trouble} Trace ID: 1234")
        elif form.get("client_secret") != self.secret:
            return oauth(401, "invalid_client", "AADSTS7000215: Invalid client secret provided. Trace ID: 1234")
        token = f"token-{len(self.tokens)}"
        self.tokens.add(token)
        return reply({"token_type": "Bearer", "expires_in": self.expires_in, "access_token": token})

    def _assertion(self, form: dict[str, str], audience: str) -> str:
        """Say what is wrong with an assertion."""
        assert self.certificate is not None
        if form.get("client_assertion_type") != ASSERTION or "client_secret" in form:
            return "client_assertion_type is missing"
        head, claims, signature = (unpadded(part) for part in form["client_assertion"].split("."))
        header, said = json.loads(head), json.loads(claims)
        key = self.certificate.public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        try:
            key.verify(signature, form["client_assertion"].rpartition(".")[0].encode(), pss, hashes.SHA256())
        except InvalidSignature:
            return "The signature is not valid."
        if header["alg"] != "PS256" or unpadded(header["x5t#S256"]) != self.certificate.fingerprint(hashes.SHA256()):
            return "The key was not found by its thumbprint."
        if said["iss"] != self.client or said["sub"] != self.client or said["aud"] != audience:
            return "The claims are for somebody else."
        if not said["nbf"] <= time.time() + 5 or not time.time() < said["exp"] <= time.time() + 610:
            return "The assertion is not within its valid time range."
        if said["jti"] in self.assertions:
            return "The assertion was used before."
        self.assertions.add(said["jti"])
        return ""

    # -- users --------------------------------------------------------------------------------------------------------

    def _delta(self, query: dict[str, str], root: str) -> Reply:
        """Tell the users of the log from one place of it to its end; a state token names both."""
        if not set(query) <= {"$select", "$skiptoken", "$deltatoken"}:
            return error(400, "Request_UnsupportedQuery", "The query is not supported.")
        if not set(query.get("$select", "id").split(",")) <= USER:
            return error(400, "Request_BadRequest", "Could not find a property.")
        state = query.get("$skiptoken") or query.get("$deltatoken")
        if "$deltatoken" in query and self.lost:
            if self.lost == "410":
                return error(410, "resyncRequired", "Resynchronization is required.")
            return error(400, "syncStateNotFound", "The sync state generation is not found.")
        first, start, end, fields = (state or f"1.0.{len(self.log)}.{query.get('$select', '')}").split(".")
        at, last = int(start), len(self.log) if "$deltatoken" in query else int(end)
        value = [self._told(name, fields, initial=first == "1") for name in self.log[at : min(at + self.page, last)]]
        more = at + self.page < last
        token = f"{first}.{at + self.page}.{last}.{fields}" if more else f"0.{last}.{len(self.log)}.{fields}"
        name = ("@odata.nextLink", "$skiptoken") if more else ("@odata.deltaLink", "$deltatoken")
        return reply({"value": [v for v in value if v], name[0]: f"{root}/v1.0/users/delta?{name[1]}={token}"})

    def _told(self, name: str, fields: str, *, initial: bool) -> dict[str, Any] | None:
        user = self.users.get(name)
        if user is None:
            return None if initial else {"id": name, "@removed": {"reason": "changed"}}
        wanted = fields.split(",")
        return {field: user.fields[field] for field in ("id", *wanted) if field in user.fields}

    def _list(self, query: dict[str, str], root: str, asked: Asked) -> Reply:
        if not set(query) <= {"$select", "$filter", "$count", "$top", "$skiptoken"}:
            return error(400, "Request_UnsupportedQuery", "The query is not supported.")
        if asked.headers.get("ConsistencyLevel") != "eventual" or query.get("$count") != "true":
            return error(400, "Request_UnsupportedQuery", "ConsistencyLevel and $count are needed.")
        kind = query["$filter"].removeprefix("userType eq '").removesuffix("'")
        users = [user.fields for user in self.users.values() if user.fields.get("userType") == kind]
        at = int(query.get("$skiptoken", "0"))
        said: dict[str, Any] = {"value": users[at : at + self.page]}
        if at + self.page < len(users):
            rest = asked.path.partition("&$skiptoken")[0]
            said["@odata.nextLink"] = f"{root}{rest}&$skiptoken={at + self.page}"
        return reply(said)

    # -- photos -------------------------------------------------------------------------------------------------------

    def _photo(self, path: str) -> Reply:
        parts = [unquote(part) for part in path.strip("/").split("/")]
        user = self.users.get(parts[1]) if len(parts) > 1 and parts[0] == "users" else None
        if user is None:
            return error(404, "Request_ResourceNotFound", "Resource does not exist.")
        match parts[2:]:
            case ["photo"]:
                return self._about(user)
            case ["photo", "$value"]:
                return picture(user.photos.get(max(user.photos, default=0)))
            case ["photos", size, "$value"]:
                side = size.partition("x")[0]
                if not side.isdecimal() or int(side) not in SIZES or size != f"{side}x{side}":
                    return error(400, "ErrorInvalidImageId", "The image id is not valid.")
                return picture(user.photos.get(int(side)))
        return error(400, "Request_BadRequest", "no such segment")

    def _about(self, user: User) -> Reply:
        if not user.photos and not user.says_1x1:
            return error(404, "ImageNotFound", "Exception of type 'ImageNotFoundException' was thrown.")
        side = max(user.photos, default=1)
        return reply(
            {
                "@odata.mediaContentType": "image/jpeg" if user.photos else "image/gif",
                "@odata.mediaEtag": f'"{user.etag}"',
                "id": f"{side}x{side}",
                "width": side,
                "height": side,
            }
        )

    # -- batches ------------------------------------------------------------------------------------------------------

    def _batch(self, asked: Asked) -> Reply:
        requests = json.loads(asked.body)["requests"]
        ids = [one["id"] for one in requests]
        if asked.method != "POST" or not 1 <= len(requests) <= 20:
            return error(400, "BadRequest", "Number of batch requests exceeds the limit of 20.")
        if len(set(ids)) < len(ids) or not all(isinstance(one, str) for one in ids):
            return error(400, "BadRequest", "Each request needs an id of its own.")
        if not all(one["method"] == "GET" and one["url"].startswith("/") for one in requests):
            return error(400, "BadRequest", "Write a method and a relative address.")
        answers = []
        for one in reversed(requests):  # they may come in any order
            if self.throttle_batch > 0:
                self.throttle_batch -= 1
                inner = error(429, "TooManyRequests", "Too many requests")
                inner.headers["Retry-After"] = self.retry_after
            else:
                inner = self._photo(one["url"])
            answers.append(
                {"id": one["id"], "status": inner.status, "headers": inner.headers, "body": json.loads(inner.body)}
            )
        return reply({"responses": answers})


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def reply(said: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(said).encode(), {"Content-Type": "application/json"})


def error(status: int, code: str, text: str) -> Reply:
    return reply({"error": {"code": code, "message": text, "innerError": {"request-id": "1"}}}, status)


def oauth(status: int, code: str, text: str) -> Reply:
    return reply({"error": code, "error_description": text}, status)


def picture(body: bytes | None) -> Reply:
    if body is None:
        return error(404, "ImageNotFound", "The photo wasn't found.")
    return Reply(200, body, {"Content-Type": "image/jpeg"})
