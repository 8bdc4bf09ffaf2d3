from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.hosts import parse_hosts, read_hosts

from .conftest import Put


def test_a_hosts_file(put: Put) -> None:
    hosts = read_hosts(
        put("hosts", "# Sametime\n192.0.2.1 sametime Sametime.acme.example # old\n::1 localhost\nrubbish\n")
    )
    assert [(line.address, line.names, line.line) for line in hosts.lines] == [
        ("192.0.2.1", ("sametime", "Sametime.acme.example"), 2),
        ("::1", ("localhost",), 3),
    ]
    assert [line.line for line in hosts.of("SAMETIME.acme.example.")] == [2]
    assert hosts.of("acme.example") == []


@given(st.text(max_size=200))
def test_any_text_is_a_hosts_file(text: str) -> None:
    parse_hosts(text, "hosts").of(text)
