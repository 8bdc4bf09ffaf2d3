"""What only several files together tell: a name and a Server document, a token and the server that is to take it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from limner.signon.acceptance import judge
from limner.signon.capture.protocols import vp_words
from limner.signon.capture.token import TokenSeen
from limner.signon.capture.verdict import Kind as CaptureKind
from limner.signon.communities import evidence as of_config
from limner.signon.diagnose.gather import Gathered
from limner.signon.evidence import Cause, Evidence, Strength, Weight
from limner.signon.names import is_address, is_host, same_server
from limner.signon.notes_ini import NotesIni
from limner.signon.resolve import differing
from limner.signon.sametime_ini import SOURCE, TOKEN_TYPE
from limner.signon.server_document import ServerDocument
from limner.signon.trace import Result

CACHE = "HCL Domino administration guide, how a server connects to another server"
_LTPA1 = ("domino", "ltpa1")


def evidence(found: Gathered, names: tuple[str, ...] = (), communities: tuple[str, ...] = ()) -> list[Evidence]:
    """Give all evidence of a folder: each file's own, and what they say together.

    `names` are those that clients ask Domino for, `communities` the community hosts, as far as the user told them.
    """
    hosts = community_hosts(found, communities)
    return [
        *(each for report in found.captures for each in report.evidence()),
        *(each for trace in found.traces for each in trace.evidence()),
        *(each for ini in found.inis for each in ini.evidence() if not _is_the_clients_sprayer(ini, each)),
        *(each for config in found.configs for each in of_config(config)),
        *_names(found, names),
        *(each for document in found.sso for host in hosts for each in document.evidence(host)),
        *_token_names(found),
        *_token_versions(found),
        *_token_files(found),
        *_addresses(found),
    ]


def community_hosts(found: Gathered, told: tuple[str, ...] = ()) -> list[str]:
    """Give the names by which clients reach the community server, each once."""
    hosts = list(told)
    for config in found.configs:
        for community in config.communities:
            hosts += [name for name in (community.new_host, community.host) if name]
    for report in found.captures:
        for attempt in report.attempts:
            led = (report.scene.look_up(flow) for flow in attempt.flows if flow.vp is not None)
            hosts += [answer.name for answer in led if answer]
    return list({host.casefold(): host for host in reversed(hosts)}.values())[::-1]


def asked_names(found: Gathered, told: tuple[str, ...] = ()) -> list[str]:
    """Give the names that clients asked Domino for and did not get to, each once."""
    names = list(told)
    for trace in found.traces:
        names += [each.name for each in trace.attempts if each.name and each.result is not Result.CONNECTED]
    for report in found.captures:
        for attempt in report.attempts:
            if attempt.verdict.cause is Cause.NAME_CHECK or any(
                each.cause is Cause.NAME_CHECK and each.supports for each in attempt.observed
            ):
                for flow in attempt.flows:
                    if flow.protocol == "nrpc":
                        led = report.scene.look_up(flow)
                        names += [led.name] if led else []
                        names += [name for name in getattr(flow.talk, "asked", ()) if "/" not in name][:1]
    return list({name.casefold(): name for name in reversed(names)}.values())[::-1]


def server_for(found: Gathered) -> ServerDocument | None:
    """Give the Server document of the server that answered; the only one there is, where none answered by name."""
    answered = {each.server for trace in found.traces for each in trace.attempts if each.server}
    for report in found.captures:
        for flow in report.reading.flows:
            if revealed := getattr(flow.talk, "revealed", None):
                answered.add(revealed)
    for document in found.servers:
        if any(same_server(document.name, name) for name in answered):
            return document
    only = {document.name.casefold() for document in found.servers}
    return found.servers[0] if len(only) == 1 and not answered else None


def ini_for(found: Gathered, server: ServerDocument) -> NotesIni | None:
    """Give the notes.ini of a server."""
    own = [ini for ini in found.inis if (said := ini.value("ServerName")) and same_server(said, server.name)]
    free = [ini for ini in found.inis if not ini.is_client and not ini.value("ServerName")]
    return next(iter([*own, *(free if len(free) == 1 else [])]), None)


def _is_the_clients_sprayer(ini: NotesIni, each: Evidence) -> bool:
    return bool(ini.is_client) and each.cause is Cause.NAME_CHECK


def _names(found: Gathered, told: tuple[str, ...]) -> Iterator[Evidence]:
    """Ask of each name whether the server that answered takes it."""
    server = server_for(found)
    if server is None:
        return
    for name in asked_names(found, told):
        yield from judge(name, server, ini_for(found, server)).evidence()


def _token_names(found: Gathered) -> Iterator[Evidence]:
    """Compare the name of Domino's token with the one that the community server takes."""
    for sametime in found.sametime:
        for document in found.sso:
            if not document.token_name:
                continue
            wanted = sametime.token_type or "LtpaToken"
            same = wanted.casefold() == document.token_name.casefold()
            yield Evidence(
                file=sametime.file,
                place=f"line {sametime.token_type_line}" if sametime.token_type_line else None,
                cause=Cause.TOKEN_INVALID,
                supports=not same,
                weight=Weight.SIGN if same else Weight.STRONG,
                strength=Strength.SAID,
                source=SOURCE,
                text=f"the community server takes tokens named {wanted} ({TOKEN_TYPE}"
                f"{'' if sametime.token_type else ' is not set'}), "
                f"{'and so' if same else 'but'} the Web SSO document names its token {document.token_name}",
            )


