"""Which hosts a certificate's name covers."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.keystores.hosts import covering, covers, is_host

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
HOST = st.lists(LABEL, min_size=2, max_size=5).map(".".join).filter(lambda host: not host[-1].isdigit())


@pytest.mark.parametrize(
    ("pattern", "host", "yes"),
    [
        ("*.acme.example", "st.acme.example", True),
        ("*.ACME.example", "ST.acme.EXAMPLE.", True),
        ("*.acme.example", "acme.example", False),
        ("*.acme.example", "a.st.acme.example", False),
        ("*.acme.example", ".acme.example", False),
        ("*.example", "acme.example", False),
        ("*", "localhost", False),
        ("s*.acme.example", "st.acme.example", False),
        ("st.*.example", "st.acme.example", False),
        ("*.0.0.1", "127.0.0.1", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("2001:db8::1", "[2001:0db8:0::1]", True),
        ("xn--bcher-kva.example", "bücher.example", True),
        ("", "", False),
    ],
)
def test_a_wildcard_is_one_whole_first_label(pattern: str, host: str, yes: bool) -> None:
    assert covers(pattern, host) is yes


@given(HOST, LABEL, LABEL)
def test_laws_of_names(host: str, label: str, other: str) -> None:
    """A name covers itself; a wildcard covers exactly one label in its place, never none and never two."""
    assert covers(host, host)
    assert covers(f"*.{host}", f"{label}.{host}")
    assert not covers(f"*.{host}", host)
    assert not covers(f"*.{host}", f"{other}.{label}.{host}")
    assert not covers(host, f"{label}.{host}")


@given(HOST.map(lambda h: f"*.{h}") | HOST, HOST)
def test_it_is_as_python_itself_judged(pattern: str, host: str) -> None:
    """Python's own matching, as long as it had one, is the oracle; it allows a wildcard directly under a top domain."""
    judge = getattr(ssl, "_dnsname_match", None)
    if judge is None or pattern.count(".") < 2:
        return
    assert covers(pattern, host) == bool(judge(pattern, host))


def test_an_exact_name_is_named_before_a_wildcard() -> None:
    assert covering(["*.acme.example", "st.acme.example"], "st.acme.example") == "st.acme.example"
    assert covering(["*.acme.example"], "acme.example") is None


@pytest.mark.parametrize("text", ["st.acme.example", "st", "10.20.30.40", "2001:db8::1", "bücher.example."])
def test_what_is_a_host(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize(
    "text", ["", ".", "https://st.acme.example", "*.acme.example", "10.0.0.0/8", "a b", "1.2.3.400"]
)
def test_what_is_none(text: str) -> None:
    assert not is_host(text)
