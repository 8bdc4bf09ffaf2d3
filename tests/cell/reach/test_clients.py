"""The table of outside clients is sourced, complete, and can be edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.errors import CellError
from limner.cell.reach import Client, read_clients, shipped
from limner.cell.suites import Version

LIST = list(Version)


def test_every_client_of_the_shipped_table_says_where_it_is_from_and_how_sure_that_is() -> None:
    clients = read_clients()
    assert len(clients) > 10
    assert all(client.source and client.strength for client in clients)
    assert {"thick client", "meeting recording"} <= {client.name for client in clients}


def test_an_edited_copy_of_the_table_is_read_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "clients.toml"
    file.write_text(shipped())
    assert read_clients(file) == read_clients()
    file.write_text('[[client]]\nname = "our robot"\nversions = ["TLSv1.3"]\nsuites = ["TLS_AES_128_GCM_SHA256"]\n')
    (robot,) = read_clients(file)
    assert [each.name for each in robot.side.suites.listed] == ["TLS_AES_128_GCM_SHA256"]
    assert robot.strength == "unconfirmed"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"\[\[client\]\] tables only"),
        ("[client]\nname = 'x'", r"\[\[client\]\] tables only"),
        ("[[client]]\nversions = ['TLSv1']", "client 1 has no name"),
        ("[[client]]\nname = 'x'", "versions` are missing"),
        ("[[client]]\nname = 'x'\nversions = ['TLSv9']", "there is no version 'TLSv9'"),
        ("[[client]]\nname = 'x'\nversions = 'TLSv1'", "versions is a list of texts"),
        ("[[client]]\nname = 'x'\nversions = ['TLSv1']\nneeds = ['boss']", "there is no role 'boss'"),
        ("[[client]]\nname = 'x'\nversions = ['TLSv1']\nsuites = ['NONE']", "no cipher suite is known as NONE"),
        ("[[client]]\nname = 'x'\nversions = ['TLSv1']\nstrength = 'sure'", "strength is one of"),
        ("[[client]]\nname = 'x'\nversions = ['TLSv1']\nsource = 3", "source is a text"),
        ("[[client]]\nname = 'x'\nversions = ['TLSv1']\ncolour = 'red'", "there is no 'colour'"),
        ("[[client]]\nname = 'x'\nversions = ['TLSv1']\n" * 2, "'x' is there twice"),
    ],
)
def test_a_table_with_a_mistake(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "clients.toml"
    file.write_text(text)
    with pytest.raises(CellError, match=message):
        read_clients(file)


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
def test_what_a_client_may_speak_is_open_and_has_no_holes(low: int, at: int, high: int) -> None:
    low, at, high = sorted((low, at, high))
    sure, maybe = LIST[at : at + 1], [*LIST[low:at], *LIST[at + 1 : high + 1]]
    versions = Client("x", tuple(sure), tuple(maybe)).side.versions
    assert versions.sure == set(sure)
    assert versions.maybe == set(maybe)
    for world in versions.worlds:
        ranks = sorted(version.rank for version in world)
        assert ranks == list(range(ranks[0], ranks[-1] + 1))
