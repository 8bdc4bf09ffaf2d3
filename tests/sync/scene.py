"""A library, settings and folders of small photos, to sync again and again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from limner import people, sync
from limner.errors import PictureError
from limner.library import EmbeddedLibrary, open_library
from limner.picture import Limits, portrait
from limner.settings import FolderSource, Settings, Sync
from limner.sources import Found
from limner.sync import Report, apply
from limner.sync.pictures import Made, at_hand


def a_photo(colour: str) -> bytes:
    """Give a small JPEG in one colour."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "JPEG")
    return out.getvalue()


class Scene:
    """The folders `a` and `b` are sources, in that order; `a` outranks `b`."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.sources = ["a", "b"]
        self.extra: dict[str, dict[str, Any]] = {}
        self.options: dict[str, Any] = {}
        for name in self.sources:
            (place / name).mkdir()
        self.library = open_library(place / "library", create=True)
        assert isinstance(self.library, EmbeddedLibrary)

    @property
    def settings(self) -> Settings:
        """Settings for the sources as they are named at the moment."""
        sources = [
            FolderSource(kind="folder", path=self.place / name, name=name, **self.extra.get(name, {}))
            for name in self.sources
        ]
        return Settings(library=self.place / "library", source=sources, sync=Sync(workers=1, **self.options))

    def put(self, file: str, colour: str | bytes = "red") -> None:
        """Write a photo; one that is written again always counts as changed."""
        path = self.place / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(a_photo(colour) if isinstance(colour, str) else colour)

    def drop(self, *files: str) -> None:
        for file in files:
            (self.place / file).unlink()

    def sync(self, max_removals: float = 1, **options: Any) -> list[Report]:
        reports = sync.run(self.library, self.settings, max_removals=max_removals, **options)
        assert list(self.library.check()) == []
        return reports

    def shown(self, who: str) -> str | None:
        """Give the colour that somebody shows, by mail address or user name."""
        key = people.by_mail(who) if "@" in who else people.by_uid(who)
        rendition = self.library.rendition(key, 48)
        if rendition is None:
            return None
        with Image.open(io.BytesIO(rendition.body)) as image:
            red, green, blue = image.convert("RGB").getpixel((24, 24))  # type: ignore[misc]  # three, for RGB
        return max((red, "red"), (green, "lime"), (blue, "blue"))[1]

    def origins(self) -> list[tuple[str, str]]:
        return sorted((record.source, record.origin) for _, record in self.library.people())


def make_here(wanted: Iterable[Found], workers: int, limits: Limits) -> Iterator[Made]:
    """Stand in for `make_all`, which starts processes; tests/sync/test_pictures.py has the real one."""
    for found in wanted:
        try:
            yield found, portrait(at_hand(found), limits)
        except PictureError as why:
            yield found, why


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(apply, "make_all", make_here)
    scene = Scene(tmp_path)
    yield scene
    scene.library.close()


def summary(report: Report) -> dict[str, Any]:
    """Give what is not empty in a report; refused and ignored things by where they are."""
    found = report.as_dict()
    for name in ("refused", "ignored"):
        found[name] = [each["file"] for each in found[name]]  # type: ignore[attr-defined, index]  # a list of dicts
    return {name: value for name, value in found.items() if value and name != "source"}


def summaries(reports: Sequence[Report]) -> list[dict[str, Any]]:
    return [summary(report) for report in reports]
