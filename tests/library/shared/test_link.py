"""How limner connects to the database: who it is, and that it is the one that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from limner.errors import LibraryError, SettingsError
from limner.library import open_library
from limner.library.shared.link import conninfo
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, needs_postgres

PLAIN = Shared()


def told(url: str, access: Shared = PLAIN, *, readonly: bool = False) -> dict[str, object]:
    return dict(conninfo_to_dict(conninfo(SharedPlace(url, "postgresql", access), readonly=readonly)))


@pytest.mark.parametrize("host", ["db.example.com", "10.1.2.3", "localhost,db.example.com"])
def test_another_machine_must_prove_who_it_is(host: str) -> None:
    found = told(f"postgresql://limner@{host}/limner")
    assert found["sslmode"] == "verify-full"
    assert found["sslrootcert"]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "%2Frun%2Fpostgresql", ""])
def test_this_machine_need_not(host: str) -> None:
    assert "sslmode" not in told(f"postgresql://{host}/limner")


def test_what_the_address_says_counts() -> None:
    found = told("postgresql://db/limner?sslmode=disable&target_session_attrs=any&options=-c%20work_mem%3D8MB")
    assert (found["sslmode"], found["target_session_attrs"]) == ("disable", "any")
    assert str(found["options"]).startswith("-c work_mem=8MB -c tcp_keepalives_idle=10 ")


def test_the_password_is_read_from_a_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    monkeypatch.setenv("DB_PASSWORD", "other")
    assert told("postgresql://db/limner", Shared(password_file=tmp_path / "password"))["password"] == "s3cret"
    assert told("postgresql://db/limner", Shared(password_env="DB_PASSWORD"))["password"] == "other"
    with pytest.raises(SettingsError, match="NOT_SET"):
        told("postgresql://db/limner", Shared(password_env="NOT_SET"))


def test_an_address_with_an_option_that_there_is_not_is_an_error() -> None:
    with pytest.raises(LibraryError, match="nonsense"):
        told("postgresql://db/limner?nonsense=1")


@needs_postgres
def test_a_connection_that_broke_is_made_anew(shared_place: SharedPlace, postgres: Postgres) -> None:
    library = open_library(shared_place, create=True)
    assert library.count().people == 0
    postgres.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'photos'")
    assert library.count().people == 0
    library.close()
