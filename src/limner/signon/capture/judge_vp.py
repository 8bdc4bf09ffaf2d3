"""Judges a conversation with a Sametime community server: was the log-in taken, and if not, why not?"""

from __future__ import annotations

import time
from dataclasses import replace

from limner.signon.capture.flow import Flow
from limner.signon.capture.judge_connection import judge_connection, judge_idle
from limner.signon.capture.protocols import Tls, Vp, vp_words
from limner.signon.capture.scene import Scene
from limner.signon.capture.verdict import Sure, Verdict
from limner.signon.evidence import Cause, Strength
from limner.signon.reasons import REASONS

MEANWHILE = "meanwhile, mw_error.h"
_MOST_SKEW = 60  # seconds that clocks may differ before it is worth a word

_ADVICE = {
    Cause.TOKEN_INVALID: "compare keys, token name (ST_TOKEN_TYPE in sametime.ini) and version on both servers",
    Cause.TOKEN_EXPIRED: "compare the life of tokens in the Web SSO document with how long clients keep one",
    Cause.DIRECTORY: "see whether the community server's LDAP finds the user under the name that the token holds",
    Cause.CLIENT_REFUSED: "see which client types the community server allows",
    Cause.COMMUNITY_SERVER: "see the community server's own log at this time",
    Cause.USER_REFUSED: "see what the community server's log and policies say of the user",
}


def judge_vp(flow: Flow, scene: Scene) -> Verdict:
    """Say what a conversation with a community server came to."""
    if (verdict := judge_connection(flow, scene)) is not None:
        return verdict
    if flow.tls is not None and (verdict := judge_tls(flow, flow.tls)) is not None:
        return verdict
    talk = flow.vp
    if talk is None:
        return _unsaid(flow, f"a proxy at {flow.server} was asked for something else than a Sametime session")
    if talk.accepted_at is not None:
        return _accepted(flow, talk)
    if talk.ended_at is not None:
        return _ended(flow, talk)
    if talk.redirect_at is not None:
        return Verdict(
            text=f"{flow.server} sends the client on to {talk.redirect}",
            packets=(talk.redirect_at.number,),
            when=talk.redirect_at.when,
            names=(flow.server.host, talk.redirect or ""),
            advice=f"see that clients reach {talk.redirect}",
        )
    return _undecided(flow, talk)


def judge_tls(flow: Flow, tls: Tls) -> Verdict | None:
    """Say that TLS failed; None: it did not, as far as can be seen."""
    alert = next((alert for alert in tls.alerts if alert.description not in (0, 90)), None)
    if alert is None or (alert.description is None and tls.established):
        return None
    who = "client" if alert.by_client else "server"
    agreed = f", offered was {tls.offered or 'an unknown version'}"
    names = ", ".join(tls.certificate_names)
    shown = f"; the certificate is for {names}" if names else ""
    return Verdict(
        cause=Cause.TLS,
        sure=Sure.POSSIBLE if alert.description is None else Sure.CERTAIN,
        text=f"the {who} ends TLS with {flow.server} by {alert.words}{agreed}{shown}",
        packets=(flow.began.number, alert.stamp.number),
        when=alert.stamp.when,
        names=(flow.server.host, *tls.certificate_names),
        advice="an alert by the client is about the certificate, one by the server about versions and ciphers, mostly",
        strength=Strength.SEEN,
        source="RFC 8446",
    )


def _accepted(flow: Flow, talk: Vp) -> Verdict:
    assert talk.accepted_at is not None
    packets = tuple(stamp.number for stamp in (talk.login_at, talk.accepted_at) if stamp)
    text = f"the community server at {flow.server} took the log-in{f' of {talk.user}' if talk.user else ''}"
    if talk.ended_at is not None and talk.ended is not None:
        text += f"; later it ended the session: {vp_words.reason(talk.ended)}"
        packets = (*packets, talk.ended_at.number)
    names = (flow.server.host, talk.user or "")
    return Verdict(sound=True, text=text, packets=packets, when=talk.accepted_at.when, names=names)


