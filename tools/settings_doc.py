"""Writes docs/settings.md from the descriptions in limner.settings; `--check` only says whether it is up to date."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, MaxLen
from pydantic.fields import FieldInfo

from limner import settings
from limner.settings import Section, auth, directory, durations, policy, shared, sign_in, sync, values
from limner.settings.publish import files, s3
from limner.settings.rules import jwt, ltpa
from limner.settings.sources import kind as sources

DOC = Path(__file__).parent.parent / "docs" / "settings.md"

HEAD = """\
# Settings

<!-- Written by tools/settings_doc.py from src/limner/settings/; a test fails when they differ. -->

limner reads one file: the one that `-c FILE` names, else `$LIMNER_CONFIG`, else `limner.toml` in the current
folder. It is [TOML](https://toml.io/), in UTF-8. `limner init` writes a commented one to start from.

- Relative paths start at the file's folder, `~` is a home.
- Every mistake is reported at once, each with its place: `policy.allow[2].networks[1]` is the first network of the
  second `[[policy.allow]]`. A setting that does not exist is a mistake too.
- Nothing has to be set. Without a `[[policy.allow]]` nobody is let in.
- A running server reads the file again on SIGHUP. A file with mistakes is then reported and not taken.
  `library`, `pictures`, `[shared]`, `[replica]` and the `listen`, `workers`, `admin` and `tls` of `[serve]` count from
  the next start on, and so does the first source with `fetch = "on ask"`, or that there is none any more.

## An example

```toml
"""

EXAMPLE = """\
library = "/var/lib/limner"

[serve]
listen = ["0.0.0.0:443", "unix:/run/limner/door.sock"]
workers = 4
tls = { certificate = "door.pem", key = "door.key" }
cors = ["https://meet.example.com"]

[forms.avatar]
size = 128

[forms.graph]
enabled = false

[log]
access = "/var/log/limner/access.jsonl"
audit = "/var/log/limner/audit.jsonl"

[[source]]
kind = "folder"
name = "human resources"
path = "/srv/portraits"
table = "/srv/portraits/people.csv"

[[source]]
kind = "folder"
path = "contractors"

[sync]
max_removals = 0.05

[policy]
otherwise = { redirect = "https://www.example.com/" }
trusted_proxies = ["10.20.0.5", "unix"]

[[policy.allow]]
name = "offices and staff VPN"
networks = ["10.20.0.0/16", "2001:db8:20::/48"]

[[policy.allow]]
name = "a meeting room of the lab"
networks = ["10.30.7.0/24"]
cookie = "STPluginActivePage=stMeetingroom"
"""

TYPES = {
    directory.Attribute: "attribute",
    directory.Attributes: "attribute, or a list of them",
    directory.Bases: "text, or a list of them",
    directory.LdapUrls: "address, or a list of them",
    dict[str, directory.Attribute]: '`{ name = "attribute" }`',
    files.FileNames: "text",
    s3.Bucket: "address",
    ltpa.CookieNames: "name, or a list of them",
    ltpa.Files: "path, or a list of them",
    ltpa.Realms: "text, or a list of them",
    values.Cookies: "cookie, or a list of them",
    shared.LibraryPlace: "path, or address",
    shared.PicturesPlace: "address",
    values.File: "path",
    values.HttpUrl: "address",
    values.Listens: "address, or a list of them",
    values.ListenOrNowhere: 'address or ""',
    values.LogFile: 'path, "-" or ""',
    values.Name: "text",
    values.Proxy: 'address, "environment" or ""',
    values.Schedule: "interval, or cron expression",
    sync.Leavers: '`"remove"`, `{ hide_days = ... }`',
    auth.Header: "name of a header",
    auth.Refuse: '`401`, `403`, `{ redirect = "..." }`',
    policy.Otherwise: '`{ redirect = "..." }`, `403`, `"placeholder"`, `"sign-in"`',
    jwt.Text: "text",
    jwt.Texts: "text, or a list of them",
    jwt.CookieNames: "name, or a list of them",
    jwt.ParameterName: "name",
    jwt.SecureUrl: "https address",
    jwt.Claims: "table of claims",
    sign_in.BaseUrl: "https address",
    list[jwt.Algorithm]: "list of algorithms",
    list[jwt.Text]: "list of texts",
    list[values.Allowed]: "list of hosts and networks",
    list[values.File]: "list of paths",
    values.Origin: "origin",
    durations.Duration: "duration",
    list[values.HttpUrl]: "list of addresses",
    list[values.Network]: "list of networks",
    list[values.Origin]: "list of origins",
    list[values.Port]: "list of ports",
    get_type_hints(auth.Auth, include_extras=True)["methods"]: "list of methods",
    list[values.TrustedPeer]: 'list of networks, "unix"',
    bool: "true or false",
    int: "whole number",
    float: "number",
}


INLINE = (settings.Hide, settings.Redirect)
"""Tables that are written in a line, and told of where the setting is that takes them."""


def page() -> str:
    """Give the whole page."""
    parts = [_table(place, section) for place, section in settings.tables() if section not in INLINE]
    return "\n".join([HEAD + EXAMPLE + "```\n", *filter(None, parts)])


def _table(place: str, section: type[Section]) -> str:
    """Describe one table of the file; nothing for a table that only holds tables."""
    tables = {at.strip("[]") for at, there in settings.tables() if there not in INLINE}
    hints = get_type_hints(section, include_extras=True)
    rows = [
        f"| `{field.alias or name}` | {_type(hints[name])}{_range(field)} | {_default(field)} | {field.description} |\n"
        for name, field in section.model_fields.items()
        if f"{place.strip('[]')}.{field.alias or name}".removeprefix(".") not in tables
    ]
    if not rows:
        return ""
    kind = sources.kind_of(section)
    which = f', `kind = "{kind}"`' if kind else ""
    heading = f"`[{place}]`{which}\n\n{_about(place, section)}" if place else "At the top of the file"
    return f"## {heading}\n\n| setting | type | default | meaning |\n| --- | --- | --- | --- |\n{''.join(rows)}"


def _about(place: str, section: type[Section]) -> str:
    """Say what a table is for, by its description where it has one, else by its class."""
    above, _, name = place.strip("[]").rpartition(".")
    outer = next(there for at, there in settings.tables() if at.strip("[]") == above)
    several = " It may come more than once." if place.startswith("[") else ""
    more = f"\n\n{(section.__doc__ or '').strip()}" if place.startswith("[") else ""
    return f"{outer.named()[name].description}{several}{more}"


def _type(hint: Any) -> str:
    if get_origin(hint) is not Literal and Literal in map(get_origin, get_args(hint)):
        hint = get_args(hint)[0]
    if get_origin(hint) is Literal:
        return ", ".join(f"`{json.dumps(word)}`" for word in get_args(hint))
    inner = [kind for kind in get_args(hint) if kind is not type(None)]
    return TYPES[hint] if hint in TYPES else TYPES[inner[0]]  # what may be left out is `T | None`


def _range(field: FieldInfo) -> str:
    bounds = {type(mark): mark for mark in field.metadata}
    low, above, high = (bounds.get(kind) for kind in (Ge, Gt, Le))
    if high and low:
        return f", {low.ge:,} to {high.le:,}"
    if high and above:
        return f", above {above.gt:,}, to {high.le:,}"
    if low:
        return f", {low.ge:,} or more"
    longest = bounds.get(MaxLen)
    unit = " of them" if get_origin(field.annotation) is list else " characters"
    return f", to {longest.max_length}{unit}" if longest else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    if field.default is None:
        return "not set"
    value = str(field.default) if isinstance(field.default, Path) else field.default
    return f"`{json.dumps(value)}`"


def main() -> int:
    """Write the page, or compare it with the one that is there. Gives the exit status."""
    if sys.argv[1:] == ["--check"]:
        if DOC.exists() and DOC.read_text(encoding="utf-8") == page():
            return 0
        sys.stderr.write("docs/settings.md is out of date: run `python tools/settings_doc.py`\n")
        return 1
    DOC.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
