"""What is to be written, whatever the dialect: which rules the server decides, which limner is asked, which are out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from limner import settings
from limner.gateway.export.syntax import Comment, ExportError
from limner.policy.networks import Networks
from limner.settings.policy import NO_CONDITIONS

NATIVE = ("networks", "cookie")  # what other servers decide by themselves
Door = Literal["nginx", "caddy"]


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the server listens; `host` "*" is every address of the machine, IPv4 and IPv6; others stand as they are."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Site:
    """The server that the policy is written for.

    It gives out the files in `root`, or what limner gives it, which answers at the origin `limner`; that is also whom
    it asks about visitors. `placeholder` is the picture, on the server, for those who are refused.
    """

    name: str | None = None
    listen: tuple[Listen, ...] = ()
    root: str | None = None
    limner: str | None = None
    placeholder: str | None = None

    @property
    def heard(self) -> tuple[Listen, ...]:
        """Give where it listens: port 80, if nothing else is said."""
        return self.listen or (Listen("*", 80),)


@dataclass(frozen=True, slots=True)
class Way:
    """A rule that the server decides: a visitor from `networks` (None: anywhere), with a cookie (none: any or none)."""

    number: int
    name: str
    networks: Networks | None
    cookies: tuple[str, ...]

    @property
    def title(self) -> Comment:
        """Give the comment above it."""
        return Comment(f'rule {self.number}, "{self.name}"')


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written. `asked`: limner is asked about whom no way lets in; `notes` are comments for the top."""

    ways: tuple[Way, ...]
    asked: bool
    otherwise: settings.Redirect | Literal[403, "placeholder"]
    notes: tuple[Comment, ...]
    site: Site

    @property
    def forwards(self) -> str:
        """Give limner's origin; to be called where something needs it."""
        assert self.site.limner is not None
        return self.site.limner


