"""`limner signon communities check`: every rule and contradiction of HCL's page."""

from __future__ import annotations

from limner.signon.acceptance import Verdict, judge
from limner.signon.communities import vocabulary as words
from limner.signon.communities.config import Config
from limner.signon.communities.finding import Finding, Severity, note
from limner.signon.communities.form import form, host_of
from limner.signon.communities.sense import sense
from limner.signon.evidence import Cause, Evidence, Weight
from limner.signon.notes_ini import NotesIni
from limner.signon.server_document import ServerDocument

ORDER = tuple(Severity)


def check(config: Config, server: ServerDocument | None = None, ini: NotesIni | None = None) -> list[Finding]:
    """Give all findings about a file, the gravest first, then by line.

    With the Server document of the Domino server that makes the tokens, its check of names is foreseen too.
    """
    found = [*form(config), *sense(config, names_foreseen=server is not None)]
    if server is not None:
        found += _names(config, server, ini)
    if any(each.new_host for each in config.communities) or any(each.type == "reset" for each in config.actions):
        found.append(
            note(
                None,
                "it is read at log-in and acts at the next start of the client: only people who can still log in to "
                "the old community are moved",
                "keep the old community up until nobody logs in there any more",
            )
        )
    return sorted(found, key=lambda each: (ORDER.index(each.severity), each.line or 0))


def evidence(config: Config) -> list[Evidence]:
    """Give what a file says about why a log-in failed: each error and warning of `check`."""
    weights = {Severity.ERROR: Weight.SIGN, Severity.WARNING: Weight.HINT}
    return [
        Evidence(
            file=config.file,
            place=f"line {found.line}" if found.line else None,
            cause=Cause.COMMUNITY_FILE,
            weight=weights[found.severity],
            strength=found.strength,
            source=found.source,
            text=found.message,
            names=tuple(each.host for each in config.communities if each.host and each.host in found.message),
        )
        for found in check(config)
        if found.severity in weights
    ]


def _names(config: Config, server: ServerDocument, ini: NotesIni | None) -> list[Finding]:
    found: list[Finding] = []
    for community in config.communities:
        if community.attributes.get("authType", "").strip() != words.DOMINO:
            continue
        name = host_of(community.attributes.get("authServerUrl", "")) or community.new_host or community.host
        answer = judge(name, server, ini)
        if answer.verdict is Verdict.ACCEPTED:
            message = f"{server.short} accepts {name} ({answer.decided.rule})"
            decided = answer.decided
            found.append(Finding(Severity.NOTE, community.line, message, "nothing", decided.strength, decided.source))
            continue
        severity = Severity.ERROR if answer.verdict is Verdict.REFUSED else Severity.WARNING
        found.append(
            Finding(
                severity,
                community.line,
                f"{server.short} {'refuses' if severity is Severity.ERROR else 'may refuse'} {name}, so single sign-on "
                f"fails: {answer.decided.text}{f' (unless {answer.unless})' if answer.unless else ''}",
                f"limner signon server-name {name} --server-doc {server.file} compares the ways out",
                answer.decided.strength,
                answer.decided.source,
            )
        )
    return found
