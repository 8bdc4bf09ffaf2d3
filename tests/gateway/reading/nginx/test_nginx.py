"""The real nginx lets in exactly whom the reading of its configuration says."""

from __future__ import annotations

import random

import pytest
from tests.gateway.reading import real

from limner.gateway.reading import nginx
from limner.gateway.reading.expression import FALSE, From, NotReadError, closed, meaning_of
from limner.policy.networks import Networks

NETWORKS = [
    "10.1.0.0/16",
    "10.1.2.3",
    "10.1.2.0/24",
    "192.0.2.0/29",
    "2001:db8::/32",
    "2001:db8::/48",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "::/0",
]
REGEXES = [
    r"^10\.1\.",
    r"10\.1\.",
    r"^10\.1\.[0-127]\.",
    r"^192\.0\.2\.[0-7]$",
    r"^2001:db8:",
    r"^(10|192)\.",
    r"^10.1.2.3$",
]
COOKIES = [
    "LtpaToken=.*$",
    "LtpaToken",
    "(^|; )k=1(;|$)",
    "(^|; ?)k=",
    "LtpaToken2?=",
    "k=1",
    r"(?:^|;)[ \t]*k[ \t]*=",
    "(?i)ltpatoken=",
]


def variables(chance: random.Random, number: int) -> str:
    """Write $from_N, $cookie_N and $ok_N of a configuration."""
    nets = chance.sample(NETWORKS, chance.randint(1, 5))
    lines = [f"geo $from_{number} {{", "  default 0;", *(f"  {net} {chance.choice('011')};" for net in nets), "}"]
    lines += [f"map $http_cookie $sends_{number} {{", f"  default {chance.choice('001')};"]
    for regex in chance.sample(COOKIES, chance.randint(1, 3)):
        lines.append(f'  "~{chance.choice(["", "*"])}{regex}" {chance.choice("011")};')
    lines += ["}", f'map "$from_{number}$sends_{number}" $ok_{number} {{', f"  default {chance.choice('01')};"]
    lines += [f"  {value} {chance.choice('01')};" for value in chance.sample(["00", "01", "10", "11"], 2)]
    if chance.random() < 0.3:
        lines.append("  ~1 1;")
    lines += ["}", f"map $remote_addr $near_{number} {{", f"  ~{chance.choice(REGEXES)} 1;", "  10.1.2.3 0;", "}"]
    return "\n".join(lines)


def condition(chance: random.Random, number: int) -> str:
    name = f"${chance.choice(['from', 'sends', 'ok', 'near'])}_{number}"
    return chance.choice(
        [
            f"{name} = {chance.choice('01')}",
            name,
            f"{name} != 1",
            f"$remote_addr {chance.choice(['~', '~*', '!~'])} {chance.choice(REGEXES)}",
            f'$http_cookie {chance.choice(["~", "~*", "!~", "!~*"])} "{chance.choice(COOKIES)}"',
            "$remote_addr = 10.1.2.3",
        ]
    )


def rewriting(chance: random.Random, number: int) -> str:
    lines = [f"set $seen_{number} 0;"] if chance.random() < 0.4 else []
    for _ in range(chance.randint(0, 2)):
        does = chance.choice(["return 403;", "return 302 https://www.example.com/;", "return 404;"])
        if lines and lines[0].startswith("set") and chance.random() < 0.7:
            does = f"set $seen_{number} {chance.choice(['1', f'$from_{number}', f'x$seen_{number}'])};"
        lines.append(f"if ({condition(chance, number)}) {{ {does} }}")
    if lines and lines[0].startswith("set"):
        lines.append(
            f"if ($seen_{number} {chance.choice(['=', '!='])} {chance.choice(['0', '1', 'x0'])}) {{ return 403; }}"
        )
    return "\n".join(lines)


def access(chance: random.Random) -> str:
    lines = [f"{chance.choice(['allow', 'deny'])} {chance.choice(NETWORKS)};" for _ in range(chance.randint(0, 5))]
    return "\n".join([*lines, *([f"{chance.choice(['allow', 'deny'])} all;"] if chance.random() < 0.7 else [])])


