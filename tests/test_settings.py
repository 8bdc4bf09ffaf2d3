"""limner.toml: what is taken, and how every mistake in it is told."""

import importlib.util
import re
import tomllib
from datetime import date
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from limner import settings
from limner.errors import SettingsError

ROOT = Path(__file__).parent.parent
FILE = Path("/etc/limner/limner.toml")

CONTRACT = """
library = "library"

[serve]
listen = "127.0.0.1:8080"
workers = 1

[[source]]
kind = "folder"
path = "photos"

[policy]
otherwise = { redirect = "https://www.example.com/" }
trusted_proxies = ["127.0.0.1"]

[[policy.allow]]
name = "offices"
networks = ["10.0.0.0/8", "2001:db8::/32"]

[[policy.allow]]
name = "the seed's cookies"
cookie = ["LtpaToken", "LtpaToken2", "STPluginActivePage=stMeetingroom"]
"""


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


def parse(text):
    return settings.parse(text.encode(), FILE)


def refused(text):
    """Give the report of a file that is refused, without the file's name, which begins each line."""
    with pytest.raises(SettingsError) as error:
        parse(text)
    lines = error.value.message.split("\n")
    assert all(line.startswith(f"{FILE}: ") for line in lines)
    return [line.removeprefix(f"{FILE}: ") for line in lines]


# -- what is taken ------------------------------------------------------------------------------------------------


def test_the_contract_file_loads_as_it_stands():
    loaded = parse(CONTRACT)
    assert loaded.library == Path("/etc/limner/library")
    assert (loaded.serve.listen, loaded.serve.workers) == (["127.0.0.1:8080"], 1)
    assert [(source.kind, source.path, source.label) for source in loaded.source] == [
        ("folder", Path("/etc/limner/photos"), "photos")
    ]
    assert loaded.policy.otherwise == settings.Redirect(redirect="https://www.example.com/")
    assert loaded.policy.trusted_proxies == ["127.0.0.1"]
    offices, cookies = loaded.policy.allow
    assert (offices.name, offices.networks, offices.cookie) == ("offices", ["10.0.0.0/8", "2001:db8::/32"], None)
    assert cookies.cookie == ["LtpaToken", "LtpaToken2", "STPluginActivePage=stMeetingroom"]


def test_an_empty_file_is_a_server_on_loopback_that_lets_nobody_in():
    loaded = parse("")
    assert loaded.policy.allow == []
    assert loaded.policy.otherwise == 403
    assert loaded.policy.trusted_proxies == []
    for address in [*loaded.serve.listen, loaded.serve.admin]:
        assert ip_address(address.rpartition(":")[0]).is_loopback


def test_relative_paths_start_at_the_files_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/jane")
    loaded = parse("""
        library = "~/library"
        serve.listen = ["unix:door.sock", "unix:/run/door.sock"]
        serve.admin = "unix:admin.sock"
        serve.tls = { certificate = "tls/door.pem", key = "/etc/door.key" }
        log = { access = "-", audit = "logs/audit.jsonl" }
        source = [{ kind = "folder", path = "../photos", table = "people.csv" }]
    """)
    assert loaded.library == Path("/home/jane/library")
    assert loaded.serve.listen == ["unix:/etc/limner/door.sock", "unix:/run/door.sock"]
    assert loaded.serve.admin == "unix:/etc/limner/admin.sock"
    assert loaded.serve.tls == settings.Tls(certificate="/etc/limner/tls/door.pem", key="/etc/door.key")
    assert (loaded.log.access, loaded.log.audit) == ("-", "/etc/limner/logs/audit.jsonl")
    assert loaded.source[0].path == Path("/etc/limner/../photos")
    assert loaded.source[0].table == Path("/etc/limner/people.csv")
    assert loaded.source[0].collect is None


def test_a_source_is_called_by_its_path_as_written():
    """Its name is in the library: it must not change with the folder that limner is started in."""
    loaded = parse('[[source]]\nkind = "folder"\npath = "photos"\n[[source]]\nkind = "folder"\npath = "b"\nname = "hr"')
    assert [source.label for source in loaded.source] == ["photos", "hr"]


def test_it_is_known_which_settings_the_file_names():
    """The door gives way with a default address, and insists on one that was asked for."""
    assert "admin" not in parse("").serve.model_fields_set
    assert "admin" not in parse("serve.workers = 2").serve.model_fields_set
    assert "admin" in parse('serve.admin = "127.0.0.1:9081"').serve.model_fields_set


