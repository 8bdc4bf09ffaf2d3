from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from limner.people import Person
from limner.publish.files.names import paths
from limner.settings import FolderFiles


def made(**fields: object) -> FolderFiles:
    return FolderFiles.model_validate({"kind": "folder", "path": "out", **fields})


@pytest.mark.parametrize("names", ["{mail}.jpg", "{uid}", "a/{key}/b.jpg", "avatar/{md5}", "{uid}-{sha256}.jpeg"])
def test_names_that_name_somebody_are_taken(names: str) -> None:
    assert made(names=names).names == names


@pytest.mark.parametrize(
    "names",
    [
        "",
        "photo.jpg",
        "{name}.jpg",
        "/{mail}",
        "{mail}/",
        "../{mail}",
        "a/../{mail}",
        ".{mail}",
        "a//{mail}",
        "{mail",
        "{{mail}}",
        "a\\{mail}",
        "{mail}\n",
        "{}",
        "./{mail}",
    ],
)
def test_names_that_name_nobody_or_lead_out_are_refused(names: str) -> None:
    with pytest.raises(ValidationError, match="is no name of a file"):
        made(names=names)


@given(st.text(st.sampled_from("{}mailuid/.\\ a"), max_size=14))
def test_whatever_is_taken_stays_within_its_folder(names: str) -> None:
    try:
        table = made(names=names)
    except ValidationError:
        return
    person = Person.of(mails=["a@b.example"], uid="u", key="k")
    for path in paths(table.names, person):
        assert not path.startswith("/")
        assert not {"", ".", ".."} & set(path.split("/"))


def test_a_list_for_tdi_needs_one_folder() -> None:
    with pytest.raises(ValidationError, match="no / in `names`"):
        made(names="a/{uid}.jpg", collect="/opt/tdi")


def test_its_name_is_the_place_as_written() -> None:
    assert made().from_folder(Path("/srv")).label == "out"
    assert made(name="dmz").label == "dmz"
    assert made().from_folder(Path("/srv")).manifests == Path("/srv/published")
