from __future__ import annotations

from pathlib import Path

from limner.settings import FolderFiles, parse

TEXT = '[[publish]]\nkind = "folder"\npath = "out"\n'


def test_its_path_starts_at_the_settings_own_folder(tmp_path: Path) -> None:
    (table,) = parse(TEXT.encode(), tmp_path / "limner.toml").publish
    assert isinstance(table, FolderFiles)
    assert table.place == str(tmp_path / "out")
    assert table.names == "{mail}.jpg"
