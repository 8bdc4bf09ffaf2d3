from __future__ import annotations

from pathlib import Path

import pytest

from limner.signon.evidence import Cause, Evidence, Weight
from limner.signon.trace import read_trace
from signon.conftest import Put

from .samples import ALIAS, GOOD, INCIDENT, LOST, NOT_RESPONDING, STALE


def balance(evidence: list[Evidence]) -> dict[Cause, int]:
    found: dict[Cause, int] = {}
    for each in evidence:
        found[each.cause] = found.get(each.cause, 0) + (each.weight if each.supports else -each.weight)
    return found


def likeliest(file: Path) -> Cause:
    scales = balance(read_trace(file).evidence())
    return max(scales, key=lambda cause: scales[cause])


FILTERED = f"""\
[1:2-3] 04.10.2016 10:00:00 Using address '192.0.2.4' for {ALIAS} on TCPIP
[1:2-3] 04.10.2016 10:00:30 Unable to connect to {ALIAS} on TCPIP ({NOT_RESPONDING})
"""
CLOSED = FILTERED.replace("10:00:30", "10:00:01")
UNRESOLVED = f"Using address 'x' for {ALIAS} on TCPIP\nUnable to connect to {ALIAS} on TCPIP (Unknown host)\n"
STALE_WRONG = f"""\
Checking for {ALIAS} at last known address '192.0.2.9' on TCPIP...
Connected to the wrong server Old/ACME using address 192.0.2.9
Using address '192.0.2.4' for {ALIAS} on TCPIP
Connected to server Sametime/Servers/ACME
"""


@pytest.mark.parametrize(
    ("trace", "cause"),
    [
        (INCIDENT, Cause.NAME_CHECK),
        (LOST, Cause.NAME_CHECK),
        (STALE, Cause.CACHED_ADDRESS),
        (STALE_WRONG, Cause.CACHED_ADDRESS),
        (FILTERED, Cause.NETWORK),
        (CLOSED, Cause.SERVER_DOWN),
        (UNRESOLVED, Cause.UNRESOLVED),
    ],
)
def test_the_likeliest_cause(put: Put, trace: str, cause: Cause) -> None:
    assert likeliest(put("trace.txt", trace)) is cause


def test_after_a_refusal_not_responding_does_not_mean_down(put: Put) -> None:
    trace = read_trace(put("trace.txt", INCIDENT))
    assert "not a server that is down" in trace.attempts[1].explanation
    assert balance(trace.evidence())[Cause.SERVER_DOWN] < 0
    assert balance(trace.evidence())[Cause.NETWORK] < 0


def test_not_responding_alone_may_mean_down_or_network(put: Put) -> None:
    scales = balance(read_trace(put("t", f"Unable to connect to {ALIAS} on TCPIP ({NOT_RESPONDING})")).evidence())
    assert scales[Cause.SERVER_DOWN] == scales[Cause.NETWORK] == Weight.SIGN


def test_a_connection_speaks_against_all_of_them(put: Put) -> None:
    scales = balance(read_trace(put("t", GOOD)).evidence())
    assert all(scales[cause] < 0 for cause in (Cause.NAME_CHECK, Cause.NETWORK, Cause.SERVER_DOWN))


def test_a_server_that_answered_and_no_ending(put: Put) -> None:
    text = f"Checking for {ALIAS} on TCPIP using address 'a'\nSametime/Servers/ACME is available on TCPIP\n"
    (only,) = read_trace(put("t", text)).attempts
    assert only.explanation == "Sametime/Servers/ACME answered; the trace does not tell how it ended"


def test_evidence_has_its_place_and_its_names(put: Put) -> None:
    first = read_trace(put("t", INCIDENT)).evidence()[0]
    assert first.place == "lines 4-5"
    assert set(first.names) == {ALIAS, "192.0.2.4", "Sametime/Servers/ACME"}
    for each in read_trace(put("t", INCIDENT)).evidence():
        assert any(name in each.text for name in each.names)
