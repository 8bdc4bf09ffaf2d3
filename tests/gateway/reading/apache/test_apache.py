"""The real Apache lets in exactly whom the reading of its configuration says."""

from __future__ import annotations

import random

import pytest
from tests.gateway.reading import real

from limner.gateway.reading import apache

HOST = "<VirtualHost @port>\nServerName c{number}.test\nDocumentRoot @root\n{body}\n</VirtualHost>"
NETWORKS = [
    "10.1.0.0/16",
    "10.1.2.3",
    "10.1",
    "10.1.2.",
    "192.0.2.0/255.255.255.248",
    "2001:db8::/32",
    "10.0.0.0/8",
    "10",
]
REGEXES = [
    r"^10\.1\.",
    r"10\.1\.",
    r"^10\.1\.[0-127]\.",
    r"^192\.0\.2\.[0-7]$",
    r"^2001:db8:",
    r"^(10|192)\.",
    "^10.1.2.3$",
]
COOKIES = ["LtpaToken=.*$", "LtpaToken", "(^|; )k=1(;|$)", "(^|; ?)k=", "LtpaToken2?=", "k=1", r"(?:^|;)[ \t]*k[ \t]*="]


def rewriting(chance: random.Random) -> str:
    lines = ["RewriteEngine On" if chance.random() < 0.95 else ""]
    for _ in range(chance.randint(1, 3)):
        for _ in range(chance.randint(0, 3)):
            no = chance.choice(["", "!"])
            flags = chance.choice(["", " [NC]", " [OR]", " [NC,OR]"])
            kind = chance.randrange(4)
            if kind == 0:
                lines.append(f'RewriteCond %{{HTTP_COOKIE}} "{no}{chance.choice(COOKIES)}"{flags}')
            elif kind == 1:
                lines.append(f"RewriteCond %{{REMOTE_ADDR}} {no}{chance.choice(REGEXES)}{flags}")
            elif kind == 2:
                lines.append(f"RewriteCond %{{REMOTE_ADDR}} {no}=10.1.2.3{flags}")
            else:
                lines.append(
                    f'RewriteCond expr "{no}{expression(chance)}"{flags.replace("NC,", "").replace(" [NC]", "")}'
                )
        does = chance.choice(["- [F]", "- [L]", "https://www.example.com/ [R,L]", "- [L]", "- [F,L]", "- [G]"])
        lines.append(f"RewriteRule {chance.choice(['^', '^(.*)$', '.*', '^/'])} {does}")
    return "\n".join(lines)


def expression(chance: random.Random, depth: int = 2) -> str:
    if depth and chance.random() < 0.6:
        one, other = expression(chance, depth - 1), expression(chance, depth - 1)
        return f"({one} {chance.choice(['&&', '||'])} {chance.choice(['', '!', ''])}({other}))"
    return chance.choice(
        [
            "-R '10.1.0.0/16'",
            "-R '2001:db8::/32'",
            "%{REMOTE_ADDR} -ipmatch '192.0.2.0/29'",
            "%{REMOTE_ADDR} == '10.1.2.3'",
            "%{HTTP_COOKIE} =~ /LtpaToken=/i",
            "%{HTTP_COOKIE} =~ m#(^|; )k=1(;|$)#",
            "%{REMOTE_ADDR} !~ /^10\\.1\\./",
            "true",
        ]
    )


def allowing(chance: random.Random) -> str:
    lines = [f"Order {chance.choice(['Deny,Allow', 'Allow,Deny', 'deny,allow'])}"] if chance.random() < 0.9 else []
    for _ in range(chance.randint(0, 4)):
        what = " ".join(chance.sample([*NETWORKS, "env=ok", "env=!ok", "env=far"], chance.randint(1, 2)))
        lines.append(f"{chance.choice(['Allow', 'Deny'])} from {'all' if chance.random() < 0.25 else what}")
    return "\n".join(lines)


