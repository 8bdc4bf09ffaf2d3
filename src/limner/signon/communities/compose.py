"""A new file for a move: strict, in the words of HCL's tables, with nothing in it that is not needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import quoteattr

from limner.signon.communities import vocabulary as words
from limner.signon.communities.check import check
from limner.signon.communities.config import parse_config
from limner.signon.communities.finding import Finding, Severity
from limner.signon.errors import SignonError
from limner.signon.names import same_host

KINDS: Final = ("update", "reset", "add", "delete", "consolidate")


@dataclass(frozen=True, slots=True)
class Move:
    """What is to happen: `kind` is one of KINDS; `old` are hosts that are left, `new` is where clients go.

    `settings` are attributes of the new community, in the words of the file; `restart`, `same_user` and `anew` are the
    action's restart, applyDefaultCommunityUsername and createNewConfig.
    """

    kind: str
    old: tuple[str, ...] = ()
    new: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    restart: bool | None = None
    same_user: bool = False
    anew: bool = False


def compose(move: Move) -> bytes:
    """Make the file of a move. Raises SignonError for one that clients could not carry out."""
    _sensible(move)
    rows: list[str] = []
    actions: list[str] = []
    if move.kind in ("update", "consolidate"):
        for host in move.old:
            moved = {"newHost": move.new} if move.new else {}
            rows.append(_tag(words.COMMUNITY, {"id": host, "host": host, **moved, **move.settings}))
            actions.append(_action("update", host, {"restart": move.restart}))
    else:
        host = move.new or move.old[0]
        settings = {} if move.kind == "delete" else move.settings
        rows.append(_tag(words.COMMUNITY, {"id": host, "host": host, **settings}))
        options = {"applyDefaultCommunityUsername": move.same_user or None, "createNewConfig": move.anew or None}
        actions.append(_action(move.kind, host, options))
    root = {words.OVERLAPPING: "true"} if move.kind == "consolidate" else {}
    body = "".join(f"  {row}\n" for row in (*rows, *actions))
    opened = _tag(words.ROOT, root).removesuffix("/>")
    raw = f'<?xml version="1.0" encoding="UTF-8"?>\n{opened}>\n{body}</{words.ROOT}>\n'.encode()
    for found in findings(raw):
        if found.severity is Severity.ERROR:
            raise SignonError(found.message, hint=found.fix)
    return raw


def findings(raw: bytes) -> list[Finding]:
    """Give what `check` finds about a file that was made here."""
    return check(parse_config(raw, words.NAME))


def _sensible(move: Move) -> None:
    if move.kind not in KINDS:
        raise SignonError(f"there is no move {move.kind!r}", hint=f"there are: {', '.join(KINDS)}")
    needs_old, needs_new = (
        move.kind in ("update", "delete", "consolidate"),
        move.kind in ("reset", "add", "consolidate"),
    )
    if needs_old and not move.old:
        raise SignonError(f"{move.kind}: which host do clients have now?", hint="give --from HOST")
    if needs_new and not move.new:
        raise SignonError(f"{move.kind}: where do clients go?", hint="give --to HOST")
    if move.kind == "update" and not move.new and not move.settings:
        raise SignonError("update: nothing is to change", hint="give --to HOST, or settings")
    if move.kind in ("update", "delete") and len(move.old) > 1:
        raise SignonError(f"{move.kind}: one host at a time", hint="several hosts become one with `consolidate`")
    if move.kind == "consolidate" and len(move.old) < 2:
        raise SignonError("consolidate: that is for two hosts or more", hint="give --from once for each; else `update`")
    if move.kind in ("reset", "add") and move.old:
        raise SignonError(f"{move.kind}: the old host does not matter", hint="leave --from out")
    if move.kind == "delete" and (move.new or move.settings):
        raise SignonError("delete: only --from counts", hint="leave --to and the settings out")
    if move.new and any(same_host(host, move.new) for host in move.old):
        raise SignonError(f"{move.new} is both old and new", hint="leave it out of --from")
    if len({host.casefold() for host in move.old}) < len(move.old):
        raise SignonError("a host is given twice", hint="give each --from once")
    for asked, kind, option in (
        (move.restart is not None, ("update", "consolidate"), "--restart"),
        (move.same_user, ("add",), "--same-user-name"),
        (move.anew, ("reset",), "--create-new-config"),
    ):
        if asked and move.kind not in kind:
            raise SignonError(f"{option} counts with {' and '.join(kind)} only", hint=f"leave {option} out")
    if move.anew and move.settings.get("loginByToken") == "true":
        raise SignonError(
            "createNewConfig empties the user name, which people then have to type before a token can help",
            hint="leave --create-new-config out: a reset keeps user name and connection",
        )


def _action(kind: str, host: str, options: Mapping[str, bool | None]) -> str:
    more = {name: "true" if value else "false" for name, value in options.items() if value is not None}
    return _tag(words.ACTION, {"type": kind, "managed-community-id": host, **more})


def _tag(name: str, attributes: Mapping[str, str | None]) -> str:
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value is not None)
    return f"<{name}{said}/>"
