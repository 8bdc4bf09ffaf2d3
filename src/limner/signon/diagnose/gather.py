"""Reads a folder: every file of a known kind, each by its own reader; what cannot be read is told, and not fatal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from limner.signon.capture.report import Report, look
from limner.signon.capture.token import TokenSeen
from limner.signon.communities import Config, read_config
from limner.signon.diagnose.kinds import Kind, kind_of
from limner.signon.documents import read_documents
from limner.signon.errors import SignonError
from limner.signon.hosts import Hosts, read_hosts
from limner.signon.notes_ini import NotesIni, read_notes_ini
from limner.signon.sametime_ini import SametimeIni, read_sametime_ini
from limner.signon.server_document import ServerDocument
from limner.signon.server_document import from_document as server_from
from limner.signon.sso_document import SsoDocument
from limner.signon.sso_document import from_document as sso_from
from limner.signon.token_file import read_token_file
from limner.signon.trace import Result, Trace, read_trace

MOST_FILES: Final = 2000
MOST_DEPTH: Final = 8

Tell = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file of the folder: its name within it, what it is, and what there is to say of it."""

    name: str
    kind: Kind
    about: str = ""
    problem: str | None = None


@dataclass(slots=True)
class Gathered:
    """All that a folder holds, read; files are called by their names within it."""

    folder: Path
    files: list[Seen] = field(default_factory=list)
    captures: list[Report] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    servers: list[ServerDocument] = field(default_factory=list)
    sso: list[SsoDocument] = field(default_factory=list)
    inis: list[NotesIni] = field(default_factory=list)
    sametime: list[SametimeIni] = field(default_factory=list)
    configs: list[Config] = field(default_factory=list)
    hosts: list[Hosts] = field(default_factory=list)
    tokens: list[tuple[str, TokenSeen]] = field(default_factory=list)
    left_out: int = 0


def gather(
    folder: Path, ports: Mapping[int, str] | None = None, wanted: Sequence[str] = (), tell: Tell | None = None
) -> Gathered:
    """Read all files of a folder and of those in it. Raises SignonError if it cannot be listed."""
    if not folder.is_dir():
        raise SignonError(f"{folder} is not a folder", hint="put traces, captures and settings into one, and name it")
    found = Gathered(folder)
    files = list(_files(folder))
    found.left_out = max(0, len(files) - MOST_FILES)
    captures: list[Path] = []
    done = 0

    def take(file: Path) -> None:
        nonlocal done
        name, kind = str(file.relative_to(folder)), Kind.OTHER
        try:
            kind = kind_of(file)
            if kind is Kind.CAPTURE and file not in captures:
                captures.append(file)  # traces tell which names to look for in them
                return
            seen = Seen(name, kind, _read(found, file, name, kind, ports, (*wanted, *_failing(found))))
        except SignonError as why:
            seen = Seen(name, kind, problem=why.message.replace(f"{folder}{os.sep}", ""))
        except OSError as why:
            seen = Seen(name, kind, problem=why.strerror or str(why))
        found.files.append(seen)
        done += 1
        if tell is not None:
            tell("files", done, min(len(files), MOST_FILES))

    for file in files[:MOST_FILES]:
        take(file)
    for file in captures:
        take(file)
    found.files.sort(key=lambda seen: seen.name)
    return found


def _failing(found: Gathered) -> tuple[str, ...]:
    """Give the names by which clients did not get to a server, as traces tell; those that worked might mislead."""
    every = (each for trace in found.traces for each in trace.attempts)
    return tuple(dict.fromkeys(each.name for each in every if each.name and each.result is not Result.CONNECTED))


def _files(folder: Path) -> Iterator[Path]:
    """Yield the regular files, in the order of their names; links are not followed out of the folder."""
    for root, folders, names in os.walk(folder):
        here = Path(root)
        folders.sort()
        if len(here.relative_to(folder).parts) >= MOST_DEPTH:
            folders.clear()
        for name in sorted(names):
            file = here / name
            if file.is_file() and not (file.is_symlink() and not file.resolve().is_relative_to(folder.resolve())):
                yield file


def _read(
    found: Gathered, file: Path, name: str, kind: Kind, ports: Mapping[int, str] | None, wanted: Sequence[str]
) -> str:
    """Read a file into its list; give what there is to say of it."""
    match kind:
        case Kind.CAPTURE:
            report = look(file, ports, wanted)
            report.reading.file = name
            found.captures.append(report)
            return f"{report.reading.packets} packets, {_count(len(report.attempts), 'log-in attempt')}"
        case Kind.TRACE:
            trace = replace(read_trace(file), file=name)
            found.traces.append(trace)
            return f"{_count(len(trace.attempts), 'attempt')}, {_count(len(trace.said), 'message')} about a cause"
        case Kind.DOCUMENTS:
            return _documents(found, file, name)
        case Kind.NOTES_INI:
            ini = replace(read_notes_ini(file), file=name)
            found.inis.append(ini)
            return {True: "a client's", False: "a server's", None: "of a client or a server, it does not say"}[
                ini.is_client
            ]
        case Kind.SAMETIME_INI:
            sametime = replace(read_sametime_ini(file), file=name)
            found.sametime.append(sametime)
            return f"takes tokens named {sametime.token_type}" if sametime.token_type else "names no token type"
        case Kind.COMMUNITIES:
            config = replace(read_config(file), file=name)
            found.configs.append(config)
            return f"{_count(len(config.communities), 'community')}"
        case Kind.HOSTS:
            found.hosts.append(replace(read_hosts(file), file=name))
            return ""
        case Kind.TOKEN:
            token = read_token_file(file)
            found.tokens.append((name, token))
            return f"{token.words}; it opens doors until it ends: remove it before you send the folder on"
    return ""


def _documents(found: Gathered, file: Path, name: str) -> str:
    documents = read_documents(file)
    servers = [
        replace(server_from(each), file=name) for each in documents if each.is_server and each.value("servername")
    ]
    sso = [replace(sso_from(each), file=name) for each in documents if each.is_sso]
    found.servers += servers
    found.sso += sso
    kinds = [*(f"Server document of {each.short}" for each in servers[:3]), *("Web SSO document" for _ in sso[:3])]
    return ", ".join(kinds) or "no Server or Web SSO document in it"


def _count(count: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
