"""limner.toml -> typed settings; every mistake is reported at once, each with its place and what would be right.

Relative paths are taken from the folder of the file. What a setting means stands in its `description`, and
docs/settings.md is written from those (a test keeps the two equal).
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from limner.errors import SettingsError

DEFAULT_FILE = "limner.toml"


class Section(BaseModel):
    """A table of the settings file: unknown names are mistakes, values are not changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=False)


def _network(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('a network is a text such as "10.20.0.0/16" or "2001:db8::/32"')
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError(f"{value!r} is not a network or an address") from None
    return value


def _trusted(value: object) -> object:
    return value if value == "unix" else _network(value)


def _http_url(value: object) -> object:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        good = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not re.fullmatch(r"[!-~]+", str(value)):
        raise ValueError(f"{value!r} is not an http or https address (plain ASCII, no spaces)")
    return value


def _origin(value: object) -> object:
    _http_url(value)
    parts = urlsplit(str(value))
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{value!r} is not an origin; an origin is scheme, host and port: https://meet.example.com")
    return str(value).lower()


def _cookie(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+(=[!-:<-~]*)?", value):
        raise ValueError(f"{value!r} is not a cookie; write its name, or name=value")
    return value


def _listen(value: object) -> object:
    if isinstance(value, str):
        if value.startswith("unix:") and len(value) > 5:
            return value
        host, colon, port = value.rpartition(":")
        if colon and port.isdigit() and int(port) <= 65535 and (":" not in host or re.fullmatch(r"\[.*\]", host)):
            return value
    raise ValueError(f"{value!r} is not an address to listen on; write host:port, [::]:port or unix:/path")


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Network = Annotated[str, BeforeValidator(_network)]
TrustedPeer = Annotated[str, BeforeValidator(_trusted)]
HttpUrl = Annotated[str, BeforeValidator(_http_url)]
Origin = Annotated[str, BeforeValidator(_origin)]
Cookie = Annotated[str, BeforeValidator(_cookie)]
Listen = Annotated[str, BeforeValidator(_listen)]


class Tls(Section):
    """`[serve.tls]`: serve https, TLS 1.2 and up."""

    certificate: Path = Field(description="PEM file: the certificate, then the issuers up to, not with, the root.")
    key: Path = Field(description="PEM file with the private key, not encrypted, readable by limner's user only.")


class Serve(Section):
    """`[serve]`: the door."""

    listen: Annotated[list[Listen], BeforeValidator(_one_or_more)] = Field(
        default=["127.0.0.1:8080"],
        description='Where to listen: "host:port", "[::]:port", "unix:/path/to/socket", or a list of these.',
    )
    workers: int = Field(default=1, ge=1, le=64, description="Worker processes; one for each core is enough.")
    admin: Listen | Literal[""] = Field(
        default="127.0.0.1:9081",
        description="Where `/healthz`, `/readyz` and `/metrics` are answered; keep it off the network. "
        '"" is nowhere. When this is not set and the port is taken, the door opens without it and says so.',
    )
    tls: Tls | None = Field(default=None, description="Certificate and key for https; read again when they change.")
    cors: list[Origin] = Field(default=[], description="Origins whose pages may read photos by script (CORS).")
    default_urls: list[HttpUrl] = Field(
        default=[],
        description="Addresses that `d=` of the avatar form may redirect to: each opens itself and what lies below it.",
    )
    max_age: int = Field(
        default=600, ge=0, le=31_536_000, description="Seconds that a browser may show a photo without asking again."
    )
    connections: int = Field(default=4096, ge=1, le=1_000_000, description="Open connections for each worker, at most.")
    head_seconds: float = Field(
        default=10, gt=0, le=600, description="Seconds in which a request must have arrived whole, or it is cut off."
    )
    idle_seconds: float = Field(
        default=75, gt=0, le=3600, description="Seconds that a connection may stay open with nothing asked."
    )
    send_seconds: float = Field(
        default=30, gt=0, le=3600, description="Seconds without any byte taken, after which a slow reader is cut off."
    )
    stop_seconds: float = Field(
        default=10, ge=0, le=600, description="Seconds that open requests get to end when the door closes."
    )
    head_bytes: int = Field(
        default=16_384, ge=1024, le=1_048_576, description="Bytes of a request's head, at most; more gets 431."
    )
    target_bytes: int = Field(
        default=4096, ge=256, le=65_536, description="Bytes of a request's address, at most; more gets 414."
    )


class Form(Section):
    """One address form: what it shows."""

    enabled: bool = Field(default=True, description="Whether this address form is answered at all.")
    size: int = Field(default=160, ge=1, le=2048, description="Pixels of a side, where the address asks for no size.")
    bytes: int = Field(
        default=0,
        ge=0,
        description="Bytes of a photo, at most (0: no limit): a smaller size is sent when one is larger.",
    )


class SametimeForm(Form):
    """An address form that Sametime reads: JPEG under 45 KB, 10 KB wanted."""

    bytes: int = Field(
        default=45_000,
        ge=0,
        description="Bytes of a photo, at most (0: no limit): a smaller size is sent when one is larger.",
    )


class AvatarForm(Form):
    """The Gravatar and Libravatar form."""

    size: int = Field(default=80, ge=1, le=2048, description="Pixels of a side, where the address asks for no size.")


class GraphForm(Form):
    """Microsoft Graph's form."""

    size: int = Field(default=648, ge=1, le=2048, description="Pixels of a side, where the address asks for no size.")


class Forms(Section):
    """`[forms]`: the address forms."""

    mail: SametimeForm = Field(default=SametimeForm(), description="`/{mail}.jpg` and `/photos/{mail}.jpg`.")
    uid: SametimeForm = Field(default=SametimeForm(), description="`/uid/{uid}.jpg`.")
    avatar: AvatarForm = Field(default=AvatarForm(), description="`/avatar/{md5 or sha256}`.")
    profiles: SametimeForm = Field(default=SametimeForm(), description="`/profiles/photo.do?...`.")
    graph: GraphForm = Field(default=GraphForm(), description="`/v1.0/users/{id}/photo/$value` and its kin.")


class Log(Section):
    """`[log]`: who came, and who looked at whom."""

    access: str = Field(
        default="",
        description='Access log, a JSON line for each request: a file, "-" for standard output, "" for none.',
    )
    audit: str = Field(
        default="",
        description="Audit trail, a JSON line for each face asked for: who, whose face, by which rule, with what "
        'result. A file, "-" or "".',
    )


class FolderSource(Section):
    """`[[source]]` with `kind = "folder"`: files named by mail address or user name."""

    kind: Literal["folder"] = Field(description='"folder".')
    path: Path = Field(description="The folder; its sub-folders are read too.")
    name: str = Field(
        default="", max_length=100, description="What reports call this source; its path as written, if not set."
    )
    names: Literal["auto", "mail", "uid"] = Field(
        default="auto",
        description='What a file\'s name is: "mail", "uid", or "auto" (a mail address if there is an @ in it).',
    )
    table: Path | None = Field(
        default=None,
        description="A CSV file that says who is on which file, with the columns `file`, `mail` (several parted by "
        "spaces), `uid`, `dn`, `key`, `name`. Then only its people are taken.",
    )
    collect: Path | None = Field(
        default=None,
        description="TDI's `collect_photos.in` (three lines for each person). Then only its people are taken.",
    )

    @model_validator(mode="after")
    def _one_list(self) -> FolderSource:
        if self.table and self.collect:
            raise ValueError("`table` and `collect` both say who is on which file; leave one out")
        return self

    @property
    def label(self) -> str:
        """The source's name in reports and in the library."""
        return self.name or str(self.path)


Source = FolderSource  # a union with `kind` as its tag, once there are more


class Sync(Section):
    """`[sync]`: how photos come in."""

    max_removals: float = Field(
        default=0.10,
        ge=0,
        le=1,
        description="A sync that would remove a larger share of a source's people stops and removes nobody.",
    )
    workers: int = Field(default=0, ge=0, le=256, description="Processes that make pictures; 0 is one for each core.")
    picture_bytes: int = Field(
        default=20_000_000, ge=1000, le=500_000_000, description="Bytes of a photo's file, at most."
    )
    picture_pixels: int = Field(
        default=60_000_000, ge=10_000, le=500_000_000, description="Width times height of a photo, at most."
    )


class Redirect(Section):
    """`otherwise = { redirect = "..." }`."""

    redirect: HttpUrl = Field(description="Where a refused visitor is sent (302).")


class Rule(Section):
    """`[[policy.allow]]`: a visit is allowed when all conditions of any rule hold."""

    name: str = Field(min_length=1, max_length=200, description="What `explain`, the audit trail and reports call it.")
    networks: list[Network] | None = Field(
        default=None, min_length=1, description="The visitor's address is in one of these networks."
    )
    cookie: Annotated[list[Cookie], BeforeValidator(_one_or_more)] | None = Field(
        default=None,
        min_length=1,
        description="The visitor sends one of these cookies: a name, or name=value. Anyone can send any cookie: this "
        "is the old way, and `limner policy check` says so.",
    )

    @model_validator(mode="after")
    def _some_condition(self) -> Rule:
        if self.networks is None and self.cookie is None:
            raise ValueError(
                "a rule without conditions would let everyone in; if that is meant, "
                'write networks = ["0.0.0.0/0", "::/0"]'
            )
        return self


def _otherwise(value: object) -> object:
    if value in ("403", "refuse"):
        return 403
    if isinstance(value, dict) or value in (403, "placeholder"):
        return value
    raise ValueError('write { redirect = "https://..." }, 403 or "placeholder"')


class Policy(Section):
    """`[policy]`: who may see."""

    otherwise: Annotated[Redirect | Literal[403, "placeholder"], BeforeValidator(_otherwise)] = Field(
        default=403,
        description='What a refused visitor gets: `{ redirect = "https://..." }`, `403`, or `"placeholder"` '
        "(the same neutral picture for every face).",
    )
    trusted_proxies: list[TrustedPeer] = Field(
        default=[],
        description="Peers whose X-Forwarded-For is believed, walked right to left: addresses, networks, or "
        '"unix" for whoever connects through the unix socket. Nobody by default.',
    )
    allow: list[Rule] = Field(default=[], description="The rules; the order does not matter.")

    @model_validator(mode="after")
    def _names_differ(self) -> Policy:
        names = [rule.name for rule in self.allow]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules have the same name: {', '.join(map(repr, twice))}")
        return self


class Settings(Section):
    """The whole file."""

    library: Path = Field(default=Path("library"), description="The folder that holds the library.")
    serve: Serve = Field(default=Serve(), description="The door.")
    forms: Forms = Field(default=Forms(), description="The address forms.")
    log: Log = Field(default=Log(), description="Access log and audit trail.")
    source: list[Source] = Field(default=[], description="Where photos come from.")
    sync: Sync = Field(default=Sync(), description="How photos come in.")
    policy: Policy = Field(default=Policy(), description="Who may see.")

    @model_validator(mode="after")
    def _sources_differ(self) -> Settings:
        labels = [source.label for source in self.source]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"two sources have the same name: {', '.join(map(repr, twice))}")
        return self


def load(path: Path | str | None = None) -> Settings:
    """Read the settings file: `path`, else `$LIMNER_CONFIG`, else `limner.toml` in this folder.

    Raises SettingsError with all mistakes, a line each.
    """
    file = Path(path or os.environ.get("LIMNER_CONFIG") or DEFAULT_FILE)
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise SettingsError(
            f"there is no settings file {str(file)!r}", hint="`limner init` writes one; `-c FILE` names another"
        ) from None
    except OSError as why:
        raise SettingsError(f"cannot read {file}: {why.strerror}") from None
    return parse(raw, file)


def parse(raw: bytes, file: Path) -> Settings:
    """Make settings of the bytes of a settings file; `file` is where they stand. Raises SettingsError."""
    if len(raw) > 4_000_000:
        raise SettingsError(f"{file}: larger than 4 MB; a settings file is small")
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as why:
        raise SettingsError(f"{file}: not UTF-8 at byte {why.start}") from None
    except (tomllib.TOMLDecodeError, RecursionError) as why:
        raise SettingsError(f"{file}: {why}", hint='texts stand in straight quotes: name = "value"') from None
    try:
        settings = Settings.model_validate(table)
    except ValidationError as why:
        lines = [f"{file}: {line}" for line in _mistakes(why)]
        raise SettingsError("\n".join(lines), hint="docs/settings.md lists every setting") from None
    placed: Settings = _from_folder(settings, file.absolute().parent)
    return placed


def _mistakes(why: ValidationError) -> Iterator[str]:
    for mistake in why.errors(include_url=False, include_context=True):
        place = _place(mistake["loc"])
        if mistake["type"] == "extra_forbidden":
            close = difflib.get_close_matches(str(mistake["loc"][-1]), _names_at(mistake["loc"][:-1]), n=1)
            yield f"{place}: there is no such setting{f'; did you mean {close[0]!r}?' if close else ''}"
        elif mistake["type"] == "missing":
            yield f"{place}: this setting is needed"
        else:
            text = mistake["msg"].removeprefix("Value error, ")
            yield f"{place}: {text[:1].lower()}{text[1:]}" if place else text


def _place(loc: tuple[int | str, ...]) -> str:
    """Write a place as TOML readers do: `policy.allow[2].networks[1]`, counting from 1."""
    text = ""
    for step in loc:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        elif step not in _TAGS:
            text += f".{step}" if text else step
    return text


_TAGS = {"Redirect", "literal[403,'placeholder']", "SametimeForm", "function-before[_listen(), str]", "literal['']"}


def _names_at(loc: tuple[int | str, ...]) -> list[str]:
    """Give the settings that exist in the table at a place, for "did you mean"."""
    section: Any = Settings
    for step in loc:
        if isinstance(step, str) and section is not None and step in section.model_fields:
            section = _section_in(section.model_fields[step].annotation)
    return list(section.model_fields) if section is not None else []


def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _section_in(inner)
        if found is not None:
            return found
    return None


def _from_folder(section: Any, folder: Path) -> Any:
    """Give the section with every relative path in it, and in those below it, taken from `folder`."""
    changed: dict[str, Any] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Path):
            changed[name] = folder / value.expanduser()
        elif isinstance(value, Section):
            changed[name] = _from_folder(value, folder)
        elif isinstance(value, list) and value and isinstance(value[0], Section):
            changed[name] = [_from_folder(item, folder) for item in value]
    if isinstance(section, FolderSource) and not section.name:
        changed["name"] = section.label  # the path as written, not as resolved: it is the source's name in the library
    if isinstance(section, Log):
        changed |= {name: _log_file(getattr(section, name), folder) for name in ("access", "audit")}
    if isinstance(section, Serve):
        changed["listen"] = [_unix_path(address, folder) for address in section.listen]
        changed["admin"] = _unix_path(section.admin, folder)
    return section.model_copy(update=changed)


def _log_file(value: str, folder: Path) -> str:
    return value if value in ("", "-") else str(folder / Path(value).expanduser())


def _unix_path(address: str, folder: Path) -> str:
    path = address.removeprefix("unix:")
    return address if path == address else f"unix:{folder / path}"
