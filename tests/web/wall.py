"""A fake of limner's own `/people.json` and photos, as docs/address-forms.md describes them, around the real page."""

import functools
import hashlib
import io
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import limner.web
from limner.demo.portraits import draw
from limner.demo.town import townsfolk

PAGE = Path(limner.web.__file__).parent / "page"
FILES = {
    "/": ("index.html", "text/html"),
    "/limner.css": ("limner.css", "text/css"),
    "/limner.js": ("limner.js", "text/javascript"),
    "/limner.svg": ("limner.svg", "image/svg+xml"),
}
SECURITY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
STEP = 60  # people that one search request looks at


def record(name, label, *, has_photo=True, **other):
    digest = hashlib.sha256(label.encode()).hexdigest()
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    return {
        "name": name,
        "label": label,
        "photo": f"/avatar/{digest}?s=160",
        "large": f"/avatar/{digest}?s=648",
        "has_photo": has_photo,
        "initials": initials,
        "colour": "#336699",
    } | other


@functools.cache
def _town(count):
    people = [
        record(person.display, person.label, has_photo=number % 9 != 4)
        for number, person in enumerate(townsfolk(count))
    ]
    return sorted(people, key=lambda shown: shown["name"].casefold())


@functools.cache
def _photo(digest, size):
    out = io.BytesIO()
    draw(digest, size).crop((0, 0, size, size)).save(out, "JPEG")
    return out.getvalue()


class Door(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Visit)
        self.people = _town(400)
        self.refusal = None  # (status, headers, body) for people.json
        self.broken = set()  # digests whose photo does not come
        self.asked = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Visit(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        target = urlsplit(self.path)
        self.server.asked.append(self.path)
        if target.path in FILES:
            name, kind = FILES[target.path]
            policy = {"Content-Security-Policy": SECURITY, "X-Content-Type-Options": "nosniff"}
            self._answer(200, {"Content-Type": f"{kind}; charset=utf-8"} | policy, (PAGE / name).read_bytes())
        elif target.path == "/people.json":
            self._answer(*(self.server.refusal or self._people(parse_qs(target.query))))
        elif target.path.startswith("/avatar/") and target.path[8:] not in self.server.broken:
            size = int(parse_qs(target.query)["s"][0])
            self._answer(200, {"Content-Type": "image/jpeg"}, _photo(target.path[8:], size))
        else:
            self._answer(404, {}, b"")

    def _people(self, query):
        text = query.get("q", [""])[0].casefold()
        first, limit = int(query.get("after", ["0"])[0]), int(query.get("limit", ["50"])[0])
        assert limit <= 200
        looked_at = self.server.people[first : first + (STEP if text else limit)]
        found = [person for person in looked_at if text in f"{person['name']} {person['label']}".casefold()][:limit]
        last = first + len(looked_at)
        following = str(last) if last < len(self.server.people) else None
        body = {"people": found, "next": following, "count": len(self.server.people)}
        return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()

    def _answer(self, status, headers, body):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
