"""What single values of the settings file may be: networks, addresses, cookies, paths, names."""

from __future__ import annotations

import ipaddress
import os
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BeforeValidator, Field

from limner.settings.section import shown

HANDED_OVER = "credential:"
BREAK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # ends a line, or cannot be in a name


def _network(value: object) -> object:
    try:
        if isinstance(value, str) and "%" not in value:  # a scope id names a cable, not a network
            ipaddress.ip_network(value, strict=False)
            return value
    except ValueError:
        pass
    raise ValueError(f'{shown(value)} is not a network or an address, such as "10.20.0.0/16" or "2001:db8::7"')


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
        f"{shown(value)} is not an http or https address (plain ASCII; spaces and quotation marks as %20, %22, %27)"
    )


def _origin(value: object) -> object:
    url = str(_http_url(value)).lower()
    scheme, _, place = url.partition("://")
    if re.search(r"[/?#]", place):
        raise ValueError(
            f"{shown(value)} is not an origin; an origin is scheme, host and port: https://meet.example.com"
        )
    return url.removesuffix(":443" if scheme == "https" else ":80")  # browsers leave the usual port out


def _allowed(value: object) -> object:
    """Take a host, a host with its port, an address or a network."""
    if isinstance(value, str):
        host, colon, port = value.rpartition(":")
        if _is_host(value) or (colon and re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536 and _is_host(host)):
            return value.lower()
        try:
            return _network(value)
        except ValueError:
            pass
    raise ValueError(
        f'{shown(value)} is not a host or a network, such as "photos.example.com", "photos.example.com:8443" or '
        '"10.20.0.0/16"'
    )


def _proxy(value: object) -> object:
    return value if value in ("", "environment") else _http_url(value)


def _cookie(value: object) -> object:
    """Take a cookie's name, or name=value, of RFC 6265's characters without the quotation marks."""
    if not isinstance(value, str) or not re.fullmatch(
        r"[!#$%&*+.^_|~0-9A-Za-z-]+(=[!#$%&()*+./0-9:<=>?@A-Z\[\]^_a-z{|}~-]*)?", value
    ):
        raise ValueError(f"{shown(value)} is not a cookie; write its name, or name=value")
    return value


def _listen(value: object) -> object:
    if isinstance(value, str):
        host, _, port = value.rpartition(":")
        if value.startswith("unix:"):
            if len(value) > 5 and not BREAK.search(value):
                return value
        elif re.fullmatch("[0-9]{1,5}", port) and int(port) <= 65535 and _is_host(host):
            return value
    raise ValueError(
        f"{shown(value)} is not an address to listen on; write host:port, [::]:port or unix:/path "
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


def path(value: object) -> Path:
    """Take a path."""
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or BREAK.search(value):
        raise ValueError(f"{shown(value)} is not a path; write a text in quotation marks")
    if value.startswith(HANDED_OVER):
        return _handed_over(value)
    try:
        Path(value).expanduser()
    except RuntimeError:
        raise ValueError(f"{shown(value)}: there is no such user's home") from None
    return Path(value)


def _handed_over(value: str) -> Path:
    """Give the file of a credential that systemd hands over: in a folder that nobody else can read."""
    name = value.removeprefix(HANDED_OVER)
    if not name or "/" in name or name in (".", ".."):
        raise ValueError(f"{shown(value)} is not a credential; write the name that LoadCredential= gives to it")
    return Path(os.environ.get("CREDENTIALS_DIRECTORY") or "/run/credentials/limner.service") / name


def _log_file(value: object) -> object:
    return value if value in ("", "-") else str(path(value))


def _readable(value: str) -> str:
    if BREAK.search(value):
        raise ValueError("it holds a line break or a control character")
    return value


_EVERY = re.compile(r"every ([0-9]{1,6}) ?(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def every(value: str) -> int | None:
    """Give the seconds of a schedule such as "every 15m"; None for a cron expression."""
    found = _EVERY.fullmatch(value)
    return int(found[1]) * _SECONDS[found[2]] if found else None


def _schedule(value: object) -> object:
    """Take an interval, or a cron expression of five fields that comes true some day."""
    if value == "":
        return value
    if isinstance(value, str) and len(value) < 200:
        seconds = every(value)
        if seconds is not None and 1 <= seconds <= 31 * 86_400:
            return value
        if len(value.split()) == 5:
            try:
                next(CronSim(value, datetime(2000, 1, 1)))  # noqa: DTZ001  (any day will do)
                return value
            except (CronSimError, StopIteration) as why:
                raise ValueError(f"{shown(value)} is not a cron expression ({str(why).lower() or 'never'})") from None
    raise ValueError(
        f'{shown(value)} is not a schedule; write "every 15m" (s, m, h, d; to 31 days) or a cron expression '
        'of five fields: "30 2 * * *"'
    )


def one_or_more(value: object) -> object:
    """Take a text for a list of one."""
    if not isinstance(value, str | list):
        raise ValueError("write a text in quotation marks, or a list of such")  # noqa: TRY004 - pydantic's way
    return [value] if isinstance(value, str) else value


def twice(names: Iterable[str]) -> str:
    """Give the names that come more than once, for a mistake."""
    return ", ".join(shown(name) for name, times in Counter(names).items() if times > 1)


Network = Annotated[str, BeforeValidator(_network)]
TrustedPeer = Annotated[str, BeforeValidator(_trusted)]
HttpUrl = Annotated[str, BeforeValidator(_http_url)]
Origin = Annotated[str, BeforeValidator(_origin)]
Allowed = Annotated[str, BeforeValidator(_allowed)]
Proxy = Annotated[str, BeforeValidator(_proxy)]
Port = Annotated[int, Field(ge=1, le=65535)]
Cookie = Annotated[str, BeforeValidator(_cookie)]
Cookies = Annotated[list[Cookie], BeforeValidator(one_or_more)]
Listen = Annotated[str, BeforeValidator(_listen)]
Listens = Annotated[list[Listen], BeforeValidator(one_or_more)]
ListenOrNowhere = Annotated[str, BeforeValidator(_listen_or_nowhere)]
Schedule = Annotated[str, BeforeValidator(_schedule)]
File = Annotated[Path, BeforeValidator(path)]
LogFile = Annotated[str, BeforeValidator(_log_file)]
Name = Annotated[str, AfterValidator(_readable)]
