"""How every mistake in a settings file is told."""

import re
import tomllib
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.settings.reader import FILE, parse, refused

from limner import settings
from limner.errors import SettingsError
from limner.settings import mistakes
from limner.settings.reading import MISTAKES_LIMIT
from limner.settings.sources.kind import kind_of
from limner.settings.whole import sections_in

KINDS = mistakes._either(mistakes.KINDS["source"])
LISTEN = "write host:port, [::]:port or unix:/path (0.0.0.0:port is every IPv4 network)"

MANY_MISTAKES = """
worker = 2
workers = 3
[serve]
listen = 8080
workers = "4"
admin = ":9081"
library = "x"
max_age = true
head_seconds = 0
cors = ["https://a.example/x"]
[serve.tls]
certificate = "door.pem"
key = ""
kee = "x"
[source]
kind = "folder"
[forms.mail]
siz = 12
bytes = 1.5
enabled = "yes"
[sync]
max_removals = nan
workers = 257
[policy]
otherwise = { redirect = "ftp://x" }
trusted_proxies = ["proxy.example.com"]
[[policy.allow]]
networks = "10.0.0.0/8"
nam = "x"
[[policy.allow]]
name = ""
networks = ["10.0.0.0/8", "10.0.0.0/33", 10]
cookie = []
[[policy.allow]]
name = "nothing"
"""

MANY_TOLD = """\
serve.listen: write a text in quotation marks, or a list of such
serve.workers: write a whole number, without quotation marks
serve.admin: ":9081" is not an address to listen on; write host:port, [::]:port or unix:/path (0.0.0.0:port \
is every IPv4 network)
serve.tls.key: "" is not a path; write a text in quotation marks
serve.tls.kee: there is no such setting; did you mean "key"?
serve.cors[1]: "https://a.example/x" is not an origin; an origin is scheme, host and port: \
https://meet.example.com
serve.max_age: write a whole number, without quotation marks
serve.head_seconds: must be more than 0
serve.library: there is no such setting; it belongs to the top of the file
forms.mail.enabled: write true or false, without quotation marks
forms.mail.bytes: write a whole number, without quotation marks
forms.mail.siz: there is no such setting; did you mean "size"?
source: there can be several, so write [[source]] in double brackets
sync.max_removals: write a finite number
sync.workers: must be at most 256
policy.otherwise.redirect: "ftp://x" is not an http or https address (plain ASCII; spaces and quotation marks \
as %20, %22, %27)
policy.trusted_proxies[1]: "proxy.example.com" is not a network or an address, such as "10.20.0.0/16" or \
"2001:db8::7"
policy.allow[1].name: this setting is needed
policy.allow[1].networks: write a list: ["10.0.0.0/8"]
policy.allow[1].nam: there is no such setting; did you mean "name"?
policy.allow[2].name: the text is empty
policy.allow[2].networks[2]: "10.0.0.0/33" is not a network or an address, such as "10.20.0.0/16" or \
"2001:db8::7"
policy.allow[2].networks[3]: 10 is not a network or an address, such as "10.20.0.0/16" or "2001:db8::7"
policy.allow[2].cookie: the list is empty
policy.allow[3]: a rule without conditions would let everyone in; if that is meant, write networks = \
["0.0.0.0/0", "::/0"]
worker: there is no such setting
workers: there is no such setting; it belongs to [serve] or [sync]
"""


# -- every mistake, with its place --------------------------------------------------------------------------------


