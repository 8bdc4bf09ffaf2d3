"""The file that a change brings must have one key, with a name and its whole chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from cell.plan.conftest import WILDCARD, change
from limner.cell.errors import CellError
from limner.cell.keystores import Kind
from limner.cell.plan.packs import pem, read_packs
from limner.cell.sample.authority import make_authority, make_identity
from limner.cell.sample.stores import key_store


def ask(file: Path) -> object:
    return lambda: "WebAS"


def packs(folder: Path, **more: object) -> object:
    wanted = change(certificate=[{"file": "x.p12", "alias": "w", "processes": ["*"], **more}])
    return read_packs(wanted, folder, ask)  # type: ignore[arg-type]


def test_the_sample_s_wildcard(sample: Path) -> None:
    (pack,) = read_packs(WILDCARD, sample, ask).values()  # type: ignore[arg-type]
    assert (pack.file, pack.alias, len(pack.chain)) == ("wild.acme.example.p12", "wildcard", 3)
    assert pack.entry("other").kind is Kind.KEY
    assert pem(pack.chain[0]).startswith("-----BEGIN CERTIFICATE-----\n")


def test_what_will_not_do_is_told(tmp_path: Path) -> None:
    root = make_authority("Root")
    one, other = (make_identity(name, root, (f"{name}.test",)) for name in ("one", "other"))
    (tmp_path / "x.p12").write_bytes(key_store({"one": one, "other": other}, "WebAS"))
    with pytest.raises(CellError, match="has 2 keys") as why:
        packs(tmp_path)
    assert "one, other" in (why.value.hint or "")
    with pytest.raises(CellError, match="has no key third"):
        packs(tmp_path, from_alias="third")
    assert packs(tmp_path, from_alias="Other")
    lone = type(one)(one.key, one.certificate)
    (tmp_path / "x.p12").write_bytes(key_store({"one": lone}, "WebAS"))
    with pytest.raises(CellError, match=r"chain of one .* is not whole: .*Root"):
        packs(tmp_path)
    (tmp_path / "x.p12").write_text(pem(one.certificate))
    with pytest.raises(CellError, match="PEM, not PKCS#12"):
        packs(tmp_path)


def test_two_files_of_one_name_do_not_fit_into_a_folder(tmp_path: Path) -> None:
    root = make_authority("Root")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.p12").write_bytes(key_store({"w": make_identity(name, root, ("x.test",))}, "WebAS"))
    wanted = change(certificate=[{"file": f"{each}/x.p12", "alias": "w", "processes": ["*"]} for each in ("a", "b")])
    with pytest.raises(CellError, match="same name"):
        read_packs(wanted, tmp_path, ask)  # type: ignore[arg-type]
