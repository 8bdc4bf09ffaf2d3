"""`--node` is a place, with a name before it where the place does not tell whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.cli.cell_places import read_nodes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("profiles/node", ("", Path("profiles/node"))),
        ("stpNode=profiles/node", ("stpNode", Path("profiles/node"))),
        ("profiles/a=b", ("", Path("profiles/a=b"))),
        ("node.zip", ("", Path("node.zip"))),
    ],
)
def test_a_name_and_a_place(written: str, meant: tuple[str, Path]) -> None:
    assert read_nodes([written]) == [meant]


def test_a_file_whose_name_has_an_equals_sign_is_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b.zip").touch()
    assert read_nodes(["a=b.zip", "c=d.zip"]) == [("", Path("a=b.zip")), ("c", Path("d.zip"))]
