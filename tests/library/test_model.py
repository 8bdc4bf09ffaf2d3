"""The library against a plain dictionary: whatever is done in whatever order, both tell the same."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from limner.errors import LibraryError, NameTakenError
from limner.library import Record, open_library
from limner.library.engine import Batch
from limner.people import Person
from limner.picture import LADDER, RECIPE
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, needs_postgres

from .samples import a_portrait

people = st.builds(
    lambda mails, uid, key, name: Person.of(mails=mails, uid=uid, key=key, name=name),
    st.lists(st.sampled_from([f"{who}@example.com" for who in "abcd"]), max_size=2),
    st.sampled_from(["u1", "u2", "u3"]),
    st.none() | st.sampled_from(["k1", "k2"]),
    st.none() | st.sampled_from(["Zoë", "adam", "ADAM"]),
)
sources = st.sampled_from(["by hand", "photos"])
origins = st.sampled_from(["1.jpg", "2.jpg", "3.jpg"])
pictures = st.sampled_from(["p", "q", "r"])


class LibraryMachine(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.place = self.make_place()
        self.library = open_library(self.place, create=True)
        self.model: dict[tuple[str, str], Record] = {}
        self.clock = 0

    def make_place(self) -> Path | SharedPlace:
        return Path(self.folder.name)

    def _apply(self, batch: Batch, model: dict[tuple[str, str], Record], change: tuple[Any, ...]) -> None:
        """Do the same to both, and expect the same outcome."""
        source, origin, person, picture, by_digest = change
        own = (source, origin)
        if person is None:
            assert batch.remove(*own) == (own in model)
            model.pop(own, None)
            return
        self.clock += 1
        digest = hashlib.sha256(picture.encode()).digest() if picture else None
        record = Record(person, source, origin, f"v{self.clock}", self.clock, digest)
        taken = {key for where, other in model.items() if where != own for key in other.person.index_keys()}
        if taken & person.index_keys():
            expected: type[Exception] | None = NameTakenError
        elif by_digest and digest and not batch.has_picture(digest, RECIPE):
            expected = LibraryError
        else:
            expected = None
        try:
            batch.put(record, None if by_digest or picture is None else a_portrait(picture, LADDER[:2], 10))
            outcome: type[Exception] | None = None
        except LibraryError as why:
            outcome = type(why)
        assert outcome is expected
        if expected is None:
            model[own] = record

    changes = st.lists(
        st.tuples(sources, origins, st.none() | people, st.none() | pictures, st.booleans()), min_size=1, max_size=6
    )

    @rule(changes=changes)
    def commit(self, changes: list[tuple[Any, ...]]) -> None:
        with self.library.batch() as batch:
            for change in changes:
                self._apply(batch, self.model, change)

    @rule(changes=changes)
    def abandon(self, changes: list[tuple[Any, ...]]) -> None:
        try:
            with self.library.batch() as batch:
                scratch = dict(self.model)
                for change in changes:
                    self._apply(batch, scratch, change)
                raise InterruptedError
        except InterruptedError:
            pass

    @rule()
    def open_again(self) -> None:
        self.library.close()
        self.library = open_library(self.place)

    @invariant()
    def both_tell_the_same(self) -> None:
        listed = [record for _, record in self.library.people()]
        assert sorted(map(repr, listed)) == sorted(map(repr, self.model.values()))
        folded = [record.person.display.casefold() for record in listed]
        assert folded == sorted(folded)
        for record in self.model.values():
            for key in record.person.index_keys():
                assert self.library.find(key) == record
                shown = self.library.rendition(key, 1)
                assert (shown is None) == (record.digest is None)
                assert shown is None or hashlib.sha256(shown.body.split()[0]).digest() == record.digest
        known = {key for record in self.model.values() for key in record.person.index_keys()}
        everybody = Person.of(mails=[f"{who}@example.com" for who in "abcd"], uid="u1", key="k1")
        for key in everybody.index_keys() - known:
            assert self.library.find(key) is None

    @invariant()
    def counts_agree_and_nothing_is_damaged(self) -> None:
        digests = [record.digest for record in self.model.values() if record.digest]
        count = self.library.count()
        assert (count.people, count.with_photo, count.pictures) == (len(self.model), len(digests), len(set(digests)))
        by_source: dict[str, int] = {}
        for source, origin in self.model:
            by_source[source] = by_source.get(source, 0) + 1
            assert self.library.version(source, origin) == self.model[source, origin].version
        assert self.library.sources() == by_source
        for name in ("p", "q", "r"):
            digest = hashlib.sha256(name.encode()).digest()
            assert self.library.has_picture(digest, RECIPE) == (digest in digests)
        assert list(self.library.check()) == []

    def teardown(self) -> None:
        self.library.close()
        self.folder.cleanup()


TestLibraryMachine = LibraryMachine.TestCase
TestLibraryMachine.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


class SharedMachine(LibraryMachine):
    server: ClassVar[Postgres]

    def make_place(self) -> Path | SharedPlace:
        return SharedPlace(self.server.fresh(), "postgresql", Shared())


@needs_postgres
class TestSharedLibrary(SharedMachine.TestCase):  # type: ignore[name-defined,misc]
    """The shared library too; in fewer examples, for each step of it is a journey to the server."""

    settings = settings(max_examples=8, stateful_step_count=12, deadline=None)

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def the_server(cls, postgres: Postgres) -> None:
        SharedMachine.server = postgres
