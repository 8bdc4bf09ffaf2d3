"""A diagnosis without names and addresses, to be shown to others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from limner.signon.diagnose.gather import Gathered
from limner.signon.diagnose.told import Diagnosis, Named
from limner.signon.evidence import Evidence
from limner.signon.mask import Mask

TELLING_NOTHING: Final = ("notes.ini", "sametime.ini", "managed-community-configs.xml", "hosts")  # names of files
WORDS: Final = ("sametime", "domino", "notes", "mail", "server", "chat", "im")  # common names that name nobody


def mask_of(found: Gathered, every: list[Evidence], told: tuple[str, ...]) -> Mask:
    """Make a mask that knows every name in a folder."""
    names = [*told, *(name for each in every for name in each.names)]
    for trace in found.traces:
        for each in trace.attempts:
            names += [name for name in (each.name, each.address, each.server) if name]
    for server in found.servers:
        names += [
            name
            for name in (server.name, server.host_name, server.cluster, server.domain, *server.net_addresses)
            if name
        ]
        if server.common.casefold() not in WORDS:
            names.append(server.common)
    for config in found.configs:
        for community in config.communities:
            names += [name for name in (community.host, community.new_host) if name]
    for report in found.captures:
        for flow in report.reading.flows:
            names += [flow.client.host, flow.server.host, *(name for event in flow.talk.events for name in event.names)]
    names += [token.user for _, token in found.tokens if token.user]
    return Mask.of(names)


def masked(made: Diagnosis, mask: Mask) -> Diagnosis:
    """Give a diagnosis with names and addresses replaced, in file names too: those become numbers, with their ends."""
    files = {
        seen.name: f"file-{number}{Path(seen.name).suffix}"
        for number, seen in enumerate(made.files, 1)
        if seen.name not in TELLING_NOTHING
    }

    def plain(text: str) -> str:
        text = text.replace(f"{made.folder}/", "folder/")
        for name, word in sorted(files.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(name, word)
        return mask(text)

    def of(each: Evidence) -> Evidence:
        return replace(each, file=files.get(each.file, each.file), text=plain(each.text), names=())

    return replace(
        made,
        folder="folder",
        causes=tuple(
            Named(
                replace(
                    named.weighed,
                    speaks_for=tuple(map(of, named.weighed.speaks_for)),
                    speaks_against=tuple(map(of, named.weighed.speaks_against)),
                ),
                tuple(map(plain, named.steps)),
            )
            for named in made.causes
        ),
        sound=tuple((files.get(file, file), plain(text)) for file, text in made.sound),
        moments=tuple(
            replace(each, file=files.get(each.file, each.file), text=plain(each.text)) for each in made.moments
        ),
        files=tuple(
            replace(
                seen,
                name=files.get(seen.name, seen.name),
                about=plain(seen.about),
                problem=plain(seen.problem) if seen.problem else None,
            )
            for seen in made.files
        ),
        notes=tuple(map(plain, made.notes)),
        masked=True,
    )
