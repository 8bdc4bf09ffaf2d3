"""Who can talk with whom as one HTML page: no script, nothing from elsewhere, every text escaped."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from pathlib import Path
from typing import Final

from limner import whole
from limner.cell.errors import CellError
from limner.cell.reach.matrix import Pair, Reach
from limner.cell.suites import Answer

MARK: Final = "<!-- limner cell reach -->"
MOST: Final = 36  # columns or rows of single processes; of more than these, processes are put together by role
LISTED: Final = 200  # pairs that are told of one by one
_STYLE: Final = """
:root { --ink: #1c2430; --soft: #5a6675; --line: #d9dfe7; --paper: #fff; --wash: #f5f7fa;
  --good: #1d7a46; --good-wash: #e4f3ea; --bad: #b3261e; --bad-wash: #fbe4e2; --warm: #8a5a00; --warm-wash: #fbf0d9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa7b6; --line: #39424f; --paper: #14181e;
  --wash: #1c222b; --good: #62c48c; --good-wash: #1b3226; --bad: #ff8a80; --bad-wash: #431e1c; --warm: #e5b454;
  --warm-wash: #3a2f17; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 110rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1rem; font-weight: 600; color: var(--soft); margin: 0; }
.headline { font-size: 1.6rem; line-height: 1.25; font-weight: 650; margin: .25rem 0 1rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; }
.matrix th, .matrix td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: center; }
.matrix thead th { vertical-align: bottom; font-weight: 600; }
.matrix thead th > span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
.matrix tbody th { text-align: left; font-weight: 600; white-space: nowrap; position: sticky; left: 0;
  background: var(--paper); }
small { display: block; color: var(--soft); font-weight: 400; }
td.yes { background: var(--good-wash); color: var(--good); }
td.no { background: var(--bad-wash); color: var(--bad); font-weight: 700; }
td.open { background: var(--warm-wash); color: var(--warm); }
td.idle { opacity: .75; border-style: dotted; }
.pair { border: 1px solid var(--line); border-left: .3rem solid var(--warm); border-radius: .4rem; padding: .7rem 1rem;
  margin: .8rem 0; background: var(--wash); overflow-wrap: anywhere; }
.pair.no { border-left-color: var(--bad); }
.pair p { margin: 0; font-weight: 600; } dl { display: grid; grid-template-columns: 6rem 1fr; gap: .1rem .8rem;
  margin: .4rem 0 0; font-size: .9rem; } dt { color: var(--soft); } dd { margin: 0; }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
