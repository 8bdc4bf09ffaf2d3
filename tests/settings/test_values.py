"""What single values may be."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from limner import settings
from limner.errors import SettingsError

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


@pytest.mark.parametrize(
    "schedule", ["", "every 15m", "every 1s", "every 31d", "every 2 h", "*/15 * * * *", "30 2 * * 1-5", "0 0 L * *"]
)
def test_schedules(schedule):
    assert settings.Sync(schedule=schedule).schedule == schedule
    assert settings.FolderSource(kind="folder", path="x", schedule=schedule).schedule == schedule


@pytest.mark.parametrize(
    "schedule",
    [
        *(
            "every",
            "every m",
            "every 0m",
            "every 32d",
            "every 15 minutes",
            "15m",
            "hourly",
            "every 1.5h",
            " ",
            15,
            True,
        ),
        *("* * * *", "* * * * * *", "61 * * * *", "0 0 31 2 *", "@daily", "* * * * *" * 100, "every 15m\n"),
    ],
)
def test_what_is_no_schedule_is_refused(schedule):
    with pytest.raises(ValueError, match=r"is not a (schedule|cron expression)"):
        settings.Sync(schedule=schedule)


def test_a_credential_is_the_file_that_systemd_hands_over(monkeypatch, tmp_path):
    """Relative to nothing but the folder that systemd names; outside of a service, to that of limner.service."""

    def read(text):
        return settings.parse(
            f'serve.tls = {{ certificate = "door.pem", key = "{text}" }}'.encode(), tmp_path / "f"
        ).serve.tls

    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/limner-sync.service")
    assert read("credential:secrets_door.key").key == Path("/run/credentials/limner-sync.service/secrets_door.key")
    assert read("./credential:x").key == tmp_path / "credential:x"
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert read("credential:x").key == Path("/run/credentials/limner.service/x")
    for wrong in ("credential:", "credential:..", "credential:/etc/shadow", "credential:../x"):
        with pytest.raises(SettingsError, match="is not a credential"):
            read(wrong)
