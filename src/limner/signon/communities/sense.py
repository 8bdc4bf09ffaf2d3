"""Rules about what a file says: do its communities and actions fit together, and do what is meant?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from limner.signon.communities import vocabulary as words
from limner.signon.communities.config import Action, Community, Config
from limner.signon.communities.finding import Finding, error, note, warning
from limner.signon.evidence import Strength
from limner.signon.names import same_host

INFERRED = Strength.INFERRED


def sense(config: Config, *, names_foreseen: bool = False) -> Iterator[Finding]:
    """Yield what is wrong with what a file says; `names_foreseen`: Domino's check of names is looked at elsewhere."""
    communities, actions = config.communities, config.actions
    defined = {each.id.casefold() for each in communities}
    used = {each.id.casefold() for each in actions}
    if not config.broken and not actions:
        yield warning(None, "there is no action: clients do nothing", f"add a <{words.ACTION}>")
    yield from _twice(communities, actions, [each.id for each in communities if each.id.casefold() not in used])
    for community in communities:
        if community.id and community.host and not same_host(community.id, community.host):
            yield warning(
                community.line, f"id {community.id} is not the host {community.host}", "give both the same value"
            )
        if community.id and community.id.casefold() not in used:
            yield warning(
                community.line, f"no action names {community.id}: it is defined in vain", "add an action, or remove it"
            )
        yield from _community(community, names_foreseen=names_foreseen)
    for action in actions:
        if action.id and action.id.casefold() not in defined:
            yield error(action.line, f"{action.id} is not defined in this file", f"add a <{words.COMMUNITY}> for it")
        yield from _action(config, action)
    yield from _moves(communities, actions)
    yield from _resets(config, actions)
    yield from _overlapping(config)


