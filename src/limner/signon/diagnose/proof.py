"""What keys say of the tokens in a folder, if the user named keys: the only place where a token itself is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from limner.ltpa import Stage, Verifier, load
from limner.signon.diagnose.gather import Gathered
from limner.signon.evidence import Cause, Evidence, Strength, Weight
from limner.signon.token_file import token_in

_CAUSES = {Stage.WRONG_TIME: Cause.TOKEN_EXPIRED}
SOURCE = "the signature, or Domino's secret"


def proof(found: Gathered, key_sets: Sequence[Path], moment: float) -> Iterator[Evidence]:
    """Yield whether the keys prove each token, judged by a Unix time. Raises KeyFileError, SignonError, OSError.

    `key_sets` are files of `limner ltpa import-keys`, which hold no private key.
    """
    if not key_sets or not found.tokens:
        return
    verifier = Verifier([load(file) for file in key_sets], realms=None, ltpa1=True)
    for name, _ in found.tokens:
        examined = verifier.examine(token_in(found.folder / name), moment)
        user = examined.claims.user if examined.claims else None
        whose = f" of {user}" if user else ""
        text = f"the keys given prove the token{whose} in this file" if examined.valid else (
            f"with the keys given the token{whose} in this file is not accepted: {examined.reason}"
        )  # fmt: skip
        yield Evidence(
            file=name,
            cause=_CAUSES.get(examined.stage, Cause.TOKEN_INVALID),
            supports=not examined.valid,
            weight=Weight.SIGN,
            strength=Strength.SEEN,
            source=SOURCE,
            text=text,
            names=(user,) if user else (),
        )
