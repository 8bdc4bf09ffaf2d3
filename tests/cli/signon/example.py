"""Builds docs/examples/signon-fails/case/login.pcap: the incident, packet by packet."""

from __future__ import annotations

from pathlib import Path

from signon.capture import wire
from signon.capture.wire import SECOND, Session
from signon.fakes import domino

CASE = Path(__file__).parents[3] / "docs" / "examples" / "signon-fails" / "case"
ALIAS, HOST = "sametime.acme.example", "sametime004.acme.example"
START = 1_475_572_353 * SECOND  # 2016-10-04 10:12:33 in London


def login() -> bytes:
    """Give the capture: the look-up, the first attempt, and the second one, a second later."""
    client = "192.0.2.50"
    frames = [wire.dns_answer(client, ALIAS, "192.0.2.4", alias=HOST, when=START, number=7)]
    for number, begin in enumerate((START + SECOND // 50, START + SECOND)):
        session = Session((client, 50_000 + number), ("192.0.2.4", 1352), begin).open()
        session.says(domino.request()).answers(domino.reply()).fin(by_client=True)
        frames += session.frames
    return wire.pcap([(when, wire.ethernet(raw)) for when, raw in frames])


if __name__ == "__main__":
    (CASE / "login.pcap").write_bytes(login())
