"""What can be said of an LTPA token without any key, and without keeping any of its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from limner.ltpa.domino import SMALLEST, is_domino, read_unproved
from limner.ltpa.token import unwrap

Kind = Literal["domino", "ltpa1", "ltpa1 or ltpa2", "not known"]

WORDS: Final = {
    "domino": "a token in Domino's own format (an LTPA 1 token, made with a Domino secret)",
    "ltpa1": "an encrypted LTPA 1 token (made with WebSphere's keys)",
    "ltpa1 or ltpa2": "an encrypted LTPA token (made with WebSphere's keys; its length does not tell version 1 from 2)",
    "not known": "something that is no LTPA token as limner knows them",
}


@dataclass(frozen=True, slots=True)
class TokenSeen:
    """A token that passed by. Times (Unix seconds) and `user` are unproved; only Domino's own format shows them."""

    kind: Kind
    length: int  # bytes, decoded
    user: str | None = None
    created: int | None = None
    expires: int | None = None

    @property
    def words(self) -> str:
        """The kind, for people."""
        return WORDS[self.kind]


def look_at(data: bytes) -> TokenSeen:
    """Tell the kind of a token, given as base64 text or as the bytes that it stands for."""
    try:
        raw = unwrap(data.rstrip(b"\0"))
    except ValueError:
        raw = data
    if is_domino(raw) and len(raw) >= SMALLEST:
        unproved = read_unproved(raw)
        return TokenSeen("domino", len(raw), unproved.user, unproved.created, unproved.expires)
    if raw is data or len(raw) < 64:  # raw bytes show no form, and no real token is so short
        return TokenSeen("not known", len(raw))
    if len(raw) % 16 == 8:
        return TokenSeen("ltpa1", len(raw))
    return TokenSeen("ltpa1 or ltpa2" if len(raw) % 16 == 0 else "not known", len(raw))
