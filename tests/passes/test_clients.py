from __future__ import annotations

import hmac

import pytest

from limner.passes import Clients, PassError, Register
from limner.passes.clients import MOST


def test_a_client_is_known_by_its_secret(register: Register) -> None:
    clients = Clients(register)
    meet, chat = clients.add("meet", 0.0), clients.add("chat", 0.0)
    assert clients.known(meet) == clients.known(meet, "meet") == "meet"
    for secret, name in [
        (meet, "chat"),
        (chat, "meet"),
        (meet[:-1], None),
        ("", None),
        ("", "meet"),
        (meet, ""),
        ("ü" * 5000, "x"),
    ]:
        assert clients.known(secret, name) is None, name
    assert [each.name for each in clients.all()] == ["chat", "meet"]


def test_secrets_are_long_and_not_kept(register: Register) -> None:
    secret = Clients(register).add("meet", 0.0)
    assert len(secret) >= 43
    with register.reading() as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    assert secret.encode() not in register.file.read_bytes()


def test_every_secret_is_compared_in_constant_time(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    clients = Clients(register)
    first = clients.add("a", 0.0)
    clients.add("b", 0.0)
    compared: list[int] = []
    compare = hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        compared.append(len(one))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    for secret, name in ((first, "a"), ("wrong", "a"), ("wrong", "nobody"), ("wrong", None)):
        compared.clear()
        clients.known(secret, name)
        assert compared == [32, 32]


def test_a_removed_client_is_not_known(register: Register) -> None:
    clients = Clients(register)
    secret = clients.add("meet", 0.0)
    clients.remove("meet")
    assert clients.known(secret) is None
    with pytest.raises(PassError, match="there is no client"):
        clients.remove("meet")


@pytest.mark.parametrize("name", ["", "a b", "-x", "a:b", "x" * 65, "ü", "a\n"])
def test_a_client_has_a_plain_name(register: Register, name: str) -> None:
    with pytest.raises(PassError, match="not a client's name"):
        Clients(register).add(name, 0.0)


def test_names_are_given_once_and_clients_are_few(register: Register) -> None:
    clients = Clients(register)
    clients.add("c0", 0.0)
    with pytest.raises(PassError, match="already"):
        clients.add("c0", 0.0)
    for number in range(1, MOST):
        clients.add(f"c{number}", 0.0)
    with pytest.raises(PassError, match=f"{MOST} clients"):
        clients.add("one.more", 0.0)
