"""What a handler gives that has judged a visit itself, and knows what is to be noted down of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from limner.policy import Verdict
    from limner.web.answers import Answer
    from limner.web.forms.ask import Ask


class Judged(NamedTuple):
    """An answer, with the verdict, the face and the address (without credentials) that it is about, and the outcome."""

    answer: Answer
    verdict: Verdict
    ask: Ask | None
    asked: bytes
    result: bytes
