"""Log-in attempts: which conversations of a client belong together, what they came to, and what followed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from limner.signon.capture.around import around
from limner.signon.capture.flow import SECOND, Flow
from limner.signon.capture.judge_nrpc import judge_nrpc
from limner.signon.capture.judge_vp import judge_vp, token_times
from limner.signon.capture.protocols import Nrpc, vp_words
from limner.signon.capture.scene import Scene
from limner.signon.capture.verdict import Sure, Verdict
from limner.signon.evidence import Cause, Strength

_QUIET: Final = 30 * SECOND  # after so long without a word the next one belongs to another attempt
MOST_ATTEMPTS: Final = 1000


@dataclass(slots=True)
class Attempt:
    """A client's attempt to log in: its conversations, the verdict, and what else was observed, for and against."""

    number: int
    client: str
    flows: list[Flow]
    verdict: Verdict
    observed: list[Verdict] = field(default_factory=list)
    followed_by: int | None = None  # the client's next attempt

    @property
    def begin(self) -> int:
        """When it began, nanoseconds since 1970."""
        return self.flows[0].began.when

    @property
    def end(self) -> int:
        """When its last packet came."""
        return max(flow.last.when for flow in self.flows)


def attempts(scene: Scene) -> list[Attempt]:
    """Give all attempts in the order in which they began, at most MOST_ATTEMPTS."""
    groups = sorted(_groups(scene.flows), key=lambda group: group[0].began)[:MOST_ATTEMPTS]
    found = []
    for number, group in enumerate(groups, 1):
        verdict, observed = _judge(group, scene)
        observed += around(group, scene, sound=verdict.sound)
        found.append(Attempt(number, group[0].client.host, group, verdict, observed))
    for at, attempt in enumerate(found):
        later = (other for other in found[at + 1 :] if other.client == attempt.client)
        if (following := next(later, None)) is not None:
            attempt.followed_by = following.number
    return found


def _groups(flows: Iterable[Flow]) -> Iterator[list[Flow]]:
    """Split the conversations that sign-on is made of by client, and by quiet or a decision between them."""
    by_client: dict[bytes, list[Flow]] = defaultdict(list)
    for flow in flows:
        if (isinstance(flow.talk, Nrpc) or flow.vp is not None) and (flow.whole or flow.talk.events):
            by_client[flow.client.address].append(flow)
    for own in by_client.values():
        group: list[Flow] = []
        for flow in sorted(own, key=lambda flow: flow.began):
            if group and (_decided(group, flow) or flow.began.when - _word(group) > _QUIET):
                yield group
                group = []
            group.append(flow)
        if group:
            yield group


def _decided(group: list[Flow], following: Flow) -> bool:
    """Whether a community server said yes or no before the next conversation began."""
    for flow in group:
        if (vp := flow.vp) is not None:
            decision = vp.accepted_at or vp.ended_at
            if decision is not None and decision < following.began:
                return True
    return False


def _word(group: list[Flow]) -> int:
    """Give when something last happened that the next conversation may follow from."""
    return max(flow.close.stamp.when if flow.close else max(flow.began.when, *_tries(flow)) for flow in group)


def _tries(flow: Flow) -> list[int]:
    return [stamp.when for stamp in (*flow.syns, *flow.refused)] or [flow.began.when]


def _judge(group: list[Flow], scene: Scene) -> tuple[Verdict, list[Verdict]]:
    """Give the verdict of an attempt, and what its other conversations say."""
    verdicts = [(flow, judge_vp(flow, scene) if flow.vp is not None else judge_nrpc(flow, scene)) for flow in group]
    token_shown = any(vp.login_type == vp_words.TOKEN_LOGIN for flow in group if (vp := flow.vp) is not None)

    def rank(pair: tuple[Flow, Verdict]) -> tuple[int, int]:
        flow, verdict = pair
        is_vp = flow.vp is not None
        if is_vp and verdict.sound:
            return 0, 0
        if verdict.cause is None:
            return (4 if verdict.sound else 3 if is_vp else 5), 0
        # a client that was refused by Domino may fall back to a password: then what came first is the reason
        first = is_vp if token_shown else not is_vp
        return (1 if first else 2), -verdict.sure

    chosen = min(verdicts, key=rank)
    others = [pair for pair in verdicts if pair is not chosen]
    verdict = _whole(chosen, others)
    observed = [
        replace(other, doubt=None) if other.cause is verdict.cause else other  # a doubt is told once
        for _, other in others
        if other.cause is not None
    ]
    observed += [_against(each) for flow, each in verdicts if isinstance(flow.talk, Nrpc) and each.sound]
    failed = {each.cause for _, each in verdicts}
    observed += [each for each in _reached(group) if each.cause not in failed and Cause.SERVER_DOWN not in failed]
    observed += [times for flow in group if (vp := flow.vp) is not None for times in token_times(flow, vp)]
    return verdict, observed


def _whole(chosen: tuple[Flow, Verdict], others: list[tuple[Flow, Verdict]]) -> Verdict:
    """Say of an attempt that only came past Domino that there was no more to see."""
    flow, verdict = chosen
    if flow.vp is not None or not verdict.sound:
        return verdict
    return Verdict(
        text=f"{verdict.text}; no log-in at a community server was captured",
        packets=verdict.packets,
        when=verdict.when,
        names=verdict.names,
        advice="if the log-in failed nevertheless, capture ports 1352 and 1533 together",
    )


def _against(passed: Verdict) -> Verdict:
    """Say of a conversation that went on past the names that Domino's name check was not what failed."""
    return replace(passed, cause=Cause.NAME_CHECK, sure=Sure.LIKELY, supports=False, sound=False)


def _reached(flows: Iterable[Flow]) -> Iterator[Verdict]:
    """Say of each server that took a connection that it was reached."""
    reached = {flow.server: flow for flow in reversed(list(flows)) if flow.from_server.syn is not None}
    for server, flow in reached.items():
        assert flow.from_server.syn is not None
        found = Verdict(
            cause=Cause.SERVER_DOWN,
            supports=False,
            text=f"{server} took the connection",
            packets=(flow.from_server.syn.number,),
            when=flow.from_server.syn.when,
            names=(server.host,),
            strength=Strength.SEEN,
        )
        yield found
        yield replace(found, cause=Cause.NETWORK)