@pytest.mark.parametrize(
    ("text", "otherwise"),
    [
        ("403", 403),
        ('"403"', 403),
        ('"refuse"', 403),
        ('"placeholder"', "placeholder"),
        ('{ redirect = "HTTPS://www.example.com:8443/no?why=%22#x" }', "HTTPS://www.example.com:8443/no?why=%22#x"),
    ],
)
def test_otherwise_is_a_redirect_403_or_the_placeholder(text, otherwise):
    taken = parse(f"policy.otherwise = {text}").policy.otherwise
    assert getattr(taken, "redirect", taken) == otherwise


def test_one_text_stands_for_a_list_of_one():
    loaded = parse('serve.listen = "[::1]:80"\n[[policy.allow]]\nname = "a"\ncookie = "LtpaToken2"')
    assert loaded.serve.listen == ["[::1]:80"]
    assert loaded.policy.allow[0].cookie == ["LtpaToken2"]


def test_settings_cannot_be_changed_once_they_are_read():
    with pytest.raises(ValueError, match="frozen"):
        parse("").library = Path("/")


# -- every mistake, with its place --------------------------------------------------------------------------------


def test_all_mistakes_are_told_at_once_each_with_its_place():
    assert refused(MANY_MISTAKES) == MANY_TOLD.splitlines()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[source]]\nkind = "ftp"\npath = "x"', 'source[1].kind: there is no "ftp"; write "folder"'),
        ('[[source]]\npath = "x"', "source[1].kind: this setting is needed"),
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
        ("serve = 1", "serve: write a table"),
        ("policy.otherwise = 404", 'policy.otherwise: write { redirect = "https://..." }, 403 or "placeholder"'),
        ("policy.otherwise = true", 'policy.otherwise: write { redirect = "https://..." }, 403 or "placeholder"'),
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
    assert len(lines) == settings.MISTAKES_LIMIT + 1
    assert lines[-1] == "and 4900 more mistakes"


NAMES = [(place, name) for place, table in settings.tables() for name in table.model_fields if len(name) > 3]


@pytest.mark.parametrize(("place", "name"), NAMES, ids=[f"{place}.{name}" for place, name in NAMES])
def test_a_name_with_a_letter_left_out_is_told_with_the_right_one(place, name):
    """In every table of the file, also those in lists and in one line."""
    wrong = name[:2] + name[3:]
    if place == "policy.otherwise":
        report = refused(f'policy.otherwise = {{ {wrong} = "x" }}')
    else:
        report = refused(f"[{place}]\n{wrong} = 1" if place else f"{wrong} = 1")
    said = [line for line in report if "no such setting" in line]
    assert len(said) == 1
    assert said[0].endswith(f'; did you mean "{name}"?')


# -- files that are not TOML --------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", "“„«‘＂”")
def test_a_typographic_quotation_mark_is_called_by_its_name(odd):
    with pytest.raises(SettingsError) as error:
        parse(f'library = "“fine here”"\nserve.listen = {odd}127.0.0.1:8080”\n')
    assert error.value.message.startswith(f"{FILE}: line 2, column 16: {odd} is a typographic quotation mark")
    assert error.value.hint == 'texts stand in straight quotation marks: name = "value"'


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"library = x", f"{FILE}: line 1, column 11: invalid value"),
        (b"a = 1\na = 2", f"{FILE}: end of document: cannot overwrite a value"),
        ('library = "ä"'.encode("latin-1"), f"{FILE}: not UTF-8 at byte 11"),
        ('library = "x"'.encode("utf-16"), f"{FILE}: not UTF-8 at byte 0"),
        (b"a = " + b"9" * 5000, f"{FILE}: a number is too long"),
        (b"a = " + b"[" * 100_000, f"{FILE}: lists or tables are nested too deeply"),
        (b"#" * 4_000_001, f"{FILE}: larger than 4 MB; a settings file is small"),
    ],
    ids=["no quotation marks", "twice", "latin-1", "utf-16", "long number", "deep", "large"],
)
def test_a_file_that_is_not_toml_is_told_in_one_line(raw, told):
    with pytest.raises(SettingsError) as error:
        settings.parse(raw, FILE)
    assert error.value.message == told