def requiring(chance: random.Random, depth: int = 2, kind: str = "any") -> str:
    lines = []
    for _ in range(chance.randint(1, 3)):
        roll = chance.random()
        if depth and roll < 0.4:
            inner = chance.choice(["any", "all", *(["none"] if kind == "all" else [])])
            name = {"any": "RequireAny", "all": "RequireAll", "none": "RequireNone"}[inner]
            lines.append(f"<{name}>\n{requiring(chance, depth - 1, inner)}\n</{name}>")
        else:
            no = "not " if kind == "all" and chance.random() < 0.4 else ""
            what = chance.choice(["ip " + " ".join(chance.sample(NETWORKS, 2)), "env ok", "ip 10.1", "env far"])
            what = f'expr "{expression(chance)}"' if not no and chance.random() < 0.3 else what
            lines.append(f"Require {no}{what}")
    if kind == "all":
        lines.append("Require all granted")
    return "\n".join(lines)


def host(chance: random.Random) -> str:
    body = [
        f'SetEnvIfNoCase Cookie "{chance.choice(COOKIES)}" ok',
        f"SetEnvIf Remote_Addr {chance.choice(REGEXES)} {chance.choice(['ok', '!ok', 'far', 'far=1'])}",
    ]
    if chance.random() < 0.5:
        body.append(rewriting(chance))
    for section in chance.sample(['Directory "@root"', "Location /", "Directory /"], chance.randint(0, 2)):
        inside = chance.choice([allowing, requiring, lambda chance: f"{allowing(chance)}\n{requiring(chance)}"])(chance)
        body.append(f"<{section}>\n{inside}\n</{section.split()[0]}>")
    return "\n".join(body)


SEED = r"""
RewriteEngine On
RewriteCond %{HTTP_COOKIE} !LtpaToken2=.*$ [NC]
RewriteCond %{HTTP_COOKIE} !LtpaToken=.*$ [NC]
RewriteCond %{HTTP_COOKIE} !STPluginActivePage=stMeetingroom [NC]
# UK
RewriteCond %{REMOTE_ADDR} !^10\.1\.(1[6-9]|2[0-9])\.([0-9]|[0-9][0-9]|1([0-9][0-9])|2([0-4][0-9]|5[0-5]))$
# Sametime Proxy
RewriteCond %{REMOTE_ADDR} !^192\.0\.2\.7$ [NC]
RewriteRule ^(.*)$ https://www.example.com/ [R,L]
"""
TRAILING_OR = "RewriteEngine On\nRewriteCond %{REMOTE_ADDR} !^10\\. [OR]\nRewriteRule ^ - [F]"
NOT_OF_ALL = """
RewriteEngine On
RewriteCond expr "! -R '10.1.0.0/16' && -R '10.0.0.0/8'"
RewriteRule ^ - [F]
"""
NESTED_LOCATIONS = """
<Location />
  Order deny,allow
  Deny from all
  Allow from 10.1 192.0.2.0/29
</Location>
<Location /jane.jpg>
  Require ip 10.1.2
</Location>
"""
NESTED_FOLDERS = """
<Directory />
  Require all denied
</Directory>
<Directory @root>
  Require ip 10.1
</Directory>
"""
CASES = [SEED, TRAILING_OR, NOT_OF_ALL, NESTED_LOCATIONS, NESTED_FOLDERS]


@pytest.mark.root
def test_the_real_apache_decides_as_it_is_read():
    """Of some hundred virtual hosts, some by hand and the others drawn, at every edge and with every cookie."""
    chance = random.Random(5)
    hosts = [HOST.format(number=at, body=body) for at, body in enumerate([*CASES, *(host(chance) for _ in range(40))])]
    readings = [apache.read(text, f"c{at}").lets_in for at, text in enumerate(hosts)]
    with real.serving("apache2", hosts) as server:
        tried = real.compared(server, hosts, readings)
    assert tried.requests > 3000
    assert tried.meanings > 15
    assert tried.closed > 2
