"""Keys that change while the door is open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from joserfc import jwk

from limner.jwt import FileRing, FixedRing, JwksError, UrlRing, read_keys
from limner.jwt.keyring import reader

from .maker import PUBLIC, RSA, SECRET


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(PUBLIC)
    ring = FileRing(file, ("RS256",))
    first = ring.keys
    assert not ring.refresh()
    assert ring.keys is first
    file.write_bytes(jwk.RSAKey.generate_key(2048).as_pem(private=False))
    assert ring.refresh()
    assert ring.keys is not first
    ring.miss()


def test_old_keys_stay_when_the_new_file_is_no_good(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(PUBLIC)
    ring = FileRing(file, ("RS256",))
    file.write_bytes(b"{")
    assert not ring.refresh()
    assert ring.keys
    assert "the keys read before still count" in caplog.text
    assert "is not a key set" in (ring.trouble() or "")
    file.unlink()
    assert not ring.refresh()
    assert "cannot read" in (ring.trouble() or "")
    file.write_bytes(PUBLIC)
    assert ring.refresh()
    assert ring.trouble() is None


def test_a_secret_must_be_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(SECRET)
    os.chmod(file, 0o640)
    with pytest.raises(JwksError, match="others than its owner") as caught:
        FileRing(file, ("HS256",), secret=True)
    assert caught.value.hint == f"chmod 600 {file}"
    os.chmod(file, 0o600)
    ring = FileRing(file, ("HS256",), secret=True)
    os.chmod(file, 0o644)
    assert not ring.refresh()
    assert "others than its owner" in (ring.trouble() or "")


def test_keys_that_never_change() -> None:
    ring = FixedRing(read_keys(PUBLIC, ("RS256",), "keys"))
    ring.miss()
    assert not ring.refresh()
    assert ring.trouble() is None


class FakeRemote:
    """A document that is there when the test says so; see limner.jwt.remote for the real one."""

    value = None
    trouble = "down"
    asked = 0

    def poll(self) -> None:
        pass

    def soon(self) -> None:
        self.asked += 1


def test_keys_at_an_address() -> None:
    remote = FakeRemote()
    ring = UrlRing(remote)  # type: ignore[arg-type]
    assert ring.keys is None
    assert not ring.refresh()
    remote.value = reader(("RS256",), "url")(PUBLIC)  # type: ignore[assignment]
    assert not ring.refresh()  # there was nothing that could have been found by other keys
    assert ring.keys
    remote.value = reader(("RS256",), "url")(RSA.as_pem(private=False))  # type: ignore[assignment]
    assert ring.refresh()
    ring.miss()
    assert remote.asked == 1
    assert ring.trouble() == "down"
