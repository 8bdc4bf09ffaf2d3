"""`limner cert export`: the parts of a store as files."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cell.keystores import certificate as facts
from limner.cell.keystores import parts, read, writing
from limner.cli import say
from limner.cli.cert_password import NEW_PASSWORD, asker, password, password_file

_path = click.Path(path_type=Path)


@click.command("export")
@click.argument("file", type=_path)
@click.option("--to", "folder", type=_path, required=True, metavar="DIR", help="The folder to write into.")
@click.option("--entry", metavar="NAME", help="Which certificate, by alias or name, if there are several.")
@click.option("--key", "with_key", is_flag=True, help="The private key too: as key.pem, or in the store of --p12.")
@click.option("--p12", is_flag=True, help="Pack a new store for Java; without --key a store of signers.")
@click.option("--alias", metavar="NAME", help="The alias in the new store; else made of the certificate's name.")
@click.option("--for-old-java", "old", is_flag=True, help="Encrypt the new store so that Java 6 to 8 can read it.")
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
@password_file
@click.option(
    "--new-password-file", type=_path, help=f"File with the new store's password; else ${NEW_PASSWORD}, else asked."
)
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    folder: Path,
    entry: str | None,
    with_key: bool,
    p12: bool,
    alias: str | None,
    old: bool,
    dry_run: bool,
    password_file: Path | None,
    new_password_file: Path | None,
    as_json: bool,
) -> None:
    """Write leaf, intermediates and root of FILE as PEM files; with --p12 pack them, or the key, for Java.

    Nothing is overwritten, and private keys are written only with --key, for their owner alone. Exit status 1: it is
    done, but the chain is not complete.
    """
    if (alias or old) and not p12:
        raise click.UsageError("--alias and --for-old-java are for --p12")
    store = read(file, asker(file, password_file))
    subject = parts.choose(store, entry)
    key = parts.key_of(subject) if with_key else None
    wanted = parts.certificates(store, subject)
    if p12:
        new = password(
            "Password for the new store", new_password_file, NEW_PASSWORD, "the new store needs a password", new=True
        )
        wanted.append(parts.packed(store, subject, key, alias, new, old=old))
    elif key is not None:
        wanted.append(parts.private(key))
    if dry_run:
        writing.refuse_taken(folder, wanted)
    else:
        writing.write(folder, wanted)
    missing = subject.chain.missing if subject else None
    if as_json:
        files = [{"file": str(folder / each.name), "what": each.what, "secret": each.secret} for each in wanted]
        missed = facts.text(missing) if missing else None
        say.print_json({"written": not dry_run, "files": files, "missing": missed})
    else:
        say.print_table([(str(folder / each.name), each.what) for each in wanted])
    if dry_run:
        say.tell("nothing was written: --dry-run")
    if missing:
        say.warn(f"the chain is not complete: {facts.text(missing)} is not in {file}")
        ctx.exit(1)
