"""What a user reads when the database does not do what is wanted: what, where, and what to do."""

from __future__ import annotations

import pytest

from limner.errors import AwayError, LibraryError
from limner.library import open_library
from limner.library.shared.border import shown
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, needs_postgres
from shared_servers.postgres import free_port

pytestmark = needs_postgres


def refused(url: str) -> LibraryError:
    with pytest.raises(LibraryError) as caught:
        open_library(SharedPlace(url, "postgresql", Shared()), create=True)
    return caught.value


def test_a_server_that_is_not_there() -> None:
    why = refused(f"postgresql://limner@127.0.0.1:{free_port()}/photos?application_name=x")
    assert isinstance(why, AwayError)
    assert "does not answer" in why.message
    assert "application_name" not in why.message


def test_a_database_that_is_not_there_and_a_user_who_is_nobody(postgres: Postgres) -> None:
    for url in (postgres.url("nowhere"), postgres.url("postgres").replace("postgres@", "nobody@")):
        why = refused(url)
        assert shown(url) in why.message
        assert why.hint


def test_a_user_who_may_not_make_tables(postgres: Postgres) -> None:
    url = postgres.fresh()
    postgres.run("do $$ begin create role guest login; exception when duplicate_object then null; end $$")
    why = refused(url.replace("postgres@", "guest@"))
    assert "may not do that" in why.message
    assert "own the database" in str(why.hint)


def test_a_standby_that_cannot_be_written_to(shared_place: SharedPlace, postgres: Postgres) -> None:
    open_library(shared_place, create=True).close()
    postgres.run("alter database photos set default_transaction_read_only = on")
    try:
        library = open_library(shared_place)

        def write() -> None:
            with library.batch() as batch:
                batch.note("a", "b")

        with pytest.raises(LibraryError, match="can only be read"):
            write()
        library.close()
    finally:
        postgres.run(
            "set default_transaction_read_only = off; alter database photos reset default_transaction_read_only"
        )