def _twice(communities: list[Community], actions: list[Action], unused: list[str]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for community in communities:
        key = community.id.casefold()
        if key and key in seen:
            yield error(
                community.line,
                f"{community.id} is defined in line {seen[key]} already; which of them counts is not known",
                "keep one",
                INFERRED,
            )
        seen.setdefault(key, community.line)
    done: dict[tuple[str, str], int] = {}
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for action in actions:
        what = (action.type, action.id.casefold())
        if all(what) and what in done:
            fix = f"did you mean {unused[0]}?" if unused else "remove one"
            yield warning(action.line, f"{action.type} of {action.id} stands in line {done[what]} already", fix)
        done.setdefault(what, action.line)
        if {"add", "delete"} <= (kinds[what[1]] | {action.type}) and action.type not in kinds[what[1]]:
            yield error(
                action.line, f"{action.id} is both added and deleted; the order is not documented", "keep one", INFERRED
            )
        kinds[what[1]].add(action.type)


def _community(community: Community, *, names_foreseen: bool) -> Iterator[Finding]:
    line, of = community.line, community.attributes
    kind = of.get("connectionType", "").strip()
    if kind in words.WITH_PROXY and not of.get("proxyHost", "").strip():
        yield warning(line, f"connectionType is {kind}, and there is no proxyHost", 'add proxyHost="..."', INFERRED)
    if kind and kind not in words.WITH_PROXY and of.get("proxyHost", "").strip():
        yield warning(line, f"there is a proxyHost, and connectionType is {kind}", "remove one of them", INFERRED)
    yield from _global(community, kind)
    yield from _token(community, names_foreseen=names_foreseen)
    for name in ("savePassword", "loginAtStartup"):
        if name in of:
            yield note(line, f"{name} is set: whatever users choose goes back to it at each log-in", "leave it out")
    if "name" in of:
        yield note(line, "a name is set, which HCL does not recommend", "set ST_COMMUNITY_ID in sametime.ini instead")


def _global(community: Community, kind: str) -> Iterator[Finding]:
    line, of = community.line, community.attributes
    context, settings = "useGlobalConnContext", "useGlobalConnSettings"
    if context in of and settings in of and of[context].strip().lower() != of[settings].strip().lower():
        yield error(line, f"{context} and {settings} contradict each other", f"keep {settings}", INFERRED)
    elif context in of:
        yield note(
            line,
            f"{context} stands in HCL's table; HCL's sample and the Notes C API have {settings}",
            f"if clients do not take it, write {settings}",
            Strength.SEEN,
        )
    if kind and kind != "direct" and not (community.is_true(context) or community.is_true(settings)):
        yield note(
            line,
            f"HCL's table wants {context} true with connectionType {kind}, HCL's sample has it false",
            "try it with one client",
        )


def _token(community: Community, *, names_foreseen: bool) -> Iterator[Finding]:
    line, of = community.line, community.attributes
    auth = of.get("authType", "").strip()
    if community.is_true("loginByToken") and not auth:
        yield warning(
            line, "loginByToken is true, and there is no authType", f'add authType="{words.DOMINO}"', INFERRED
        )
    if auth and not community.is_true("loginByToken"):
        yield warning(line, f"authType is {auth}, and loginByToken is not true", 'add loginByToken="true"', INFERRED)
    if auth == words.DOMINO:
        where = community.new_host or community.host
        yield note(
            line,
            f"{words.DOMINO} works within Notes only: Sametime Connect without Notes cannot log in so",
            "serve those clients another file, by a policy of their own",
        )
        if "authServerUrl" not in of and not names_foreseen:
            yield note(
                line,
                f"{where} is asked for a token by this name: Domino there has to accept it, alias or not",
                f"limner signon server-name {where} --server-doc FILE",
                INFERRED,
            )
        elif "authServerUrl" in of:
            yield note(
                line,
                f"how authServerUrl is written with {words.DOMINO} is not documented",
                "try it with one client; the server's name there has to be one that Domino accepts",
            )


def _action(config: Config, action: Action) -> Iterator[Finding]:
    line, community = action.line, config.of(action)
    for name, kind in words.ONLY_WITH.items():
        if name in action.attributes and action.type != kind:
            yield warning(line, f"{name} counts with {kind} only, and this is {action.type}", f"remove {name}")
    if community is None:
        return
    if action.type == "update" and not set(community.attributes) - words.IDENTIFYING:
        yield warning(
            line, f"the update of {action.id} changes nothing: only id and host are given", "add what is to change"
        )
    if community.new_host and action.type != "update":
        yield warning(line, f"newHost counts with update only, and this is {action.type}", "remove newHost")
    if action.type == "delete":
        yield note(
            line, f"{action.id} is deleted where it is a secondary community; a default one stays", "reset moves it"
        )
    if action.type == "update" and community.new_host:
        yield note(
            line,
            f"users keep their contact lists: that is right if {community.new_host} has the same directory, and the "
            "same ST_COMMUNITY_ID in sametime.ini, or clients get the community twice",
            "with another directory use reset",
        )
        if action.attributes.get("restart", "").strip() == "false":
            yield note(
                line, "restart is false: users stay at the old host until they restart by themselves", "remove it"
            )


def _moves(communities: list[Community], actions: list[Action]) -> Iterator[Finding]:
    updated = {each.id.casefold() for each in actions if each.type == "update"}
    leads = {
        each.host.casefold(): each
        for each in communities
        if each.new_host and each.id.casefold() in updated and each.host
    }
    nexts = {begin: (each.new_host or "").casefold() for begin, each in leads.items()}
    targets = {end for begin, end in nexts.items() if end != begin}
    seen: set[str] = set()
    for begin, community in leads.items():
        if nexts[begin] == begin:
            yield warning(community.line, "newHost is the host itself: nothing is moved", "write the new host")
            continue
        path = [begin]
        known = {begin}
        while (at := nexts[path[-1]]) in nexts and at not in known and at not in seen:
            path.append(at)
            known.add(at)
        if at == begin:
            yield error(
                community.line,
                f"clients are moved in a circle: {_path([*path, begin])}",
                "let one host be the last",
            )
            seen |= known
        elif begin not in targets and len(path) > 1 and at not in known:
            yield note(
                community.line,
                f"{_path([*path, at])}: a client may need more than one log-in to get there",
                f"move {begin} to {at} at once",
                INFERRED,
            )


def _path(hosts: list[str]) -> str:
    shown = hosts if len(hosts) <= 6 else [*hosts[:3], "...", *hosts[-2:]]
    return " -> ".join(shown)


def _resets(config: Config, actions: list[Action]) -> Iterator[Finding]:
    resets = [each for each in actions if each.type == "reset"]
    if not resets:
        return
    others = len(actions) - len(resets)
    if others:
        yield warning(
            resets[0].line,
            f"a reset is carried out alone: the other {others} actions of this file are not carried out",
            "put them into the file that the new community serves",
        )
    for reset in resets[1:]:
        yield error(reset.line, "there is more than one reset; which of them counts is not known", "keep one", INFERRED)
    for reset in resets:
        community = config.of(reset)
        if not reset.is_true("createNewConfig"):
            continue
        yield warning(
            reset.line,
            "createNewConfig fires at every log-in: served by the new community too, it resets people for ever; and it "
            "empties user name and password",
            "leave it out, or serve this file from the old community only",
            INFERRED,
        )
        if community is not None and community.is_true("loginByToken"):
            yield warning(
                reset.line,
                "createNewConfig empties the user name: people have to type it before the token can help",
                "leave createNewConfig out",
            )


def _overlapping(config: Config) -> Iterator[Finding]:
    root = config.root
    places = [each for each in config.communities if words.OVERLAPPING in each.attributes]
    if root is not None and words.OVERLAPPING in root.attributes:
        values = {each.attributes[words.OVERLAPPING].strip().lower() for each in places}
        if values - {root.attributes[words.OVERLAPPING].strip().lower()}:
            yield error(
                root.line, f"{words.OVERLAPPING} is given twice, with different values", "keep that of the root"
            )
    elif places:
        yield note(
            places[0].line,
            f"HCL's table has {words.OVERLAPPING} in {words.COMMUNITY}, HCL's sample in {words.ROOT}",
            "if clients do not take it, move it to the root",
        )
    targets: defaultdict[str, list[Community]] = defaultdict(list)
    for each in config.communities:
        if each.new_host:
            targets[each.new_host.casefold()].append(each)
    merged = next((found for found in targets.values() if len(found) > 1), None)
    if merged and not config.deletes_overlapping:
        yield note(
            merged[1].line,
            f"{len(merged)} communities become {merged[0].new_host}: clients that have several get duplicates",
            f'write {words.OVERLAPPING}="true" into {words.ROOT}',
        )
