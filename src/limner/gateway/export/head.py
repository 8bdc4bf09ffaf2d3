"""The first lines of an exported configuration: comments that say how it was written, so that it can be written again.

The options stand there as a shell reads them; none of them is a secret. They are never believed: who reads them writes
the configuration anew, and compares all of it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import takewhile

from limner.gateway.export.plan import Site
from limner.gateway.export.syntax import Comment, rows

ROW = 400  # characters: HAProxy reads 2,048 bytes of a line, and Apache 2.2 8,192, also of a comment
MOST_ROWS = 1000
MOST_IN_ROW = 10_000  # characters of a row that is read: one long path

_WRITTEN = re.compile(r"# Written by `limner policy export ([a-z0-9]+)`\. Change limner\.toml and write it again\.")
_OPTIONS = "Options: "


def comments(
    target: str, site: Site, *, by_rewrite: bool, leave_out: Sequence[str], direct: bool
) -> tuple[Comment, ...]:
    """Give the comments: the target, and the options in as few lines as may be."""
    options = map(_quoted, _options(site, by_rewrite=by_rewrite, leave_out=leave_out, direct=direct))
    return (
        Comment(f"Written by `limner policy export {target}`. Change limner.toml and write it again."),
        *(Comment(_OPTIONS + " ".join(row)) for row in rows(options, ROW, ROW)),
    )


def read(text: str) -> tuple[str, list[str]] | None:
    """Read the target and the options in a configuration's head; None where there is no such head."""
    lines = iter(text.split("\n", MOST_ROWS + 1)[: MOST_ROWS + 1])
    written = _WRITTEN.fullmatch(next(lines)[:200])
    given = [line.removeprefix(f"# {_OPTIONS}") for line in takewhile(_has_options, lines)]
    if written is None or not given or max(map(len, given)) > MOST_IN_ROW:
        return None
    try:
        return written[1], [word for row in given for word in shlex.split(row)]
    except ValueError:  # a quotation mark that is not closed
        return None


def _has_options(line: str) -> bool:
    return line.startswith(f"# {_OPTIONS}")


def _options(site: Site, *, by_rewrite: bool, leave_out: Sequence[str], direct: bool) -> Iterator[str]:
    if by_rewrite:
        yield "--rewrite"
    for option, value in (("--root", site.root), ("--limner", site.limner), ("--server-name", site.name)):
        if value is not None:
            yield from (option, value)
    for listen in site.listen:
        yield from ("--listen", f"{listen.port}" if listen.host == "*" else f"{listen.host}:{listen.port}")
    if site.placeholder is not None:
        yield from ("--placeholder", site.placeholder)
    for name in leave_out:
        yield from ("--leave-out", name)
    if direct:
        yield "--direct"


def _quoted(word: str) -> str:
    """Quote a word as a shell reads it, and part what a server would take for a variable, even in a comment."""
    return re.sub(r"\{(?=\$)|\$(?=\{)", r"\g<0>''", shlex.quote(word))
