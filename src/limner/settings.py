"""limner.toml -> typed settings; every mistake is reported at once, each with its place and what would be right.

Relative paths are taken from the folder of the file. What a setting means stands in its `description`, and
docs/settings.md is written from those (a test keeps the two equal).
"""

from __future__ import annotations

import difflib
import ipaddress
import json
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from limner.errors import SettingsError

DEFAULT_FILE = "limner.toml"
FILE_LIMIT = 4_000_000  # bytes; 10,000 networks are 250 KB
MISTAKES_LIMIT = 100  # lines of a report


class Section(BaseModel):
    """A table of the settings file: unknown names are mistakes, types are taken strictly, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


SectionT = TypeVar("SectionT", bound=Section)


def _shown(value: object) -> str:
    """Show a value from the file in a mistake: a text as TOML writes it and not too long, a table by its name."""
    if isinstance(value, str):
        short = value if len(value) <= 80 else f"{value[:80]}..."
        return json.dumps(short, ensure_ascii=not short.isprintable())
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return str(value) if not isinstance(value, int) or abs(value) < 1 << 64 else "a very long number"


_BREAK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # ends a line, or cannot be in a name


def _network(value: object) -> object:
    try:
        if isinstance(value, str) and "%" not in value:  # a scope id names a cable, not a network
            ipaddress.ip_network(value, strict=False)
            return value
    except ValueError:
        pass
    raise ValueError(f'{_shown(value)} is not a network or an address, such as "10.20.0.0/16" or "2001:db8::7"')


def _trusted(value: object) -> object:
    return value if value == "unix" else _network(value)


_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]{1,2000}", re.IGNORECASE)


def _http_url(value: object) -> object:
    """Take an address that can stand in a header or in another server's configuration without being quoted."""
    try:
        parts = urlsplit(value) if isinstance(value, str) and _URL.fullmatch(value) else None
        if parts is not None and parts.port != 0 and _is_host(parts.netloc.removesuffix(f":{parts.port}")):
            return value
    except ValueError:
        pass
    raise ValueError(
        f"{_shown(value)} is not an http or https address (plain ASCII; spaces and quotation marks as %20, %22, %27)"
    )


def _origin(value: object) -> object:
    url = str(_http_url(value)).lower()
    scheme, _, place = url.partition("://")
    if re.search(r"[/?#]", place):
        raise ValueError(
            f"{_shown(value)} is not an origin; an origin is scheme, host and port: https://meet.example.com"
        )
    return url.removesuffix(":443" if scheme == "https" else ":80")  # browsers leave the usual port out


def _cookie(value: object) -> object:
    """Take a cookie's name, or name=value, of RFC 6265's characters without the quotation marks."""
    if not isinstance(value, str) or not re.fullmatch(
        r"[!#$%&*+.^_|~0-9A-Za-z-]+(=[!#$%&()*+./0-9:<=>?@A-Z\[\]^_a-z{|}~-]*)?", value
    ):
        raise ValueError(f"{_shown(value)} is not a cookie; write its name, or name=value")
    return value


def _listen(value: object) -> object:
    if isinstance(value, str):
        host, _, port = value.rpartition(":")
        if value.startswith("unix:"):
            if len(value) > 5 and not _BREAK.search(value):
                return value
        elif re.fullmatch("[0-9]{1,5}", port) and int(port) <= 65535 and _is_host(host):
            return value
    raise ValueError(
        f"{_shown(value)} is not an address to listen on; write host:port, [::]:port or unix:/path "
        "(0.0.0.0:port is every IPv4 network)"
    )


def _is_host(host: str) -> bool:
    try:
        if host.startswith("[") and host.endswith("]"):
            return ipaddress.IPv6Address(host[1:-1]).version == 6 and host.isprintable()
        if re.search(r"(^|\.)[0-9]+\Z", host):  # a name does not end in a number: this is meant as an address
            return ipaddress.IPv4Address(host).version == 4
    except ValueError:
        return False
    return len(host) <= 253 and re.fullmatch(r"[0-9A-Za-z](?:[0-9A-Za-z_.-]*[0-9A-Za-z])?", host) is not None


def _listen_or_nowhere(value: object) -> object:
    return value if value == "" else _listen(value)


