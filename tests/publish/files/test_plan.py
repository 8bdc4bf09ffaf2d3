from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import PublishError
from limner.people import Person
from limner.publish.files.manifest import Written
from limner.publish.files.plan import Plan, Wanted, guard, plan, wanted
from limner.publish.files.target import Seen

from .conftest import Site

PATHS = st.sampled_from(list("abcdef"))
STAMPS = st.builds(Seen, st.integers(1, 2), st.sampled_from("xy"))
asked = st.dictionaries(PATHS, st.builds(Wanted, st.just("s"), st.just("o"), st.sampled_from(["1", "2"])))
ours = st.dictionaries(PATHS, st.builds(Written, st.sampled_from(["", "1", "2"]), st.none() | STAMPS))
there = st.dictionaries(PATHS, STAMPS)


@given(asked, ours, there, st.booleans())
def test_every_path_has_one_fate(
    asked: dict[str, Wanted], ours: dict[str, Written], there: dict[str, Seen], replace: bool
) -> None:
    """What is wanted is written, kept or in the way; what limner wrote and nobody wants goes; all else is untouched."""
    made = plan(asked, ours, there, replace=replace)
    fates = [*made.added, *made.changed, *made.mended, *made.foreign]
    assert len(fates) == len(set(fates))
    assert len(fates) + made.kept == len(asked)
    assert set(fates) <= asked.keys()
    assert set(made.removed) == ours.keys() - asked.keys()
    assert all(path in there and path not in ours for path in made.foreign)
    assert not (replace and made.foreign)


@given(asked, ours, there)
def test_after_a_plan_is_done_nothing_is_left_to_do(
    asked: dict[str, Wanted], ours: dict[str, Written], there: dict[str, Seen]
) -> None:
    made = plan(asked, ours, there, replace=True)
    for path in made.removed:
        ours.pop(path)
        there.pop(path, None)
    for path in made.put:
        there[path] = Seen(9, "new")
        ours[path] = Written(asked[path].of, there[path])
    again = plan(asked, ours, there, replace=False)
    assert (again.put, again.removed, again.foreign, again.kept) == ([], [], [], len(asked))


def test_after_a_cut_run_only_sizes_are_compared() -> None:
    want = {"a": Wanted("s", "o", "1")}
    assert plan(want, {"a": Written("1", Seen(5, ""))}, {"a": Seen(5, "later")}, replace=False).kept == 1
    assert plan(want, {"a": Written("1", Seen(5, ""))}, {"a": Seen(6, "later")}, replace=False).mended == ["a"]


def test_the_guard_counts_against_what_limner_wrote() -> None:
    guard(Plan(removed=["a"]), 10, 0.1)
    with pytest.raises(PublishError, match="2 of 10 files"):
        guard(Plan(removed=["a", "b"]), 10, 0.1)
    guard(Plan(), 0, 0.0)


def test_people_without_a_photo_or_a_fit_name_have_no_file(folder_site: Site) -> None:
    folder_site.set(names="{uid}.jpg")
    folder_site.has("jane")
    with folder_site.library.batch() as batch:
        from library.samples import a_portrait, a_record

        batch.put(a_record("joe"))
        odd = dataclasses.replace(a_record("ann", "ann"), person=Person.of(mails=["ann@example.com"], uid="a/nn"))
        batch.put(odd, a_portrait("ann"))
    files, left_out = wanted(folder_site.library, folder_site.table)
    assert list(files) == ["jane.jpg"]
    ((who, why),) = left_out
    assert who == "ann@example.com"
    assert "character that names of files cannot have" in why


def test_the_digest_changes_with_all_that_makes_the_file(folder_site: Site) -> None:
    folder_site.has("jane")

    def digest() -> str:
        return wanted(folder_site.library, folder_site.table)[0]["jane@example.com.jpg"].of

    first = digest()
    folder_site.set(size=96)
    second = digest()
    folder_site.set(bytes=9000)
    third = digest()
    folder_site.has("jane", "another face")
    assert len({first, second, third, digest()}) == 4