def test_all_mistakes_are_told_at_once_each_with_its_place():
    assert refused(MANY_MISTAKES) == MANY_TOLD.splitlines()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[source]]\nkind = "zzz"\npath = "x"', f'source[1].kind: there is no "zzz"; {KINDS}'),
        ('[[source]]\npath = "x"', f"source[1].kind: this setting is needed; {KINDS}"),
        (
            '[[source]]\nkind = "folder"\npath = "x"\nnames = "email"',
            'source[1].names: there is no "email"; write "auto", "mail" or "uid"',
        ),
        (
            '[[source]]\nkind = "folder"\npath = "x"\ntable = "a"\ncollect = "b"',
            "source[1]: `table` and `collect` both say who is on which file; leave one out",
        ),
        ("[[policy]]", "policy: there is only one, so write [policy] in single brackets"),
        ("source = [1]", "source[1]: write a table"),
        ('[[source]]\nkind = "foldr"', 'source[1].kind: there is no "foldr"; did you mean "folder"?'),
        ("[[source]]\nkind = 3", f"source[1].kind: there is no 3; {KINDS}"),
        ("[[source]]\nkind = { x = 1 }", f"source[1].kind: there is no a table; {KINDS}"),
        ("serve = 1", "serve: write a table"),
        (
            "policy.otherwise = 404",
            'policy.otherwise: write { redirect = "https://..." }, 403, "placeholder" or "sign-in"',
        ),
        (
            "policy.otherwise = true",
            'policy.otherwise: write { redirect = "https://..." }, 403, "placeholder" or "sign-in"',
        ),
        ("sync.leavers = 30", 'sync.leavers: write "remove" or { hide_days = 30 }'),
        ("sync.leavers = {}", "sync.leavers.hide_days: this setting is needed"),
        ("sync.leavers = { hide_days = 0 }", "sync.leavers.hide_days: must be at least 1"),
        ("policy.otherwise = {}", "policy.otherwise.redirect: this setting is needed"),
        ("library.x = 1", "library: a table is not a path; write a text in quotation marks"),
        ('library = "a\\u0000b"', 'library: "a\\u0000b" is not a path; write a text in quotation marks'),
        ('library = "~no-such-user/x"', 'library: "~no-such-user/x": there is no such user\'s home'),
        ('log.access = "~no-such-user/x"', 'log.access: "~no-such-user/x": there is no such user\'s home'),
        ("log.audit = 1", "log.audit: 1 is not a path; write a text in quotation marks"),
        ("serve.listen = []", "serve.listen: the list is empty"),
        ("serve.workers = 1.0", "serve.workers: write a whole number, without quotation marks"),
        ("sync.max_removals = '10 %'", "sync.max_removals: write a number, without quotation marks"),
        ("sync.max_removals = -1", "sync.max_removals: must be at least 0"),
        (f"sync.workers = 0x{'f' * 5000}", "sync.workers: must be at most 256"),
        ('serve.listen = ["a:1", "a:1"]', 'serve: `listen` and `admin` name an address twice: "a:1"'),
        ("serve.admin = 0x" + "f" * 5000, "serve.admin: a very long number is not an address to listen on; " + LISTEN),
        ('"a\\nb" = 1', '"a\\nb": there is no such setting'),
    ],
)
def test_each_mistake_is_told_once_in_plain_words(text, told):
    assert refused(text) == [told]


@pytest.mark.parametrize("name", ["line\\nbreak", "\\u001b[2J", "\\u2028"])
def test_a_name_that_would_break_a_report_is_refused(name):
    assert refused(f'[[policy.allow]]\nname = "{name}"\nnetworks = ["::1"]') == [
        "policy.allow[1].name: it holds a line break or a control character"
    ]


def test_two_rules_or_two_sources_of_one_name_are_refused():
    rule, source = '[[policy.allow]]\nname = "a"\nnetworks = ["::1"]\n', '[[source]]\nkind = "folder"\npath = "p"\n'
    assert refused(rule * 2) == ['policy: two rules have the same name: "a"']
    with pytest.raises(SettingsError, match='two sources have the same name: "p"'):
        parse(source * 2)


def test_a_file_full_of_mistakes_gets_a_report_of_bounded_length():
    lines = refused("".join(f"x{number} = 1\n" for number in range(5000)))
    assert len(lines) == MISTAKES_LIMIT + 1
    assert lines[-1] == "and 4900 more mistakes"


