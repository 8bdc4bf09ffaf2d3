"""Apache 2.2 and IBM HTTP Server 7 and 8: `Allow from` networks and variables; it cannot ask limner.

Source: the manual of 2.2, mod_authz_host and mod_setenvif. It runs under 2.4 too, with mod_access_compat. `Allow` has
no "and": for a rule with networks and cookies the cookie sets a variable, and an address outside takes it away, by
regular expressions on REMOTE_ADDR, which Apache writes in the canonical form.
"""

from __future__ import annotations

from limner.gateway.export.apache import DIALECT, cidrs, cookie_found, refusal, virtual_host
from limner.gateway.export.plan import Door, Plan, Way
from limner.gateway.export.syntax import GAP, Comment, ExportError, Line, Node, Raw, block, line, rows, written
from limner.pattern.write import write_lines
from limner.policy.networks import Networks

DOOR: Door | None = None
VERIFIES = False  # the certificate of a server behind it, without being told how
REGEX = 4000  # characters of a regular expression, well below what a line may have
RUN = 128  # networks


def export(plan: Plan) -> str:
    """Write the virtual host."""
    if plan.otherwise == "placeholder":
        raise ExportError(
            "Apache's access rules cannot answer a refusal with a picture and status 200", hint="--rewrite can"
        )
    cookies: list[Node] = []
    allowed: list[Node] = []
    for way in plan.ways:
        allowed.append(way.title)
        if not way.cookies and way.networks is not None:
            allowed += [line("Allow", "from", *row) for row in rows(cidrs(way.networks))]
            continue
        for variable, outside in _variables(way):
            cookies += [*cookie_found(way, variable), *outside]
            allowed.append(line("Allow", "from", f"env={variable}"))
    modules = ["authz_host (under 2.4 access_compat too)"] + (["setenvif"] if cookies else [])
    modules += ["proxy", "proxy_http"] if plan.site.root is None else []
    access = [line("Order", Raw("Deny,Allow")), line("Deny", "from", "all"), *allowed]
    inner = [GAP, *cookies, *([GAP] if cookies else []), block(("Location", "/"), [*refusal(plan), *access])]
    notes = [*plan.notes, Comment(f"Modules: {', '.join(modules)}"), GAP]
    return written([*notes, *virtual_host(plan, inner)], DIALECT)


def _variables(way: Way) -> list[tuple[str, list[Node]]]:
    """Give variables that a way's cookie sets, and what takes each away outside of the way's networks."""
    name = f"limner_rule_{way.number}"
    if way.networks is None:
        return [(name, [])]
    outside = [
        Line((Raw("SetEnvIf Remote_Addr"), f"^(?!{regex.removeprefix('^')})")) for regex in regexes(way.networks)
    ]
    names = [name] if len(outside) == 1 else [f"{name}_{number}" for number in range(1, len(outside) + 1)]
    return [(each, [Line((*test.words, f"!{each}"))]) for each, test in zip(names, outside, strict=True)]


def regexes(networks: Networks) -> list[str]:
    """Give anchored regular expressions that take the addresses of a set, each short enough for a line.

    A long list is written in runs, which takes less time, unless the runs are so short that one for all may do.
    """
    cidrs = networks.cidrs()
    runs = [Networks(cidrs[at : at + RUN]) for at in range(0, len(cidrs), RUN)]
    lines = [line for run in runs for line in write_lines(run, REGEX)]
    return lines if sum(map(len, lines)) > 4 * REGEX else write_lines(networks, REGEX)
