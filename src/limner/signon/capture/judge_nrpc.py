"""Judges an NRPC conversation: did Domino let the client past the names?

Nothing public says how a refusal looks on the wire. What is known: the names come first, in the clear; after a refusal
the connection ends; one incident saw an orderly end (FIN), and its writer did not say whose. So the signs are weighed,
and who ended it is reported, not presumed.
"""

from __future__ import annotations

from dataclasses import replace

from limner.signon.capture.flow import SECOND, Flow
from limner.signon.capture.judge_connection import judge_connection, judge_idle
from limner.signon.capture.protocols import Nrpc
from limner.signon.capture.scene import Scene, is_own_name
from limner.signon.capture.verdict import Sure, Verdict, span
from limner.signon.evidence import Cause
from limner.signon.names import abbreviated

INCIDENT = "collaborationben.com, Sametime and NETWORK_SPRAYER_ADDRESS (2016)"
_FEW_TURNS = 3  # ask, answer, and perhaps a good-bye
_SOON = 60 * SECOND


def judge_nrpc(flow: Flow, scene: Scene) -> Verdict:
    """Say what a conversation with a Domino server came to."""
    talk = flow.talk
    assert isinstance(talk, Nrpc)
    if (verdict := judge_connection(flow, scene)) is not None:
        return verdict
    server = abbreviated(talk.revealed) if talk.revealed else str(flow.server)
    if flow.turns > _FEW_TURNS:
        return _passed(flow, server)
    if not flow.from_client.packets:
        return _nothing(flow, f"the client connected to {flow.server} and said nothing")
    if talk.unread and not talk.is_session:
        return _nothing(flow, f"what was said to {flow.server} is not a Notes session as limner knows it")
    if (verdict := judge_idle(flow)) is not None:
        return verdict
    if flow.close is None:
        return _nothing(flow, f"the capture ends while {flow.client.host} and {server} are still talking")
    if talk.revealed is None:
        return _ended_unnamed(flow)
    return _ended_after_name(flow, talk.revealed, scene)


def _passed(flow: Flow, server: str) -> Verdict:
    last = flow.from_server.last or flow.last
    return Verdict(
        sound=True,
        text=f"{server} let the client past the names: they went on talking ({flow.turns} turns)",
        packets=(last.number,),
        when=last.when,
        names=(server, flow.server.host),
    )


def _nothing(flow: Flow, text: str) -> Verdict:
    return Verdict(
        text=text, packets=(flow.last.number,), when=flow.last.when, names=(flow.server.host, flow.client.host)
    )


def _ended_unnamed(flow: Flow) -> Verdict:
    """Say that the end came early, and that the server's name was not seen: cut off, or said in another way."""
    assert flow.close is not None
    return Verdict(
        cause=Cause.NAME_CHECK,
        text=f"{_end(flow)}, after {flow.turns} turns; the server's name was not captured",
        doubt="so early an end has other reasons too",
        packets=_packets(flow),
        when=flow.close.stamp.when,
        names=(flow.server.host,),
        advice="capture whole packets (tcpdump -s 0); trace the Notes client: it knows a wrong server",
        source=INCIDENT,
    )


def _ended_after_name(flow: Flow, revealed: str, scene: Scene) -> Verdict:
    talk, close = flow.talk, flow.close
    assert isinstance(talk, Nrpc)
    assert close is not None
    assert talk.revealed_at is not None
    server = abbreviated(revealed)
    asked = tuple(dict.fromkeys((*scene.wanted, *(name for name in talk.asked if "/" not in name))))
    led = scene.look_up(flow)
    candidates = tuple(dict.fromkeys((*asked, *((led.name, *led.aliases) if led else ()))))
    later = span(close.stamp.when - talk.revealed_at.when)
    how = f"Domino at {flow.server} says that it is {server}; {later} later {_who(flow)}"
    again = scene.next_try(flow, _SOON)
    packets = {*_packets(flow), *([led.stamp.number] if led else ()), *([again.began.number] if again else ())}
    if again:
        how += f"; {span(max(again.began.when - close.stamp.when, 0))} after that the client tried {again.server}"
    base = Verdict(
        text=how,
        packets=tuple(sorted(packets)),
        when=close.stamp.when,
        names=(server, revealed, flow.server.host, *candidates, *([again.server.host] if again else ())),
        source=INCIDENT,
    )
    own = [name for name in candidates if is_own_name(name, revealed)]
    if own:
        advice = "look at the Domino log at this time, and trace the Notes client"
        return replace(base, text=f"{how}, although {own[0]} is its own name", advice=advice)
    if not candidates:
        return replace(
            base,
            cause=Cause.NAME_CHECK,
            doubt="which name the client asked for is not in the capture",
            advice="give the name that the client uses with --name, or capture its DNS look-ups too (port 53)",
        )
    name = candidates[0]
    return replace(
        base,
        cause=Cause.NAME_CHECK,
        sure=Sure.LIKELY,
        text=f"the client {'asked for' if asked else 'was led by DNS to'} {name}; {how}",
        doubt=f"{name} may be in the server's NETWORK_SPRAYER_ADDRESS or its fully qualified host name",
        advice=f"`limner signon server-name {name} --server-doc FILE` tells whether {server} takes that name",
    )


def _who(flow: Flow) -> str:
    assert flow.close is not None
    who = "client" if flow.close.by_client else "server"
    return f"the {who} broke the connection off (RST)" if flow.close.reset else f"the {who} ended it (FIN)"


def _end(flow: Flow) -> str:
    return f"in a Notes session with {flow.server} {_who(flow)}"


def _packets(flow: Flow) -> tuple[int, ...]:
    talk = flow.talk
    assert isinstance(talk, Nrpc)
    marks = (flow.began, flow.from_client.first, talk.revealed_at, flow.close.stamp if flow.close else None)
    return tuple(sorted({mark.number for mark in marks if mark is not None}))
