"""Configurations of other web servers that decide as a policy does: one file per dialect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType

from limner import settings
from limner.gateway.export import apache22, apache24, caddy, haproxy, head, nginx, rewrite
from limner.gateway.export.plan import Listen, Site, digest, plan
from limner.gateway.export.syntax import ExportError

__all__ = ["TARGETS", "ExportError", "Listen", "Site", "digest", "export"]

TARGETS: dict[str, ModuleType] = {
    "apache22": apache22,
    "apache24": apache24,
    "nginx": nginx,
    "haproxy": haproxy,
    "caddy": caddy,
}


def export(
    target: str,
    loaded: settings.Settings,
    site: Site,
    *,
    by_rewrite: bool = False,
    leave_out: Sequence[str] = (),
    direct: bool = False,
) -> str:
    """Write the configuration of one of TARGETS; `by_rewrite`: for `apache22`, by mod_rewrite alone.

    Raises ExportError where it would not decide as `policy.decide` does.
    """
    dialect = TARGETS[target]
    if site.root is None and site.limner is None:
        raise ExportError(
            "the server has nothing to give out",
            hint="say where its files are, with --root, or where limner answers, with --limner",
        )
    if site.limner is not None and site.limner.startswith("https:") and not dialect.VERIFIES:
        raise ExportError(
            f"{target} does not verify the certificate of a server behind it, unless it is told whom to trust",
            hint="have limner listen on this machine's own address, and write http://127.0.0.1:8080",
        )
    made = plan(target, loaded, site, dialect.DOOR, leave_out, direct=direct)
    first = head.comments(target, site, by_rewrite=by_rewrite, leave_out=leave_out, direct=direct)
    text: str = (rewrite if by_rewrite else dialect).export(replace(made, notes=(*first, *made.notes)))
    return text
