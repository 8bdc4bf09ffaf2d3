from __future__ import annotations

import pytest

from signon.fakes import community, domino
from signon.fakes.listening import listening, shut_port

from .conftest import Run


def line(**ports: int) -> str:
    closed = dict.fromkeys(("domino", "community", "http", "https"), shut_port()) | ports
    return "signon probe 127.0.0.1 --timeout 1 " + " ".join(f"--{name}-port {port}" for name, port in closed.items())


def test_a_sound_host(run: Run) -> None:
    with listening(community.answering()) as st, listening(domino.refusing()) as nrpc:
        done = run(f"{line(community=st, domino=nrpc)} --ask-name")
    assert done.status == 0
    assert "a community server, VP protocol 0x001e.0x001d" in done.out
    assert "it is Sametime/Servers/ACME" in done.out
    assert done.out.endswith("nothing is in the way of a log-in, as far as it can be seen from here\n")
    assert done.err.startswith("limner: warning: Domino is asked for its name")


def test_a_host_that_is_down(run: Run) -> None:
    done = run(line())
    assert (done.status, done.err) == (1, "")
    assert "in the way: the community port cannot be reached" in done.out
    found = run(f"{line()} --json").json
    assert not found["sound"]
    assert [port["state"] for port in found["ports"]] == ["closed"] * 4


@pytest.mark.parametrize("host", ["https://st.example", "st.example:1533", "Sametime/Servers/ACME", "a b", ""])
def test_what_is_no_host(run: Run, host: str) -> None:
    done = run("signon probe", host)
    assert (done.status, done.out) == (2, "")
    assert "is no host" in done.err