NAMES = [(place, table, name) for place, table in settings.tables() for name in table.named() if len(name) > 3]


@pytest.mark.parametrize(
    ("place", "table", "name"), NAMES, ids=[f"{place}.{table.__name__}.{name}" for place, table, name in NAMES]
)
def test_a_name_with_a_letter_left_out_is_told_with_the_right_one(place, table, name):
    """In every table of the file, also those in lists and in one line."""
    wrong = name[:2] + name[3:]
    if place in ("policy.otherwise", "sync.leavers"):
        report = refused(f'{place} = {{ {wrong} = "x" }}')
    else:
        kind = f'kind = "{kind_of(table)}"\n' if kind_of(table) and name != "kind" else ""
        rule = "[[policy.allow]]\nname = 'a'\n" if place.startswith("policy.allow.") else ""
        report = refused(rule + (f"[{place}]\n{kind}{wrong} = 1" if place else f"{wrong} = 1"))
    said = [line for line in report if "no such setting" in line]
    assert len(said) == 1
    assert said[0].endswith(f'; did you mean "{name}"?')


# -- whatever the bytes --------------------------------------------------------------------------------------------

JARGON = re.compile(r"(?i)input should|function-|literal\[|union|\{\w+\}|pydantic|validat|value error|dict|instance")


def check(raw):
    """Read some bytes: settings, or a report that a person can read; no other exception."""
    try:
        loaded = settings.parse(raw, FILE)
    except SettingsError as why:
        for line in why.message.split("\n"):
            assert line.startswith(f"{FILE}: ")
            assert len(line) < 1000
            assert line.splitlines() == [line]
        return why.message
    assert loaded.library.is_absolute()
    return ""


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
@example(b"serve.admin" + b".a" * 5000 + b" = 1")
@example(b"a" + b".a" * 5000 + b" = 1")
@example(b"policy.otherwise = " + b"{a=" * 90 + b"1" + b"}" * 90)
@example(b"serve.head_seconds = 0x" + b"f" * 5000)
@example(b"sync.max_removals = 1e400")
@example(b"serve.admin = 0x" + b"f" * 5000)
@example(b"policy.otherwise = 0x" + b"f" * 5000)
def test_any_bytes_are_settings_or_a_report(raw):
    check(raw)


ALL_NAMES = sorted({name for _, table in settings.tables() for name in table.named()})
leaves = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(max_size=8),
    st.sampled_from(
        ["folder", "placeholder", "127.0.0.1:80", "unix:x", "https://a.example", "::/0", "a=b", "~x/y", ""]
    ),
)
names = st.sampled_from(ALL_NAMES) | st.text(max_size=4)
nested = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=15
)


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_toml(name)} = {as_toml(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(char if char.isalnum() else f"\\U{ord(char):08X}" for char in value) + '"'
    if isinstance(value, date):
        return value.isoformat()
    return {"True": "true", "False": "false"}.get(str(value), str(value))


def like(section):
    """Tables that have the right names in the right places, and anything for values."""
    inner = {name: sections_in(field.annotation) for name, field in section.named().items()}
    return st.fixed_dictionaries(
        {},
        optional={
            name: nested | (several(st.one_of([like(each) for each in below])) if below else leaves)
            for name, below in inner.items()
        },
    )


def several(table):
    return st.lists(table, max_size=2) | table


@given(st.dictionaries(names, nested, max_size=5) | like(settings.Settings))
def test_any_tables_are_settings_or_a_report_without_jargon(table):
    text = "".join(f"{as_toml(name)} = {as_toml(value)}\n" for name, value in table.items())
    assert {*tomllib.loads(text)} == {*table}
    message = check(text.encode())
    assert not JARGON.search(re.sub(r'"(?:[^"\\]|\\.)*"', "", message)), message
