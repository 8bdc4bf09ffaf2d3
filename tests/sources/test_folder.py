"""The folder source, on real folders."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import SourceError
from limner.people import Person
from limner.settings import FolderSource
from limner.sources import Found, Refused, open_source


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())


def read(folder: Path, **settings: object) -> list[Found | Refused]:
    return list(open_source(FolderSource(kind="folder", path=folder, **settings)).people())  # type: ignore[arg-type]


def found(everything: list[Found | Refused]) -> dict[str, str]:
    """Who was found, by origin."""
    return {each.origin: each.person.label for each in everything if isinstance(each, Found)}


def refused(everything: list[Found | Refused]) -> dict[str, str]:
    return {each.where: each.reason for each in everything if isinstance(each, Refused)}


class TestFilesNamedByTheirPerson:
    def test_mail_addresses_and_user_names_in_any_case(self, photos: Path) -> None:
        put(photos, "Jane.Roe@Example.COM.JPG", "jdoe.jpeg", "JOE.png", "ñandú.webp", "straße@bücher.example.gif")
        assert found(read(photos)) == {
            "Jane.Roe@Example.COM.JPG": "jane.roe@example.com",
            "jdoe.jpeg": "jdoe",
            "JOE.png": "joe",
            "ñandú.webp": "ñandú",
            "straße@bücher.example.gif": "straße@bücher.example",
        }

    def test_a_name_is_what_the_setting_says(self, photos: Path) -> None:
        put(photos, "jane@example.com.jpg", "joe.jpg")
        as_uid = [each.person for each in read(photos, names="uid") if isinstance(each, Found)]
        assert as_uid == [Person.of(uid="jane@example.com"), Person.of(uid="joe")]
        as_mail = read(photos, names="mail")
        assert found(as_mail) == {"jane@example.com.jpg": "jane@example.com"}
        assert refused(as_mail) == {"joe.jpg": "not a mail address: 'joe'"}

    def test_sub_folders_are_read_in_a_stable_order(self, photos: Path) -> None:
        put(photos, "b.jpg", "a/z.jpg", "a/b/c.jpg", "c/a.jpg")
        assert list(found(read(photos))) == ["a/b/c.jpg", "a/z.jpg", "b.jpg", "c/a.jpg"]
        assert read(photos) == read(photos)

    def test_hidden_files_and_a_systems_own_are_not_even_mentioned(self, photos: Path) -> None:
        put(photos, ".jane.jpg", "._joe.jpg", ".git/jim.jpg", "Thumbs.db", "desktop.ini", "sub/.DS_Store")
        assert read(photos) == []

    def test_what_is_no_picture_by_its_name_is_harmless(self, photos: Path) -> None:
        put(photos, "readme.txt", "list.csv", "jane")
        everything = read(photos)
        assert set(refused(everything)) == {"readme.txt", "list.csv", "jane"}
        assert all(isinstance(each, Refused) and each.harmless and each.complete for each in everything)

    def test_the_version_changes_with_the_file(self, photos: Path) -> None:
        put(photos, "jane.jpg")

        def version() -> str:
            (each,) = read(photos)
            assert isinstance(each, Found)
            return each.version

        first = version()
        assert version() == first
        os.utime(photos / "jane.jpg", ns=(1, 1))
        assert version() != first
        second = version()
        (photos / "jane.jpg").write_bytes(b"longer than before")
        os.utime(photos / "jane.jpg", ns=(1, 1))
        assert version() != second

    def test_links_to_files_are_followed_and_links_to_folders_are_not(self, photos: Path, tmp_path: Path) -> None:
        put(photos, "jane.jpg")
        put(tmp_path / "outside", "x.jpg")
        (photos / "joe.jpg").symlink_to("jane.jpg")
        (photos / "jim.jpg").symlink_to(tmp_path / "outside" / "x.jpg")
        (photos / "up").symlink_to("..")
        (photos / "self").symlink_to(".")
        everything = read(photos)
        assert set(found(everything)) == {"jane.jpg", "joe.jpg", "jim.jpg"}
        assert all(each.harmless for each in everything if isinstance(each, Refused))

    def test_links_that_lead_nowhere_are_named(self, photos: Path) -> None:
        (photos / "a.jpg").symlink_to("a.jpg")
        (photos / "b.jpg").symlink_to("c.jpg")
        (photos / "c.jpg").symlink_to("b.jpg")
        (photos / "gone.jpg").symlink_to("nothing")
        put(photos, "jane.jpg")
        everything = read(photos)
        assert set(found(everything)) == {"jane.jpg"}
        assert set(refused(everything)) == {"a.jpg", "b.jpg", "c.jpg", "gone.jpg"}
        assert not any(each.harmless for each in everything if isinstance(each, Refused))
        assert all(each.origin == each.where for each in everything if isinstance(each, Refused)), "they keep theirs"

    def test_what_is_neither_file_nor_folder_is_left_out(self, photos: Path) -> None:
        os.mkfifo(photos / "jane.jpg")
        assert found(read(photos)) == {}

    def test_a_folder_that_cannot_be_read_leaves_the_rest_incomplete(
        self, photos: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Root may read everything, so the system's refusal is a stand-in."""
        put(photos, "jane.jpg", "shut/joe.jpg")
        scandir = os.scandir

        def refuse(path: object) -> object:
            if str(path).endswith("shut"):
                raise PermissionError(13, "Permission denied")
            return scandir(path)  # type: ignore[call-overload]

        monkeypatch.setattr(os, "scandir", refuse)
        everything = read(photos)
        assert set(found(everything)) == {"jane.jpg"}
        (shut,) = (each for each in everything if isinstance(each, Refused))
        assert not shut.complete
        assert "Permission denied" in shut.reason

    def test_a_pit_of_folders_ends(self, photos: Path) -> None:
        deep = photos.joinpath(*["d"] * 60)
        deep.mkdir(parents=True)
        put(deep, "jane.jpg")
        (pit,) = read(photos)
        assert isinstance(pit, Refused)
        assert not pit.complete

    def test_file_names_that_are_not_utf_8_can_be_stored_and_printed(self, photos: Path) -> None:
        os.mkdir(os.fsencode(photos) + b"/caf\xe9")
        for name in (b"/caf\xe9/jane.jpg", b"/jo\xe9.jpg"):
            with open(os.fsencode(photos) + name, "wb"):
                pass
        everything = read(photos)
        assert found(everything) == {"caf\\xe9/jane.jpg": "jane"}
        assert list(refused(everything)) == ["jo\\xe9.jpg"]
        assert all(each.photo and each.photo.exists() for each in everything if isinstance(each, Found))

    @pytest.mark.parametrize("name", ["missing", "file", "x" * 300, "nul\0"])
    def test_a_folder_that_is_not_there_is_a_source_error(self, tmp_path: Path, name: str) -> None:
        put(tmp_path, "file")
        with pytest.raises(SourceError):
            read(tmp_path / name)


