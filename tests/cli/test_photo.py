"""`limner photo add`, `show` and `remove`."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from .conftest import Run, jpeg

JANE = "jane.roe@example.com"


def test_show_says_what_the_library_has_of_somebody(run: Run, site: Path) -> None:
    done = run("photo show", JANE)
    assert (done.status, done.err) == (0, "")
    shown = dict(line.split(None, 1) for line in done.out.splitlines())
    assert shown | {"modified": ""} == {
        "name": "Jane Roe",
        "mails": JANE,
        "uid": "jroe",
        "photo": "yes",
        "shown_to": "everyone",
        "modified": "",
        "source": "photos",
        "origin": JANE,
    }


@pytest.mark.parametrize(
    "name",
    [
        "JANE.ROE@Example.COM",
        " jroe ",
        "JRoe",
        hashlib.md5(JANE.encode()).hexdigest(),
        hashlib.sha256(JANE.encode()).hexdigest().upper(),
    ],
)
def test_a_person_is_found_by_any_name_and_hash(run: Run, site: Path, name: str) -> None:
    assert run("photo show --json", name).json["uid"] == "jroe"


def test_show_json_has_the_photos_etag(run: Run, site: Path) -> None:
    shown = run("photo show --json jroe").json
    assert shown["photo"] is True
    assert shown["etag"]
    missing = run("photo show --json rdoe")
    assert missing.status == 1
    assert (missing.json["photo"], missing.json["etag"]) == (False, None)
    assert missing.err == "limner: error: rdoe has no photo\n"


def test_show_of_nobody_is_no_more_than_an_answer(run: Run, site: Path) -> None:
    done = run("photo show nobody")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "limner: error: nobody in the library goes by 'nobody'\nlimner: hint: `limner people` lists who is there\n"
    )
    assert run("photo show --json nobody").json is None


@pytest.mark.parametrize(("asked", "side"), [(48, 48), (50, 64), (2048, 240)])
def test_show_writes_the_photo_at_the_next_size_up(run: Run, site: Path, asked: int, side: int) -> None:
    """The photo has 200 pixels: so 240 is the largest rung that there is, and it holds the photo at its own size."""
    done = run(f"photo show jroe --size {asked} -o out.jpg")
    assert (done.status, done.out, done.err) == (0, "", "")
    with Image.open(site / "out.jpg") as image:
        assert image.format == "JPEG"
        assert image.size == (min(side, 200),) * 2


def test_show_writes_the_photo_to_standard_output(site: Path) -> None:
    command = [sys.executable, "-m", "limner", "photo", "show", "jroe", "-o", "-"]
    done = subprocess.run(command, capture_output=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")
    with Image.open(io.BytesIO(done.stdout)) as image:
        assert image.size == (200, 200)


def test_show_cannot_write_two_things_to_one_place(run: Run, site: Path) -> None:
    assert run("photo show jroe --json -o -").status == 2


@pytest.mark.parametrize("where", ["nowhere/out.jpg", "photos"])
def test_show_says_when_it_cannot_write(run: Run, site: Path, where: str) -> None:
    done = run("photo show jroe -o", where)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"limner: error: cannot write {where}: ")


def test_without_a_photo_nothing_is_written(run: Run, site: Path) -> None:
    done = run("photo show rdoe -o out.jpg")
    assert (done.status, done.out, done.err) == (1, "", "limner: error: rdoe has no photo\n")
    assert not (site / "out.jpg").exists()


def test_add_gives_somebody_a_photo_whom_the_sources_have_without(run: Run, site: Path) -> None:
    (site / "ron.png").write_bytes(jpeg("navy", 300))
    done = run("photo add rdoe ron.png")
    assert (done.status, done.out) == (0, "")
    assert done.err == "limner: rdoe shows ron.png (300 x 300 pixels) from now on\n"
    shown = run("photo show --json rdoe").json
    assert (shown["name"], shown["photo"], shown["source"]) == ("Ron Doe", True, "by hand")


def test_add_outranks_a_source_until_it_is_removed(run: Run, site: Path) -> None:
    (site / "new.jpg").write_bytes(jpeg("navy"))
    before = run("photo show --json jroe").json
    added = run("photo add jroe new.jpg --json")
    assert added.json["source"] == "by hand"
    assert added.json["mails"] == [JANE]
    assert run("sync").status == 0
    assert run("photo show --json jroe").json["etag"] != before["etag"]
    removed = run("photo remove --json jroe")
    assert removed.json["source"] == "by hand"
    assert "that was added by hand is removed; 'photos' has them now" in removed.err
    assert run("photo show --json jroe").json["etag"] == before["etag"]
    assert run("sync").status == 0
    assert run("photo show --json jroe").json["etag"] == before["etag"]


@pytest.mark.parametrize(
    ("face", "field", "value"),
    [
        ("Zoë@Example.com", "mails", ["zoë@example.com"]),
        ("CN=Zoe Q,O=Acme", "dn", "cn=zoe q,o=acme"),
        ("ZoeQ", "uid", "zoeq"),
    ],
)
def test_add_makes_the_library_and_the_person(run: Run, fresh: Path, face: str, field: str, value: object) -> None:
    (fresh / "z.jpg").write_bytes(jpeg("teal"))
    assert run("photo add --name 'Zoë Quux'", face, "z.jpg").status == 0
    (person,) = run("people --json").json
    assert (person["name"], person[field]) == ("Zoë Quux", value)


def test_add_does_not_take_the_hash_of_somebody_unknown_for_a_user_name(run: Run, fresh: Path) -> None:
    (fresh / "z.jpg").write_bytes(jpeg("teal"))
    done = run("photo add", "0" * 32, "z.jpg")
    assert done.status == 2
    assert "limner: hint: use the mail address" in done.err
    assert run("people").err == "limner: the library is empty\n"


@pytest.mark.parametrize("file", ["missing.jpg", "photos", "limner.toml", "empty.jpg", "/dev/null"])
def test_add_refuses_what_is_no_picture_and_names_it(run: Run, site: Path, file: str) -> None:
    (site / "empty.jpg").touch()
    done = run("photo add rdoe", file)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"limner: error: {file}: ")
    assert run("photo show rdoe").status == 1


def test_remove_warns_when_the_next_sync_undoes_it(run: Run, site: Path) -> None:
    done = run("photo remove jroe")
    assert done.status == 0
    assert done.err == (
        f"limner: {JANE} is removed\nlimner: warning: the next sync brings them back while 'photos' has their photo\n"
    )
    assert run("photo show", JANE).status == 1


def test_remove_of_nobody_could_not_be_done(run: Run, site: Path) -> None:
    done = run("photo remove nobody --json")
    assert (done.status, done.out) == (2, "")
    assert "nobody in the library goes by 'nobody'" in done.err


def test_a_hidden_photo_stays_hidden_until_it_is_shown_again(run: Run, site: Path) -> None:
    assert run("photo hide --from guests", JANE).err == f"limner: {JANE} is shown to insiders from now on\n"
    run("photo hide later@example.com --from everybody")
    run("sync")
    hidden = run("people --hidden --json").json
    assert [person["shown_to"] for person in hidden["people"]] == ["insiders"]
    assert hidden["nobody"] == [{"name": "later@example.com", "shown_to": "nobody"}]
    assert "later@example.com" in run("people --hidden").out
    run("photo unhide", "jroe")
    run("photo unhide later@example.com")
    assert run("people --hidden").err == "limner: nobody is hidden\n"
    assert run("library check").status == 0
