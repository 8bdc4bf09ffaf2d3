"""Changes to a library as they happen in a company: people come, change names, hide, leave, and take over names."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from limner.errors import LibraryError
from limner.library import AUDIENCES, Library
from limner.people import Person

from .samples import a_portrait, a_record

WHO = ("a", "b", "c", "d")
people = st.builds(
    lambda mail, uid: Person.of(mails=[f"{mail}@example.com"], uid=uid),
    st.sampled_from(WHO),
    st.sampled_from(["u1", "u2", "u3", "u4"]),
)
one = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(WHO), people, st.none() | st.sampled_from(["p", "q"]), st.booleans()),
    st.tuples(st.just("two"), st.sampled_from(WHO), st.sampled_from(WHO), people, people),
    st.tuples(st.just("remove"), st.sampled_from(WHO)),
    st.tuples(st.just("hide"), people, st.sampled_from(AUDIENCES)),
    st.tuples(st.just("note"), st.sampled_from(WHO), st.none() | st.text(max_size=3)),
)
batches = st.lists(st.lists(one, min_size=1, max_size=5), max_size=6)
"""Batches of changes for `change`."""


def change(library: Library, changes: list[tuple[Any, ...]]) -> None:
    """Do them in one batch; what the library refuses is not done."""
    with library.batch() as batch:
        for kind, *about in changes:
            try:
                if kind == "put":
                    who, person, picture, leaver = about
                    record = a_record(who, picture, person=person, hidden=int(leaver))
                    batch.put(record, a_portrait(picture) if picture else None)
                elif kind == "two":  # somebody of whom two sources tell
                    first, second, person, other = about
                    told = (a_record(first, person=person), a_record(second, "q", person=other, source="second"))
                    record = a_record(first, "q", person=person, told=told)
                    batch.put(record, a_portrait("q"))
                elif kind == "remove":
                    batch.remove("photos", f"{about[0]}.jpg")
                elif kind == "hide":
                    batch.hide(about[0].index_keys(), about[1])
                else:
                    batch.note(*about)
            except LibraryError:
                continue


def faults(library: Library) -> list[str]:
    """Check it. A name that somebody gives up goes to whom it is told of as well by `limner.sync.arrange`, not here."""
    found = [f"{fault.where}: {fault.what}" for fault in library.check()]
    return [fault for fault in found if not fault.endswith("the names that are told of them")]
