"""What the demo sets up, and the five things to try: each can be shown to a person, and tried by itself."""

from __future__ import annotations

import csv
import http.client
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from limner import settings
from limner.demo.portraits import save_jpeg
from limner.demo.town import townsfolk
from limner.people import Person, hashes
from limner.policy import Policy, Visit

PEOPLE = 60
WITHOUT_PHOTO = 6  # the last so many of them

SETTINGS = """\
# Made by `limner demo`. {folder} can be deleted at any time.
library = "library"

[serve]
listen = "127.0.0.1:{port}"
admin = ""

[log]
access = "access.jsonl"
audit = "audit.jsonl"

[[source]]
kind = "folder"
path = "photos"
table = "people.csv"

[policy]
otherwise = 403
trusted_proxies = ["127.0.0.1"]     # so that you can play a visitor from elsewhere with X-Forwarded-For

[[policy.allow]]
name = "this machine"
networks = ["127.0.0.0/8"]

[[policy.allow]]
name = "the office"
networks = ["10.0.0.0/8"]
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to try: what it shows, the command or link, and a trial that gives what went wrong, or ""."""

    what: str
    command: str
    trial: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door answered; all headers but Date, which the clock changes."""

    status: int
    headers: dict[str, str]
    body: bytes


def set_up(folder: Path, port: int, tell: Callable[[str], None]) -> list[Person]:
    """Write settings, invent people and draw their portraits, what is not there yet, and give the people."""
    people = townsfolk(PEOPLE)
    photos = folder / "photos"
    photos.mkdir(parents=True, exist_ok=True)
    (folder / "limner.toml").write_text(SETTINGS.format(folder=folder, port=port), "utf-8")
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(("file", "mail", "uid", "dn", "name"))
        for at, person in enumerate(people):
            file = "" if at >= PEOPLE - WITHOUT_PHOTO else f"{person.mails[0]}.jpg"
            table.writerow((file, " ".join(person.mails), person.uid or "", person.dn or "", person.name or ""))
    wanted = [person.mails[0] for person in people[: PEOPLE - WITHOUT_PHOTO]]
    missing = [mail for mail in wanted if not (photos / f"{mail}.jpg").exists()]
    if missing:
        tell(f"drawing {len(missing)} portraits")
    for mail in missing:
        draft = photos / ".portrait"  # a name that the source leaves out: no half portrait, whenever we are stopped
        save_jpeg(mail, draft)
        draft.replace(photos / f"{mail}.jpg")
    return people


def five_things(folder: Path, port: int, people: list[Person], limner: str) -> list[Thing]:
    """Give the five things to try on a demo that serves; `limner` is how the user calls the command."""
    jane = people[0].mails[0]
    md5 = min(hashes(jane), key=len)
    base = f"http://127.0.0.1:{port}"
    outside = {"X-Forwarded-For": "203.0.113.9"}
    photo, nobody = f"/photos/{jane}.jpg", "/photos/nobody@acme.example.jpg"
    file = folder / "limner.toml"

    def wall() -> str:
        page, data = fetch(port, "/"), fetch(port, "/people.json?limit=5")
        good = page.status == data.status == 200 and b"</html>" in page.body
        return "" if good and b'"has_photo":true' in data.body else f"the page answers {page.status}, {data.status}"

    def by_mail() -> str:
        return _is_jpeg(fetch(port, photo), most=45_000)

    def by_hash() -> str:
        return _is_jpeg(fetch(port, f"/avatar/{md5}?s=240&d=404"))

    def refused() -> str:
        there, not_there = fetch(port, photo, outside), fetch(port, nobody, outside)
        if there.status != 403 or b"\xff\xd8\xff" in there.body:
            return f"a visitor from outside got {there.status}"
        return "" if there == not_there else "a refused visitor can tell who exists"

    def explained() -> str:
        policy = Policy(settings.load(file).policy)
        forwarded = [(b"x-forwarded-for", b"203.0.113.9")]
        verdicts = [
            policy.explain(Visit("127.0.0.1", forwarded)).as_dict()["verdict"],
            policy.explain(Visit("10.1.2.3")).as_dict()["verdict"],
        ]
        return "" if verdicts == ["refuse", "allow"] else f"explain says {verdicts}"

    return [
        Thing("the wall of faces, in your browser", f"{base}/", wall),
        Thing("a photo as Sametime asks for it", f"curl -sI {base}{photo}", by_mail),
        Thing("the same face as a Gravatar client asks for it", f"{base}/avatar/{md5}?s=240&d=404", by_hash),
        Thing(
            "a visitor from outside is refused, and cannot even tell who exists",
            f"curl -si -H 'X-Forwarded-For: 203.0.113.9' {base}{photo}",
            refused,
        ),
        Thing("why", f"{limner} policy explain --from 203.0.113.9 {jane} -c {file}", explained),
    ]


def fetch(port: int, path: str, headers: dict[str, str] | None = None) -> Answer:
    """Ask the demo's door. Raises OSError if it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        kept = {name.lower(): value for name, value in answer.getheaders() if name.lower() != "date"}
        return Answer(answer.status, kept, answer.read(10_000_000))
    except http.client.HTTPException as why:
        raise OSError(f"the door answers with something else than HTTP: {why!r}") from None
    finally:
        connection.close()


def _is_jpeg(answer: Answer, most: int = 10_000_000) -> str:
    if answer.status != 200 or answer.headers.get("content-type") != "image/jpeg":
        return f"the door answers {answer.status}"
    if not answer.body.startswith(b"\xff\xd8\xff") or len(answer.body) > most:
        return f"{len(answer.body)} bytes, not a JPEG of at most {most}"
    return ""
