"""`limner cert inspect`: what is in a file of certificates, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from cryptography import x509

from limner.cell.keystores import Store, read
from limner.cell.keystores import certificate as facts
from limner.cell.keystores.hosts import is_host
from limner.cell.keystores.judge import Finding, judge, subjects
from limner.cell.keystores.report import as_dict as as_dict_of
from limner.cell.keystores.report import covered
from limner.cell.keystores.tree import Branch, tree_of
from limner.cli import say
from limner.cli.cert_password import asker, password_file

SHOWN = 100  # certificates of a tree; --json has all


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="A host to be covered; may be repeated.")
@password_file
@say.as_json
@click.pass_context
def command(ctx: click.Context, file: Path, hosts: tuple[str, ...], password_file: Path | None, as_json: bool) -> None:
    """Show what is in FILE (PKCS#12, JKS, JCEKS, PEM or DER), and what will go wrong with it.

    Exit status 1: something is found wanting, such as a chain that is not complete, a certificate that has ended, or
    a --host that none covers.
    """
    for host in hosts:
        if not is_host(host):
            raise click.UsageError(f"{host[:80]!r} is no host; write its name or address alone")
    store = read(file, asker(file, password_file))
    now = facts.now()
    findings = judge(store, hosts, now)
    if as_json:
        say.print_json({"file": str(file)} | as_dict_of(store, hosts, findings, now))
    else:
        _print(file, store, hosts, findings)
    if any(finding.wanting for finding in findings):
        ctx.exit(1)


def _print(file: Path, store: Store, hosts: Sequence[str], findings: Sequence[Finding]) -> None:
    say.echo(f"{file}: {', '.join((store.form, *store.protection))}")
    rows = [(entry.kind, entry.alias or "(no alias)", _first(entry.certificates)) for entry in store.entries]
    if rows:
        say.echo("")
        say.print_table(rows[:SHOWN], ("entry", "alias", "certificate"))
    tree = [pair for branch in tree_of(store.certificates) for pair in branch.walk()]
    if tree:
        say.echo("")
        say.print_table(
            [_row(depth, branch) for depth, branch in tree[:SHOWN]], ("chain", "ends", "key", "signed", "for")
        )
    if max(len(rows), len(tree)) > SHOWN:
        say.echo(f"... and more; --json has all {max(len(rows), len(tree))}")
    for subject in subjects(store)[:SHOWN]:
        say.echo("")
        say.echo(f"{subject.label}: {'the chain is complete' if subject.chain.complete else 'an issuer is missing'}")
        say.echo(f"  names: {', '.join(facts.hosts(subject.certificate)) or 'none'}")
    if hosts:
        say.echo("")
        say.print_table([(host, covered(store, host) or "not covered") for host in hosts], ("host", "covered by"))
    if findings:
        say.echo("")
    for finding in findings:
        say.echo(f"{'wanting' if finding.wanting else 'note'}: {finding.text}")


def _first(certificates: Sequence[x509.Certificate]) -> str:
    return facts.short(certificates[0]) if certificates else "(none)"


def _row(depth: int, branch: Branch) -> tuple[str, ...]:
    lead = "   " * (depth - 1) + "└─ " if depth else ""
    each = branch.certificate
    if each is None:
        return f"{lead}(missing) {facts.text(branch.name)}", "", "", "", ""
    kind, bits = facts.key(each)
    size = f" {bits}" if bits and not kind.startswith("EC") else ""
    use = ", ".join(facts.usages(each)) or "anything"
    return f"{lead}{facts.short(each)}", f"{each.not_valid_after_utc:%Y-%m-%d}", kind + size, facts.signature(each), use
