"""What servers are for is suggested by their names, and can be said."""

from __future__ import annotations

from pathlib import Path

import pytest

from cell.reach.conftest import Read
from limner.cell.errors import CellError
from limner.cell.model import Kind, Process
from limner.cell.reach import Roles, read_roles
from limner.cell.reach.roles import ENDPOINTS, FIXED, SERVER, known_roles, needs


def process(name: str, kind: Kind = Kind.APPLICATION_SERVER) -> Process:
    return Process(node="n", name=name, kind=kind, type="")


@pytest.mark.parametrize(
    ("name", "kind", "role"),
    [
        ("STProxyServer", Kind.APPLICATION_SERVER, "chat server"),
        ("was_stpProxy", Kind.PROXY, "chat proxy"),
        ("STMeetingServer", Kind.APPLICATION_SERVER, "meeting server"),
        ("STMeetingHttpProxy", Kind.PROXY, "meeting proxy"),
        ("STConferenceManager", Kind.APPLICATION_SERVER, "conference manager"),
        ("STSipProxyRegistrar", Kind.APPLICATION_SERVER, "SIP registrar"),
        ("STSipProxy", Kind.PROXY, "SIP proxy"),
        ("STConsoleServer", Kind.APPLICATION_SERVER, "console"),
        ("server1", Kind.APPLICATION_SERVER, SERVER),
        ("STSipProxy", Kind.DMGR, "deployment manager"),
        ("whatever", Kind.NODE_AGENT, "node agent"),
    ],
)
def test_suggestions(name: str, kind: Kind, role: str) -> None:
    assert Roles().of(process(name, kind)) == role


def test_what_was_said_counts_more_than_the_name() -> None:
    roles = Roles({"n/STProxyServer": "meeting server"})
    assert roles.of(process("STProxyServer")) == "meeting server"
    assert roles.is_given(process("STProxyServer"))
    assert not roles.is_given(process("server1"))


def test_needs_name_roles_and_what_is_spoken() -> None:
    names = {role.name for role in known_roles()} | {SERVER, "command line", *FIXED.values()}
    for need in needs():
        assert {need.caller, need.target} <= names
        assert need.via in ENDPOINTS
        assert need.why


def test_a_file_of_roles(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "roles.toml"
    file.write_text('[roles]\n"stpNode/was_stpProxy" = "meeting proxy"\n')
    assert read_roles(file, read()).given == {"stpNode/was_stpProxy": "meeting proxy"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[roles]\n"stpNode/nobody" = "chat proxy"', "there is no process 'stpNode/nobody'"),
        ('[roles]\n"stpNode/was_stpProxy" = "boss"', "stpNode/was_stpProxy: there is no role 'boss'"),
        ("[roles]\n'stpNode/was_stpProxy' = 3", "there is no role 3"),
        ("roles = 3", r"one table, \[roles\]"),
        ("[role]", r"one table, \[roles\]"),
        ("[roles", "is not TOML"),
    ],
)
def test_a_file_of_roles_with_a_mistake(read: Read, tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "roles.toml"
    file.write_text(text)
    with pytest.raises(CellError, match=message):
        read_roles(file, read())


def test_files_that_are_none(read: Read, tmp_path: Path) -> None:
    with pytest.raises(CellError, match="cannot read"):
        read_roles(tmp_path / "missing.toml", read())
    (tmp_path / "latin").write_bytes(b"# \xe9")
    with pytest.raises(CellError, match="not in UTF-8"):
        read_roles(tmp_path / "latin", read())
    (tmp_path / "big").write_bytes(b"#" * (1 << 21))
    with pytest.raises(CellError, match="larger than"):
        read_roles(tmp_path / "big", read())
