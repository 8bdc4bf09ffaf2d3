from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from limner.signon.diagnose.kinds import REPORT_MARK, Kind, kind_of
from signon.capture import wire
from signon.diagnose import scenes
from signon.fakes import tokens
from signon.trace.samples import INCIDENT, UNAVAILABLE

TOKEN = tokens.domino(created=0, expires=99).decode()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("x", wire.pcap([]), Kind.CAPTURE),
        ("x", wire.section(), Kind.CAPTURE),
        ("x.pcap.gz", gzip.compress(wire.pcap([]), mtime=0), Kind.CAPTURE),
        ("x", INCIDENT, Kind.TRACE),
        ("x", UNAVAILABLE, Kind.TRACE),
        ("x", scenes.SERVER_DOCUMENT, Kind.DOCUMENTS),
        ("x", scenes.COMMUNITIES, Kind.COMMUNITIES),
        ("x.ini", "[Notes]\nPorts=TCPIP\n", Kind.NOTES_INI),
        ("x.ini", "[AuthToken]\nST_TOKEN_TYPE=LtpaToken2\n", Kind.SAMETIME_INI),
        ("hosts", "192.0.2.1 a.example\n", Kind.HOSTS),
        ("hosts.txt", "# comment\n192.0.2.1\ta.example\n", Kind.HOSTS),
        ("x", TOKEN, Kind.TOKEN),
        ("x.txt", f"LtpaToken={TOKEN}; Path=/\n", Kind.TOKEN),
        ("x", "com.ibm.websphere.ltpa.PrivateKey=abc\n", Kind.SECRET),
        ("x", "-----BEGIN PRIVATE KEY-----\n", Kind.SECRET),
        ("cell.keyset", "anything", Kind.SECRET),
        ("x.html", f"<!doctype html>\n{REPORT_MARK}\n", Kind.REPORT),
        ("x.docx", b"PK\x03\x04" + bytes(range(200)), Kind.OTHER),
        ("x.txt", "a shopping list\n", Kind.OTHER),
        ("x", b"", Kind.OTHER),
    ],
)
def test_a_file_is_known_by_what_it_begins_with(tmp_path: Path, name: str, content: str | bytes, kind: Kind) -> None:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert kind_of(file) is kind