@media print { body { max-width: none; padding: 0; } .pair { break-inside: avoid; } }
"""
_WORDS: Final = {Answer.YES: "yes", Answer.NO: "no", Answer.OPEN: "open"}


def page(found: Reach) -> str:
    """Give the page."""
    no, unsure, yes = (found.needed(answer) for answer in (Answer.NO, Answer.OPEN, Answer.YES))
    headline = f"{len(yes)} of {len(no) + len(unsure) + len(yes)} pairs that must talk can"
    headline += f", {len(no)} cannot" if no else ""
    headline += f", {len(unsure)} are open" if unsure else ""
    parts = [
        "<!doctype html>",
        MARK,
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # nothing may be loaded or run, whatever got into the page
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="referrer" content="no-referrer">',
        f"<title>Cell {escape(found.cell)}: who can talk with whom</title><style>{_STYLE}</style></head><body>",
        f'<header><h1>Cell {escape(found.cell)}: who can talk with whom</h1><p class="headline">{escape(headline)}</p>',
        "<p>A row calls, a column is called. Dotted: nobody said that it must be able to.</p></header><main>",
        _matrix(found.pairs),
        *_listed("Cannot talk", no),
        *_listed("Open", unsure),
    ]
    if found.notes:
        parts.append("<h2>To be known</h2><ul>" + "".join(f"<li>{escape(note)}</li>" for note in found.notes) + "</ul>")
    roles = "".join(
        f"<tr><td>{escape(label)}</td><td>{escape(role)}</td><td>{'' if given else 'guessed by its name'}</td></tr>"
        for label, role, given in found.roles[:LISTED]
    )
    parts.append(f"<h2>What the servers are for</h2><table class=matrix><tbody>{roles}</tbody></table>")
    parts.append(
        f"</main><footer>Made by <code>limner cell reach</code>, certificates as of {found.at:%Y-%m-%d %H:%M %Z}. "
        "Worked out from what is configured; no connection was made.</footer></body></html>"
    )
    return "\n".join(parts) + "\n"


def write_page(found: Reach, file: Path) -> None:
    """Write the page, whole or not at all; only an older page of ours is replaced. Raises CellError."""
    try:
        strange = file.is_file() and MARK not in file.read_bytes()[:4096].decode("utf-8", "replace")
    except OSError as why:
        raise CellError(f"cannot write {file}: {why.strerror}") from None
    if strange:
        raise CellError(f"{file} is there already, and is no such page", hint="name another file, or move that one")
    whole.write(file, page(found), 0o600, CellError)


def _matrix(pairs: tuple[Pair, ...]) -> str:
    single = (
        len({pair.caller for pair in pairs}) <= MOST and len({(pair.target, pair.endpoint) for pair in pairs}) <= MOST
    )
    cells: dict[tuple[str, str], dict[tuple[str, str], list[Pair]]] = defaultdict(lambda: defaultdict(list))
    columns: dict[tuple[str, str], None] = {}
    for pair in pairs:
        together = not single and pair.caller_role != "outside"
        row = (f"every {pair.caller_role}", "") if together else (pair.caller, pair.caller_role)
        column = (pair.target, pair.endpoint) if single else (f"every {pair.target_role}", pair.endpoint)
        columns[column] = None
        cells[row][column].append(pair)
    ordered = sorted(columns)
    head = "".join(f"<th><span>{escape(name)}<small>{escape(more)}</small></span></th>" for name, more in ordered)
    rows = []
    for (name, role), found in cells.items():
        told = "".join(_cell(found.get(column, [])) for column in ordered)
        rows.append(f"<tr><th>{escape(name)}<small>{escape(role)}</small></th>{told}</tr>")
    body = "".join(rows)
    table = f"<thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table class="matrix">{table}</table></div>'


def _cell(pairs: list[Pair]) -> str:
    """Show the worst of the pairs that come together in one place."""
    if not pairs:
        return "<td></td>"
    order = (Answer.NO, Answer.OPEN, Answer.YES)
    worst = min(pairs, key=lambda pair: (not pair.needed, order.index(pair.answer)))
    count = sum(pair.answer is worst.answer for pair in pairs)
    text = worst.outcome.protocol.value if worst.outcome.protocol else "no"
    text += "?" if worst.answer is Answer.OPEN else ""
    more = f"<small>{count} of {len(pairs)}</small>" if len(pairs) > 1 and count < len(pairs) else ""
    suite = worst.outcome.suite.name if worst.outcome.suite else ""
    told = [*([suite] * bool(suite)), *(each.text for each in worst.outcome.refusals), *worst.outcome.uncertain]
    title = "; ".join(told)
    kind = _WORDS[worst.answer] + ("" if worst.needed else " idle")
    return f'<td class="{kind}" title="{escape(title)}">{escape(text)}{more}</td>'


def _listed(title: str, pairs: list[Pair]) -> list[str]:
    if not pairs:
        return []
    parts = [f"<h2>{title}</h2>"]
    for pair in pairs[:LISTED]:
        rows = [("why", each.text) for each in pair.outcome.refusals]
        rows += [("open", each) for each in pair.outcome.uncertain]
        rows += [("caller", pair.caller_setting), ("called", pair.target_setting), ("needed", pair.why)]
        told = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows)
        who = f"{pair.caller} \N{RIGHTWARDS ARROW} {pair.target} {pair.endpoint}"
        parts.append(f'<section class="pair {_WORDS[pair.answer]}"><p>{escape(who)}</p><dl>{told}</dl></section>')
    if len(pairs) > LISTED:
        parts.append(f"<p>... and {len(pairs) - LISTED} more.</p>")
    return parts
