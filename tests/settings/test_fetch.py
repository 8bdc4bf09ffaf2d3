"""`[fetch]`: whom limner may ask, as the settings write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.errors import SettingsError
from limner.fetch import Rules
from limner.settings import Fetch, parse


def fetch(text: str) -> Fetch:
    return parse(f"[fetch]\n{text}".encode(), Path("/etc/limner/limner.toml")).fetch


def test_nothing_has_to_be_set() -> None:
    made = fetch("")
    assert (made.allow, made.ports, made.ca, made.proxy) == ([], [], None, "")


@pytest.mark.parametrize(
    "text",
    ["photos.example.com", "Photos.Example.com:8443", "10.20.0.0/16", "10.20.0.7", "10.20.0.7:8080", "[::1]:8080",
     "2001:db8::/32", "::1", "localhost", "localhost:8080"],
)  # fmt: skip
def test_what_may_be_allowed_is_what_the_rules_take(text: str) -> None:
    (allowed,) = fetch(f'allow = ["{text}"]').allow
    assert Rules.of([allowed]) != Rules()


@pytest.mark.parametrize(
    "text", ["", "http://photos.example.com", "photos.example.com/x", "*.example.com", "a b", "host:0", "host:70000",
             "10.20.0.0/40"]
)  # fmt: skip
def test_what_may_not_is_said(text: str) -> None:
    with pytest.raises(SettingsError, match=r"fetch\.allow\[1\]: .* is not a host or a network"):
        fetch(f'allow = ["{text}"]')


@pytest.mark.parametrize("text", ["", "environment", "http://proxy.example.com:3128"])
def test_ways_out(text: str) -> None:
    assert fetch(f'proxy = "{text}"').proxy == text


@pytest.mark.parametrize("text", ["proxy:3128", "socks5://proxy", "http://user:secret@proxy:3128"])
def test_what_is_no_way_out(text: str) -> None:
    """A password does not belong into the settings: it would be in HTTPS_PROXY."""
    with pytest.raises(SettingsError, match=r"fetch\.proxy: "):
        fetch(f'proxy = "{text}"')


def test_the_authorities_file_is_taken_from_the_settings_folder() -> None:
    assert fetch('ca = "ca.pem"').ca == Path("/etc/limner/ca.pem")


@pytest.mark.parametrize(
    "text", ["ports = [0]", "ports = [65536]", "seconds = 0", "tries = 0", "tries = 11", "timeout = 1"]
)
def test_bounds(text: str) -> None:
    with pytest.raises(SettingsError, match=r"fetch\."):
        fetch(text)
