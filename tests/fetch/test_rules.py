"""Whom limner may ask."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.fetch.address import read
from limner.fetch.errors import FetchError
from limner.fetch.rules import URL_LIMIT, Rules, host_of, place, port_of, shorten


@pytest.mark.parametrize(
    "url",
    ["http://example.com/a.jpg", "https://example.com/", "HTTPS://Example.COM:443/x?y=z", "http://münchen.example/",
     "http://[2600::1]/", "http://192.0.2.7/", "http://example.com:80"],
)  # fmt: skip
def test_usual_addresses_may_be_asked(url: str) -> None:
    assert Rules().check(url).scheme in ("http", "https")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.com/a", "gopher://example.com/", "data:image/png;base64,AAAA", "ldap://x/",
        "javascript:alert(1)", "//example.com/a", "/a.jpg", "a.jpg", "", "http://", "http:///a", "https:example.com",
        "http://a b/", "http://a\x00b/", "http://a\r\nHost: b/", "http://[::1", "http://[fe80::1%25eth0]/",
        "http://%31%32%37.0.0.1/", "http://ex\N{PILE OF POO}.example/", "http://example.com:0/", "http://example.com:70000/",
        "http://example.com:x/", "http://[v1.a]/", "\\\\server\\share\\photo.jpg", "C:\\photos\\a.jpg",
    ],
)  # fmt: skip
def test_what_is_no_http_address(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        Rules.of(allow=["0.0.0.0/0", "::/0"]).check(url)
    assert caught.value.kind == "refused"
    assert "not an http or https address" in caught.value.message
    assert not caught.value.again


@pytest.mark.parametrize("port", [22, 25, 443 + 80, 6379, 8080, 8443])
def test_odd_ports_are_closed_until_the_settings_open_them(port: int) -> None:
    url = f"http://photos.example.com:{port}/a.jpg"
    with pytest.raises(FetchError, match=f"port {port} may not be asked") as caught:
        Rules().check(url)
    assert f'allow = ["photos.example.com:{port}"]' in (caught.value.hint or "")
    assert Rules.of(allow=[f"photos.example.com:{port}"]).check(url)
    assert Rules.of(ports=[port]).check(url)
    for other in (f"example.com:{port}", "photos.example.com", "photos.example.com:9"):
        with pytest.raises(FetchError):
            Rules.of(allow=[other]).check(url)


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    for url in (
        "https://jane:hunter2@example.com/a",
        "https://jane@example.com/",
        "http://example.com\\@evil.example/",
    ):
        with pytest.raises(FetchError, match="holds a user name or password") as caught:
            Rules().check(url)
        assert "hunter2" not in caught.value.message


def test_an_endless_address_is_refused_and_not_shown_whole() -> None:
    with pytest.raises(FetchError, match="longer than") as caught:
        Rules().check("https://example.com/" + "a" * URL_LIMIT)
    assert len(caught.value.message) < 300


def test_a_public_address_may_be_asked_a_private_one_may_not() -> None:
    rules = Rules()
    assert rules.judge("example.com", 443, read("93.184.216.34")) is None
    assert rules.judge("example.com", 443, read("10.1.2.3")) == "10.1.2.3 is private"
    assert rules.judge("10.1.2.3", 443, read("10.1.2.3")) == "10.1.2.3 is private"


def test_a_network_that_the_settings_name_may_be_asked_whoever_leads_there() -> None:
    rules = Rules.of(allow=["10.20.0.0/16", "127.0.0.1", "fd00::/8"])
    for address in ("10.20.255.1", "127.0.0.1", "fd12::1", "::ffff:10.20.0.1", "64:ff9b::10.20.0.1"):
        assert rules.judge("x.example", 80, read(address)) is None
    for address in ("10.21.0.1", "127.0.0.2", "fe80::1", "::1"):
        assert rules.judge("x.example", 80, read(address))


def test_a_name_that_the_settings_write_may_lead_inside_but_not_to_this_machine_or_a_clouds_secrets() -> None:
    rules = Rules.of(origins=["https://connections.acme.example/profiles"])
    for address in ("10.1.2.3", "192.168.7.7", "fd00::7", "100.64.3.3", "8.8.8.8"):
        assert rules.judge("connections.acme.example", 443, read(address)) is None
    for address in ("127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "64:ff9b::127.0.0.1"):
        assert rules.judge("connections.acme.example", 443, read(address))
    assert rules.judge("connections.acme.example", 8443, read("10.1.2.3"))
    assert rules.judge("other.acme.example", 443, read("10.1.2.3"))


def test_this_machine_may_be_asked_where_the_settings_say_so_in_so_many_words() -> None:
    assert Rules.of(origins=["http://localhost:8081/"]).judge("localhost", 8081, read("127.0.0.1")) is None
    assert Rules.of(origins=["http://localhost:8081/"]).judge("localhost", 8081, read("::1")) is None
    assert Rules.of(origins=["http://localhost/"]).judge("localhost", 80, read("169.254.169.254"))
    assert Rules.of(origins=["http://127.0.0.1:8081/"]).judge("127.0.0.1", 8081, read("127.0.0.1")) is None
    assert Rules.of(origins=["http://127.0.0.1:8081/"]).judge("127.0.0.1", 8082, read("127.0.0.1"))
    assert Rules.of(allow=["[::1]:8081"]).judge("::1", 8081, read("::1")) is None
    assert Rules.of(origins=["http://0.0.0.0/"]).judge("0.0.0.0", 80, read("0.0.0.0"))


@pytest.mark.parametrize("text", ["", "a/b", "http://a", "a:b", "u@a", "a?b", "a b", "*"])
def test_what_cannot_be_allowed(text: str) -> None:
    with pytest.raises(ValueError):
        Rules.of(allow=[text])


def test_through_a_proxy_only_named_hosts_are_asked() -> None:
    rules = Rules.of(origins=["https://graph.example/"])
    assert rules.check("https://graph.example/v1.0/users", named_only=True)
    with pytest.raises(FetchError, match="through a proxy"):
        rules.check("https://elsewhere.example/", named_only=True)


@given(st.text(max_size=60) | st.from_regex(r"https?://[\x20-\x7e]{0,40}", fullmatch=True))
def test_whatever_is_written_it_is_judged_and_never_fails_otherwise(text: str) -> None:
    try:
        url = Rules().check(text)
    except FetchError:
        pass
    else:
        assert url.scheme in ("http", "https")
        assert port_of(url) in (80, 443)
        assert host_of(url).isascii()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/p?sig=secret", "https://a.example/p"),
        ("https://u:p@a.example/p", "https://a.example/p"),
        ("https://a.example/jane@b.example.jpg", "https://a.example/jane@b.example.jpg"),
        ("https://a.example/" + "x" * 300, "https://a.example/" + "x" * 182 + "..."),
    ],
)
def test_an_address_in_a_message_holds_no_secret(url: str, shown: str) -> None:
    assert shorten(url) == shown


def test_the_place_is_as_the_settings_name_it() -> None:
    assert place(httpx.URL("https://A.example:8443/x")) == "a.example:8443"
    assert place(httpx.URL("https://[::1]:8443/x")) == "[::1]:8443"
    assert place(httpx.URL("https://a.example/x")) == "a.example"
