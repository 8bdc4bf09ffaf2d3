"""The head of an exported configuration: it can be read back, and nothing in it gets out of its comment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.export.goldens import FILES, parts
from tests.gateway.export.words import hostile
from tests.gateway.servers import check

from limner import settings
from limner.gateway.export import TARGETS, Listen, Site, export, head
from limner.gateway.export.syntax import Dialect, written

DIALECT = Dialect(quote=str, opening=" ".join, closing=lambda word: None)
words = st.none() | hostile | st.text()
listens = st.builds(Listen, st.sampled_from(["*", "192.0.2.1", "[::1]"]), st.integers(1, 65535))
sites = st.builds(Site, words, st.lists(listens, max_size=3).map(tuple), words, words, words)


def said(site: Site, leave_out: list[str]) -> str:
    return written(head.comments("caddy", site, by_rewrite=True, leave_out=leave_out, direct=True), DIALECT)


@given(sites, st.lists(hostile | st.text(max_size=200), max_size=12))
def test_nothing_gets_out_of_its_comment(site: Site, leave_out: list[str]) -> None:
    text = said(site, leave_out)
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        assert line.startswith(("# Written by ", "# Options: "))
        assert line.isprintable()
        assert not line.endswith("\\")
        assert "{$" not in line
        assert "${" not in line


@given(sites, st.lists(hostile, max_size=12))
def test_what_can_be_printed_is_read_back(site: Site, leave_out: list[str]) -> None:
    values = {"--root": site.root, "--limner": site.limner, "--server-name": site.name}
    want = ["--rewrite"]
    want += [word for option, value in values.items() if value is not None for word in (option, value)]
    for listen in site.listen:
        want += ["--listen", str(listen.port) if listen.host == "*" else f"{listen.host}:{listen.port}"]
    want += [] if site.placeholder is None else ["--placeholder", site.placeholder]
    want += [word for name in leave_out for word in ("--leave-out", name)] + ["--direct"]
    found = head.read(said(site, leave_out))
    if all(map(str.isprintable, want)):
        assert found == ("caddy", want)
    else:
        assert found != ("caddy", want)


@given(st.text() | hostile.map(lambda text: f"{said(Site(root='/srv'), [])}# Options: {text}"))
def test_any_text_is_read_or_not(text: str) -> None:
    found = head.read(text)
    assert found is None or found[0] == "caddy"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_head_of_a_golden_file_has_the_options_of_its_command(file: Path) -> None:
    command, _, output = parts(file)
    found = head.read(output)
    assert found is not None
    assert sorted([found[0], *found[1]]) == sorted(command)


def test_a_head_is_no_longer_than_is_sensible() -> None:
    start = said(Site(root="/srv"), [])
    assert head.read(f"{start}# Options: {'x' * 10_001}\n") is None
    assert head.read(start.replace("caddy", "caddy2")) == ("caddy2", ["--rewrite", "--root", "/srv", "--direct"])
    assert head.read(start.splitlines()[0]) is None
    assert head.read(f"\n{start}") is None


@pytest.mark.parametrize("target", TARGETS)
def test_the_real_server_loads_a_head_with_long_and_hostile_names(target: str, tmp_path: Path) -> None:
    """However many rules are left out, no line of the head is longer than the server reads."""
    names = ["'" * 200, "\N{GRINNING FACE}" * 200, "a\\", '{$HOME} ${HOME} %{x} $x # ; } </VirtualHost> " `']
    names += [f"{number} {'long ' * 30}" for number in range(20)]
    policy = settings.Policy.model_validate(
        {"allow": [{"name": name, "networks": ["10.0.0.0/8"]} for name in [*names, "stays"]]}
    )
    text = export(target, settings.Settings(policy=policy), Site(limner="http://127.0.0.1:8080"), leave_out=names)
    check(target, tmp_path, text)
    assert max(len(line.encode()) for line in text.splitlines() if line.startswith("# Options")) < 2040
    found = head.read(text)
    assert found is not None
    assert [name for name in found[1] if name in names] == names
