"""A store that fails, or gives half of what it has, is an error and never a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.library.samples import a_portrait, a_record

from limner import people
from limner.errors import LibraryError
from limner.library import open_library
from limner.library.shared import shelf
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, Store, Unsteady, needs_postgres, needs_store
from shared_servers.store import BUCKET, KEYS

pytestmark = [needs_postgres, needs_store]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up after one try: how long it is tried is the store's client's business."""
    monkeypatch.setattr(shelf, "RETRIES", 0)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("quick")
def test_a_store_that_answers_500_or_half_loses_nothing_and_shows_nothing_wrong(
    postgres: Postgres, store: Store, tmp_path: Path
) -> None:
    with Unsteady(store.endpoint) as proxy:
        place = SharedPlace(postgres.fresh(), f"s3://{BUCKET}/{tmp_path.name}", Shared(endpoint=proxy.endpoint))
        library = open_library(place, create=True)
        with library.batch() as batch:
            batch.put(a_record("jane", "p"), a_portrait("p"))
        proxy.how = "500"

        def put() -> None:
            with library.batch() as batch:
                batch.put(a_record("joe", "q"), a_portrait("q"))

        with pytest.raises(LibraryError, match="cannot be reached"):
            put()
        assert library.find(people.by_uid("joe")) is None, "no person without their picture"
        with pytest.raises(LibraryError, match="cannot be reached"):
            library.rendition(people.by_uid("jane"), 48)
        proxy.how = "half"
        with pytest.raises(LibraryError, match="damaged, or half"):
            library.rendition(people.by_uid("jane"), 48)
        assert [fault.where for fault in library.check()] == ["picture 1"]
        proxy.how = ""
        put()
        assert library.rendition(people.by_uid("joe"), 48) is not None
        assert list(library.check()) == []
        library.close()


@pytest.mark.usefixtures("quick")
def test_a_secret_never_stands_in_an_error(
    postgres: Postgres, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret-at-all")
    place = SharedPlace(postgres.fresh(), f"s3://{BUCKET}/{tmp_path.name}", Shared(endpoint=store.endpoint))
    library = open_library(place, create=True)

    def put() -> None:
        with library.batch() as batch:
            batch.put(a_record("joe", "q"), a_portrait("q"))

    with pytest.raises(LibraryError) as caught:
        put()
    assert "not-the-secret" not in f"{caught.value.message} {caught.value.hint}"
    library.close()
