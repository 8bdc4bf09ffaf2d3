from __future__ import annotations

import json

import pytest

from signon.communities.samples import RESET, SAMPLE, action, community, wrap

from .conftest import Put, Run

SIMULATE = "signon communities simulate"


def test_a_reset_in_words(run: Run, put: Put) -> None:
    put("m.xml", RESET)
    done = run(f"{SIMULATE} m.xml --client jroe@old.example,other.example")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(
        "yes  line 3: reset acct.sales.usma.example.com: replaces the default community old.example"
    )
    assert "  default    acct.sales.usma.example.com  jroe\n" in done.out
    assert "restart: the client asks for it" in done.out


def test_what_comes_out_goes_in_again(run: Run, put: Put) -> None:
    """A client that was moved reads the file of the new community."""
    put("old.xml", RESET)
    after = run(f"{SIMULATE} old.xml --client jroe@old.example --json").json["after"]
    put("client.json", json.dumps(after))
    put("new.xml", wrap(community("b.example"), action("add", "b.example", 'applyDefaultCommunityUsername="true"')))
    done = run(f"{SIMULATE} new.xml --client client.json --json").json
    assert [(each["host"], each["user"]) for each in done["after"]["communities"]] == [
        ("acct.sales.usma.example.com", "jroe"),
        ("b.example", "jroe"),
    ]


def test_nothing_to_do(run: Run, put: Put) -> None:
    put("m.xml", wrap(community("a.example"), action("add", "a.example")))
    done = run(f"{SIMULATE} m.xml --client a.example")
    assert "nothing changes:" in done.out
    assert "the client has it already" in done.out
    put("empty.xml", wrap())
    assert "the file has no action" in run(f"{SIMULATE} empty.xml --client a.example").out


def test_a_file_with_errors_is_warned_of(run: Run, put: Put) -> None:
    put("m.xml", SAMPLE)
    done = run(f"{SIMULATE} m.xml --client sales.usma.example.com")
    assert done.status == 1
    assert "limner: warning: m.xml: line 3: authType is 'SAMPLE'" in done.err


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("", "is no host"),
        ("a b", "is no host"),
        ("none.json", "cannot read none.json"),
        ("bad.json", "bad.json: "),
        ("empty.json", "communities"),
        ("odd.json", "odd.json: communities.0.hots"),
    ],
)
def test_states_that_are_none(run: Run, put: Put, state: str, said: str) -> None:
    put("m.xml", RESET)
    put("bad.json", "{")
    put("empty.json", '{"communities": []}')
    put("odd.json", '{"communities": [{"hots": "a", "host": "a"}]}')
    done = run(f"{SIMULATE} m.xml --client", state)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
