"""Graph's manners: paging, `$batch`, throttling, and errors that say why."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from limner.errors import SourceError
from limner.fetch import Answer, Client, FetchError
from limner.fetch.words import seconds_after
from limner.sources import asking
from limner.sources.graph.token import Token

LIMIT = 32_000_000  # bytes of a page: 999 people are about 1 MB, 20 photos' descriptions 10 KB
BATCH = 20  # requests in one `$batch`: "JSON batching" of the documentation of Microsoft Graph
PAGES = 200_000  # at most
ROUNDS = 6  # how often those of a batch that were throttled are asked for again
FIRST_REST = 0.5  # seconds before those are asked for again, twice as long each time
REST_LIMIT = 120.0  # seconds; who wants more than that is asked by the next sync
RIGHTS = (
    'the application needs the permissions User.Read.All and ProfilePhoto.Read.All (of the kind "application"), and an '
    "administrator's consent to them"
)


class LostError(Exception):
    """Graph does not know any more what it told last: everybody has to be read again."""


class Api:
    """Asks Graph as the application that `token` stands for."""

    def __init__(self, client: Client, label: str, url: str, token: Token) -> None:
        self.client = client
        self.label = label
        self.root = f"{url.rstrip('/')}/v1.0"
        self.token = token

    def get(self, url: str, headers: Mapping[str, str], limit: int = LIMIT, ok: Sequence[int] = (200,)) -> Answer:
        """Fetch something; a token that has been withdrawn is renewed once. Raises FetchError, SourceError."""
        token = self.token.get()
        try:
            return self.client.get(url, limit=limit, ok=ok, headers={"Authorization": f"Bearer {token}", **headers})
        except FetchError as why:
            if why.status != 401:
                raise
        token = self.token.get(refused=token)
        return self.client.get(url, limit=limit, ok=ok, headers={"Authorization": f"Bearer {token}", **headers})

    # -- pages --------------------------------------------------------------------------------------------------------

    def pages(self, first: str, headers: Mapping[str, str]) -> Iterator[tuple[list[dict[str, Any]], str | None]]:
        """Yield the objects of each page, and with the last one the link by which changes can be had later.

        Raises SourceError; LostError where `first` is such a link, and too old.
        """
        at: str | None = first
        asked: set[str] = set()
        while at is not None:
            if at in asked or len(asked) >= PAGES:
                raise SourceError(f"source {self.label!r}: the pages of people lead in a circle")
            asked.add(at)
            said = self._page(at, headers)
            values = said.get("value")
            if not isinstance(values, list):
                raise SourceError(f"source {self.label!r}: {self.root}: the answer holds no list of people")
            at = self._link(said, "@odata.nextLink")
            yield [value for value in values if isinstance(value, dict)], self._link(said, "@odata.deltaLink")

    def _page(self, at: str, headers: Mapping[str, str]) -> dict[str, Any]:
        try:
            answer = self.get(at, {"Accept": "application/json", **headers}, ok=(200, 400, 403, 410))
            said = answer.json()
        except FetchError as why:
            raise asking.failed(self.label, why) from None
        said = said if isinstance(said, dict) else {}
        if answer.status == 200:
            return said
        code, text = reason(said)
        if answer.status == 410 or code.lower() in ("syncstatenotfound", "resyncrequired"):
            raise LostError
        hint = RIGHTS if answer.status == 403 else None
        raise SourceError(f"source {self.label!r}: Graph says {answer.status} {code}: {text}", hint=hint)

    def _link(self, said: dict[str, Any], name: str) -> str | None:
        """Give a link that Graph wrote; the token goes to nobody else."""
        link = said.get(name)
        if not isinstance(link, str):
            return None
        here, there = urlsplit(self.root), urlsplit(link)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise SourceError(f"source {self.label!r}: Graph's next page is on another host ({there.netloc[:100]})")
        return link

    # -- batches ------------------------------------------------------------------------------------------------------

    def batch(self, addresses: Sequence[str]) -> list[tuple[int, dict[str, Any]]]:
        """Ask for up to 20 things at once: status and body of each. Those that are throttled are asked for again.

        Raises SourceError when the whole of it fails, or is throttled for too long.
        """
        answers: dict[int, tuple[int, dict[str, Any]]] = {}
        waiting = dict(enumerate(addresses))
        for tried in range(ROUNDS):
            rest = 0.0
            for at, status, after, body in self._round(waiting):
                answers[at] = status, body
                if status in (429, 503, 504):
                    rest = max(rest, after, FIRST_REST * 2**tried)
                else:
                    waiting.pop(at, None)
            if not waiting:
                return [answers[at] for at in range(len(addresses))]
            if rest > REST_LIMIT or tried == ROUNDS - 1:
                break
            self.client.rest(rest)
        what = (
            "Graph was asked too often (429)" if len(answers) == len(addresses) else "Graph left out answers of a batch"
        )
        raise SourceError(f"source {self.label!r}: {what}", hint="everybody keeps their photo; try again later")

    def _round(self, waiting: dict[int, str]) -> Iterator[tuple[int, int, float, dict[str, Any]]]:
        """Ask for what is waiting; yield number, status, seconds to leave it alone, and body of each answer."""
        requests = [{"id": str(at), "method": "GET", "url": address} for at, address in waiting.items()]
        body = json.dumps({"requests": requests}).encode()
        for refused in ("", self.token.get()):
            headers = {
                "Authorization": f"Bearer {self.token.get(refused=refused)}",
                "Content-Type": "application/json",
                "Accept": "application/json",
            }
            try:
                # it only reads: to send it again does no harm
                answer = self.client.post(f"{self.root}/$batch", body, limit=LIMIT, headers=headers, again=True)
                said = answer.json()
                break
            except FetchError as why:
                if why.status != 401 or refused:
                    raise asking.failed(self.label, why, RIGHTS if why.status == 403 else None) from None
        responses = said.get("responses") if isinstance(said, dict) else None
        for one in responses if isinstance(responses, list) else []:
            if not isinstance(one, dict):
                continue
            number, status = str(one.get("id")), one.get("status")
            if number.isdecimal() and int(number) in waiting and isinstance(status, int):
                names = {str(name).lower(): str(value) for name, value in (one.get("headers") or {}).items()}
                inner = one.get("body")
                after = seconds_after(names.get("retry-after"), time.time())
                yield int(number), status, after, inner if isinstance(inner, dict) else {}


def reason(said: dict[str, Any]) -> tuple[str, str]:
    """Give the code and the text of an error, as Graph writes it."""
    error = said.get("error")
    error = error if isinstance(error, dict) else {}
    return str(error.get("code") or "")[:80], " ".join(str(error.get("message") or "no reason given").split())[:200]
