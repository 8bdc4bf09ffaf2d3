from __future__ import annotations

import json
from pathlib import Path

import pytest

from limner.signon.capture.report import look, moment
from limner.signon.evidence import Cause, Weight

from . import wire
from .test_reading import sample
from .wire import Session


def test_the_report_is_json_and_whole(tmp_path: Path) -> None:
    report = look(sample(tmp_path / "a.pcap"))
    made = json.loads(json.dumps(report.as_dict()))
    assert (made["format"], made["packets"]) == ("pcap", report.reading.packets)
    (attempt,) = made["attempts"]
    assert attempt["conversations"] == [1, 2]
    assert attempt["verdict"]["cause"] == "token_invalid"
    first = made["conversations"][0]
    assert (first["ended_by"], first["ended_how"], first["ended_after"]) == (
        "client", "FIN", "the server says that it is CN=Sametime/OU=Servers/O=ACME",
    )  # fmt: skip
    assert report.failed


def test_evidence_names_its_packets_its_time_and_its_names(tmp_path: Path) -> None:
    found = {each.cause: each for each in look(sample(tmp_path / "a.pcap")).evidence()}
    token = found[Cause.TOKEN_INVALID]
    assert token.weight is Weight.CONCLUSIVE
    assert token.place is not None
    assert token.place.startswith("packets ")
    assert token.time == pytest.approx(wire.NOON / 1e9, abs=1)
    assert "10.1.2.3" in token.names
    assert not found[Cause.SERVER_DOWN].supports


def test_an_empty_capture_has_a_report(tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(wire.pcap([]))
    made = look(file).as_dict()
    assert (made["begin"], made["attempts"], made["conversations"]) == (None, [], [])


def test_names_without_an_address_are_told(tmp_path: Path) -> None:
    file = wire.saved(tmp_path / "a.pcap", Session().syn(), [wire.dns_answer("10.0.0.5", "no.example", code=3)])
    (failed,) = look(file).as_dict()["names_without_address"]
    assert (failed["name"], failed["reason"]) == ("no.example", "there is no such name")


def test_times() -> None:
    assert moment(wire.NOON + 1_234_000) == "2016-10-04T10:00:00.001234Z"
    assert moment(10**21) == "1000000000000 s"
