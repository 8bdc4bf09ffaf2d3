"""What other conversations and names say about an attempt: the directory, the web, DNS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from limner.signon.capture.flow import SECOND, Flow
from limner.signon.capture.judge_connection import judge_connection
from limner.signon.capture.protocols import Http, Ldap
from limner.signon.capture.scene import Scene
from limner.signon.capture.verdict import Sure, Verdict
from limner.signon.evidence import Cause, Strength
from limner.signon.names import in_domain
from limner.signon.sso_document import DOMAIN_SOURCE

DIRECTORY: Final = 2 * SECOND  # one asked so shortly before or after a log-in was most likely asked for it
WEB: Final = 30 * SECOND  # a cookie set so shortly before may be the token of the log-in


def around(group: list[Flow], scene: Scene, *, sound: bool) -> Iterator[Verdict]:
    """Look at what other conversations and names say about an attempt."""
    begin, end = group[0].began.when, max(flow.last.when for flow in group)
    client = group[0].client.address
    communities = {flow.server.address for flow in group if flow.vp is not None}
    for community in sorted(communities):
        for flow in scene.asked_by(community, "ldap"):
            yield from _directory(flow, begin, end, scene)
    for flow in scene.asked_by(client, "http"):
        if isinstance(flow.talk, Http) and _near(flow, begin, end, WEB):
            yield from _web(flow.talk, _community_names(group, scene))
    if not sound:
        yield from _another_address(group, scene)


def _directory(flow: Flow, begin: int, end: int, scene: Scene) -> Iterator[Verdict]:
    """Say what came of it when the community server asked its directory while somebody logged in."""
    if _near(flow, begin, end, DIRECTORY) and (failed := judge_connection(flow, scene)) is not None:
        yield Verdict(
            cause=Cause.DIRECTORY,
            sure=Sure.LIKELY,
            text=f"the community server does not reach its directory: {failed.text}",
            packets=failed.packets,
            when=failed.when,
            names=failed.names,
            advice=failed.advice,
            strength=Strength.SEEN,
        )
    if not isinstance(flow.talk, Ldap):
        return
    for refusal in flow.talk.refusals:
        if begin - DIRECTORY <= refusal.stamp.when <= end + DIRECTORY:
            yield Verdict(
                cause=Cause.DIRECTORY,
                sure=Sure.LIKELY,
                text=f"the directory {flow.server} refuses the community server's {refusal.operation}: {refusal.words}",
                packets=(refusal.stamp.number,),
                when=refusal.stamp.when,
                names=(flow.server.host,),
                strength=Strength.SEEN,
                source="RFC 4511",
            )


def _community_names(group: list[Flow], scene: Scene) -> list[str]:
    led = (scene.look_up(flow) for flow in group if flow.vp is not None)
    return [*scene.wanted, *(answer.name for answer in led if answer)]


def _web(talk: Http, communities: list[str]) -> Iterator[Verdict]:
    """Tokens that were handed out or refused over HTTP."""
    for cookie in talk.cookies:
        if cookie.domain is None:
            continue
        for name in dict.fromkeys(communities):
            covers = in_domain(name, cookie.domain)
            yield Verdict(
                cause=Cause.TOKEN_DOMAIN,
                sure=Sure.LIKELY,
                supports=not covers,
                text=f"{cookie.name} was set for the domain {cookie.domain}, which "
                f"{'covers' if covers else 'does not cover'} {name}",
                packets=(cookie.stamp.number,),
                when=cookie.stamp.when,
                names=(cookie.domain, name),
                advice="set the DNS domain of the Web SSO document to one that both servers are in",
                strength=Strength.SAID,
                source=DOMAIN_SOURCE,
            )
    for answer in talk.answers:
        if answer.status in (401, 403) and answer.ltpa_sent:
            yield Verdict(
                cause=Cause.TOKEN_INVALID,
                text=f"{answer.host or 'a web server'} answers {answer.status} to a request with an LTPA cookie",
                doubt="the user may lack the right, token or not",
                packets=(answer.stamp.number,),
                when=answer.stamp.when,
                names=(answer.host or "",),
            )


def _another_address(group: list[Flow], scene: Scene) -> Iterator[Verdict]:
    """Say so if the client goes to another address than DNS gives for the name that it is known to ask for."""
    client = group[0].client.address
    for name in scene.wanted:
        led = scene.names.latest(name, client)
        if led is None:
            continue
        for flow in group:
            other = len(led.addresses[0]) == len(flow.server.address) and flow.server.address not in led.addresses
            if other and led.stamp < flow.began:
                yield _remembered(flow, led.name, led.hosts, led.stamp.number)


def _near(flow: Flow, begin: int, end: int, within: int) -> bool:
    return begin - within <= flow.last.when and flow.began.when <= end + within


def _remembered(flow: Flow, name: str, hosts: str, packet: int) -> Verdict:
    return Verdict(
        cause=Cause.CACHED_ADDRESS,
        sure=Sure.LIKELY,
        text=f"DNS gives {hosts} for {name}, and the client goes to {flow.server}",
        doubt="a hosts file or a Connection document may say so on purpose",
        packets=(packet, flow.began.number),
        when=flow.began.when,
        names=(name, flow.server.host, *hosts.split(", ")),
        advice="restart the client, or set Dont_Use_Remembered_Addresses=1 in its notes.ini for a test",
        source="HCL, how a server connects to another server; the notes.ini reference",
    )
