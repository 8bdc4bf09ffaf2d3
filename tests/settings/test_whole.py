"""What is taken, and that the page of the settings says all of it."""

import importlib.util
import re
from ipaddress import ip_address
from pathlib import Path

import pytest
from tests.settings.reader import ROOT, parse

from limner import settings

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


# -- the page that documents it -------------------------------------------------------------------------------------


def written_page():
    spec = importlib.util.spec_from_file_location("settings_doc", ROOT / "tools" / "settings_doc.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool.page()


def test_the_settings_page_is_what_its_tool_writes():
    """When this fails: `python tools/settings_doc.py`."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == written_page()


IN_LINE = ("policy.otherwise", "sync.leavers", "auth.refuse")  # values in braces, told where the setting is


def test_every_setting_is_on_the_page_with_a_meaning():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    tables = {place.strip("[]") for place, _ in settings.tables() if place not in IN_LINE}
    for place, table in settings.tables():
        if place in IN_LINE:
            continue
        for name, field in table.named().items():
            assert field.description, f"{place}.{name}"
            is_table = f"{place.strip('[]')}.{name}".removeprefix(".") in tables
            assert is_table or re.search(rf"^\| `{name}` \| .*{re.escape(field.description)} \|$", page, re.MULTILINE)


def test_the_example_on_the_page_is_taken():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    loaded = parse(text)
    assert loaded.policy.allow
    assert loaded.source