class TestTable:
    @pytest.fixture
    def table(self, photos: Path, tmp_path: Path) -> Iterator[Path]:
        put(photos, "1.jpg", "2.jpg", "sub/3.jpg")
        put(tmp_path, "secret.jpg")
        return tmp_path / "people.csv"

    @pytest.mark.parametrize("parts", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    def test_any_spreadsheet_writes_it(self, photos: Path, table: Path, parts: str, end: str, encoding: str) -> None:
        lines = [
            ["File", " mail", "UID", "Name"],
            ["1.jpg", "Jane@Example.com j.roe@example.com", "JRoe", '"Müller, Jane ""JR"""'],
            ["sub/3.jpg", "", "joe", ""],
        ]
        table.write_bytes(end.join(parts.join(line) for line in lines).encode(encoding))
        jane, joe = read(photos, table=table)
        assert isinstance(jane, Found)
        assert isinstance(joe, Found)
        mails = ["jane@example.com", "j.roe@example.com"]
        assert jane.person == Person.of(mails=mails, uid="jroe", name='Müller, Jane "JR"')
        assert jane.photo == photos.resolve() / "1.jpg"
        assert (joe.person, joe.photo) == (Person.of(uid="joe"), photos.resolve() / "sub/3.jpg")

    def test_all_kinds_of_name_can_be_columns(self, photos: Path, table: Path) -> None:
        table.write_text('key,dn,file\nK1,"CN=Jane,O=Acme",1.jpg\n')
        (jane,) = read(photos, table=table)
        assert isinstance(jane, Found)
        assert jane.person == Person.of(key="k1", dn="cn=jane,o=acme")

    @pytest.mark.parametrize(
        "text",
        ["", "\n", "mail,uid\na@b.c,x\n", "file,mial\n1.jpg,a@b.c\n", "file,uid,uid\n", '"file\n1.jpg', "file uid\n",
         "\0\0\0", "x" * 10_000, "file," + "x," * 200_000],
    )  # fmt: skip
    def test_columns_that_are_not_known_are_a_source_error(self, photos: Path, table: Path, text: str) -> None:
        table.write_text(text)
        with pytest.raises(SourceError) as caught:
            read(photos, table=table)
        assert len(caught.value.message) < 1000

    def test_a_row_that_cannot_be_taken_is_named_by_its_line(self, photos: Path, table: Path) -> None:
        table.write_text("file,mail,uid\n1.jpg,not a mail,\n2.jpg,,\n\n1.jpg,,jane,extra,cells\n1.jpg\n,,joe\n")
        everything = read(photos, table=table)
        assert list(refused(everything)) == ["people.csv, line 2", "people.csv, line 3", "people.csv, line 6"]
        assert found(everything) == {"jane": "jane", "joe": "joe"}
        assert [each.photo for each in everything if isinstance(each, Found)][1] is None, "no file: no photo"

    @pytest.mark.parametrize(
        "file", ["missing.jpg", "../secret.jpg", "{tmp}/secret.jpg", "sub", "..", ".", "/", "x" * 5000, "a\0b", "link",
                 "loop", "sub/../../secret.jpg"]
    )  # fmt: skip
    def test_a_file_that_is_not_in_the_folder_is_refused(
        self, photos: Path, table: Path, tmp_path: Path, file: str
    ) -> None:
        """And the person it is for keeps the photo that they have."""
        (photos / "link").symlink_to(tmp_path / "secret.jpg")
        (photos / "loop").symlink_to("loop")
        table.write_text(f"file,uid\n{file.format(tmp=tmp_path)},jane\n2.jpg,joe\n")
        jane, joe = read(photos, table=table)
        assert isinstance(jane, Refused)
        assert "is not in the folder" in jane.reason
        assert jane.origin == "jane"
        assert isinstance(joe, Found)

    def test_an_absolute_path_into_the_folder_is_taken(self, photos: Path, table: Path) -> None:
        table.write_text(f"file,uid\n{photos}/sub/3.jpg,jane\n")
        (jane,) = read(photos, table=table)
        assert isinstance(jane, Found)
        assert jane.photo == photos.resolve() / "sub/3.jpg"

    def test_a_table_that_is_not_there_or_far_too_large_is_a_source_error(self, photos: Path, table: Path) -> None:
        with pytest.raises(SourceError, match="cannot read"):
            read(photos, table=table)
        table.touch()
        os.truncate(table, 600_000_000)
        with pytest.raises(SourceError, match="larger than"):
            read(photos, table=table)

    @given(st.binary(max_size=200) | st.text(alphabet='file,uid;mail\t"\r\n@.\0é', max_size=200).map(str.encode))
    def test_whatever_stands_in_it_nothing_else_comes_out(self, text: bytes) -> None:
        _fuzz("table", text)
        _fuzz("table", b"file,uid,mail\n" + text)


class TestCollectPhotosIn:
    @pytest.fixture
    def collect(self, photos: Path, tmp_path: Path) -> Path:
        put(photos, "jane.jpg", "sub/joe.jpg", "ñandú.jpg")
        return tmp_path / "collect_photos.in"

    def test_three_lines_are_a_person(self, photos: Path, collect: Path) -> None:
        collect.write_text(f"{photos}/jane.jpg\nJane\n.\n{photos}/sub/joe.jpg\njoe\n.\n")
        assert found(read(photos, collect=collect)) == {"jane": "jane", "joe": "joe"}

    @pytest.mark.parametrize(
        "path", ["/opt/IBM/TDI/photos/jane.jpg", "C:\\TDI\\photos\\jane.jpg", "\\\\server\\share\\jane.jpg",
                 "file/jane.jpg", "jane.jpg"]
    )  # fmt: skip
    def test_paths_of_another_machine_lead_to_the_file_of_that_name(
        self, photos: Path, collect: Path, path: str
    ) -> None:
        collect.write_text(f"{path}\njane\n.\n")
        (jane,) = read(photos, collect=collect)
        assert isinstance(jane, Found)
        assert jane.photo == photos.resolve() / "jane.jpg"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    @pytest.mark.parametrize("tail", ["", "\r\n", "\r\n \r\n\r\n\r\n"])
    def test_non_ascii_names_and_blank_lines_at_the_end(
        self, photos: Path, collect: Path, encoding: str, tail: str
    ) -> None:
        collect.write_bytes(f"D:\\photos\\ñandú.jpg\r\nÑandú\r\n.{tail}".encode(encoding))
        (bird,) = read(photos, collect=collect)
        assert isinstance(bird, Found)
        assert bird.person.uid == "ñandú"
        assert bird.photo == photos.resolve() / "ñandú.jpg"

    @pytest.mark.parametrize("broken", ["jane.jpg\njane\njane.jpg\njoe\n.\n", "jane.jpg\njane\n", "jane.jpg\n"])
    def test_after_a_missing_period_nothing_is_guessed(self, photos: Path, collect: Path, broken: str) -> None:
        collect.write_text(f"sub/joe.jpg\njoe\n.\n{broken}")
        joe, rest = read(photos, collect=collect)
        assert isinstance(joe, Found)
        assert isinstance(rest, Refused)
        assert rest.where == "collect_photos.in, line 4"
        assert not rest.complete

    def test_a_bad_user_name_or_file_is_named_and_the_rest_goes_on(self, photos: Path, collect: Path) -> None:
        collect.write_text("jane.jpg\n\n.\nmissing.jpg\njim\n.\nsub/joe.jpg\njoe\n.\n")
        everything = read(photos, collect=collect)
        assert list(refused(everything)) == ["collect_photos.in, line 1", "collect_photos.in, line 4"]
        assert found(everything) == {"joe": "joe"}

    @given(st.binary(max_size=200) | st.text(alphabet="a./\\:\r\n\0é\u2028\x85", max_size=200).map(str.encode))
    def test_whatever_stands_in_it_nothing_else_comes_out(self, text: bytes) -> None:
        _fuzz("collect", text)


def _fuzz(kind: str, text: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, listing = Path(place, "photos"), Path(place, "list")
        folder.mkdir()
        put(folder, "a", "file")
        put(Path(place), "secret")
        listing.write_bytes(text)
        try:
            everything = read(folder, **{kind: listing})
        except SourceError:
            return
        assert len(everything) <= text.count(b"\n") + text.count(b"\r") + 1
        for each in everything:
            if isinstance(each, Found):
                assert each.person.index_keys()
                assert each.photo is None or each.photo.parent == folder.resolve()
            else:
                assert each.reason
