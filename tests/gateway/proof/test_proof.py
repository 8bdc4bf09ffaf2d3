"""Every exported configuration decides on the real server as `policy.decide` does, wherever a visitor comes from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.gateway.export.goldens import POLICIES, policy_text
from tests.gateway.proof.namespace import Namespace, Reply, ask
from tests.gateway.proof.pieces import addresses, credentials, decided, in_two_headers, oddities
from tests.gateway.servers import PROGRAMS, lay_out, running, skip_without

from limner import settings
from limner.gateway.export import Listen, Site, export
from limner.policy import Policy

PHOTO, NOBODY = b"\xff\xd8 jane", b"\xff\xd8 nobody"
PORTS = {dialect: 8001 + at for at, dialect in enumerate(PROGRAMS)}
BACKEND = 8090
APACHES = ("apache22", "rewrite", "apache24")

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0 and not os.environ.get("CI"), reason="a network of its own needs root"),
]


@pytest.fixture(scope="module")
def network() -> Iterator[Namespace]:
    for program in set(PROGRAMS.values()):
        skip_without(program)
    with Namespace() as made:
        yield made


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with photos that Apache's own user can read, as it cannot what is in `tmp_path`."""
    with tempfile.TemporaryDirectory(prefix="proof") as made:
        here = Path(made)
        here.chmod(0o755)
        (here / "photos").mkdir(mode=0o755)
        (here / "photos" / "jane@example.com.jpg").write_bytes(PHOTO)
        (here / "nobody.jpg").write_bytes(NOBODY)
        yield here


def written(dialect: str, loaded: settings.Settings, folder: Path) -> str:
    site = Site(
        listen=(Listen("*", PORTS[dialect]),),
        root=None if dialect == "haproxy" else str(folder / "photos"),
        limner=f"http://127.0.0.1:{BACKEND}" if dialect == "haproxy" else None,
        placeholder=str(folder / "nobody.jpg"),
    )
    target = "apache22" if dialect == "rewrite" else dialect
    return export(target, loaded, site, by_rewrite=dialect == "rewrite", direct=True)


def dialects(loaded: settings.Settings) -> list[str]:
    otherwise = loaded.policy.otherwise
    odd = otherwise == "placeholder" or (isinstance(otherwise, settings.Redirect) and "$1" in otherwise.redirect)
    return [name for name in PROGRAMS if not (odd and name in ("apache22", "apache24"))]


def prove(network: Namespace, folder: Path, loaded: settings.Settings) -> int:
    """Ask all servers from all places; give how many requests that were."""
    policy = Policy(loaded.policy)
    names = dialects(loaded)
    commands = []
    for name in names:
        (folder / name).mkdir(mode=0o755)
        _, command = lay_out(name, folder / name, written(name, loaded, folder))
        commands.append((command, folder / name, PORTS[name]))
    commands.append((backend(folder), folder / "backend", BACKEND))
    places = addresses(loaded.policy)
    few = places[:2] + [place for place in places[2:] if decided(policy, place, [])][:1] + places[-1:]
    visits = [(place, lines) for place in places for lines in credentials(loaded.policy)]
    visits += [(place, lines) for place in few for lines in oddities(loaded.policy) + in_two_headers(loaded.policy)]
    asked = [(place, PORTS[name], lines, name) for place, lines in visits for name in names]
    with running(commands, network.listens, network.within):
        replies = network.each(lambda one: ask(*one[:3]), asked)
    wrong = []
    for (place, _, lines, name), reply in zip(asked, replies, strict=True):
        let_in, right = reply.body == PHOTO, decided(policy, place, lines)
        looser = let_in and not right
        if looser or (let_in != right and not (name in APACHES and len(lines) > 1)):
            wrong.append(f"{name} {'lets in' if let_in else 'refuses'} {place} with {lines}: {reply}")
        elif not let_in and not refused_rightly(loaded.policy, reply):
            wrong.append(f"{name} refuses {place} with {lines} by {reply}")
    assert not wrong, "\n".join(wrong[:20])
    return len(asked)


def refused_rightly(policy: settings.Policy, reply: Reply) -> bool:
    if isinstance(policy.otherwise, settings.Redirect):
        return (reply.status, reply.location) == (302, policy.otherwise.redirect)
    if policy.otherwise == "placeholder":
        return (reply.status, reply.body) == (200, NOBODY)
    return reply.status == 403


def backend(folder: Path) -> list[str]:
    """Give the command of what stands behind HAProxy, and gives the photo to everybody."""
    (folder / "backend").mkdir()
    everything = f"""server {{
        listen {BACKEND};
        listen [::]:{BACKEND};
        location / {{ root {folder}/photos; }}
    }}"""
    return lay_out("nginx", folder / "backend", everything)[1]


@pytest.mark.parametrize("name", POLICIES)
def test_the_golden_policies_are_decided_alike_at_every_address(
    network: Namespace, folder: Path, name: str, record_property: Callable[[str, object], None]
) -> None:
    loaded = settings.parse(policy_text(name).encode(), folder / "limner.toml")
    record_property("visits", prove(network, folder, loaded))