def test_a_byte_order_mark_is_passed_over():
    assert settings.parse(b'\xef\xbb\xbflibrary = "x"', FILE).library == Path("/etc/limner/x")


# -- values that reach headers, sockets and other servers' configurations ------------------------------------------

odd_text = st.text(max_size=20) | st.text(st.sampled_from("aZ09:/.@[]?#=%\"'\\`;, \r\n\t\x00<>{}é"), max_size=30)
UNSAFE = re.compile(r"""[\x00-\x20"'`\\;,\x7f-\U0010ffff]""")


@given(odd_text, odd_text)
@example("a", "b\n")
@example("a", "'")
@example("a\r\nSet-Cookie: x", "b")
def test_no_cookie_of_a_rule_holds_what_could_end_a_header_or_a_quoted_text(name, value):
    for cookie in (name, f"{name}={value}", f"LtpaToken={value}"):
        try:
            rule = settings.Rule(name="a", cookie=[cookie])
        except ValueError:
            continue
        assert rule.cookie == [cookie]
        assert not UNSAFE.search(cookie)
        assert cookie.partition("=")[0]


@given(odd_text)
@example("//www.example.com/\r\nSet-Cookie: a=b")
@example("//www.example.com/'")
@example("//www.example.com/\n")
@example("//jane:secret@www.example.com/")
@example("//www.example.com\\@evil.example/")
@example("//[::1/")
@example("//a:99999/")
@example("///x")
@example("//,")
@example("//a:/")
def test_no_redirect_holds_what_could_end_a_header_or_a_quoted_text(rest):
    for url in (rest, f"http:{rest}", f"https://www.example.com/{rest}", f"https://{rest}"):
        try:
            redirect = settings.Redirect(redirect=url).redirect
        except ValueError:
            continue
        host = r"(\[[0-9a-f:.%]+\]|[0-9a-z][0-9a-z._-]*)"
        assert re.match(rf"https?://{host}(:[0-9]+)?([/?#]|\Z)", redirect, re.IGNORECASE | re.ASCII)
        assert not re.search(r"""[\x00-\x20"'`\\<>{}|^\x7f-\U0010ffff]""", redirect)


@pytest.mark.parametrize(
    "url",
    [
        *("", "www.example.com", "//a", "ftp://a", "https:", "https://", "https://:80", "https://a:0", "https://a:x"),
        *("https://a b", "https://ä", "https://a.1", "javascript:alert(1)", "data:image/png,x", "https://jane@a"),
    ],
)
def test_what_is_not_a_plain_web_address_is_no_redirect(url):
    with pytest.raises(ValueError, match="is not an http or https address"):
        settings.Redirect(redirect=url)
    with pytest.raises(ValueError, match="is not an http or https address"):
        settings.Serve(default_urls=[url])


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://meet.example.com", "https://meet.example.com"),
        ("HTTPS://Meet.Example.com:443", "https://meet.example.com"),
        ("http://meet.example.com:80", "http://meet.example.com"),
        ("http://meet.example.com:443", "http://meet.example.com:443"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(text, origin):
    assert settings.Serve(cors=[text]).cors == [origin]


@pytest.mark.parametrize("text", ["*", "null", "https://a/", "https://a?", "https://a#", "https://b@a", "meet.example"])
def test_what_no_browser_would_send_is_no_origin(text):
    with pytest.raises(ValueError, match="is not an"):
        settings.Serve(cors=[text])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:80",
        "0.0.0.0:65535",
        "[::]:80",
        "[::1]:0",
        "[fe80::1%eth0]:80",
        "localhost:80",
        "a-b.example:80",
        "unix:/a b",
    ],
)
def test_addresses_to_listen_on(address):
    assert settings.Serve(listen=[address], admin="").listen == [address]


@pytest.mark.parametrize(
    "address",
    [
        *("", ":80", "*:80", "80", "::1:80", "[::1]", "[127.0.0.1]:80", "[::g]:80", "10.0.0.300:80", "10.0.1:80"),
        *("a:65536", "a:-1", "a:８０", "a:²", "a:8 0", "a b:80", "a/b:80", "a:80\n", "[::1%\n]:80", "-a:80"),
        *("a" * 254 + ":80", "unix:", "unix:a\x00b", "unix:a\nb"),
    ],
)
def test_what_cannot_be_listened_on_is_refused(address):
    with pytest.raises(ValueError, match="is not an address to listen on"):
        settings.Serve(listen=[address])
    if address:
        with pytest.raises(ValueError, match="is not an address to listen on"):
            settings.Serve(admin=address)


