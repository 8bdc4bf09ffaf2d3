from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from limner.signon.diagnose import Diagnosis, diagnose
from limner.signon.diagnose.weigh import Sure
from limner.signon.errors import SignonError
from limner.signon.evidence import Cause
from signon.diagnose import scenes
from signon.trace.samples import INCIDENT

WANTED = {
    "incident": (Cause.NAME_CHECK, Sure.CERTAIN),
    "token_domain": (Cause.TOKEN_DOMAIN, Sure.LIKELY),
    "token_expired": (Cause.TOKEN_EXPIRED, Sure.CERTAIN),
    "token_version": (Cause.TOKEN_VERSION, Sure.LIKELY),
    "firewall": (Cause.NETWORK, Sure.LIKELY),
    "server_down": (Cause.SERVER_DOWN, Sure.LIKELY),
    "cached_address": (Cause.CACHED_ADDRESS, Sure.LIKELY),
}


def first(made: Diagnosis) -> tuple[Cause, Sure]:
    return made.causes[0].weighed.cause, made.causes[0].weighed.sure


@pytest.mark.root
@pytest.mark.parametrize("scene", WANTED)
def test_seven_failures_that_look_the_same_are_told_apart(built: dict[str, Path], scene: str) -> None:
    made = diagnose(built[scene])
    assert first(made) == WANTED[scene]
    assert made.known
    assert made.wanting
    runner_up = made.causes[1].weighed.score if len(made.causes) > 1 else 0
    assert made.causes[0].weighed.score >= runner_up + 3, "it was a close thing"


@pytest.mark.root
@pytest.mark.parametrize("scene", WANTED)
def test_every_piece_of_evidence_can_be_looked_up(built: dict[str, Path], scene: str) -> None:
    made = diagnose(built[scene])
    names = {seen.name for seen in made.files}
    for named in made.causes:
        assert named.steps
        for each in (*named.weighed.speaks_for, *named.weighed.speaks_against):
            assert each.file in names
            assert each.place is None or each.place.split(" ")[0] in ("line", "lines", "packet", "packets")


@pytest.mark.root
@pytest.mark.parametrize("scene", WANTED)
def test_the_settings_alone_never_make_a_cause_likely(built: dict[str, Path], scene: str, tmp_path: Path) -> None:
    """Without trace and capture nobody saw a log-in fail: whatever is set, nothing is more than possible."""
    folder = tmp_path / "settings"
    shutil.copytree(built[scene], folder, ignore=shutil.ignore_patterns("*.pcap", "*.txt", "error-log*"))
    made = diagnose(folder)
    assert all(named.weighed.sure in (Sure.POSSIBLE, Sure.UNLIKELY) for named in made.causes)
    assert any("neither a trace nor a capture" in note for note in made.notes)


@pytest.mark.root
def test_the_trace_alone_and_the_capture_alone_tell_the_incident(built: dict[str, Path], tmp_path: Path) -> None:
    for name, sure in (("notes-trace.txt", Sure.CERTAIN), ("login.pcap", Sure.LIKELY)):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(built["incident"] / name, folder)
        assert first(diagnose(folder)) == (Cause.NAME_CHECK, sure)


@pytest.mark.root
def test_a_server_that_accepts_the_name_speaks_against_the_name_check(built: dict[str, Path], tmp_path: Path) -> None:
    """The same capture, but the notes.ini says that any name is taken: no cause is certain any more."""
    folder = tmp_path / "sprayed"
    shutil.copytree(built["incident"], folder)
    (folder / "notes-trace.txt").unlink()
    with (folder / "notes.ini").open("a") as ini:
        ini.write("NETWORK_SPRAYER_ADDRESS=*\n")
    made = diagnose(folder)
    assert all(named.weighed.sure not in (Sure.CERTAIN, Sure.LIKELY) for named in made.causes)
    against = [each for named in made.causes for each in named.weighed.speaks_against]
    assert any("NETWORK_SPRAYER_ADDRESS" in each.text for each in against)


def test_an_empty_folder_is_not_known(tmp_path: Path) -> None:
    made = diagnose(tmp_path)
    assert made.headline == "not known: nothing in these files says what a log-in failed of"
    assert not made.known
    assert made.wanting


def test_a_good_log_in_is_said_to_be_good(tmp_path: Path) -> None:
    (tmp_path / "trace.txt").write_text(
        "Using address '192.0.2.4' for a.example on TCPIP\nConnected to server A/ACME\n"
    )
    made = diagnose(tmp_path)
    assert made.headline.startswith("nothing failed")
    assert not made.wanting


def test_what_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SignonError, match="is not a folder"):
        diagnose(tmp_path / "none")


def test_names_that_the_user_knows_help(tmp_path: Path) -> None:
    """The document alone, and the name the user gives: it would be refused, possibly, for no log-in was seen."""
    (tmp_path / "server.dxl").write_text(scenes.SERVER_DOCUMENT)
    made = diagnose(tmp_path, names=(scenes.ALIAS,))
    assert first(made) == (Cause.NAME_CHECK, Sure.POSSIBLE)
    assert made.headline.startswith("no failed log-in was seen; one would fail, possibly, because Domino refuses")
    (tmp_path / "websso.dxl").write_text(scenes.SSO_DOCUMENT.format(domain=".corp.example", name="LtpaToken"))
    assert any("--community" in note for note in diagnose(tmp_path).notes)
    made = diagnose(tmp_path, communities=(scenes.ALIAS,))
    assert Cause.TOKEN_DOMAIN in [named.weighed.cause for named in made.causes]


def test_files_of_different_days_are_pointed_out(tmp_path: Path) -> None:
    for day in ("2016-10-04", "2016-10-07"):
        (tmp_path / f"console-{day}.log").write_text(f"[1234:0002-0003] {day} 10:00:00 SSO token is expired\n")
    assert any("different days" in note for note in diagnose(tmp_path).notes)


def test_the_seeds_trace_is_diagnosed_without_its_names(tmp_path: Path) -> None:
    from signon.trace.samples import LOST

    for number, text in enumerate((LOST, INCIDENT)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "trace.txt").write_text(text)
        assert first(diagnose(folder)) == (Cause.NAME_CHECK, Sure.CERTAIN)
