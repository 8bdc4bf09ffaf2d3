"""Every exported configuration decides on the real server as `policy.decide` does, wherever a visitor comes from."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as options
from hypothesis import strategies as st
from tests.gateway.export.goldens import POLICIES, policy_text
from tests.gateway.export.words import hostile
from tests.gateway.proof.namespace import Namespace, Reply, ask
from tests.gateway.proof.pieces import addresses, credentials, decided, in_two_headers, oddities
from tests.gateway.servers import PROGRAMS, lay_out, running, skip_without
from tests.ltpa.maker import REALM, body2, cell, ltpa2, user
from tests.policy.strategies import policies
from tests.web.conftest import fill, portrait

from limner import people, settings
from limner.gateway.export import Listen, Site, export
from limner.ltpa import WebSphereKeys, store
from limner.policy import Policy, Visit

SERVED = portrait("jane", 160).renditions[160]  # limner's photo, as the library has it
PHOTO, NOBODY = b"\xff\xd8 jane", b"\xff\xd8 nobody"
PORTS = {dialect: 8001 + at for at, dialect in enumerate(PROGRAMS)}
BACKEND, LIMNER = 8090, 8091
APACHES = ("apache22", "rewrite", "apache24")

Command = tuple[list[str], Path, int]
Record = Callable[[str, object], None]

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


@contextmanager
def site_folder() -> Iterator[Path]:
    """Give a folder with photos that Apache's own user can read, as it cannot what is in `tmp_path`."""
    with tempfile.TemporaryDirectory(prefix="proof") as made:
        here = Path(made)
        here.chmod(0o755)
        (here / "photos").mkdir(mode=0o755)
        (here / "photos" / "jane@example.com.jpg").write_bytes(PHOTO)
        (here / "nobody.jpg").write_bytes(NOBODY)
        yield here


@pytest.fixture
def folder() -> Iterator[Path]:
    with site_folder() as made:
        yield made


def written(dialect: str, loaded: settings.Settings, folder: Path, *, behind: bool = False) -> str:
    """Export a policy; `behind`: for a server that gives out what limner gives it."""
    files = not behind and dialect != "haproxy"
    site = Site(
        listen=(Listen("*", PORTS[dialect]),),
        root=str(folder / "photos") if files else None,
        limner=f"http://127.0.0.1:{LIMNER if behind or loaded.auth.enabled else BACKEND}",
        placeholder=str(folder / "nobody.jpg"),
    )
    target = "apache22" if dialect == "rewrite" else dialect
    return export(target, loaded, site, by_rewrite=dialect == "rewrite", direct=True)


def dialects(loaded: settings.Settings) -> list[str]:
    otherwise = loaded.policy.otherwise
    odd = otherwise == "placeholder" or (isinstance(otherwise, settings.Redirect) and "$1" in otherwise.redirect)
    return [name for name in PROGRAMS if not (odd and name in ("apache22", "apache24"))]


def stage(folder: Path, loaded: settings.Settings, names: list[str], *, behind: bool = False) -> list[Command]:
    """Give what starts the servers with the configurations that are exported for them."""
    commands: list[Command] = []
    for name in names:
        (folder / name).mkdir(mode=0o755)
        _, command = lay_out(name, folder / name, written(name, loaded, folder, behind=behind))
        commands.append((command, folder / name, PORTS[name]))
    return commands


def backend(folder: Path) -> Command:
    """Give what stands behind HAProxy, and gives the photo to everybody."""
    (folder / "backend").mkdir()
    everything = f"""server {{
        listen {BACKEND};
        listen [::]:{BACKEND};
        location / {{ root {folder}/photos; }}
    }}"""
    return lay_out("nginx", folder / "backend", everything)[1], folder / "backend", BACKEND


def limner(folder: Path, policy: str) -> Command:
    """Give what starts limner itself, with a library that has Jane's photo."""
    fill(folder / "library").close()
    serve = f'[serve]\nlisten = "[::]:{LIMNER}"\nadmin = ""\n'
    file = folder / "limner.toml"
    file.write_text(f'library = "library"\n{policy}\n{serve}', "utf-8")
    return [sys.executable, "-m", "limner", "serve", "-c", str(file)], folder, LIMNER


def visits_of(loaded: settings.Settings) -> list[tuple[str, list[bytes]]]:
    """Give the visits that a policy could decide differently, each an address and headers."""
    policy = Policy(loaded.policy)
    places = addresses(loaded.policy)
    sent = credentials(loaded.policy)
    torn = [place for place in places if len({decided(policy, place, lines) for lines in sent}) > 1]
    few = [*torn[:1], *torn[-1:]]  # where it is the cookie that counts
    visits = [(place, lines) for place in places for lines in sent]
    odd = oddities(loaded.policy) + in_two_headers(loaded.policy)
    return visits + [(place, lines) for place in few for lines in odd]