def _path(value: object) -> object:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or _BREAK.search(value):
        raise ValueError(f"{_shown(value)} is not a path; write a text in quotation marks")
    try:
        Path(value).expanduser()
    except RuntimeError:
        raise ValueError(f"{_shown(value)}: there is no such user's home") from None
    return Path(value)


def _log_file(value: object) -> object:
    return value if value in ("", "-") else str(_path(value))


def _readable(value: str) -> str:
    if _BREAK.search(value):
        raise ValueError("it holds a line break or a control character")
    return value


def _one_or_more(value: object) -> object:
    if not isinstance(value, str | list):
        raise ValueError("write a text in quotation marks, or a list of such")  # noqa: TRY004 - pydantic's way
    return [value] if isinstance(value, str) else value


def _twice(names: Iterable[str]) -> str:
    """Give the names that come more than once, for a mistake."""
    return ", ".join(_shown(name) for name, times in Counter(names).items() if times > 1)


Network = Annotated[str, BeforeValidator(_network)]
TrustedPeer = Annotated[str, BeforeValidator(_trusted)]
HttpUrl = Annotated[str, BeforeValidator(_http_url)]
Origin = Annotated[str, BeforeValidator(_origin)]
Cookie = Annotated[str, BeforeValidator(_cookie)]
Cookies = Annotated[list[Cookie], BeforeValidator(_one_or_more)]
Listen = Annotated[str, BeforeValidator(_listen)]
Listens = Annotated[list[Listen], BeforeValidator(_one_or_more)]
ListenOrNowhere = Annotated[str, BeforeValidator(_listen_or_nowhere)]
File = Annotated[Path, BeforeValidator(_path)]
LogFile = Annotated[str, BeforeValidator(_log_file)]
Name = Annotated[str, AfterValidator(_readable)]


class Tls(Section):
    """`[serve.tls]`: serve https, TLS 1.2 and up."""

    certificate: File = Field(description="PEM file: the certificate, then the issuers up to, not with, the root.")
    key: File = Field(description="PEM file with the private key, not encrypted, readable by limner's user only.")


