"""Judges a conversation that the server did not take, or in which it never said a word."""

from __future__ import annotations

from ipaddress import ip_address

from limner.signon.capture.flow import SECOND, Flow
from limner.signon.capture.scene import Scene
from limner.signon.capture.verdict import Sure, Verdict, span, thing
from limner.signon.evidence import Cause, Strength

_IDLE = 30 * SECOND  # what ends a connection after so long is more likely a timer than a decision


def judge_connection(flow: Flow, scene: Scene) -> Verdict | None:
    """Say why there was no conversation; None: there was one."""
    if flow.unreachable is not None and not flow.from_server.packets:
        return _unreachable(flow)
    if not flow.established:
        return _refused(flow, scene) if flow.refused else _unanswered(flow, scene)
    if flow.from_server.packets or not flow.from_client.packets:
        return None
    return _silent(flow)


def judge_idle(flow: Flow) -> Verdict | None:
    """Say that a conversation was ended by a timer, if it looks so."""
    close = flow.close
    if close is None or close.idle < _IDLE:
        return None
    who = "client" if close.by_client else "server"
    return Verdict(
        cause=Cause.NETWORK,
        text=f"the connection to {flow.server} was quiet for {span(close.idle)}, then the {who}'s side ended it",
        doubt="a client that has nothing more to ask may do so too",
        packets=(close.stamp.number,),
        when=close.stamp.when,
        names=(flow.server.host,),
        advice="compare the time with the idle timers of load balancers and firewalls on the way",
    )


def _unreachable(flow: Flow) -> Verdict:
    report = flow.unreachable
    assert report is not None
    by = str(ip_address(report.by))
    itself = by == flow.server.host
    cause = Cause.SERVER_DOWN if itself and not report.prohibited else Cause.NETWORK
    return Verdict(
        cause=cause,
        sure=Sure.CERTAIN if report.prohibited else Sure.LIKELY,
        text=f"asked for {flow.server}, {by} answers (ICMP) that {report.reason}",
        packets=(flow.began.number, report.number),
        when=report.when,
        names=(flow.server.host, by),
        advice="ask whoever runs the firewall or router with that address"
        if cause is Cause.NETWORK
        else f"start what listens on port {flow.server.port}",
        strength=Strength.SEEN,
        source="RFC 792, RFC 4443",
    )


def _refused(flow: Flow, scene: Scene) -> Verdict:
    alive = scene.alive(flow)
    own = alive.from_server.ttl if alive else None
    ttl = flow.refused_ttl
    doubt = "a firewall may refuse in the same way"
    if own is not None and ttl is not None and abs(own - ttl) > 1:
        doubt = f"it came from another distance (TTL {ttl}, else {own}): a firewall on the way may have sent it"
    return Verdict(
        cause=Cause.SERVER_DOWN,
        sure=Sure.LIKELY,
        text=f"nothing listens at {flow.server}: the host refused the connection "
        f"{thing(len(flow.refused), 'time')} (RST)",
        doubt=doubt,
        packets=(flow.began.number, *(stamp.number for stamp in flow.refused)),
        when=flow.refused[0].when,
        names=(flow.server.host,),
        advice=f"see on the server whether anything listens on port {flow.server.port}, and on this address",
        strength=Strength.SEEN,
        source="RFC 9293",
    )


def _unanswered(flow: Flow, scene: Scene) -> Verdict:
    tries = max(len(flow.syns), 1)
    alive = scene.alive(flow)
    text = f"the client asked {flow.server} {thing(tries, 'time')} for a connection, and nothing answered"
    if alive is not None:
        text += f"; the same host does answer on port {alive.server.port}"
    packets = [stamp.number for stamp in flow.syns] or [flow.began.number]
    if alive is not None and alive.from_server.syn:
        packets.append(alive.from_server.syn.number)
    enough = tries > 1 or flow.last.when - flow.began.when > SECOND
    return Verdict(
        cause=Cause.NETWORK,
        sure=Sure.LIKELY if alive is not None and enough else Sure.POSSIBLE,
        text=text,
        doubt=None if alive else "a host that is down, or an address that nobody has, looks the same from here",
        packets=tuple(sorted(packets)),
        when=flow.began.when,
        names=(flow.server.host,),
        advice=f"ask for the firewall's rules: port {flow.server.port}, from {flow.client.host} to {flow.server.host}"
        if alive
        else f"see whether {flow.server.host} is the right address and up; then ask for the firewall rules",
        strength=Strength.SEEN,
    )


def _silent(flow: Flow) -> Verdict:
    first = flow.from_client.first
    assert first is not None
    text = f"{flow.server} took the connection, and never answered what the client said"
    packets: tuple[int, ...] = (first.number,)
    when = first.when
    if flow.close:
        who = "client" if flow.close.by_client else "server"
        text += f"; {span(flow.close.idle)} later the {who}'s side ended it"
        packets, when = (first.number, flow.close.stamp.number), flow.close.stamp.when
    return Verdict(
        cause=Cause.NETWORK,
        text=text,
        doubt="a server that hangs, or one that speaks another protocol, looks the same",
        packets=packets,
        when=when,
        names=(flow.server.host,),
        advice="look for a load balancer or firewall that takes connections itself; capture at the server as well",
    )
