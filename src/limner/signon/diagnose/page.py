"""A diagnosis as one HTML page, to be attached to a ticket: no script, nothing from elsewhere, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Final

from limner import whole
from limner.signon.diagnose.kinds import REPORT_MARK
from limner.signon.diagnose.told import SHOWN, Diagnosis, Named, clock
from limner.signon.errors import SignonError
from limner.signon.evidence import Evidence, Strength, Weight
from limner.signon.reading import head

_STYLE: Final = """
:root { --ink: #1c2430; --soft: #5a6675; --line: #d9dfe7; --paper: #fff; --wash: #f5f7fa;
  --good: #1d7a46; --bad: #b3261e; --warm: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa7b6; --line: #39424f; --paper: #14181e;
  --wash: #1c222b; --good: #62c48c; --bad: #ff8a80; --warm: #e5b454; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1rem; font-weight: 600; color: var(--soft); margin: 0; }
.headline { font-size: 1.6rem; line-height: 1.25; font-weight: 650; margin: .25rem 0 1rem; }
.headline::first-letter { text-transform: uppercase; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: .95rem; margin: 1.1rem 0 .3rem; color: var(--soft); font-weight: 600; }
.cause { border: 1px solid var(--line); border-left: .3rem solid var(--soft); border-radius: .4rem;
  padding: .9rem 1.1rem; margin: 1rem 0; background: var(--wash); }
.cause.first { border-left-color: var(--bad); }
.cause > p:first-child { margin: 0; font-weight: 600; }
.sure { display: inline-block; font-size: .8rem; font-weight: 600; border: 1px solid currentColor; border-radius: 1rem;
  padding: .05rem .6rem; margin-right: .5rem; color: var(--soft); }
.first .sure { color: var(--bad); }
ul, ol { margin: .2rem 0; padding-left: 1.3rem; }
li { margin: .3rem 0; }
.where { color: var(--soft); font-size: .85rem; display: block; }
.sign { font-weight: 700; }
.for .sign { color: var(--bad); } .against .sign { color: var(--good); }
code { font-family: ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: .9em;
  background: var(--paper); border: 1px solid var(--line); border-radius: .25rem; padding: 0 .25rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; } td.time { width: 7rem; font-variant-numeric: tabular-nums; }
.problem { color: var(--warm); } .good { color: var(--good); }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
@media print { body { max-width: none; padding: 0; } .cause { break-inside: avoid; } }
"""
_STRENGTHS: Final = {
    Strength.SEEN: "the fact behind it was tested, or read in a real source",
    Strength.SAID: "the fact behind it is from a document or a report",
    Strength.INFERRED: "the fact behind it is inferred, and was not tested",
    Strength.UNCONFIRMED: "the fact behind it is not confirmed",
}
_WEIGHTS: Final = {
    Weight.HINT: "a hint", Weight.SIGN: "a sign", Weight.STRONG: "a strong sign", Weight.CONCLUSIVE: "conclusive"
}  # fmt: skip


def page(made: Diagnosis, now: datetime | None = None) -> str:
    """Give the page. `now` is when it was made."""
    when = (now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC")
    likely = [named for named in made.causes if named.weighed.sure in SHOWN]
    rest = [named for named in made.causes if named.weighed.sure not in SHOWN]
    parts = [
        "<!doctype html>",
        REPORT_MARK,
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # nothing may be loaded or run, whatever got into the page
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="referrer" content="no-referrer">',
        f"<title>Single sign-on: {escape(made.headline)}</title><style>{_STYLE}</style></head><body>",
        f'<header><h1>Single sign-on, why it fails</h1><p class="headline">{escape(made.headline)}</p></header><main>',
        *(_cause(named, first=at == 0) for at, named in enumerate(likely)),
    ]
    if made.sound:
        parts.append("<h2>What went well</h2><ul>" + "".join(_sound(*each) for each in made.sound[:20]) + "</ul>")
    if made.moments:
        parts.append(_moments(made))
    if rest:
        parts.append("<h2>Looked at, and unlikely</h2>")
        parts += [_cause(named, first=False) for named in rest]
    if made.notes:
        parts.append("<h2>To be known</h2><ul>" + "".join(f"<li>{escape(note)}</li>" for note in made.notes) + "</ul>")
    parts.append(_files(made))
    masked = (
        " Names and addresses are masked: the same word stands for the same name everywhere." if made.masked else ""
    )
    parts.append(
        f"</main><footer>Made by <code>limner signon diagnose</code>, {escape(when)}, from {len(made.files)} files."
        f"{masked} Tokens and keys are never shown.</footer></body></html>"
    )
    return "\n".join(parts) + "\n"


def write_page(made: Diagnosis, file: Path) -> None:
    """Write the page, whole or not at all; only an older page of ours is replaced. Raises SignonError."""
    if file.is_file() and REPORT_MARK.encode() not in head(file):
        raise SignonError(f"{file} is there already, and is no such page", hint="name another file, or move that one")
    whole.write(file, page(made), 0o600, SignonError)


def _cause(named: Named, *, first: bool) -> str:
    weighed = named.weighed
    parts = [
        f'<section class="cause{" first" if first else ""}">',
        f'<p><span class="sure">{weighed.sure}</span>{escape(_sentence(weighed.cause.words))}</p>',
        _evidence("for", "What speaks for it", "+", weighed.speaks_for),
        _evidence("against", "What speaks against it", "\N{MINUS SIGN}", weighed.speaks_against),
    ]
    if named.steps:
        steps = "".join(f"<li>{_commands(step)}</li>" for step in named.steps)
        parts.append(f"<h3>What to do next</h3><ol>{steps}</ol>")
    return "".join(parts) + "</section>"


def _evidence(kind: str, title: str, sign: str, found: Iterable[Evidence]) -> str:
    items = []
    for each in found:
        where = [each.file, each.place, clock(each.time), _WEIGHTS[each.weight], _STRENGTHS[each.strength]]
        source = f"; {each.source}" if each.source else ""
        told = escape(", ".join(part for part in where if part) + source)
        items.append(f'<li>{escape(_sentence(each.text))}<span class="where">{told}</span></li>')
    if not items:
        return f"<h3>{title}</h3><p>Nothing.</p>" if kind == "against" else ""
    return f'<div class="{kind}"><h3><span class="sign">{sign}</span> {title}</h3><ul>{"".join(items)}</ul></div>'


def _sound(file: str, text: str) -> str:
    return f'<li class="good">{escape(text)}<span class="where">{escape(file)}</span></li>'


def _moments(made: Diagnosis) -> str:
    rows = "".join(
        f'<tr><td class="time">{escape(_split(clock(each.time)))}</td><td>{escape(_sentence(each.text))}'
        f'<span class="where">{escape(each.file)}, {escape(each.place)}</span></td></tr>'
        for each in made.moments
    )
    return f"<h2>What happened, in order</h2><table><tr><th>UTC</th><th>what</th></tr>{rows}</table>"


def _files(made: Diagnosis) -> str:
    rows = "".join(
        f"<tr><td>{escape(seen.name)}</td><td>{escape(seen.kind)}</td>"
        f"<td{' class=problem' if seen.problem else ''}>{escape(seen.problem or seen.about)}</td></tr>"
        for seen in made.files
    )
    return f"<h2>The files</h2><table><tr><th>file</th><th>is</th><th>holds</th></tr>{rows}</table>"


def _sentence(text: str) -> str:
    """Give a sentence its capital, unless it begins with a name, and its full stop."""
    first = text.split(" ", 1)[0]
    text = text[:1].upper() + text[1:] if first.isalpha() else text
    return text + ("" if text.endswith((".", "?")) else ".")


def _split(moment: str | None) -> str:
    """Give a time that may be broken between its day and its hour."""
    return (moment or "").replace("T", " ").removesuffix("Z")


def _commands(text: str) -> str:
    """Escape a text, with what stands between back ticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if at % 2 else piece for at, piece in enumerate(pieces))
