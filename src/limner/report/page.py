"""The report as one page that needs nothing else: no script, no file beside it, no address that is asked."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape

from limner.report.chart import Bar, bars
from limner.report.figures import Duplicate, Figures, Group

GROUPS = 30  # in the chart; the rest is summed up
SHARED = 24  # pictures that several people show, most shared first
NAMES = 8  # people who are named for each of them
MOST = 200  # names in a list of people

STYLE = """
:root { --ink: #1d2430; --dim: #5b6678; --line: #dfe3ea; --paper: #fff; --ground: #f4f6f9; --bar: #2f6f9f;
  --of: #d5e1eb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --dim: #9aa7ba; --line: #303948; --paper: #1b212c;
  --ground: #12161d; --bar: #6aaede; --of: #2c3b4b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.15rem; margin: 0 0 0.2rem; }
p { margin: 0.2rem 0; max-width: 46rem; }
.dim { color: var(--dim); }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.4rem 1.5rem;
  margin-top: 1.25rem; break-inside: avoid; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem; margin-top: 1.5rem; }
.tile { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.2rem; }
.tile b { display: block; font-size: 1.9rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; display: block; margin-top: 0.8rem; }
svg text { font-size: 13px; dominant-baseline: central; fill: var(--ink); }
svg .label { text-anchor: end; }
svg .value { fill: var(--dim); font-variant-numeric: tabular-nums; }
svg .bar { fill: var(--bar); } svg .of { fill: var(--of); }
.shared { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem; margin-top: 1rem; }
.shared div { display: flex; gap: 0.9rem; align-items: flex-start; min-width: 0; }
.shared img { width: 64px; height: 64px; border-radius: 8px; flex: none; background: var(--of); }
.shared span { display: block; font-size: 0.85rem; overflow-wrap: anywhere; }
ul { columns: 16rem; padding-left: 1.1rem; margin: 0.8rem 0 0; font-size: 0.9rem; }
li { overflow-wrap: anywhere; }
@media print { body { background: none; } section, .tile { border-color: #bbb; } }
"""


def page(figures: Figures, picture: Callable[[bytes], bytes | None], made: datetime) -> str:
    """Write the page; `picture` gives a small JPEG of a digest, to show pictures that several people have."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; ",
        'img-src data:"><meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="robots" content="noindex"><title>Photos: who has one</title>',
        f"<style>{STYLE}</style></head><body><main>",
        f'<h1>Who has a photo</h1><p class="dim">As of {made:%Y-%m-%d %H:%M}, by limner</p>',
        _tiles(figures),
        _coverage(figures),
        _ages(figures),
        _sizes(figures),
        _shared(figures.duplicates, picture),
        _people("Too small", [f"{label} (up to {pixels} px)" for label, pixels in figures.small],
                f"Photos whose largest size is below {figures.small_under} pixels look blurred on current screens."),
        _people("Without a photo", figures.missing, "By name; `limner report --csv` has everybody."),
        "</main></body></html>\n",
    ]  # fmt: skip
    return "".join(parts)


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _percent(share: float) -> str:
    """Write a share so that only all is 100 % and only nothing is 0 %."""
    whole = round(share * 100)
    if (whole == 100 and share < 1) or (whole == 0 and share > 0):
        return "over 99 %" if whole else "under 1 %"
    return f"{whole} %"


def _tiles(figures: Figures) -> str:
    shared = sum(one.people for one in figures.duplicates)
    tiles = (
        (_percent(figures.share), "have a photo"),
        (_number(figures.people), "people"),
        (_number(figures.people - figures.with_photo), "without a photo"),
        (_number(shared), "share a picture with others"),
        (_number(len(figures.small)), "have one that is too small"),
    )
    return f'<div class="tiles">{"".join(f"<div class=tile><b>{n}</b>{escape(what)}</div>" for n, what in tiles)}</div>'


def _section(title: str, about: str, body: str) -> str:
    return f'<section><h2>{escape(title)}</h2><p class="dim">{escape(about)}</p>{body}</section>'


def _coverage(figures: Figures) -> str:
    shown, rest = figures.groups[:GROUPS], figures.groups[GROUPS:]
    if rest:
        name = f"{_number(len(rest))} more"
        shown = [*shown, Group(name, sum(each.people for each in rest), sum(each.with_photo for each in rest))]
    rows = [
        Bar(group.name, group.share, f"{_percent(group.share)} of {_number(group.people)}", of=1.0) for group in shown
    ]
    about = f"People with a photo by {figures.by}, those with the least first."
    return _section("Coverage", about, bars(f"Coverage by {figures.by}", rows) if rows else "<p>Nobody yet.</p>")


def _counted(title: str, about: str, counts: Mapping[str, int]) -> str:
    most, whole = max(counts.values(), default=0) or 1, sum(counts.values()) or 1
    rows = [Bar(word, n / most, f"{_number(n)} ({_percent(n / whole)})") for word, n in counts.items()]
    return _section(title, about, bars(title, rows))


def _ages(figures: Figures) -> str:
    about = "When photos last changed, as their sources say it; where they do not, when limner first saw them."
    return _counted("Age", about, figures.ages)


def _sizes(figures: Figures) -> str:
    counts = {f"up to {rung} px": count for rung, count in figures.sizes.items()}
    mean = figures.bytes / figures.pictures / 1000 if figures.pictures else 0
    about = f"The largest size that there is of a photo, in pixels a side; {mean:.0f} kB each on average."
    return _counted("Size", about, counts)


def _shared(duplicates: Sequence[Duplicate], picture: Callable[[bytes], bytes | None]) -> str:
    if not duplicates:
        return ""
    cells = []
    for one in duplicates[:SHARED]:
        small = picture(one.digest)
        image = f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(small).decode()}">' if small else ""
        more = f" and {_number(one.people - NAMES)} more" if one.people > NAMES else ""
        names = escape(", ".join(one.labels[:NAMES]) + more)
        cells.append(f"<div>{image}<p><b>{_number(one.people)} people</b><span class=dim>{names}</span></p></div>")
    rest = len(duplicates) - SHARED
    about = "Often a logo or a placeholder: these people have no photo of their own."
    more = f'<p class="dim">and {_number(rest)} more pictures</p>' if rest > 0 else ""
    return _section("The same picture for several people", about, f'<div class="shared">{"".join(cells)}</div>{more}')


def _people(title: str, labels: Sequence[str], about: str) -> str:
    if not labels:
        return ""
    items = "".join(f"<li>{escape(label)}</li>" for label in labels[:MOST])
    rest = len(labels) - MOST
    more = f'<p class="dim">and {_number(rest)} more</p>' if rest > 0 else ""
    return _section(f"{title} ({_number(len(labels))})", about, f"<ul>{items}</ul>{more}")