class Serve(Section):
    """`[serve]`: the door."""

    listen: Listens = Field(
        default=["127.0.0.1:8080"],
        min_length=1,
        description='Where to listen: "host:port", "[::]:port", "unix:/path/to/socket", or a list of these.',
    )
    workers: int = Field(default=1, ge=1, le=64, description="Worker processes; one for each core is enough.")
    admin: ListenOrNowhere = Field(
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

    @model_validator(mode="after")
    def _addresses_differ(self) -> Serve:
        asked = [address for address in [*self.listen, self.admin] if not address.endswith(":0")]
        if twice := _twice(asked):
            raise ValueError(f"`listen` and `admin` name an address twice: {twice}")
        return self


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

    access: LogFile = Field(
        default="",
        description='Access log, a JSON line for each request: a file, "-" for standard output, "" for none.',
    )
    audit: LogFile = Field(
        default="",
        description="Audit trail, a JSON line for each face asked for: who, whose face, by which rule, with what "
        'result. A file, "-" or "".',
    )


class FolderSource(Section):
    """`[[source]]` with `kind = "folder"`: files named by mail address or user name."""

    kind: Literal["folder"] = Field(description='"folder".')
    path: File = Field(description="The folder; its sub-folders are read too.")
    name: Name = Field(
        default="", max_length=100, description="What reports call this source; its path as written, if not set."
    )
    names: Literal["auto", "mail", "uid"] = Field(
        default="auto",
        description='What a file\'s name is: "mail", "uid", or "auto" (a mail address if there is an @ in it).',
    )
    table: File | None = Field(
        default=None,
        description="A CSV file that says who is on which file, with the columns `file`, `mail` (several parted by "
        "spaces), `uid`, `dn`, `key`, `name`. Then only its people are taken.",
    )
    collect: File | None = Field(
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

    name: Name = Field(min_length=1, max_length=200, description="What `explain`, the audit trail and reports call it.")
    networks: list[Network] | None = Field(
        default=None, min_length=1, description="The visitor's address is in one of these networks."
    )
    cookie: Cookies | None = Field(
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
    if value in ("403", "refuse", 403):
        return 403
    if isinstance(value, dict | Redirect) or value == "placeholder":
        return value
    raise ValueError('write { redirect = "https://..." }, 403 or "placeholder"')


_TAGS = ("{table}", "{word}")
Otherwise = Annotated[
    Annotated[Redirect, Tag(_TAGS[0])] | Annotated[Literal[403, "placeholder"], Tag(_TAGS[1])],
    Discriminator(lambda value: _TAGS[1] if value in (403, "placeholder") else _TAGS[0]),
    BeforeValidator(_otherwise),
]


class Policy(Section):
    """`[policy]`: who may see."""

    otherwise: Otherwise = Field(
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
        if twice := _twice(rule.name for rule in self.allow):
            raise ValueError(f"two rules have the same name: {twice}")
        return self


class Settings(Section):
    """The whole file."""

    library: File = Field(default=Path("library"), description="The folder that holds the library.")
    serve: Serve = Field(default=Serve(), description="The door.")
    forms: Forms = Field(default=Forms(), description="The address forms.")
    log: Log = Field(default=Log(), description="Access log and audit trail.")
    source: list[Source] = Field(default=[], description="Where photos come from.")
    sync: Sync = Field(default=Sync(), description="How photos come in.")
    policy: Policy = Field(default=Policy(), description="Who may see.")

    @model_validator(mode="after")
    def _sources_differ(self) -> Settings:
        if twice := _twice(source.label for source in self.source):
            raise ValueError(f"two sources have the same name: {twice}")
        return self


def load(path: Path | str | None = None) -> Settings:
    """Read the settings file: `path`, else `$LIMNER_CONFIG`, else `limner.toml` in this folder.

    Raises SettingsError with all mistakes, a line each.
    """
    file = Path(path or os.environ.get("LIMNER_CONFIG") or DEFAULT_FILE)
    try:
        with file.open("rb") as stream:
            raw = stream.read(FILE_LIMIT + 1)
    except FileNotFoundError:
        raise SettingsError(
            f"there is no settings file {str(file)!r}", hint="`limner init` writes one; `-c FILE` names another"
        ) from None
    except (OSError, ValueError) as why:
        raise SettingsError(f"cannot read {file}: {getattr(why, 'strerror', None) or why}") from None
    return parse(raw, file)


def parse(raw: bytes, file: Path) -> Settings:
    """Make settings of the bytes of a settings file; `file` is where they stand. Raises SettingsError."""
    if len(raw) > FILE_LIMIT:
        raise SettingsError(f"{file}: larger than 4 MB; a settings file is small")
    table = _table(raw, file)
    try:
        settings = Settings.model_validate(table)
    except ValidationError as why:
        lines = [f"{file}: {_mistake(mistake)}" for mistake in why.errors(include_url=False)[:MISTAKES_LIMIT]]
        if why.error_count() > MISTAKES_LIMIT:
            lines.append(f"{file}: and {why.error_count() - MISTAKES_LIMIT} more mistakes")
        raise SettingsError("\n".join(lines), hint="docs/settings.md lists every setting") from None
    return _from_folder(settings, file.absolute().parent)


def _table(raw: bytes, file: Path) -> dict[str, Any]:
    """Read TOML; the mistakes that an editor or a web page brings in are called by their name."""
    try:
        text = raw.decode("utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as why:
        raise SettingsError(f"{file}: not UTF-8 at byte {why.start}", hint="save it as UTF-8") from None
    except RecursionError:
        raise SettingsError(f"{file}: lists or tables are nested too deeply") from None
    except tomllib.TOMLDecodeError as why:
        what, _, place = str(why).rpartition(" (at ")
        where = place.removesuffix(")")
        hint = 'texts stand in straight quotation marks: name = "value"'
        number = re.match(r"line (\d+)", where)
        odd = re.search("[“”„‟«»‘’‚‛‹›″＂]", text.split("\n")[int(number[1]) - 1]) if number else None
        if odd:
            what = f"{odd[0]} is a typographic quotation mark, as word processors make them"
        raise SettingsError(f"{file}: {where}: {what[:1].lower()}{what[1:]}", hint=hint) from None
    except ValueError:  # Python reads no decimal number of more than 4300 digits
        raise SettingsError(f"{file}: a number is too long") from None


# pydantic's kinds of mistake in the words of whoever writes the file
_WORDS = {
    "missing": "this setting is needed",
    "int_type": "write a whole number, without quotation marks",
    "int_from_float": "write a whole number",
    "float_type": "write a number, without quotation marks",
    "finite_number": "write a finite number",
    "bool_type": "write true or false, without quotation marks",
    "string_type": 'write a text in quotation marks: "..."',
    "list_type": "write a list: [...]",
    "model_type": "write a table",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "the list is empty",
    "string_too_short": "the text is empty",
    "string_too_long": "must be at most {max_length} characters long",
}


def _mistake(mistake: ErrorDetails) -> str:
    """Write one mistake: its place, what is wrong there, what would be right."""
    loc, kind, given = mistake["loc"], mistake["type"], mistake["input"]
    place = _place(loc)
    table = re.sub(r"\[\d+\]", "", place)
    if kind == "extra_forbidden":
        text = f"there is no such setting{_meant(loc)}"
    elif kind == "literal_error":
        text = f"there is no {_shown(given)}; write {mistake['ctx']['expected']}".replace("'", '"')
    elif kind == "list_type" and isinstance(given, str):
        text = f"write a list: [{_shown(given)}]"
    elif kind == "list_type" and isinstance(given, dict):
        text = f"there can be several, so write [[{table}]] in double brackets"
    elif kind == "model_type" and isinstance(given, list):
        text = f"there is only one, so write [{table}] in single brackets"
    elif kind in _WORDS:
        bounds = mistake.get("ctx", {}).items()
        text = _WORDS[kind].format(
            **{name: f"{bound:.10g}" for name, bound in bounds if isinstance(bound, int | float)}
        )
    else:
        text = mistake["msg"].removeprefix("Value error, ")
    return f"{place}: {text}" if place else text


def _place(loc: tuple[int | str, ...]) -> str:
    """Write a place as TOML readers do: `policy.allow[2].networks[1]`, counting from 1."""
    text = ""
    for step in loc:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        elif step not in _TAGS:
            name = step if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", step) else _shown(step)
            text += f".{name}" if text else name
    return text


def _meant(loc: tuple[int | str, ...]) -> str:
    """Say what an unknown name may have been meant for: a name like it here, or the same name elsewhere."""
    *parents, name = (step for step in loc if isinstance(step, str))
    section: type[Section] = Settings
    for step in parents:
        if step in section.model_fields:
            section = _section_in(section.model_fields[step].annotation) or section
    close = difflib.get_close_matches(name, section.model_fields, n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    homes = [f"[{home}]" if home else "the top of the file" for home, there in tables() if name in there.model_fields]
    return f"; it belongs to {' or '.join(homes)}" if 0 < len(homes) <= 3 else ""


def tables(section: type[Section] | None = None, place: str = "") -> Iterator[tuple[str, type[Section]]]:
    """Yield every table of the file with its name, outer ones first: "", "serve", "serve.tls", "[source]", ..."""
    section = section or Settings
    yield place, section
    for name, field in section.model_fields.items():
        inner = _section_in(field.annotation)
        if inner is not None:
            path = f"{place.strip('[]')}.{name}".removeprefix(".")
            yield from tables(inner, f"[{path}]" if get_origin(field.annotation) is list else path)


def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)


def _from_folder(section: SectionT, folder: Path) -> SectionT:
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
    if isinstance(section, FolderSource):
        changed["name"] = section.label  # the path as written, not as resolved: it is the source's name in the library
    if isinstance(section, Log):
        changed |= {name: _log_path(getattr(section, name), folder) for name in ("access", "audit")}
    if isinstance(section, Serve):
        changed["listen"] = [_unix_path(address, folder) for address in section.listen]
        changed["admin"] = _unix_path(section.admin, folder)
    copy = section.model_copy(update=changed)
    copy.__pydantic_fields_set__ = section.model_fields_set  # what the file names, not what was made absolute
    return copy


def _log_path(value: str, folder: Path) -> str:
    return value if value in ("", "-") else str(folder / Path(value).expanduser())


def _unix_path(address: str, folder: Path) -> str:
    path = address.removeprefix("unix:")
    return address if path == address else f"unix:{folder / path}"
