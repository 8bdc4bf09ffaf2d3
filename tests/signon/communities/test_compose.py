from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.communities import Client, Member, parse_config, simulate
from limner.signon.communities.compose import KINDS, Move, compose, findings
from limner.signon.communities.vocabulary import CONNECTION_TYPES, DOMINO
from limner.signon.errors import SignonError

SSO = {"loginByToken": "true", "authType": DOMINO}


def test_the_move_of_the_incident() -> None:
    assert compose(Move("reset", new="sametime.acme.example", settings=SSO)).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<managed-communities>\n"
        '  <managed-community id="sametime.acme.example" host="sametime.acme.example" loginByToken="true"'
        ' authType="ST-DOMINO-SSO"/>\n'
        '  <managed-community-action type="reset" managed-community-id="sametime.acme.example"/>\n'
        "</managed-communities>\n"
    )


def test_a_consolidation_says_that_there_will_be_one() -> None:
    raw = compose(Move("consolidate", ("a.example", "b.example"), "c.example"))
    client = Client((Member("b.example", "jroe"), Member("a.example", "jroe")))
    assert simulate(parse_config(raw, "m.xml"), client).after == Client((Member("c.example", "jroe"),))


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (Move("update"), "which host do clients have now"),
        (Move("update", ("a.example",)), "nothing is to change"),
        (Move("update", ("a.example", "b.example"), "c.example"), "one host at a time"),
        (Move("update", ("a.example",), "A.example"), "both old and new"),
        (Move("reset"), "where do clients go"),
        (Move("reset", ("a.example",), "b.example"), "does not matter"),
        (Move("delete", ("a.example",), "b.example"), "only --from counts"),
        (Move("consolidate", ("a.example",), "b.example"), "two hosts or more"),
        (Move("consolidate", ("a.example", "A.example"), "b.example"), "given twice"),
        (Move("add", new="a.example", restart=True), "--restart counts with update"),
        (Move("add", new="a.example", anew=True), "--create-new-config counts with reset"),
        (Move("reset", new="a.example", same_user=True), "--same-user-name counts with add"),
        (Move("reset", new="a.example", settings=SSO, anew=True), "empties the user name"),
        (Move("reset", new="https://a.example"), "is a URL"),
        (Move("reset", new="a.example:1533"), "has a port"),
        (Move("reset", new='a"b'), "not a host name"),
        (Move("reset", new=""), "where do clients go"),
        (Move("shift", new="a.example"), "there is no move"),
    ],
)
def test_what_clients_could_not_carry_out_is_refused_with_a_hint(move: Move, said: str) -> None:
    with pytest.raises(SignonError) as caught:
        compose(move)
    assert said in caught.value.message
    assert caught.value.hint


good = st.sampled_from(["a.example", "b.example", "c.example", "d", "192.0.2.1"])
odd = good | st.sampled_from(["a&b", "x'y", "<z>", "ü.example", "", " a.example", "https://a.example"])
plain = st.fixed_dictionaries(
    {},
    optional={
        "port": st.integers(1, 65535).map(str),
        "authServerUrl": st.sampled_from(["https://a.example", "https://a.example/x?y=1&z=<2>"]),
    },
)
proxied = st.builds(
    lambda found, kind, proxy: {**found, "connectionType": kind, "proxyHost": proxy, "useGlobalConnSettings": "true"},
    plain,
    st.sampled_from([each for each in CONNECTION_TYPES if each.endswith("-proxy")]),
    st.text("a&\"<>' é", min_size=1, max_size=8).filter(lambda text: text == text.strip()),
)
settings = plain | plain.map(lambda found: {**found, **SSO}) | proxied
two = st.lists(good, min_size=2, max_size=4, unique=True).map(tuple)
whether = st.none() | st.booleans()
sensible = st.one_of(
    st.builds(
        lambda hosts, given, restart: Move("update", hosts[:1], hosts[1], given, restart), two, settings, whether
    ),
    st.builds(
        lambda hosts, given: Move("consolidate", hosts[1:], hosts[0], given), two.filter(lambda h: len(h) > 2), settings
    ),
    st.builds(lambda host, given: Move("reset", new=host, settings=given), good, settings),
    st.builds(lambda host, given: Move("reset", new=host, settings=given, anew=True), good, plain | proxied),
    st.builds(
        lambda host, given, same: Move("add", new=host, settings=given, same_user=same), good, settings, st.booleans()
    ),
    st.builds(lambda host: Move("delete", (host,)), good),
)
wild = st.builds(
    Move, st.sampled_from(KINDS), st.lists(odd, max_size=3).map(tuple), st.none() | odd, settings, whether,
    st.booleans(), st.booleans(),
)  # fmt: skip


@given(sensible)
def test_every_file_that_is_written_passes_the_check(move: Move) -> None:
    """Only a new configuration, which has to be asked for, is warned of."""
    raw = compose(move)
    grave = [each for each in findings(raw) if each.severity != "note"]
    assert all("createNewConfig" in each.message for each in grave)
    assert bool(grave) == move.anew
    config = parse_config(raw, "m.xml")
    assert config.broken is None
    assert all(move.settings.items() <= dict(each.attributes).items() for each in config.communities)


@given(sensible)
def test_a_client_is_where_the_move_says(move: Move) -> None:
    config = parse_config(compose(move), "m.xml")
    before = Client(tuple(Member(host, "jroe") for host in (move.old or ("e.example",))))
    after = [each.host for each in simulate(config, before).after.communities]
    if move.kind in ("reset", "update", "consolidate"):
        assert after[0] == move.new
    if move.kind == "add":
        assert move.new in after
    if move.kind in ("delete", "consolidate"):
        assert len(after) == 1


@given(wild)
def test_whatever_is_asked_for_is_made_without_error_or_refused_with_a_hint(move: Move) -> None:
    try:
        raw = compose(move)
    except SignonError as why:
        assert why.hint  # noqa: PT017 - either is fine
    else:
        assert all(each.severity != "error" for each in findings(raw))
