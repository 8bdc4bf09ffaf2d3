"""The diagnosis of a folder: the most likely cause first, what speaks for it and against it, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from limner.signon.capture.verdict import Kind as CaptureKind
from limner.signon.diagnose.cross import community_hosts, evidence, successes
from limner.signon.diagnose.gather import Gathered, Seen, Tell, gather
from limner.signon.diagnose.steps import steps
from limner.signon.diagnose.weigh import Sure, Weighed, weigh
from limner.signon.evidence import Evidence
from limner.signon.mask import Mask

MOST_MOMENTS: Final = 200
_DAY: Final = 86_400  # seconds: what lies further apart may be two stories
SHOWN: Final = (Sure.CERTAIN, Sure.LIKELY, Sure.POSSIBLE)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, in one sentence; `time` is in Unix seconds."""

    time: float
    file: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A cause with its weight, and what to do next about it."""

    weighed: Weighed
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that can be said of a folder. `causes` are ordered; what is only unlikely stands at the end.

    `headline` is one sentence without its full stop. `known` says whether a cause was found.
    """

    folder: str
    headline: str
    known: bool
    causes: tuple[Named, ...]
    sound: tuple[tuple[str, str], ...]
    moments: tuple[Moment, ...]
    files: tuple[Seen, ...]
    notes: tuple[str, ...]
    masked: bool = False

    @property
    def wanting(self) -> bool:
        """Whether something was found wanting, or nothing that shows a sound log-in."""
        return self.known or not self.sound

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "folder": self.folder,
            "headline": self.headline,
            "known": self.known,
            "causes": [_cause(named) for named in self.causes],
            "sound": [{"file": file, "text": text} for file, text in self.sound],
            "moments": [
                {"time": clock(each.time), "file": each.file, "place": each.place, "text": each.text}
                for each in self.moments
            ],
            "files": [
                {"name": seen.name, "kind": seen.kind.value, "about": seen.about, "problem": seen.problem}
                for seen in self.files
            ],
            "notes": list(self.notes),
            "masked": self.masked,
        }


def diagnose(
    folder: Path,
    *,
    names: tuple[str, ...] = (),
    communities: tuple[str, ...] = (),
    ports: Mapping[int, str] | None = None,
    tell: Tell | None = None,
    mask: bool = False,
) -> Diagnosis:
    """Read a folder and say what a log-in most likely failed of. Raises SignonError if it cannot be listed.

    `names` are those that clients ask Domino for, `communities` the community hosts, `ports` as for captures.
    """
    found = gather(folder, ports, names, tell)
    every = evidence(found, names, communities)
    symptoms = {trace.file for trace in found.traces} | {report.reading.file for report in found.captures}
    weighed = weigh(every, symptoms)
    causes = tuple(Named(each, tuple(steps(each.cause, found, names))) for each in weighed)
    good = tuple(successes(found))
    best = weighed[0] if weighed and weighed[0].sure in SHOWN else None
    shown = any(each.file in symptoms for cause in weighed for each in cause.speaks_for)
    made = Diagnosis(
        folder=str(folder),
        headline=_headline(best, shown=shown, sound=bool(good)),
        known=best is not None,
        causes=causes,
        sound=good,
        moments=tuple(_moments(found)),
        files=tuple(found.files),
        notes=tuple(_notes(found, every, shown=shown)),
    )
    return masked(made, _mask(found, every, names + communities)) if mask else made


def clock(moment: float | None) -> str | None:
    """Give a time as ISO 8601 has it, to the millisecond."""
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return f"{moment} s"


def _headline(best: Weighed | None, *, shown: bool, sound: bool) -> str:
    if best is None and sound:
        return "nothing failed, as far as these files show: a log-in came to a good end"
    if best is None:
        return "not known: nothing in these files says what a log-in failed of"
    if not shown:
        return f"no failed log-in was seen; one would fail, possibly, because {best.cause.words}"
    return f"{best.sure}: {best.cause.words}"


def _notes(found: Gathered, every: list[Evidence], *, shown: bool) -> list[str]:
    """Say what whoever reads the diagnosis should know of its grounds."""
    notes = [f"{report.reading.file}: {note}" for report in found.captures for note in report.reading.about.notes]
    notes += [f"{ini.file}: {doubt}" for ini in found.inis for doubt in ini.doubts]
    if found.left_out:
        notes.append(f"{found.left_out} files were left unread")
    if not found.captures and not found.traces:
        notes.append("there is neither a trace nor a capture: what happened was not seen, only what is set")
    elif not shown:
        notes.append("the traces and captures show no failure; was the log-in tried while they ran?")
    days = {int(each.time // _DAY) for each in every if each.time and each.supports}
    if len(days) > 1:
        notes.append("the files tell of different days: they may be of different failures")
    if found.sso and not community_hosts(found):
        notes.append(
            "the community's host name is not known: give it with --community, to compare the token's DNS domain"
        )
    for report in found.captures:
        unknown = [one for one in report.attempts if one.verdict.kind is CaptureKind.NOT_KNOWN]
        notes += [f"{report.reading.file}: attempt {one.number}: {one.verdict.text}" for one in unknown[:5]]
    return notes


def _moments(found: Gathered) -> list[Moment]:
    """Give what happened, in order, of all files whose clock is known."""
    moments = [
        Moment(attempt.begin / 1e9, report.reading.file, attempt.verdict.place, attempt.verdict.text)
        for report in found.captures
        for attempt in report.attempts
    ]
    for trace in found.traces:
        for each in trace.attempts:
            if each.begun is not None:
                asked = each.name or "a server"
                at = f" at {each.address}" if each.address else ""
                text = f"the client asks for {asked}{at}: {each.result}{f' ({each.server})' if each.server else ''}"
                moments.append(Moment(each.begun, trace.file, f"lines {each.lines[0]}-{each.lines[1]}", text))
        moments += [
            Moment(said.time, trace.file, f"line {said.line}", said.found.message.words)
            for said in trace.said
            if said.time is not None
        ]
    return sorted(moments, key=lambda each: each.time)[:MOST_MOMENTS]


def _cause(named: Named) -> dict[str, Any]:
    weighed = named.weighed
    return {
        "cause": weighed.cause.value,
        "words": weighed.cause.words,
        "sure": weighed.sure.value,
        "score": weighed.score,
        "for": [each.as_dict() for each in weighed.speaks_for],
        "against": [each.as_dict() for each in weighed.speaks_against],
        "next": list(named.steps),
    }


def _mask(found: Gathered, every: list[Evidence], told: tuple[str, ...]) -> Mask:
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
    files = {seen.name: f"file-{number}{Path(seen.name).suffix}" for number, seen in enumerate(made.files, 1)}

    def plain(text: str) -> str:
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
                name=files[seen.name],
                about=plain(seen.about),
                problem=plain(seen.problem) if seen.problem else None,
            )
            for seen in made.files
        ),
        notes=tuple(map(plain, made.notes)),
        masked=True,
    )
