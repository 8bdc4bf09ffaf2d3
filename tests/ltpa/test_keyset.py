from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from limner.ltpa import DominoSecret, KeyFileError, WebSphereKeys, load, store
from limner.ltpa.keyset import is_stored, read_file

from .maker import cell

FIPS = cell("fips", fips=True)
SETS = [
    WebSphereKeys("cell", cell().shared[:16], cell().n),
    WebSphereKeys("célł", cell().shared, cell().n, realms=("a", "b:1"), valid_until=1e9, created="2023-11-14"),
    WebSphereKeys("fips", FIPS.shared, FIPS.n, digest="sha256", default_password=True),
    DominoSecret("domino", bytes(range(20)), 2e9),
]


@pytest.mark.parametrize("keys", SETS, ids=lambda keys: keys.name)
def test_what_is_stored_is_loaded_and_only_its_owner_can_read_it(keys: WebSphereKeys, tmp_path: Path) -> None:
    file = tmp_path / "k.keyset"
    store(keys, file)
    assert load(file) == keys
    assert file.stat().st_mode & 0o777 == 0o600
    assert is_stored(file.read_bytes())
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_a_key_set_that_others_can_get_at_is_refused(mode: int, tmp_path: Path) -> None:
    store(SETS[0], tmp_path / "k")
    (tmp_path / "k").chmod(mode)
    for read in (load, read_file):
        with pytest.raises(KeyFileError, match="others"):
            read(tmp_path / "k")


def test_a_key_set_is_replaced_and_any_other_file_is_not(tmp_path: Path) -> None:
    file = tmp_path / "k"
    store(SETS[0], file)
    store(SETS[3], file)
    assert load(file) == SETS[3]
    other = tmp_path / "ltpa.keys"
    other.write_text("precious")
    with pytest.raises(KeyFileError, match="not a key set"):
        store(SETS[0], other)
    assert other.read_text() == "precious"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["k", "ltpa.keys"]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"secret": "~"},
        {"secret": "AAAA"},
        {"modulus": "ff"},
        {"modulus": ""},
        {"digest": "md5"},
        {"digest": "sha512"},
        {"exponent": "3"},
        {"exponent": 1},
        {"realms": "r"},
        {"valid_until": "never"},
        {"format": "limner key set 2"},
        {"surplus": 1},
    ],
    ids=str,
)
def test_a_damaged_key_set_is_refused_and_its_secret_not_quoted(changes: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "k"
    store(SETS[0], file)
    fields = json.loads(file.read_text())
    file.write_text(json.dumps(fields | changes))
    with pytest.raises(KeyFileError) as refused:
        load(file)
    assert fields["secret"] not in f"{refused.value.message} {refused.value.hint}"


def test_files_that_are_not_key_sets_are_refused(tmp_path: Path) -> None:
    (tmp_path / "k").touch(0o600)
    (tmp_path / "big").write_bytes(bytes(70_000))
    for name in ("k", "big", "none", "."):
        with pytest.raises(KeyFileError):
            load(tmp_path / name)
    with pytest.raises(KeyFileError, match="cannot write"):
        store(SETS[0], tmp_path / "none" / "k")


def test_an_endless_date_is_not_stored(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError):
        store(replace(SETS[0], valid_until=float("inf")), tmp_path / "k")
    assert list(tmp_path.iterdir()) == []