def prove(
    network: Namespace,
    visits: list[tuple[str, list[bytes]]],
    ports: dict[str, int],
    right: Callable[[str, list[bytes]], bool],
    otherwise: object,
) -> int:
    """Ask all servers from all places; give how many visits that were."""
    asked = [(place, port, lines, name) for place, lines in visits for name, port in ports.items()]
    replies = network.each(lambda one: ask(*one[:3]), asked)
    wrong = []
    for (place, _, lines, name), reply in zip(asked, replies, strict=True):
        let_in, expected = reply.status == 200 and reply.body in (PHOTO, SERVED), right(place, lines)
        joins = name in APACHES and sum(line.startswith(b"Cookie:") for line in lines) > 1
        if let_in > expected or (let_in != expected and not joins):
            wrong.append(f"{name} {'lets in' if let_in else 'refuses'} {place} with {lines}: {reply}")
        elif not let_in and not refused_rightly(otherwise, reply):
            wrong.append(f"{name} refuses {place} with {lines} by {reply}")
    assert not wrong, "\n".join(wrong[:20])
    return len(asked)


def refused_rightly(otherwise: object, reply: Reply) -> bool:
    if isinstance(otherwise, settings.Redirect):
        return (reply.status, reply.location) == (302, otherwise.redirect)
    if otherwise == "placeholder":
        return reply.status == 200 and (reply.body == NOBODY or reply.body[6:10] == b"JFIF")  # limner draws its own
    return reply.status == 403


@pytest.mark.parametrize("name", POLICIES)
def test_the_golden_policies_are_decided_alike_at_every_address(
    network: Namespace, folder: Path, name: str, record_property: Record
) -> None:
    text = policy_text(name)
    loaded = settings.parse(text.encode(), folder / "limner.toml")
    policy = Policy(loaded.policy)
    names = dialects(loaded)
    ports = {each: PORTS[each] for each in names} | {"limner": LIMNER}
    commands = [*stage(folder, loaded, names), backend(folder), limner(folder, text)]
    with running(commands, network.listens, network.within):
        count = prove(
            network,
            visits_of(loaded),
            ports,
            lambda place, lines: decided(policy, place, lines),
            loaded.policy.otherwise,
        )
    record_property("visits", count)


cookies = st.from_regex(
    r"[!#$%&*+.^_|~0-9A-Za-z-]{1,4}(=[!#$%&()*+./0-9:<=>?@A-Z\[\]^_a-z{|}~-]{0,4})?", fullmatch=True
)
redirects = st.text("ab.$%1/&=?#[]()*+,;:@!~_-", max_size=10).map("https://www.example.com/{}".format)


@st.composite
def hostile_policies(draw: st.DrawFn) -> settings.Policy:
    """Make policies whose names, cookies and redirects might break out of their places."""
    policy = draw(policies)
    names = draw(st.lists(hostile.filter(str.isprintable).filter(bool), min_size=3, max_size=3, unique=True))
    rules = [rule.model_copy(update={"name": name}) for rule, name in zip(policy.allow, names, strict=False)]
    last = settings.Rule(name="the last of all", cookie=draw(st.lists(cookies, min_size=1, max_size=2)))
    redirect = draw(redirects)
    if re.search(r"\$[0-9]|[&?]\Z", redirect):  # Apache's dialects refuse these: tests/gateway/export
        redirect = "https://www.example.com/"
    otherwise = draw(st.sampled_from([403, settings.Redirect(redirect=redirect)]))
    return policy.model_copy(update={"allow": [*rules, last], "trusted_proxies": [], "otherwise": otherwise})


def test_made_up_policies_are_decided_alike_at_every_address(network: Namespace, record_property: Record) -> None:
    counts = []

    # what fails is told as it is: to make it smaller would take minutes
    @given(hostile_policies())
    @options(max_examples=8, phases=[Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck))
    def each(made: settings.Policy) -> None:
        loaded, policy = settings.Settings(policy=made), Policy(made)
        with (
            site_folder() as folder,
            running([*stage(folder, loaded, list(PROGRAMS)), backend(folder)], network.listens, network.within),
        ):
            visits = visits_of(loaded)
            counts.append(
                prove(network, visits, PORTS, lambda place, lines: decided(policy, place, lines), made.otherwise)
            )

    each()
    record_property("visits", sum(counts))


PROXIED = """
[policy]
trusted_proxies = ["127.0.0.1", "::1"]
[[policy.allow]]
name = "offices"
networks = ["10.1.0.0/16", "2001:db8::/32", "127.0.0.0/8"]
[[policy.allow]]
name = "guests"
networks = ["192.0.2.0/28"]
cookie = ["k=1"]
"""


