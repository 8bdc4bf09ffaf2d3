"""Bar charts as SVG: a row for each thing counted, that a page can hold and a screen reader can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, BAR = 720, 26, 14  # pixels
LABEL, VALUE = 220, 130  # pixels, for the words left and the numbers right of the bars
LETTERS = 26  # of a label; the whole of it is shown when a pointer rests there


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its label, the length of its bar (0 to 1), what is written at its end; `of` is a lighter bar behind it."""

    label: str
    length: float
    value: str
    of: float = 0.0


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Draw rows as an SVG element; every text in it is escaped."""
    height = ROW * len(rows)
    room = WIDTH - LABEL - VALUE
    head = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}"'
    parts = [f'<svg {head} xmlns="http://www.w3.org/2000/svg">']
    for at, row in enumerate(rows):
        top = at * ROW
        short = row.label if len(row.label) <= LETTERS else f"{row.label[: LETTERS - 1]}…"
        middle, start = top + ROW / 2, top + (ROW - BAR) / 2
        parts.append(f"<g><title>{escape(f'{row.label}: {row.value}')}</title>")
        parts.append(f'<text class="label" x="{LABEL - 10}" y="{middle:g}">{escape(short)}</text>')
        for kind, length in (("of", row.of), ("bar", row.length)):
            wide = max(0.0, min(1.0, length)) * room
            if wide:
                size = f'width="{max(wide, 1.5):.1f}" height="{BAR}"'
                parts.append(f'<rect class="{kind}" x="{LABEL}" y="{start:g}" {size} rx="3"/>')
        end = LABEL + max(row.of, row.length) * room + 8
        parts.append(f'<text class="value" x="{end:.1f}" y="{middle:g}">{escape(row.value)}</text></g>')
    return "".join([*parts, "</svg>"])
