"""The page holds the matrix, needs nothing else, and lets no name rule it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cell.reach.conftest import NODES, Read
from limner.cell.errors import CellError
from limner.cell.reach import reach, write_page
from limner.cell.reach.page import page
from limner.cell.suites import Answer, Jdk

OLD = Jdk.parse("7.1.3.0")


def test_every_needed_pair_has_its_place(read: Read) -> None:
    found = reach(read(*NODES, CellDefaultSSLSettings="TLSv1.2"), jdk=OLD)
    text = page(found)
    assert f"{len(found.needed(Answer.NO))} cannot" in text
    assert text.count('<section class="pair no">') == len(found.needed(Answer.NO))
    assert 'class="yes" title="TLS_' in text
    for label, role, _ in found.roles:
        assert f"<td>{label}</td><td>{role}</td>" in text


def test_nothing_is_loaded_or_run(read: Read) -> None:
    text = page(reach(read(), jdk=OLD))
    assert "default-src 'none'" in text
    assert not re.search(r"<script|<link|<img|https?://|url\(", text)


def test_names_are_escaped(read: Read) -> None:
    found = reach(read(), jdk=OLD)
    evil = "<script>alert(1)</script>"
    first = replace(found.pairs[0], caller=evil, target=evil, caller_setting=evil, endpoint='"><b>')
    text = page(replace(found, cell=evil, pairs=(first, *found.pairs[1:]), notes=(evil,)))
    assert "<script>" not in text
    assert '"><b>' not in text


def test_a_large_cell_is_shown_by_roles(read: Read) -> None:
    found = reach(read(), jdk=OLD)
    many = tuple(replace(found.pairs[0], caller=f"node{at}/nodeagent") for at in range(200))
    text = page(replace(found, pairs=many))
    assert "every node agent" in text
    assert len(text) < 40_000


def test_only_a_page_of_ours_is_replaced(read: Read, tmp_path: Path) -> None:
    found = reach(read(), jdk=OLD)
    file = tmp_path / "reach.html"
    write_page(found, file)
    write_page(found, file)
    assert file.read_text("utf-8") == page(found)
    file.write_text("something else")
    with pytest.raises(CellError, match="is no such page"):
        write_page(found, file)
    with pytest.raises(CellError, match="cannot write"):
        write_page(found, tmp_path / "nowhere" / "reach.html")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