def _token_versions(found: Gathered) -> Iterator[Evidence]:
    """Compare the version of tokens that were presented with the one that the community server takes."""
    for sametime in found.sametime:
        if (sametime.token_type or "").casefold() != "ltpatoken2":
            continue
        for file, packet, token in _presented(found):
            if token.kind in _LTPA1:
                yield Evidence(
                    file=file,
                    place=f"packet {packet}",
                    cause=Cause.TOKEN_VERSION,
                    weight=Weight.STRONG,
                    strength=Strength.INFERRED,
                    source=SOURCE,
                    text=f"what was presented and refused is {token.words}; {sametime.file} says that the community "
                    f"server takes {sametime.token_type}, the name of LTPA 2 tokens",
                )


def _presented(found: Gathered) -> Iterator[tuple[str, int, TokenSeen]]:
    """Yield the tokens that a community server refused as not valid: the file, the packet, the token."""
    for report in found.captures:
        for flow in report.reading.flows:
            vp = flow.vp
            if vp is not None and vp.token and vp.login_at and vp.ended == vp_words.TOKEN_INVALID:
                yield report.reading.file, vp.login_at.number, vp.token


def _token_files(found: Gathered) -> Iterator[Evidence]:
    """Compare the times of tokens in files with those at which log-ins failed of their token."""
    every = [each for report in found.captures for each in report.evidence()]
    every += [each for trace in found.traces for each in trace.evidence()]
    refused = (Cause.TOKEN_EXPIRED, Cause.TOKEN_INVALID, Cause.TOKEN_VERSION)
    times = sorted(each.time for each in every if each.time and each.cause in refused)
    for name, token in found.tokens:
        if token.expires is None or not times:
            continue
        ended = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(token.expires))
        late = [moment for moment in times if moment > token.expires]
        yield Evidence(
            file=name,
            cause=Cause.TOKEN_EXPIRED,
            supports=bool(late),
            weight=Weight.SIGN,
            strength=Strength.SEEN,
            source="HCL C API guide, Single Sign-On with Domino and WebSphere",
            text=f"the token in this file ends at {ended}, {'before' if late else 'after'} the log-in that failed; "
            "whether it is the one that was presented is not known",
        )


def _addresses(found: Gathered) -> Iterator[Evidence]:
    """Compare the addresses that clients used with those that the hosts file and DNS give for the name."""
    for trace in found.traces:
        for attempt in trace.attempts:
            name, used = attempt.name, attempt.address
            if not name or not used or not is_host(name) or not is_address(used):
                continue
            for file, place, addresses in _known(found, name):
                other = differing(used, addresses)
                yield Evidence(
                    file=trace.file,
                    place=f"lines {attempt.lines[0]}-{attempt.lines[1]}",
                    time=attempt.begun,
                    cause=Cause.CACHED_ADDRESS,
                    supports=other,
                    weight=Weight.STRONG if other else Weight.SIGN,
                    strength=Strength.SAID,
                    source=CACHE,
                    text=f"the client used {used} for {name}; {file} ({place}) gives {', '.join(addresses)}",
                    names=(used, name, *addresses),
                )


def _known(found: Gathered, name: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield what each file knows of a name's addresses: the file, the place, the addresses."""
    for hosts in found.hosts:
        if lines := hosts.of(name):
            yield hosts.file, f"line {lines[0].line}", [line.address for line in lines]
    for report in found.captures:
        led = report.reading.names.latest(name)
        if led is not None:
            yield report.reading.file, f"packet {led.stamp.number}", led.hosts.split(", ")


def successes(found: Gathered) -> list[tuple[str, str]]:
    """Give the log-ins that came to a good end: the file, and a sentence."""
    good = [
        (report.reading.file, f"attempt {attempt.number}: {attempt.verdict.text}")
        for report in found.captures
        for attempt in report.attempts
        if attempt.verdict.kind is CaptureKind.SOUND
    ]
    for trace in found.traces:
        good += [
            (trace.file, f"line {each.lines[-1]}: {each.server or each.name} was reached")
            for each in trace.attempts
            if each.result is Result.CONNECTED
        ]
    return good
