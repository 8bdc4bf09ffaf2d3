"""`limner pass keys` and `limner pass client`: who signs passes, and who may ask for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from limner import settings
from limner.cli import say
from limner.cli.noun import Noun
from limner.library import open_register
from limner.passes import Clients, Keys, Register
from limner.settings import Settings


@click.group("keys", cls=Noun)
def keys() -> None:
    """Look after the keys that sign passes. limner makes them, and a new one every 30 days."""


@keys.command("list")
@say.config
@say.as_json
def list_keys(file: Path | None, as_json: bool) -> None:
    """List the keys, the one that signs first."""
    with register_of(settings.load(file)) as register:
        found = Keys(register).all(time.time())
    if as_json:
        rows = [{"key": k.kid, "created": iso(k.created), "passes": k.passes, "signs": k is found[0]} for k in found]
        say.print_json(rows)
    elif found:
        texts = [(k.kid, iso(k.created), str(k.passes), "yes" if k is found[0] else "no") for k in found]
        say.print_table(texts, ("key", "created", "valid passes", "signs"))
    else:
        say.tell("there is no key yet; the first pass makes one")


@keys.command("rotate")
@say.config
@say.as_json
def rotate(file: Path | None, as_json: bool) -> None:
    """Make a new key, which signs from now on. Passes that older keys signed stay valid until they end."""
    with register_of(settings.load(file), create=True) as register:
        made = Keys(register).rotate(time.time())
    if as_json:
        say.print_json({"key": made.kid, "created": iso(made.created)})
    say.tell(f"the key {made.kid} signs from now on")


@keys.command("drop")
@click.argument("kid", metavar="KEY")
@say.config
@say.as_json
def drop(kid: str, file: Path | None, as_json: bool) -> None:
    """Forget a key that somebody may have got hold of. Passes that it signed are valid no more, and forgotten too."""
    with register_of(settings.load(file)) as register:
        gone = Keys(register).drop(kid)
    if as_json:
        say.print_json({"key": kid, "passes": gone})
    say.tell(f"the key {kid} is gone, and {gone} passes with it")


@click.group("client", cls=Noun)
def client() -> None:
    """Say which programs may ask for passes (`POST /passes`), such as a meeting server."""


@client.command("add")
@click.argument("name")
@say.config
@say.as_json
def add_client(name: str, file: Path | None, as_json: bool) -> None:
    """Add a client, and print its secret: this once, for only a hash of it is kept."""
    with register_of(settings.load(file), create=True) as register:
        secret = Clients(register).add(name, time.time())
    if as_json:
        say.print_json({"client": name, "secret": secret})
    else:
        say.echo(secret)
    say.tell(f"this is the secret of {name!r}; it is not shown again")


@client.command("list")
@say.config
@say.as_json
def list_clients(file: Path | None, as_json: bool) -> None:
    """List the clients."""
    with register_of(settings.load(file)) as register:
        found = Clients(register).all()
    if as_json:
        say.print_json([{"client": each.name, "created": iso(each.created)} for each in found])
    elif found:
        say.print_table([(each.name, iso(each.created)) for each in found], ("client", "created"))
    else:
        say.tell("there is no client")


@client.command("remove")
@click.argument("name")
@say.config
@say.as_json
def remove_client(name: str, file: Path | None, as_json: bool) -> None:
    """Remove a client. Passes that it was given stay valid; `limner pass list` shows them."""
    with register_of(settings.load(file)) as register:
        Clients(register).remove(name)
    if as_json:
        say.print_json({"client": name})
    say.tell(f"the client {name!r} gets no more passes")


@contextmanager
def register_of(loaded: Settings, *, create: bool = False) -> Iterator[Register]:
    """Open the register that the settings name, until the block ends. Raises RegisterError."""
    register = open_register(loaded.place, loaded.passes.secrets, create=create)
    try:
        yield register
    finally:
        register.close()


def iso(moment: float | None) -> str:
    """Write a Unix time as ISO 8601 does."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment or 0))
