from __future__ import annotations

from pathlib import Path

import pytest

from limner.ltpa import DominoSecret, KeyFileError, store
from limner.signon.diagnose.gather import gather
from limner.signon.diagnose.proof import proof
from limner.signon.evidence import Cause
from signon.fakes import tokens

SECRET = bytes(range(20))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "domino.keyset"
    store(DominoSecret("domino", SECRET), file)
    return file


@pytest.mark.parametrize(
    ("secret", "moment", "cause", "supports"),
    [
        (SECRET, 1000, Cause.TOKEN_INVALID, False),
        (bytes(20), 1000, Cause.TOKEN_INVALID, True),
        (SECRET, 9000, Cause.TOKEN_EXPIRED, True),
    ],
)
def test_keys_prove_a_token_or_do_not(
    tmp_path: Path, keys: Path, secret: bytes, moment: int, cause: Cause, supports: bool
) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    token = tokens.domino(created=100, expires=7300, secret=secret)
    (folder / "token.txt").write_bytes(token)
    (said,) = proof(gather(folder), [keys], moment)
    assert (said.cause, said.supports, said.file) == (cause, supports, "token.txt")
    assert token.decode() not in repr(said)


def test_without_keys_or_tokens_nothing_is_opened(tmp_path: Path, keys: Path) -> None:
    (tmp_path / "case").mkdir()
    assert list(proof(gather(tmp_path / "case"), [tmp_path / "none"], 0)) == []
    (tmp_path / "case" / "token.txt").write_bytes(tokens.domino(created=100, expires=7300))
    assert list(proof(gather(tmp_path / "case"), [], 0)) == []
    (tmp_path / "none").write_text("no keys")
    with pytest.raises(KeyFileError):
        list(proof(gather(tmp_path / "case"), [tmp_path / "none"], 0))