def host(chance: random.Random, number: int) -> str:
    outer = [
        rewriting(chance, number) if chance.random() < 0.3 else "",
        access(chance) if chance.random() < 0.4 else "",
    ]
    inner = [
        rewriting(chance, number) if chance.random() < 0.6 else "",
        access(chance) if chance.random() < 0.6 else "",
    ]
    body = "\n".join([*outer, "location / {", *inner, "}"])
    if chance.random() < 0.3 and "set $" not in body:
        inner.append("auth_request /asked;")
        asked = f"internal; if ({condition(chance, number)}) {{ return 204; }} return {chance.choice([403, 403, 204])};"
        body = "\n".join([*outer, "location / {", *inner, "}", f"location = /asked {{ {asked} }}"])
    return (
        f"{variables(chance, number)}\nserver {{\nlisten @port;\nserver_name c{number}.test;\nroot @root;\n{body}\n}}"
    )


@pytest.mark.root
def test_the_real_nginx_decides_as_it_is_read():
    """Of some hundred servers, at every edge and with every cookie."""
    chance = random.Random(5)
    hosts = [host(chance, number) for number in range(40)]
    readings = [nginx.read(text, f"c{at}").lets_in for at, text in enumerate(hosts)]
    with real.serving("nginx", hosts) as server:
        tried = real.compared(server, hosts, readings)
    assert tried.requests > 3000
    assert tried.meanings > 10


def read(text):
    return nginx.read(text, "nginx.conf")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("server { location / { satisfy any; allow 10.1.2.3; deny all; } }", 1, "satisfy any is not understood"),
        ("server {\n include more.conf;\n deny all;\n}", 2, "include more.conf is not understood"),
        ("server {\n return 301 https://$host$request_uri;\n}", 2, "whether that refuses visitors is not known"),
        ("server {\nlocation /a { allow 10.1.2.3; deny all; }\nlocation /b { deny 10.1.2.3; }\n}", 3, "differently"),
        ("server {\n allow all; }\nserver { deny all; }", 1, "2 servers"),
        ("server {\n if ($x) {\n deny all; } }", 3, "deny all in if"),
        ("events { }", 1, "no server"),
        ("server {\n ssl_verify_client on;\n deny 10.1.2.3; }", 2, "ssl_verify_client on is not understood"),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(text, line, what):
    with pytest.raises(NotReadError, match=what) as why:
        read(text)
    assert f"nginx.conf, line {line}: " in why.value.message


def test_an_error_page_is_where_refused_visitors_are_sent():
    there = "server { error_page 403 = @no; deny all; location @no { return 302 https://www.example.com/; } }"
    assert read(there).redirect == "https://www.example.com/"


ASKING = """
geo $in { default 0; 10.1.0.0/16 1; }
server {
    location / { auth_request /asked; }
    location = /asked { internal; if ($in) { return 204; } proxy_pass http://127.0.0.1:8080; }
}
"""


def test_what_is_asked_elsewhere_is_known_as_far_as_the_location_answers_by_itself():
    assert closed(read(ASKING).lets_in) == From(Networks(["10.1.0.0/16"]))
    with pytest.raises(NotReadError, match="line 4: what auth_request /asked finds is not understood"):
        meaning_of(read(ASKING).lets_in)
    alone = ASKING.replace("proxy_pass http://127.0.0.1:8080", "return 401")
    assert read(alone).lets_in == From(Networks(["10.1.0.0/16"]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return 204;", "return 302 https://www.example.com/;"),
        ("return 204;", "rewrite ^ /elsewhere;"),
        ("return 204;", "set $in 0;"),
        ("= /asked {", "/asked {"),
        ("auth_request", "auth_jwt"),
        ("location / {", "set $x 1; location / {"),
    ],
)
def test_a_location_that_is_asked_and_does_more_than_answer_is_not_understood(old, new):
    assert closed(read(ASKING.replace(old, new)).lets_in) == FALSE


def test_what_nobody_may_see_does_not_count_beside_the_photos():
    text = "server { location ~ /\\.ht { deny all; } location / { allow 10.1.0.0/16; deny all; } }"
    assert read(text).lets_in == From(Networks(["10.1.0.0/16"]))
