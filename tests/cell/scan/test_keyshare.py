"""Keys of TLS 1.3: both sides get the same secret, and rubbish is refused."""

from __future__ import annotations

import pytest

from limner.cell.scan.keyshare import GROUPS, KeyShare


@pytest.mark.parametrize("group", GROUPS)
def test_both_sides_agree(group: int) -> None:
    one, other = KeyShare.make(group), KeyShare.make(group)
    assert one.agree(other.public) == other.agree(one.public)
    for wrong in (b"", b"\x04", bytes(32), bytes(65), one.public[:-1]):
        with pytest.raises(ValueError):
            one.agree(wrong)
