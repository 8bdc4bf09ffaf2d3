"""What a client has afterwards: the page's sentences as laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.communities import Client, Member, Outcome, parse_config, simulate

from .samples import CONSOLIDATION, RESET, SAMPLE, action, actions, communities, community, files, hosts, wrap

A, B, C = "a.example", "b.example", "c.example"


def member(host: str, user: str = "jroe") -> Member:
    return Member(host, user, has_password=True)


def run(text: str, *members: Member) -> Outcome:
    return simulate(parse_config(text.encode(), "m.xml"), Client(members or (member(A),)))


def names(outcome: Outcome) -> list[str]:
    return [each.host for each in outcome.after.communities]


members = st.builds(Member, hosts, st.sampled_from(["", "jroe", "JROE"]), st.booleans())
clients = st.lists(members, min_size=1, max_size=4).map(lambda found: Client(tuple(found)))


def test_an_update_moves_the_host_and_asks_for_a_restart() -> None:
    text = wrap(community(A, f'newHost="{B}"'), action("update", A))
    outcome = run(text, member(A), member(C))
    assert names(outcome) == [B, C]
    assert outcome.restart
    assert outcome.after.default.user == "jroe"
    assert not run(text.replace("/>\n</", 'restart="false"/>\n</')).restart


def test_an_update_of_settings_asks_only_if_told_to() -> None:
    text = wrap(community(A, 'port="1516"'), action("update", A))
    outcome = run(text)
    assert outcome.after.default.settings == {"port": "1516"}
    assert not outcome.restart
    assert run(text.replace("/>\n</", 'restart="true"/>\n</')).restart


def test_a_reset_keeps_user_and_connection_unless_it_makes_a_new_configuration() -> None:
    before = Member("old.example", "jroe", True, {"port": "1516", "savePassword": "true"})
    outcome = run(RESET, before, member(C))
    assert outcome.after.default == Member("acct.sales.usma.example.com", "jroe", True, {"port": "1516"})
    assert names(outcome)[1:] == [C]
    assert any("not documented" in note for note in outcome.notes)
    anew = run(RESET.replace("/>\n</", ' createNewConfig="true"/>\n</'), before)
    assert anew.after.default == Member("acct.sales.usma.example.com")


def test_a_reset_to_what_is_the_default_already_does_nothing_and_still_nothing_else_is_done() -> None:
    outcome = run(wrap(community(A), community(B), action("add", B), action("reset", A)), member(A))
    assert not outcome.changed
    assert [step.acted for step in outcome.steps] == [False, False]


def test_a_permanent_new_configuration_resets_at_every_log_in() -> None:
    text = wrap(community(A), action("reset", A, 'createNewConfig="true"'))
    outcome = run(text, member(A))
    assert outcome.after.default == Member(A)
    assert outcome.restart
    assert any("at every log-in" in note for note in outcome.notes)


def test_an_added_community_has_the_user_name_if_told_to() -> None:
    text = wrap(community(B), action("add", B))
    assert run(text).after.communities[1].user == ""
    assert run(text.replace("/>\n</", 'applyDefaultCommunityUsername="true"/>\n</')).after.communities[1].user == "jroe"


def test_only_secondary_communities_are_deleted() -> None:
    text = wrap(community(A), action("delete", A))
    assert names(run(text, member(A), member(A))) == [A]
    assert names(run(text, member(B), member(A))) == [B]
    assert "cannot be deleted" in run(text, member(A)).steps[0].text


def test_consolidation_leaves_one_and_without_its_word_two() -> None:
    old = member("sales1.usma.example.com"), member("sales2.usma.example.com")
    assert names(run(CONSOLIDATION, *old)) == ["sales.usma.example.com"]
    twice = run(CONSOLIDATION.replace(' deleteOverlappingCommunities="true"', ""), *old)
    assert names(twice) == ["sales.usma.example.com"] * 2
    assert any("twice" in note for note in twice.notes)


def test_hcls_sample() -> None:
    outcome = run(SAMPLE, member("sales.usma.example.com"), member("sametime.example.com"))
    assert names(outcome) == ["sales.usma.example.com", "sametimenew.example.com"]
    assert outcome.after.default.settings["connectionType"] == "reverse-proxy"


@given(communities, clients)
def test_a_file_without_actions_changes_nothing(rows: list[str], client: Client) -> None:
    outcome = simulate(parse_config(wrap(*rows).encode(), "m.xml"), client)
    assert not outcome.changed
    assert not outcome.restart


@given(communities, actions("update", "add", "delete"), hosts, clients, st.booleans())
def test_a_reset_wins_over_all_other_actions(
    rows: list[str], others: list[str], host: str, client: Client, first: bool
) -> None:
    reset = action("reset", host)
    alone = simulate(parse_config(wrap(*rows, reset).encode(), "m.xml"), client)
    mixed = (reset, *others) if first else (*others, reset)
    among = simulate(parse_config(wrap(*rows, *mixed).encode(), "m.xml"), client)
    assert (among.after, among.restart) == (alone.after, alone.restart)


@given(files("reset", "add", "delete"), clients)
def test_reset_add_and_delete_are_done_once(text: str, client: Client) -> None:
    """But for a new configuration, which asks for a restart each time, the second run finds nothing to do."""
    if '"add"' in text and '"delete"' in text:
        return  # contradicts itself: check says so
    config = parse_config(text.encode(), "m.xml")
    once = simulate(config, client)
    again = simulate(config, once.after)
    assert again.after == once.after
    if "createNewConfig" not in text:
        assert not again.restart


@given(communities, actions("update"), clients)
def test_updates_that_lead_to_no_host_that_is_updated_are_done_once(
    rows: list[str], acts: list[str], client: Client
) -> None:
    rows = [row.replace('newHost="', 'newHost="new-') for row in rows]
    config = parse_config(wrap(*rows, *acts).encode(), "m.xml")
    once = simulate(config, client)
    again = simulate(config, once.after)
    assert not again.changed
    assert not again.restart


@given(files(), clients)
def test_nobody_is_left_without_a_community(text: str, client: Client) -> None:
    outcome = simulate(parse_config(text.encode(), "m.xml"), client)
    assert outcome.after.communities
    users = {each.user for each in outcome.before.communities} | {""}
    assert {each.user for each in outcome.after.communities} <= users
    if outcome.after.default.host.lower() != client.default.host.lower():
        assert any(step.acted for step in outcome.steps)


@given(files("add", "delete"), clients)
def test_add_and_delete_leave_the_default_alone(text: str, client: Client) -> None:
    outcome = simulate(parse_config(text.encode(), "m.xml"), client)
    assert outcome.after.default == client.default


@given(files(), clients)
def test_the_case_of_letters_in_hosts_does_not_count(text: str, client: Client) -> None:
    upper = Client(tuple(Member(each.host.upper(), each.user, each.has_password) for each in client.communities))
    one = simulate(parse_config(text.encode(), "m.xml"), client)
    other = simulate(parse_config(text.encode(), "m.xml"), upper)
    assert [step.acted for step in one.steps] == [step.acted for step in other.steps]
