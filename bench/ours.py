"""limner itself, through nothing but its command and its settings file, as an administrator runs it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.peers import ELSEWHERE, NETWORKS
from bench.servers import BenchError, Server, free_port, say, started

LIMNER = Path(sys.executable).with_name("limner")
COOKIES = ["LtpaToken", "LtpaToken2", "STPluginActivePage=stMeetingroom"]


def settings(
    file: Path,
    *,
    library: Path | str,
    shared: str = "",
    port: int = 0,
    photos: Path | None = None,
    networks: Sequence[str] = NETWORKS,
    cookies: Sequence[str] = COOKIES,
    proxies: Sequence[str] = (),
    audit: bool = False,
    condition: str = "",
    register: Path | None = None,
) -> Path:
    """Write a settings file: the seed's policy, an access log as the peers have it, no admin address.

    `shared`: what is to be said of a library that is shared; its door answers on the port after `port`, too.
    """
    admin = f"127.0.0.1:{port + 1}" if shared else ""
    parts = [
        f"library = {json.dumps(str(library))}",
        *([shared] if shared else []),
        f'[serve]\nlisten = "127.0.0.1:{port}"\nworkers = 1\nadmin = "{admin}"',
        '[log]\naccess = "access.log"' + ('\naudit = "audit.log"' if audit else ""),
        f"[policy]\notherwise = {{ redirect = {json.dumps(ELSEWHERE)} }}",
        f"trusted_proxies = {json.dumps(list(proxies))}",
        f'[[policy.allow]]\nname = "offices"\nnetworks = {json.dumps(list(networks))}',
    ]
    if cookies:
        parts.append(f'[[policy.allow]]\nname = "the seed\'s cookies"\ncookie = {json.dumps(list(cookies))}')
    if condition:
        parts.append(f'[[policy.allow]]\nname = "another"\n{condition}')
    if register:
        parts.append(f"[passes]\nsecrets = {json.dumps(str(register))}")
        rule = f'pass = {{ secrets = {json.dumps(str(register))} }}\nbudget = {{ faces = 60, per = "1h" }}'
        parts.append(f'[[policy.allow]]\nname = "guests"\n{rule}')
    if photos:
        parts.append(f'[[source]]\nkind = "folder"\npath = {json.dumps(str(photos))}')
    file.write_text("\n\n".join(parts) + "\n")
    return file


@contextmanager
def served(
    name: str,
    folder: Path,
    *,
    library: Path | str,
    shared: str = "",
    networks: Sequence[str] = NETWORKS,
    cookies: Sequence[str] = COOKIES,
    proxies: Sequence[str] = (),
    audit: bool = False,
    condition: str = "",
    register: Path | None = None,
) -> Iterator[Server]:
    """Run `limner serve` with one worker in a new folder until the block ends."""
    folder.mkdir()
    port = free_port()
    file = settings(
        folder / "limner.toml",
        library=library,
        shared=shared,
        port=port,
        networks=networks,
        cookies=cookies,
        proxies=proxies,
        audit=audit,
        condition=condition,
        register=register,
    )
    with started(name, [LIMNER, "serve", "-c", file], port=port, folder=folder) as server:
        yield server


def sync(file: Path) -> float:
    """Run `limner sync` on all cores and give the seconds it took. Raises BenchError if it fails."""
    if not LIMNER.exists():
        raise BenchError(f"there is no {LIMNER}: run this with the Python that limner is installed for")
    start = time.monotonic()
    done = subprocess.run(
        [LIMNER, "sync", "-c", file], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    took = time.monotonic() - start
    if done.returncode:
        raise BenchError(f"limner sync failed ({done.returncode}): {(done.stderr or done.stdout).strip()[-2000:]}")
    return took


def library_of(photos: Path, folder: Path) -> Path:
    """Make a library in `folder` of a folder of photos, by `limner sync`."""
    library = folder / "library"
    say("limner sync")
    took = sync(settings(folder / "sync.toml", library=library, photos=photos))
    say(f"limner sync took {took:.1f} s")
    return library