def digest(policy: settings.Policy) -> str:
    """Give the digest of a policy's settings: when it is another one, an exported configuration is out of date."""
    text = json.dumps(policy.model_dump(mode="json", by_alias=True), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plan(
    target: str, loaded: settings.Settings, site: Site, door: Door | None, leave_out: Sequence[str], *, direct: bool
) -> Plan:
    """Sort the rules. `door`: how the server asks limner's forward-auth door; None: it cannot.

    `leave_out` names rules that are not written; with `direct` nobody's X-Forwarded-For is believed, and no network
    admits an address of the policy's trusted proxies. Raises ExportError for what the server would decide otherwise.
    """
    policy = loaded.policy
    left = _left_out(policy, leave_out)
    proxies = _proxies(target, policy, direct=direct)
    others = [rule for rule in policy.allow if rule.name not in left and beyond(rule)]
    if others and door is None:
        _refuse(target, others)
    if others and door is not None:
        _can_ask(target, loaded, site, door, others, left)
    ways: list[Way] = []
    notes = [
        Comment(f"Policy: sha256 {digest(policy)}"),
        Comment("A visitor who fulfils any of the rules below is let in, and nobody else."),
    ]
    if proxies:
        notes.append(Comment("Addresses of trusted proxies are in no network here: visitors come without proxies."))
    for number, rule in enumerate(policy.allow, 1):
        name = f'Rule {number}, "{rule.name}"'
        kinds = " and ".join(beyond(rule))
        if rule.name in left:
            notes.append(Comment(f"{name}, is left out: whom no other rule lets in is refused."))
        elif kinds:
            notes.append(Comment(f"{name} ({kinds}), is for limner to decide, which is asked."))
        else:
            networks = None if rule.networks is None else Networks(rule.networks) - proxies
            if networks is not None and not networks:
                notes.append(Comment(f"{name}, lets in addresses of trusted proxies only: nobody, here."))
            else:
                ways.append(Way(number, rule.name, networks, tuple(dict.fromkeys(rule.cookie or ()))))
    return Plan(tuple(ways), bool(others), _otherwise(target, policy, site), tuple(notes), site)


def beyond(rule: settings.Rule) -> list[str]:
    """Give what a rule asks for that other servers cannot judge, by the settings' names."""
    fields = type(rule).model_fields
    kinds = [kind for kind in fields if kind not in (*NATIVE, *NO_CONDITIONS) and getattr(rule, kind) is not None]
    kinds += [kind for kind in ("faces", "budget") if getattr(rule, kind) is not None]
    return [fields[kind].alias or kind for kind in kinds]


def _left_out(policy: settings.Policy, leave_out: Sequence[str]) -> frozenset[str]:
    names = [rule.name for rule in policy.allow]
    for name in leave_out:
        if name not in names:
            raise ExportError(
                f"there is no rule {name!r} to leave out", hint=f"there are: {', '.join(map(repr, names)) or 'none'}"
            )
    return frozenset(leave_out)


def _proxies(target: str, policy: settings.Policy, *, direct: bool) -> Networks:
    proxies = Networks(peer for peer in policy.trusted_proxies if peer != "unix")
    if proxies and not direct:
        raise ExportError(
            f"the policy trusts proxies, and {target} reads X-Forwarded-For otherwise than limner: where an entry is "
            "no address, it takes the visitor for one of the proxies, and limner for nobody",
            hint="--direct, if visitors come to the server itself: then no header is believed, and the proxies' own "
            "addresses are in no network",
        )
    return proxies


def _refuse(target: str, rules: Sequence[settings.Rule]) -> None:
    asks = [f"the rule {rule.name!r} asks for {' and '.join(beyond(rule))}" for rule in rules]
    raise ExportError(
        "\n".join(f"{ask}, which {target} can neither judge nor ask limner about" for ask in asks),
        hint="nginx and caddy ask limner; or leave rules out, with --leave-out and their name: "
        "who comes in by them alone is refused then",
    )


def _can_ask(
    target: str,
    loaded: settings.Settings,
    site: Site,
    door: Door,
    rules: Sequence[settings.Rule],
    left: frozenset[str],
) -> None:
    """Raise ExportError unless limner can be asked, and would answer as the server understands it."""
    named = ", ".join(repr(rule.name) for rule in rules)
    auth = loaded.auth
    if left:
        raise ExportError(
            f"limner judges by all rules when it is asked, so none can be left out while it is asked about {named}",
            hint="leave those out too, or none",
        )
    if site.limner is None:
        raise ExportError(f"limner has to be asked about {named}", hint="say where it answers, with --limner URL")
    if not auth.enabled or auth.gateway != door or auth.uri_header or auth.method_header:
        raise ExportError(
            f"limner has to be asked about {named}, and its door /auth is not open to {target}",
            hint=f'set enabled = true, gateway = "{door}" and `trusted` in [auth], without other headers',
        )
    otherwise = loaded.policy.otherwise
    if door == "nginx" and auth.refuse not in (401, 403):
        raise ExportError("nginx understands no redirect of the door's", hint="set refuse = 403 in [auth]")
    if door == "caddy" and auth.refuse != otherwise:
        raise ExportError(
            "with Caddy, whom limner refuses gets what `refuse` in [auth] says, and that is not what `otherwise` says",
            hint="set both to 403, or both to the same redirect",
        )


def _otherwise(target: str, policy: settings.Policy, site: Site) -> settings.Redirect | Literal[403, "placeholder"]:
    otherwise = policy.otherwise
    if otherwise == "sign-in":
        raise ExportError(
            f'`otherwise = "sign-in"` tells pages from pictures, which {target} does not',
            hint='export a policy with { redirect = "https://..." } or 403',
        )
    if otherwise == "placeholder" and site.placeholder is None:
        raise ExportError(
            'the policy answers refusals with a picture (`otherwise = "placeholder"`)',
            hint="say which file it is on the server, with --placeholder FILE",
        )
    return otherwise
