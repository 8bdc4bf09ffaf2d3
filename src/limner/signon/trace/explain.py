"""What the attempts of a trace mean, in sentences and as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from limner.signon.evidence import Cause, Evidence, Strength, Weight
from limner.signon.names import same_server
from limner.signon.trace.attempts import Attempt, Result
from limner.signon.trace.messages import messages

HEADERS: Final = "Notes C API headers, trace texts"
INCIDENT: Final = "collaborationben.com, Sametime and NETWORK_SPRAYER_ADDRESS (2016)"
CACHE: Final = "Domino administration guide, changing a server's IP address"
SLOW: Final = 8.0  # seconds that only an attempt takes that nobody answers
FAST: Final = 3.0  # seconds within which a closed port is told


def explain(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Give the attempts, each with its explanation."""
    return [replace(attempt, explanation=_explanation(attempts, at)) for at, attempt in enumerate(attempts)]


def _explanation(attempts: Sequence[Attempt], at: int) -> str:
    attempt = attempts[at]
    asked = attempt.name or "what was asked for"
    match attempt.result:
        case Result.WRONG_SERVER:
            if attempt.remembered:
                return (
                    f"at an address that the client remembered, {attempt.server} answered, and {asked} is not one of "
                    "its names: the address may belong to another server by now"
                )
            return (
                f"the address leads to {attempt.server}, and {asked} is not one of its names: network and server are "
                "up, the name was refused"
            )
        case Result.CONNECTED:
            return f"{attempt.server or asked} answered and took the name"
        case Result.NO_ANSWER:
            return "nothing answered at the address" + (" that the client remembered" if attempt.remembered else "")
        case Result.FAILED:
            if _refused_before(attempts, at) is not None:
                return (
                    "after a refused name the client tries again, and then says that the server does not respond: "
                    "that is not a server that is down"
                )
            said = next((found.message.words for found in messages(attempt.reason or "")), None)
            return said or (attempt.reason or "no way to the server was found")
    answered = f"{attempt.server} answered; " if attempt.server else ""
    return f"{answered}the trace does not tell how it ended"


def _refused_before(attempts: Sequence[Attempt], at: int) -> Attempt | None:
    """Give the refusal shortly before an attempt for the same name, None if there was none."""
    name = attempts[at].name
    for before in reversed(attempts[max(0, at - 4) : at]):
        if name and before.name and not same_server(name, before.name):
            return None
        if before.result is Result.CONNECTED:
            return None
        if before.result is Result.WRONG_SERVER:
            return before
    return None


def evidence(file: str, attempts: Sequence[Attempt]) -> Iterator[Evidence]:
    """Yield what the attempts say about causes."""
    for at, attempt in enumerate(attempts):
        match attempt.result:
            case Result.WRONG_SERVER:
                yield from _wrong_server(file, attempts, at)
            case Result.CONNECTED:
                yield from _connected(file, attempts, at)
            case Result.NO_ANSWER | Result.FAILED:
                yield from _failed(file, attempts, at)


def _of(
    file: str, attempt: Attempt, cause: Cause, text: str, weight: Weight, *also: str | None, **more: object
) -> Evidence:
    """Make evidence of an attempt; `also` are names of others that the text may hold."""
    first, last = attempt.lines
    place = f"line {first}" if first == last else f"lines {first}-{last}"
    names = [each for each in (attempt.name, attempt.address, attempt.server, *also) if each and each in text]
    made = Evidence(file=file, place=place, time=attempt.begun, cause=cause, text=text, weight=weight, source=HEADERS)
    return replace(made, names=tuple(dict.fromkeys(names)), **more)  # type: ignore[arg-type]


