"""CHANGE.toml is read strictly, and every mistake is told at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cell.plan.conftest import Plans, change
from limner.cell.errors import CellError
from limner.cell.plan import Change, read_change


def test_all_mistakes_are_told_with_their_places(tmp_path: Path) -> None:
    file = tmp_path / "change.toml"
    file.write_text("""
[[protocol]]
protocol = "TLSv1.9"
proceses = ["x"]
[[protocol]]
protocol = "TLSv1.2"
[[ciphers]]
drop = ["NOT_A_SUITE"]
processes = ["x"]
[[certificate]]
file = "a.p12"
alias = "with 'quotes'"
processes = []
""")
    with pytest.raises(CellError) as why:
        read_change(file)
    lines = why.value.message.splitlines()
    assert [line.removeprefix(f"{file}: ").partition(":")[0] for line in lines] == [
        "certificate[1].alias", "certificate[1].processes", "protocol[1].protocol", "protocol[1].proceses",
        "protocol[2]", "ciphers[1].drop",
    ]  # fmt: skip
    assert "TLSv1.3" in why.value.message, "what there is, is told"


@pytest.mark.parametrize(
    "text", ["", "[[protocols]]\n", "protocol = 1\n", "not toml", "[protocol]\nprotocol='TLSv1'\n"]
)
def test_what_is_no_change_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "change.toml"
    file.write_text(text)
    with pytest.raises(CellError):
        read_change(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CellError, match="cannot read"):
        read_change(tmp_path / "none.toml")


names = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9), min_size=1, max_size=3
)


@given(st.sampled_from(["SSL_TLSv2", "TLSv1.2", "TLSv1.1,TLSv1.2"]), names, names, names, st.booleans())
def test_a_change_written_is_read_the_same(
    protocol: str, configurations: list[str], processes: list[str], commands: list[str], that_can: bool
) -> None:
    wanted = change(
        protocol=[{"protocol": protocol, "configurations": configurations, "commands": commands},
                  {"protocol": protocol, "processes": processes, "that_can": that_can}],
        ciphers=[{"drop": ["TLS_RSA_WITH_AES_128_CBC_SHA"], "processes": processes}],
        certificate=[{"file": processes[0], "alias": "a b", "processes": processes, "directions": ["inbound"]}],
    )  # fmt: skip
    assert Change.model_validate(tomllib.loads(wanted.text)) == wanted


def test_processes_and_configurations_are_meant_by_name_place_or_pattern(plans: Plans) -> None:
    cell = plans().cell
    table = change(protocol=[{"protocol": "TLSv1.2", "processes": ["was_*", "mtgNode/ST*"],
                              "configurations": ["XDA*", "stpNode/NodeDefaultSSLSettings"]}]).protocol[0]  # fmt: skip
    assert [each.label for each in cell.processes if table.wants(each)] == [
        "mtgNode/STMeetingServer", "mtgNode/was_mtgProxy", "stpNode/was_stpProxy",
    ]  # fmt: skip
    assert [each.scope.words for each in cell.security.configs if table.wants_config(each)] == [
        "node stpNode", "cell acmeCell",
    ]  # fmt: skip
