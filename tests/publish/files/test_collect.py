from __future__ import annotations

import dataclasses

from library.samples import a_portrait, a_record
from limner.people import Person
from limner.publish.files.collect import LIST

from .conftest import Site


def test_three_lines_for_each_person_with_a_uid_as_tdi_reads_them(folder_site: Site) -> None:
    """The path as TDI sees it, the uid, a full stop; whoever has no uid is not in it."""
    folder_site.set(collect="/opt/tdi/photos/")
    folder_site.has("jane")
    with folder_site.library.batch() as batch:
        nobody = dataclasses.replace(a_record("x", "x"), person=Person.of(mails=["nobody@example.com"]))
        batch.put(nobody, a_portrait("x"))
    folder_site.publish()
    assert folder_site.read()[LIST] == b"/opt/tdi/photos/jane@example.com.jpg\njane\n.\n"


def test_windows_paths_keep_their_strokes(folder_site: Site) -> None:
    folder_site.set(collect="C:\\tdi\\photos", names="{uid}.jpg")
    folder_site.has("jane")
    folder_site.publish()
    assert folder_site.read()[LIST].splitlines()[0] == b"C:\\tdi\\photos\\jane.jpg"


def test_limners_own_source_reads_the_list_back(folder_site: Site) -> None:
    """The folder source takes `collect_photos.in`: the same people come out."""
    from limner.settings import FolderSource
    from limner.sources.folder import Folder

    folder_site.table = folder_site.table.model_copy(update={"collect": str(folder_site.table.path)})  # type: ignore[attr-defined]
    for who in ("jane", "joe"):
        folder_site.has(who)
    folder_site.publish()
    path = folder_site.table.path  # type: ignore[attr-defined]
    source = Folder(FolderSource(kind="folder", path=path, collect=path / LIST))
    assert sorted(found.person.uid for found in source.people()) == ["jane", "joe"]


def test_it_is_not_written_when_nothing_changed(folder_site: Site) -> None:
    folder_site.set(collect="/opt/tdi")
    folder_site.has("jane")
    folder_site.publish()
    folder_site.write(LIST, b"kept")
    folder_site.publish()
    assert folder_site.read()[LIST] == b"kept"