def _wrong_server(file: str, attempts: Sequence[Attempt], at: int) -> Iterator[Evidence]:
    attempt = attempts[at]
    asked = f"when asked for {attempt.name}" if attempt.name else "when asked for another name"
    where = f" at {attempt.address}" if attempt.address else ""
    text = f"{attempt.server}{where} answered {asked}, and the client calls it the wrong server"
    conclusive = Weight.SIGN if attempt.remembered else Weight.CONCLUSIVE
    yield _of(file, attempt, Cause.NAME_CHECK, text, conclusive)
    answered = f"{attempt.server} answered{where}"
    for cause in (Cause.SERVER_DOWN, Cause.NETWORK, Cause.UNRESOLVED):
        yield _of(file, attempt, cause, answered, Weight.STRONG, supports=False)
    if attempt.remembered:
        remembered = f"the address {attempt.address} was remembered from an earlier day's success"
        yield _of(file, attempt, Cause.CACHED_ADDRESS, remembered, Weight.STRONG, strength=Strength.SAID, source=CACHE)


def _connected(file: str, attempts: Sequence[Attempt], at: int) -> Iterator[Evidence]:
    attempt = attempts[at]
    said = f"{attempt.server or attempt.name or 'the server'} was reached" + (
        f" at {attempt.address}" if attempt.address else ""
    )
    for cause in (Cause.NAME_CHECK, Cause.NETWORK, Cause.SERVER_DOWN):
        yield _of(file, attempt, cause, said, Weight.SIGN, supports=False)
    stale = next((each for each in attempts[max(0, at - 4) : at] if _is_stale(each, attempt)), None)
    if stale is not None:
        text = f"the remembered address {stale.address} failed, and {attempt.address or 'another one'} worked at once"
        yield _of(
            file,
            stale,
            Cause.CACHED_ADDRESS,
            text,
            Weight.STRONG,
            attempt.address,
            strength=Strength.SAID,
            source=CACHE,
        )


def _is_stale(before: Attempt, after: Attempt) -> bool:
    same = not (before.name and after.name) or same_server(before.name, after.name)
    return before.remembered and before.result is not Result.CONNECTED and before.address != after.address and same


def _failed(file: str, attempts: Sequence[Attempt], at: int) -> Iterator[Evidence]:
    attempt = attempts[at]
    if (refused := _refused_before(attempts, at)) is not None:
        text = f"the attempt that does not respond follows one that {refused.server} refused"
        for cause in (Cause.SERVER_DOWN, Cause.NETWORK):
            yield _of(
                file,
                attempt,
                cause,
                text,
                Weight.HINT,
                refused.server,
                supports=False,
                strength=Strength.SAID,
                source=INCIDENT,
            )
        return
    where = attempt.address or attempt.name or "the server"
    if attempt.remembered:
        text = f"nothing answered at {where}, an address that the client remembered"
        yield _of(file, attempt, Cause.CACHED_ADDRESS, text, Weight.SIGN, strength=Strength.SAID, source=CACHE)
    known = list(messages(attempt.reason or ""))
    for found in known:
        if found.message.cause not in (Cause.SERVER_DOWN, Cause.NETWORK):
            yield _of(file, attempt, found.message.cause, f"{found.message.words} ({where})", found.message.weight)
    if known and all(found.message.cause not in (Cause.SERVER_DOWN, Cause.NETWORK) for found in known):
        return
    yield from _silent(file, attempt, where)


def _silent(file: str, attempt: Attempt, where: str) -> Iterator[Evidence]:
    """Yield what an attempt without an answer says: how long it took tells a closed port from a filtered one."""
    took = attempt.seconds
    text = f"nothing answered at {where}"
    down = network = Weight.SIGN
    strength = Strength.SEEN
    if took is not None and took >= SLOW:
        text, down, strength = f"{text} for {took:.0f} seconds: packets are dropped", Weight.HINT, Strength.INFERRED
    elif took is not None and 0 <= took <= FAST:
        text, network, strength = f"{text}, told at once: nothing listens", Weight.HINT, Strength.INFERRED
    yield _of(file, attempt, Cause.SERVER_DOWN, text, down, strength=strength)
    yield _of(file, attempt, Cause.NETWORK, text, network, strength=strength)
