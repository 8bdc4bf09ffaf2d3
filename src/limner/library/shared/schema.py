"""The tables of a shared library in PostgreSQL, and how they are brought up to date.

    state       one row: who this library is, the number of the last change, the last numbers given to people and
                pictures. Whoever writes holds this row until the transaction ends: see `limner.library.shared.feed`
    people      everybody who is or was there: the record (JSON; null for one who was removed), the place in the list
                of people, the names that lead to them, the picture they show; `changed` is the number of the change
    names       index key -> person
    parts       what each source says of somebody: key of source and origin -> person, version, picture
    pictures    the original's digest, the recipe, the rungs with the bytes of each rendition, and where the store has
                it (`place`) with the SHA-256 of what it has there
    hidden      index keys of hidden people: to whom they are shown (0: to everyone again), and which belong together
    notes       what is written down for a later run; a value of null: forgotten
    leftovers   places in the store whose pictures nobody has any more
    bodies      the pictures themselves, where `pictures = "postgresql"`
    work        photos whose pictures are to be made: see `limner.library.shared.queue`
    agreed      what all doors must know beside people: see `limner.library.shared.agreed`; a value of null: no more
    faces       which face counts against whose budget, as each node told: see `limner.library.shared.counts`

Texts are kept as bytes: file names and notes may hold what a text of PostgreSQL's may not.

Rules for a migration: only add (tables, columns with a default, indexes), so that nodes with an older limner go on
working; `needs` is the oldest version whose nodes can work with the tables, and rises only when one that is released
can do without what is taken away. What was released is never changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from limner.errors import LibraryError


@dataclass(frozen=True, slots=True)
class Migration:
    """From the version before to this one; `needs` is the oldest version of a node that can work with it."""

    version: int
    needs: int
    sql: str


MIGRATIONS = [
    Migration(
        1,
        1,
        """
create table limner.state (
    one boolean primary key default true check (one), identity text not null default gen_random_uuid()::text,
    seq bigint not null default 0, person bigint not null default 0, picture bigint not null default 0
);
insert into limner.state default values;
create table limner.people (
    number bigint primary key, record bytea, place bytea, names bytea[] not null, picture bigint,
    modified bigint not null, audience smallint not null, changed bigint not null
);
create index people_by_place on limner.people (place) where place is not null;
create index people_by_change on limner.people (changed);
create table limner.names (key bytea primary key, number bigint not null);
create index names_by_person on limner.names (number);
create table limner.parts (
    key bytea primary key, source bytea not null, origin bytea not null, number bigint not null,
    version bytea not null, hidden boolean not null, picture bigint
);
create index parts_by_person on limner.parts (number);
create index parts_by_picture on limner.parts (picture);
create table limner.pictures (
    number bigint primary key, digest bytea not null, recipe integer not null, rungs integer[] not null,
    sizes integer[] not null, place text not null, sum bytea not null, bytes integer not null, unique (digest, recipe)
);
create table limner.hidden (
    key bytea primary key, audience smallint not null, together bytea not null, changed bigint not null
);
create index hidden_by_change on limner.hidden (changed);
create table limner.notes (key bytea primary key, name bytea not null, value bytea, changed bigint not null);
create index notes_by_change on limner.notes (changed);
create table limner.leftovers (place text primary key);
create table limner.bodies (place text primary key, body bytea not null);
alter table limner.bodies alter column body set storage external;
""",
    ),
    Migration(
        2,
        1,
        """
create table limner.work (
    digest bytea not null, recipe integer not null, called bytea not null, place text not null,
    state smallint not null default 0, tries smallint not null default 0, hand bigint, reason text,
    rungs integer[], sizes integer[], made text, sum bytea, bytes integer,
    since timestamptz not null default now(), primary key (digest, recipe)
);
create index work_that_waits on limner.work (since) where state = 0;
create sequence limner.hands maxvalue 2147483647 cycle;
create table limner.agreed (
    kind text not null, key bytea not null, value bytea, changed bigint not null, primary key (kind, key)
);
create index agreed_by_change on limner.agreed (changed);
create table limner.faces (
    node bytea not null, at bigint not null, visitor bytea not null, face bytea not null,
    ends double precision not null, primary key (node, at)
);
create index faces_by_end on limner.faces (ends);
""",
    ),
]

IS_HELD = (
    "select exists (select 1 from pg_locks where locktype = 'advisory' and objid = %s and classid = 0 "
    "and database = (select oid from pg_database where datname = current_database()))"
)
JOBS = 0x6C696D70  # the class of the locks of jobs that one machine does for all
HANDS = 0x6C696D6F  # the class of the locks that tell which hands are alive
LOCK = 0x6C696D6E  # "limn": the advisory lock of migrations; that of syncs is one more


def version_of(connection: psycopg.Connection) -> tuple[int, int]:
    """Give the version of the tables and the oldest that can work with them; (0, 0): there is no library."""
    # not `to_regclass`: it may remember from before it waited for the lock that there was no such schema
    there = connection.execute(
        "select 1 from pg_catalog.pg_tables where schemaname = 'limner' and tablename = 'versions'"
    ).fetchone()
    if there is None:
        return 0, 0
    found = connection.execute("select version, needs from limner.versions order by version desc limit 1").fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)


def refuse_newer(connection: psycopg.Connection, where: str) -> int:
    """Give the version of the tables. Raises LibraryError where this limner is too old for them."""
    version, needs = version_of(connection)
    if needs > MIGRATIONS[-1].version:
        raise LibraryError(
            f"the library at {where} was made by a newer limner (its tables are version {version})",
            hint="update limner on this machine",
        )
    return version


def migrate(connection: psycopg.Connection, where: str) -> None:
    """Bring the tables up to date, each migration in a transaction; others wait meanwhile. Raises LibraryError."""
    if refuse_newer(connection, where) >= MIGRATIONS[-1].version:
        return
    for migration in MIGRATIONS:
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
            if version_of(connection)[0] >= migration.version:
                continue
            connection.execute("create schema if not exists limner")
            connection.execute(
                "create table if not exists limner.versions (version integer primary key, needs integer not null, "
                "since timestamptz not null default now())"
            )
            connection.execute(migration.sql.encode())
            connection.execute(
                "insert into limner.versions (version, needs) values (%s, %s)", (migration.version, migration.needs)
            )