@pytest.mark.parametrize("network", ["10.0.0.0/8", "10.1.2.3/8", "10.1.2.3", "2001:db8::/32", "::ffff:10.0.0.0/104"])
def test_networks_are_taken_as_written(network):
    """Host bits too: `limner policy check` has more to say about them than a refusal could."""
    assert settings.Rule(name="a", networks=[network]).networks == [network]


@pytest.mark.parametrize(
    "network", ["", "10.0.0.0/33", "010.0.0.1", "10.0.0", " 10.0.0.1", "fe80::1%eth0", "unix", "a"]
)
def test_what_is_not_a_network_is_refused(network):
    with pytest.raises(ValueError, match="is not a network"):
        settings.Rule(name="a", networks=[network])


def test_a_visitor_through_the_unix_socket_can_be_trusted_but_is_no_network():
    assert settings.Policy(trusted_proxies=["unix"]).trusted_proxies == ["unix"]


# -- whatever the bytes --------------------------------------------------------------------------------------------

JARGON = re.compile(
    r"(?i)input should|function-|literal\[|union|\{(table|word)\}|pydantic|validat|value error|dict|instance"
)


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


ALL_NAMES = sorted({name for _, table in settings.tables() for name in table.model_fields})
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
    inner = {name: settings._section_in(field.annotation) for name, field in section.model_fields.items()}
    return st.fixed_dictionaries(
        {},
        optional={
            name: nested | (st.lists(like(below), max_size=2) | like(below) if below else leaves)
            for name, below in inner.items()
        },
    )


@given(st.dictionaries(names, nested, max_size=5) | like(settings.Settings))
def test_any_tables_are_settings_or_a_report_without_jargon(table):
    text = "".join(f"{as_toml(name)} = {as_toml(value)}\n" for name, value in table.items())
    assert {*tomllib.loads(text)} == {*table}
    message = check(text.encode())
    assert not JARGON.search(re.sub(r'"(?:[^"\\]|\\.)*"', "", message)), message


# -- the file itself -----------------------------------------------------------------------------------------------


def test_the_file_is_the_named_one_else_that_of_the_environment_else_limner_toml(tmp_path, monkeypatch):
    for name in ("named", "environment", "limner"):
        (tmp_path / f"{name}.toml").write_text(f'library = "{name}"')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIMNER_CONFIG", raising=False)
    assert settings.load().library == tmp_path / "limner"
    monkeypatch.setenv("LIMNER_CONFIG", "environment.toml")
    assert settings.load().library == tmp_path / "environment"
    assert settings.load("named.toml").library == tmp_path / "named"


def test_a_file_that_is_not_there_or_cannot_be_read_is_told_in_one_line(tmp_path):
    with pytest.raises(SettingsError, match="there is no settings file") as error:
        settings.load(tmp_path / "limner.toml")
    assert "limner init" in error.value.hint
    with pytest.raises(SettingsError, match=r"cannot read .*: Is a directory"):
        settings.load(tmp_path)
    with pytest.raises(SettingsError, match="cannot read"):
        settings.load("a\x00b")


def test_an_endless_file_is_not_read_to_its_end():
    with pytest.raises(SettingsError, match="larger than 4 MB"):
        settings.load("/dev/zero")


# -- the page that documents it -------------------------------------------------------------------------------------


def written_page():
    spec = importlib.util.spec_from_file_location("settings_doc", ROOT / "tools" / "settings_doc.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool.page()


def test_the_settings_page_is_what_its_tool_writes():
    """When this fails: `python tools/settings_doc.py`."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == written_page()


def test_every_setting_is_on_the_page_with_a_meaning():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    tables = {place.strip("[]") for place, _ in settings.tables() if place != "policy.otherwise"}
    for place, table in settings.tables():
        if place == "policy.otherwise":
            continue  # a value in braces, told where `otherwise` is
        for name, field in table.model_fields.items():
            assert field.description, f"{place}.{name}"
            is_table = f"{place.strip('[]')}.{name}".removeprefix(".") in tables
            assert is_table or re.search(rf"^\| `{name}` \| .*{re.escape(field.description)} \|$", page, re.MULTILINE)


def test_the_example_on_the_page_is_taken():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    loaded = parse(text)
    assert loaded.policy.allow
    assert loaded.source
