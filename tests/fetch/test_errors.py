"""The error of fetching is one that a user may see."""

from limner.errors import LimnerError
from limner.fetch import FetchError


def test_it_says_why_and_whether_to_ask_again() -> None:
    why = FetchError("a.example: too late", kind="late", hint="wait", status=0, again=True, after=3)
    assert isinstance(why, LimnerError)
    assert (why.message, why.hint, why.kind, why.status, why.again, why.after) == (
        "a.example: too late", "wait", "late", 0, True, 3,
    )  # fmt: skip
