"""The small app behind the lane: the wall of faces, and the list of people that it shows.

Only admitted visitors' requests come here; the door saw to that.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from limner import placeholder
from limner.library import AUDIENCES, GUEST, Library, Record

SECURITY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
FILES = {"/": "index.html", "/limner.css": "limner.css", "/limner.js": "limner.js", "/limner.svg": "limner.svg"}
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
STEP = 5_000  # people looked through for one answer: some 50 ms
MOST = 200  # people in one answer
SEES = "limner.sees"  # in the scope: who looks, as `Library.rendition` takes it


def make(library: Library) -> Starlette:
    """Make the app for a library."""

    def people(request: Request) -> Response:
        """Answer `/people.json?q=&after=&limit=`."""
        wanted = request.query_params.get("q", "")[:200].casefold().split()
        after = request.query_params.get("after", "")[:600]
        limit = request.query_params.get("limit", "")[:9]
        most = min(max(int(limit), 1), MOST) if limit.isascii() and limit.isdigit() else 60
        try:
            bytes.fromhex(after)
        except ValueError:
            return PlainTextResponse("`after` is not a cursor", 400)
        found: list[dict[str, object]] = []
        cursor: str | None = None
        sees = request.scope.get(SEES, GUEST)
        for looked_at, (at, record) in enumerate(library.people(after), 1):
            if AUDIENCES.index(record.shown_to) <= sees and _fits(record, wanted):
                found.append(_shown(record))
            if len(found) >= most or looked_at >= STEP:
                cursor = at
                break
        count = library.count().people - library.count_hidden(sees)
        body = {"people": found, "next": cursor, "count": count}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    routes = [Route("/people.json", people)]
    routes += [Route(path, _file(name), methods=["GET"]) for path, name in FILES.items()]
    return Starlette(routes=routes)


def _file(name: str) -> Response:
    """Give a file of the page as a response, which is an app of its own."""
    raw = (resources.files("limner.web.page") / name).read_bytes()
    return Response(
        raw,
        media_type=TYPES[name.rpartition(".")[2]],
        headers={
            "Cache-Control": "private, no-cache",
            "Content-Security-Policy": SECURITY,
            "Referrer-Policy": "no-referrer",
        },
    )


def _fits(record: Record, wanted: list[str]) -> bool:
    if not wanted:
        return True
    person = record.person
    text = " ".join((person.display, *person.mails, person.uid or "")).casefold()
    return all(word in text for word in wanted)


def _shown(record: Record) -> dict[str, object]:
    person = record.person
    red, green, blue = placeholder.colour(person.label)
    small, large = addresses(record)
    return {
        "name": person.display,
        "label": person.label,
        "photo": small,
        "large": large,
        "has_photo": record.digest is not None,
        "initials": placeholder.initials_of(person.display),
        "colour": f"#{red:02x}{green:02x}{blue:02x}",
    }


def addresses(record: Record) -> tuple[str, str]:
    """Give the addresses of somebody's photo for the wall and for a closer look."""
    person = record.person
    if person.mails:
        base = f"/avatar/{hashlib.sha256(person.mails[0].encode()).hexdigest()}?"
    elif person.uid:
        base = f"/uid/{quote(person.uid, safe='')}.jpg?"
    elif key := person.key or person.userid:
        base = f"/profiles/photo.do?key={quote(key, safe='')}&"
    else:
        base = f"/profiles/photo.do?distinguishedName={quote(person.dn or '', safe='')}&"
    return f"{base}s=160", f"{base}s=648"