def test_a_server_that_gives_out_what_limner_gives_it_decides_as_limner_does(
    network: Namespace, folder: Path, record_property: Record
) -> None:
    """Nobody gets further by writing headers, either."""
    loaded = settings.parse(PROXIED.encode(), folder / "limner.toml")
    policy = Policy(loaded.policy.model_copy(update={"trusted_proxies": []}))
    visits = [(place, lines) for place, lines in visits_of(loaded) if place not in ("127.0.0.1", "::1")]
    spoofs = [b"X-Forwarded-For: 10.1.2.3", b"X-Forwarded-For: 10.1.2.3, 127.0.0.1", b"X-Real-IP: 10.1.2.3"]
    spoofs += [b"limner_rule_2: 1", b"limner_cookie_2: 1", b"Forwarded: for=10.1.2.3"]
    visits += [(place, [spoof]) for place in ("8.8.8.8", "2002:a01:203::1", "192.0.2.1") for spoof in spoofs]
    commands = stage(folder, loaded, list(PROGRAMS), behind=True)

    def right(place: str, lines: list[bytes]) -> bool:
        return decided(policy, place, [line for line in lines if line.startswith(b"Cookie:")])

    with running([*commands, limner(folder, PROXIED)], network.listens, network.within):
        count = prove(network, visits, PORTS, right, loaded.policy.otherwise)
        own = [("127.0.0.1", PORTS[name], []) for name in PROGRAMS]  # the policy would let it in, were it no proxy
        assert {reply.status for reply in network.each(lambda one: ask(*one), own)} == {403}
    record_property("visits", count)


ASKED = """
[policy]
otherwise = {otherwise}
trusted_proxies = {proxies}
[[policy.allow]]
name = "offices"
networks = ["10.1.0.0/16", "2001:db8::/32"]
[[policy.allow]]
name = "signed in"
ltpa = {{ keys = "cell.keyset" }}
[[policy.allow]]
name = "guests"
networks = ["192.0.2.0/28"]
budget = {{ faces = 5, per = "1h" }}
[auth]
enabled = true
gateway = "{name}"
trusted = ["127.0.0.1", "::1"]
refuse = {refuse}
"""
AWAY = '{ redirect = "https://www.example.com/?a=$1%20b" }'


@pytest.mark.parametrize(
    ("name", "otherwise", "refuse", "behind"),
    [
        ("nginx", "403", "401", True),
        ("nginx", AWAY, "403", False),
        ("caddy", "403", "403", True),
        ("caddy", AWAY, AWAY, False),
    ],
)
def test_limner_is_asked_about_whom_only_it_can_judge(
    network: Namespace, folder: Path, name: str, otherwise: str, refuse: str, behind: bool, record_property: Record
) -> None:
    """Be it in front of files, or `behind` it limner, which decides once more."""
    proxies = '["127.0.0.1", "::1"]' if behind else "[]"
    text = ASKED.format(name=name, otherwise=otherwise, refuse=refuse, proxies=proxies)
    store(WebSphereKeys("cell", cell().shared[:16], cell().n, realms=(REALM,)), folder / "cell.keyset")
    loaded = settings.parse(text.encode(), folder / "limner.toml")
    policy = Policy(loaded.policy.model_copy(update={"trusted_proxies": []}), whole=loaded)
    token = ltpa2(cell(), body2(user("uid=jroe,o=acme")))
    sent = [[], [b"Cookie: LtpaToken2=" + token], [b"Cookie: LtpaToken2=" + token[:-8] + b"AAAAAAA="]]
    spoofs = ["X-Forwarded-For: 10.1.2.3", "X-Original-URI: /", "X-Forwarded-Uri: /", "X-Original-Method: HEAD"]
    sent += [[spoof.encode()] for spoof in spoofs]
    visits = [(place, lines) for place in addresses(loaded.policy) for lines in sent if place != "::1"]
    (key, *_) = people.by_any("jane@example.com")

    def right(place: str, lines: list[bytes]) -> bool:
        headers = [(b"cookie", line.removeprefix(b"Cookie: ")) for line in lines if line.startswith(b"Cookie: ")]
        return policy.decide(Visit(place, headers, key)).allowed

    commands = stage(folder, loaded, [name], behind=behind)
    ports = {name: PORTS[name]}
    with running(commands, network.listens, network.within):
        down = network.each(lambda place: ask(place, PORTS[name], sent[1]), ["8.8.8.8", "10.1.2.3"])
        assert down[0].status in (500, 502)  # nobody to ask: closed, but for whom the server knows by itself
        assert down[1].body == PHOTO or behind
        with running([limner(folder, text)], network.listens, network.within):
            count = prove(network, visits, ports, right, loaded.policy.otherwise)
    record_property("visits", count)
