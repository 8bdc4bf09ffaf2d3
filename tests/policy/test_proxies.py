from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.policy.proxies import HOPS, UNKNOWN, Proxies

from .strategies import IP, addresses, folded, headers, v4_addresses, v6_addresses

PROXIES = Proxies(["10.0.0.0/8", "2001:db8:f::/48"])


def who(*lines: str, peer: str | None = "10.0.0.1", proxies: Proxies = PROXIES) -> str:
    return proxies.client(peer, [(b"x-forwarded-for", line.encode()) for line in lines]).who


@pytest.mark.parametrize(
    ("line", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, 10.0.0.2", "192.0.2.1"),
        ("192.0.2.66, 192.0.2.1", "192.0.2.1"),
        ("192.0.2.66, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        ("192.0.2.66, 10.0.0.3, 192.0.2.1,10.0.0.2", "192.0.2.1"),
        ("banana, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (" \t192.0.2.1\t , 10.0.0.2 ", "192.0.2.1"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("192.0.2.1:5678", "192.0.2.1"),
        ("192.0.2.1:5678, 10.0.0.2:443", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("192.0.2.1, [2001:db8:f::7]:1234", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, ::ffff:10.0.0.2", "192.0.2.1"),
    ],
)
def test_the_list_is_walked_from_the_right_while_hops_are_trusted(line: str, client: str) -> None:
    assert who(line) == client


@pytest.mark.parametrize(
    "entry",
    [
        *(
            "",
            " ",
            "unknown",
            "_hidden",
            "banana",
            "192.0.2",
            "192.0.2.01",
            "192.0.2.1:",
            "192.0.2.1:http",
            "192.0.2.1 x",
        ),
        *("192.0.2.1:123456", "[192.0.2.1]", "[192.0.2.1]:80", "[::1", "::1]", "[::1]80", "[::1]:", "fe80::1%eth0"),
        *("[fe80::1%eth0]", "192.0.2.1;", '"192.0.2.1"', "for=192.0.2.1", "192.0.2.1\x00", "192.0.2.1\n", "１.2.3.4"),
    ],
)
def test_an_entry_that_is_no_address_makes_the_client_unknown(entry: str) -> None:
    assert who(entry) == who(f"192.0.2.1, {entry}") == who(f"192.0.2.1, {entry}, 10.0.0.2") == UNKNOWN.who
    assert PROXIES.client("10.0.0.1", [(b"x-forwarded-for", entry.encode())]).address is None


def test_bytes_that_are_not_ascii_make_the_client_unknown() -> None:
    assert PROXIES.client("10.0.0.1", [(b"x-forwarded-for", b"\xff192.0.2.1")]) == UNKNOWN


def test_several_lines_are_one_list_in_order() -> None:
    assert who("192.0.2.66", "192.0.2.1, 10.0.0.3", "10.0.0.2") == "192.0.2.1"
    assert who("192.0.2.1", "") == UNKNOWN.who


def test_nobody_is_trusted_by_default() -> None:
    assert who("192.0.2.1", peer="127.0.0.1", proxies=Proxies()) == "127.0.0.1"
    assert who("192.0.2.1", peer=None, proxies=Proxies()) == UNKNOWN.who


def test_the_header_of_an_untrusted_peer_is_ignored() -> None:
    assert who("10.1.1.1", peer="192.0.2.9") == "192.0.2.9"
    assert who("banana", peer="192.0.2.9") == "192.0.2.9"


def test_a_trusted_peer_without_the_header_is_the_client() -> None:
    assert who() == "10.0.0.1"


@pytest.mark.parametrize(
    "name", [b"x_forwarded_for", b"x_forwarded-for", b"x-forwarded_for", b"forwarded", b"x-real-ip"]
)
def test_no_other_header_name_counts(name: bytes) -> None:
    assert PROXIES.client("10.0.0.1", [(name, b"192.0.2.1")]).who == "10.0.0.1"


def test_a_unix_socket_is_trusted_only_by_name() -> None:
    assert who("192.0.2.1", peer=None) == UNKNOWN.who
    assert who("192.0.2.1", peer=None, proxies=Proxies(["0.0.0.0/0", "::/0"])) == UNKNOWN.who
    trusting = Proxies(["unix", "10.0.0.0/8"])
    assert who("192.0.2.1, 10.0.0.2", peer=None, proxies=trusting) == "192.0.2.1"
    assert who("10.0.0.2", peer=None, proxies=trusting) == "10.0.0.2"
    assert who(peer=None, proxies=trusting) == UNKNOWN.who


def test_a_peer_that_is_no_address_is_unknown() -> None:
    assert who("192.0.2.1", peer="banana") == UNKNOWN.who


def test_a_peer_is_named_in_canonical_form() -> None:
    assert who(peer="::FFFF:192.0.2.1") == "192.0.2.1"
    assert who(peer="2001:DB8:0:0::1") == "2001:db8::1"


@pytest.mark.parametrize("lines", [1, HOPS])
def test_a_walk_of_too_many_hops_ends_in_the_unknown(lines: int) -> None:
    def walk(hops: list[str]) -> str:
        if lines == 1:
            return who(",".join(hops))
        return who(*hops)

    assert walk(["192.0.2.1", *["10.0.0.2"] * (HOPS - 1)]) == "192.0.2.1"
    assert walk(["10.0.0.3", *["10.0.0.2"] * (HOPS - 1)]) == "10.0.0.3"
    assert walk(["192.0.2.1", *["10.0.0.2"] * HOPS]) == UNKNOWN.who
    assert walk(["banana"] * 500 + ["192.0.2.1"]) == "192.0.2.1"


@given(st.lists(addresses, min_size=1, max_size=6), st.data())
def test_however_an_address_is_written_the_client_is_the_first_untrusted_hop(
    chain: list[IP], data: st.DataObject
) -> None:
    def written(ip: IP) -> str:
        forms = [f"{ip}", f" {ip} "]
        forms += [f"{ip}:81"] if ip.version == 4 else [f"[{ip}]", f"[{ip}]:81"]
        return data.draw(st.sampled_from(forms))

    trusted = [ipaddress.ip_network(text) for text in ("10.0.0.0/24", "2001:db8::/121")]
    untrusted = [ip for ip in chain if not any(folded(ip) in network for network in trusted)]
    expected = untrusted[-1] if untrusted else chain[0]
    line = ",".join(written(ip) for ip in chain)
    proxies = Proxies([*map(str, trusted), "unix"])
    assert ipaddress.ip_address(who(line, peer=None, proxies=proxies)) == folded(expected)


@given(st.none() | v4_addresses.map(str) | v6_addresses.map(str) | st.text(max_size=9), headers)
def test_no_request_is_an_error_and_untrusted_peers_decide_nothing_by_headers(
    peer: str | None, sent: list[tuple[bytes, bytes]]
) -> None:
    Proxies(["0.0.0.0/0", "::/0", "unix"]).client(peer, sent)
    assert Proxies().client(peer, sent) == Proxies().client(peer, [])


@pytest.mark.parametrize(
    ("trusted", "peer", "answer"),
    [
        (["192.0.2.0/24"], "192.0.2.7", True),
        (["192.0.2.0/24"], "198.51.100.1", False),
        (["192.0.2.0/24"], None, False),
        (["unix"], None, True),
        (["unix"], "127.0.0.1", False),
        (["::/0"], "rubbish", False),
        ([], "127.0.0.1", False),
    ],
)
def test_who_is_trusted_himself(trusted: list[str], peer: str | None, answer: bool) -> None:
    assert Proxies(trusted).trusts(peer) == answer