def _ended(flow: Flow, talk: Vp) -> Verdict:
    """Say what the server gave as its reason."""
    assert talk.ended_at is not None
    marks = (flow.began, talk.login_at, talk.ended_at)
    packets = tuple(stamp.number for stamp in marks if stamp)
    if talk.ended is None:
        return Verdict(
            text=f"the community server at {flow.server} ended the session; its reason was not captured",
            packets=packets,
            when=talk.ended_at.when,
            names=(flow.server.host,),
            advice="capture whole packets (tcpdump -s 0)",
        )
    known = REASONS.get(talk.ended)
    cause = known.cause if known else Cause.OTHER
    if talk.ended == vp_words.INCORRECT_LOGIN and talk.login_type == vp_words.TOKEN_LOGIN:
        cause = Cause.DIRECTORY  # a token has no password that could be wrong
    how = talk.token.words if talk.token else vp_words.login(talk.login_type or 0)
    whose = f" as {talk.user}" if talk.user else ""
    offered = f"after a log-in{whose} with {how}" if talk.login_at else "before a log-in"
    text = f"{offered}, the community server at {flow.server} says: {vp_words.reason(talk.ended)}"
    return Verdict(
        cause=cause,
        sure=Sure.CERTAIN if known and cause is not Cause.OTHER else Sure.POSSIBLE,
        text=text,
        packets=packets,
        when=talk.ended_at.when,
        names=(flow.server.host, talk.user or ""),
        advice=_ADVICE.get(cause),
        strength=Strength.SEEN,
        source=MEANWHILE,
    )


def token_times(flow: Flow, talk: Vp) -> list[Verdict]:
    """Say what the token's own times, which nobody proved, mean beside the time of the capture."""
    if talk.token is None or talk.login_at is None or talk.token.created is None or talk.token.expires is None:
        return []
    now = talk.login_at.when // 1_000_000_000
    created, expires = talk.token.created, talk.token.expires
    made = f"the token that was presented says that it was made at {_clock(created)} and ends at {_clock(expires)}"
    expired = Verdict(
        text=f"{made}, {_minutes(now - expires)} before it was presented",
        cause=Cause.TOKEN_EXPIRED,
        sure=Sure.LIKELY,
        packets=(talk.login_at.number,),
        when=talk.login_at.when,
        names=(flow.server.host,),
        strength=Strength.SEEN,
        source="HCL C API guide, Single Sign-On with Domino and WebSphere",
    )
    if expires < now:
        return [expired]
    if created > now + _MOST_SKEW:
        text = f"{made}: it comes from the future by {_minutes(created - now)}, by the clock of the capture"
        return [replace(expired, cause=Cause.CLOCKS, text=text)]
    if talk.ended == vp_words.TOKEN_EXPIRED:
        text = f"{made}, and yet the server says that it has expired: its clock may be ahead"
        return [replace(expired, cause=Cause.CLOCKS, text=text)]
    return [replace(expired, supports=False, text=f"{made}: it had not expired")]


def _undecided(flow: Flow, talk: Vp) -> Verdict:
    """Say what can be said where there was neither yes nor no."""
    if talk.unread and not any(talk.units):
        return _unsaid(flow, f"what was said to {flow.server} is not the Sametime protocol, as far as it can be read")
    if flow.tls is not None:
        return _unsaid(flow, f"what was said to {flow.server} is encrypted (TLS): the log-in cannot be read")
    if (verdict := judge_idle(flow)) is not None:
        return verdict
    if talk.login_at is None:
        text = f"the client greeted {flow.server} and left without logging in"
        if flow.close is None:
            text = f"the capture ends before a log-in at {flow.server}"
        elif not flow.close.by_client:
            text = f"{flow.server} ended the conversation before a log-in, and gave no reason"
        return _unsaid(flow, text, "see what the client's own log says at this time")
    if flow.close is None:
        return _unsaid(flow, f"the capture ends before {flow.server} answered the log-in")
    who = "client" if flow.close.by_client else "server"
    return Verdict(
        cause=Cause.OTHER,
        text=f"after the log-in at {flow.server} the {who} ended the connection, without an answer or a reason",
        packets=(talk.login_at.number, flow.close.stamp.number),
        when=flow.close.stamp.when,
        names=(flow.server.host,),
        advice="see the community server's log at this time",
    )


def _unsaid(flow: Flow, text: str, advice: str | None = None) -> Verdict:
    marks = (flow.from_client.first, flow.close.stamp if flow.close else flow.last)
    packets = tuple(sorted({stamp.number for stamp in marks if stamp}))
    return Verdict(text=text, packets=packets, when=flow.last.when, names=(flow.server.host,), advice=advice)


def _clock(moment: int) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(moment))
    except (ValueError, OverflowError):
        return f"{moment} s"


def _minutes(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
