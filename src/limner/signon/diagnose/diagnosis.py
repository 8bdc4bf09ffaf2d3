"""The diagnosis of a folder: the most likely cause first, what speaks for it and against it, what to do next."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from limner.signon.capture.verdict import Kind as CaptureKind
from limner.signon.diagnose.cross import community_hosts, evidence, successes
from limner.signon.diagnose.gather import Gathered, Tell, gather
from limner.signon.diagnose.masking import mask_of, masked
from limner.signon.diagnose.proof import proof
from limner.signon.diagnose.steps import steps
from limner.signon.diagnose.told import SHOWN, Diagnosis, Moment, Named
from limner.signon.diagnose.weigh import Weighed, weigh
from limner.signon.evidence import Evidence

MOST_MOMENTS: Final = 200
_DAY: Final = 86_400  # seconds: what lies further apart may be two stories


def diagnose(
    folder: Path,
    *,
    names: tuple[str, ...] = (),
    communities: tuple[str, ...] = (),
    ports: Mapping[int, str] | None = None,
    keys: Sequence[Path] = (),
    tell: Tell | None = None,
    mask: bool = False,
) -> Diagnosis:
    """Read a folder and say what a log-in most likely failed of. Raises SignonError if it cannot be listed.

    `names` are those that clients ask Domino for, `communities` the community hosts, `ports` as for captures. `keys`
    are key sets to prove tokens by; KeyFileError if one of them is none.
    """
    found = gather(folder, ports, names, tell)
    every = evidence(found, names, communities)
    every += proof(found, keys, max((each.time for each in every if each.time), default=time.time()))
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
    return masked(made, mask_of(found, every, names + communities)) if mask else made


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
