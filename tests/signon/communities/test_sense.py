from __future__ import annotations

import pytest

from limner.signon.communities import Severity

from .samples import CONSOLIDATION, RESET, SAMPLE, TWICE, action, community, found, grave, wrap

A, B = "a.example", "b.example"
SSO = 'loginByToken="true" authType="ST-DOMINO-SSO"'
MOVE = f'newHost="{B}"'


@pytest.mark.parametrize(
    ("rows", "line", "severity", "said"),
    [
        ([community(A)], None, "warning", "there is no action"),
        ([community(A), action("update", B)], 3, "error", "b.example is not defined"),
        ([community(A, 'port="1"'), community(B), action("update", A)], 3, "warning", "no action names b.example"),
        ([community(A, 'port="1"'), community(A), action("update", A)], 3, "error", "defined in line 2 already"),
        ([f'<managed-community id="{A}" host="{B}" port="1"/>', action("update", A)], 2, "warning", "not the host"),
        ([community(A, MOVE), action("update", A), action("update", A)], 4, "warning", "stands in line 3 already"),
        ([community(A), action("add", A), action("delete", A)], 4, "error", "both added and deleted"),
        ([community(A), action("update", A)], 3, "warning", "changes nothing"),
        ([community(A, MOVE), action("add", A)], 3, "warning", "newHost counts with update only"),
        ([community(A, 'newHost="a.example"'), action("update", A)], 2, "warning", "newHost is the host itself"),
        (
            [community(A, MOVE), community(B, 'newHost="A.example"'), action("update", A), action("update", B)],
            2, "error", "moved in a circle: a.example -> b.example -> a.example",
        ),
        (
            [community(A, MOVE), community(B, 'newHost="c.example"'), action("update", A), action("update", B)],
            2, "note", "more than one log-in",
        ),
        ([community(A), action("reset", A), action("add", A)], 3, "warning", "a reset is carried out alone"),
        ([community(A), community(B), action("reset", A), action("reset", B)], 5, "error", "more than one reset"),
        ([community(A), action("reset", A, 'createNewConfig="true"')], 3, "warning", "resets people for ever"),
        (
            [community(A, SSO), action("reset", A, 'createNewConfig="true"')],
            3, "warning", "people have to type it",
        ),
        ([community(A), action("delete", A)], 3, "note", "a default one stays"),
        ([community(A), action("add", A, 'restart="true"')], 3, "warning", "restart counts with update only"),
        ([community(A), action("reset", A, 'applyDefaultCommunityUsername="true"')], 3, "warning", "with add only"),
        ([community(A, MOVE), action("update", A, 'createNewConfig="true"')], 3, "warning", "with reset only"),
        ([community(A, MOVE), action("update", A, 'restart="false"')], 3, "note", "until they restart by themselves"),
        ([community(A, MOVE), action("update", A)], 3, "note", "ST_COMMUNITY_ID"),
        ([community(A, 'loginByToken="true"'), action("add", A)], 2, "warning", "there is no authType"),
        ([community(A, 'authType="TAM-SPNEGO"'), action("add", A)], 2, "warning", "loginByToken is not true"),
        (
            [community(A, SSO), action("add", A)],
            2, "note", "works within Notes only",
        ),
        (
            [community(A, SSO), action("add", A)],
            2, "note", "Domino there has to accept it",
        ),
        ([community(A, 'connectionType="http-proxy"'), action("update", A)], 2, "warning", "there is no proxyHost"),
        ([community(A, 'connectionType="direct" proxyHost="p"'), action("update", A)], 2, "warning", "is a proxyHost"),
        (
            [community(A, 'useGlobalConnContext="true" useGlobalConnSettings="false"'), action("update", A)],
            2, "error", "contradict each other",
        ),
        ([community(A, 'useGlobalConnContext="true"'), action("update", A)], 2, "note", "stands in HCL's table"),
        ([community(A, 'connectionType="tls-direct"'), action("update", A)], 2, "note", "HCL's table wants"),
        ([community(A, 'savePassword="true"'), action("update", A)], 2, "note", "goes back to it at each log-in"),
        ([community(A, 'name="x"'), action("update", A)], 2, "note", "does not recommend"),
        ([community(A, 'deleteOverlappingCommunities="true"'), action("add", A)], 2, "note", "HCL's table has"),
    ],
)  # fmt: skip
def test_what_does_not_make_sense(rows: list[str], line: int | None, severity: str, said: str) -> None:
    matching = [each for each in found(wrap(*rows)) if said in each.message]
    assert matching, [each.message for each in found(wrap(*rows))]
    assert (matching[0].line, matching[0].severity.value) == (line, severity)


def test_hcls_own_samples() -> None:
    """Its page breaks its own rules in two places, and in no other."""
    assert [each.line for each in grave(RESET)] == []
    assert grave(CONSOLIDATION) == []
    assert [(each.line, each.severity.value) for each in grave(SAMPLE)] == [(3, "error"), (3, "warning")]
    twice = grave(TWICE)
    assert [(each.line, each.severity.value) for each in twice] == [(3, "warning"), (5, "warning")]
    assert twice[1].fix == "did you mean sales2.usma.example.com?"


def test_consolidation_without_its_word_is_a_note() -> None:
    text = CONSOLIDATION.replace(' deleteOverlappingCommunities="true"', "")
    assert any("get duplicates" in each.message for each in found(text))
    assert not any("get duplicates" in each.message for each in found(CONSOLIDATION))


def test_overlapping_said_twice_differently() -> None:
    text = wrap(
        community(A, 'deleteOverlappingCommunities="false"'),
        action("add", A),
        root='managed-communities deleteOverlappingCommunities="true"',
    )
    assert any(each.severity is Severity.ERROR and "different values" in each.message for each in found(text))
