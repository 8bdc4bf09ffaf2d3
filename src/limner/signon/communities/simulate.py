"""What a client has after it logged in, read the file, and was started again.

HCL's page says what each action does. What it does not say is told as a note with the outcome: the order of actions
(taken as the file has them), and what becomes of secondary communities at a reset (taken as kept).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from limner.signon.communities.config import Action, Community, Config
from limner.signon.names import same_host

_ACTS: Final = frozenset({"id", "host", "newHost", "deleteOverlappingCommunities"})
CONNECTION: Final = frozenset(
    {
        *("connectionType", "proxyHost", "proxyPort", "port", "useGlobalConnContext", "useGlobalConnSettings"),
        *("sendKeepAlive", "keepAliveInterval"),
    }
)


@dataclass(frozen=True, slots=True)
class Member:
    """One community of a client: its host, the user name ("" for none), and what else is set."""

    host: str
    user: str = ""
    has_password: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it, and as `--client FILE` takes it."""
        return {
            "host": self.host,
            "user": self.user,
            "has_password": self.has_password,
            "settings": dict(sorted(self.settings.items())),
        }


@dataclass(frozen=True, slots=True)
class Client:
    """The communities of a client, its default one first."""

    communities: tuple[Member, ...]

    @property
    def default(self) -> Member:
        """The default community."""
        return self.communities[0]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {"communities": [each.as_dict() for each in self.communities]}


@dataclass(frozen=True, slots=True)
class Step:
    """What one action did; `line` is the action's."""

    line: int
    action: str
    acted: bool
    text: str

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {"line": self.line, "action": self.action, "acted": self.acted, "text": self.text}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A client before and after, action by action; `restart` says whether the client asks to be started again."""

    before: Client
    after: Client
    steps: tuple[Step, ...]
    restart: bool
    notes: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the client has something else than before."""
        return self.before != self.after


def simulate(config: Config, client: Client) -> Outcome:
    """Say what a client has after its next log-in and start, if it reads this file and its user agrees to restart."""
    reset = next((each for each in config.actions if each.type == "reset"), None)
    if reset is not None:
        return _reset(config, client, reset)
    members = list(client.communities)
    steps: list[Step] = []
    restart = False
    for action in config.actions:
        members, step, asks = _act(config, members, action)
        steps.append(step)
        restart = restart or asks
    notes = []
    if len([step for step in steps if step.acted]) > 1:
        notes.append("actions are taken in the file's order; HCL's page does not tell it")
    if config.deletes_overlapping:
        members = _without_overlapping(members)
    after = Client(tuple(members))
    if len({(each.host.casefold(), each.user.casefold()) for each in members}) < len(members):
        notes.append("the client has a community twice: deleteOverlappingCommunities makes one of them")
    return Outcome(client, after, tuple(steps), restart, tuple(notes))


def _reset(config: Config, client: Client, reset: Action) -> Outcome:
    others = [
        Step(each.line, f"{each.type} {each.id}", False, "is not carried out, because there is a reset")
        for each in config.actions
        if each is not reset and (each.line, each.attributes) != (reset.line, reset.attributes)
    ]
    what = f"reset {reset.id}"
    community = config.of(reset)
    if community is None or not community.host:
        step = Step(reset.line, what, False, "names a community that the file does not define")
        return Outcome(client, client, (step, *others), False, ())
    anew = reset.is_true("createNewConfig")
    default = client.default
    if same_host(default.host, community.host) and not anew:
        step = Step(reset.line, what, False, "the default community is this one already")
        return Outcome(client, client, (step, *others), False, ())
    settings = _settings(community)
    if anew:
        new = Member(community.host, settings=settings)
        text = "replaces the default community wholly: user name and password are empty"
    else:
        kept = {name: value for name, value in default.settings.items() if name in CONNECTION}
        new = Member(community.host, default.user, default.has_password, {**kept, **settings})
        text = f"replaces the default community {default.host}; user name, password and connection are kept"
    after = Client((new, *(each for each in client.communities[1:])))
    notes = ["the user is asked to restart, and may decline: until then nothing changes"]
    if len(client.communities) > 1:
        notes.append("what becomes of secondary communities at a reset is not documented; they are shown as kept")
    if anew and same_host(default.host, community.host):
        notes.append("this client is reset at every log-in, for as long as the new community serves this file")
    return Outcome(client, after, (Step(reset.line, what, True, text), *others), True, tuple(notes))


def _act(config: Config, members: list[Member], action: Action) -> tuple[list[Member], Step, bool]:
    what = f"{action.type} {action.id}"
    community = config.of(action)
    if community is None or not community.host:
        return members, Step(action.line, what, False, "names a community that the file does not define"), False
    matching = [each for each in members if same_host(each.host, community.host)]
    match action.type:
        case "update":
            return _update(members, action, community, matching)
        case "add":
            if matching:
                return members, Step(action.line, what, False, "the client has it already"), False
            user = members[0].user if action.is_true("applyDefaultCommunityUsername") else ""
            added = Member(community.host, user, settings=_settings(community))
            said = f"is added as a secondary community, {f'for {user}' if user else 'without a user name'}"
            return [*members, added], Step(action.line, what, True, said), False
        case "delete":
            left = [members[0], *(each for each in members[1:] if not same_host(each.host, community.host))]
            if len(left) < len(members):
                return left, Step(action.line, what, True, "is deleted"), False
            said = "is the default community, which cannot be deleted" if matching else "the client does not have it"
            return members, Step(action.line, what, False, said), False
    return members, Step(action.line, what, False, f"there is no action {action.type!r}"), False


def _update(
    members: list[Member], action: Action, community: Community, matching: list[Member]
) -> tuple[list[Member], Step, bool]:
    what = f"update {action.id}"
    if not matching:
        return members, Step(action.line, what, False, "the client has no community with this host"), False
    settings = _settings(community)
    host = community.new_host
    updated = [
        replace(each, host=host or each.host, settings={**each.settings, **settings}) if each in matching else each
        for each in members
    ]
    moved = bool(host) and not same_host(host or "", community.host)
    changed = sorted(
        name for name, value in settings.items() if any(each.settings.get(name) != value for each in matching)
    )
    if not moved and not changed:
        return members, Step(action.line, what, False, "changes nothing: all is so already"), False
    said = [f"the host becomes {host}"] if moved else []
    said += [f"{name} becomes {settings[name]}" for name in changed]
    restart = action.attributes.get("restart", "").strip().lower()
    asks = restart != "false" if moved else restart == "true"
    return updated, Step(action.line, what, True, ", ".join(said)), asks


def _settings(community: Community) -> dict[str, str]:
    return {name: value.strip() for name, value in community.attributes.items() if name not in _ACTS}


def _without_overlapping(members: list[Member]) -> list[Member]:
    """Keep the first of communities that have the same host and user: so the default one is never lost."""
    seen: set[tuple[str, str]] = set()
    left = []
    for each in members:
        key = (each.host.casefold(), each.user.casefold())
        if key not in seen:
            left.append(each)
        seen.add(key)
    return left
