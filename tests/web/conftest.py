"""What the door's tests share: a small library, a door in this process, and the real command."""

import contextlib
import hashlib

import pytest

from limner.library import Record, open_library
from limner.people import Person
from limner.picture import Portrait

from .house import House, Served, settings_text

JANE, JOHN, ANNA, NOBODY = "jane.roe@example.com", "john@example.com", "anna@example.com", "nobody@example.com"


def portrait(seed, *rungs, size=1500):
    """Make a portrait whose renditions are not pictures: the door never looks inside."""
    digest = hashlib.sha256(seed.encode()).digest()
    renditions = {rung: hashlib.shake_256(digest + bytes([rung % 251])).digest(size + rung) for rung in rungs}
    return Portrait(digest, max(rungs), max(rungs), renditions)


def add(library, origin, portrait=None, *, modified=1_700_000_000, **names):
    digest = portrait.digest if portrait else None
    with library.batch() as batch:
        batch.put(Record(Person.of(**names), "test", origin, "1", modified, digest), portrait)


def fill(folder):
    """Jane has a photo, all kinds of names, and all sizes; John a photo of three sizes; Anna no photo."""
    library = open_library(folder, create=True)
    jane = portrait("jane", 48, 64, 80, 96, 120, 160, 240, 360, 432, 504, 648)
    names = {"uid": "jroe", "dn": "CN=Jane Roe,OU=Sales,O=Acme", "key": "4711-abc", "name": "Jane Roe"}
    add(library, "jane", jane, mails=[JANE, "jane@example.com"], **names)
    add(library, "john", portrait("john", 48, 160, 648), mails=[JOHN], uid="john", modified=1_700_000_100)
    add(library, "anna", mails=[ANNA], uid="anna", name="Anna Smith")
    return library


@pytest.fixture
def library(tmp_path):
    library = fill(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def house(tmp_path, library):
    """Make doors in this process, from TOML."""
    houses = []

    def build(text="", *, look=None):
        house = House(tmp_path, settings_text(text), look or library)
        houses.append(house)
        return house

    yield build
    for house in houses:
        house.close()


@pytest.fixture
def serve(tmp_path):
    """Run `limner serve`, on a free port with an empty library unless it is filled, and end it after the test."""
    with contextlib.ExitStack() as stack:
        yield lambda text="", **options: stack.enter_context(Served(tmp_path, text, **options))


@pytest.fixture(scope="module")
def served(request, tmp_path_factory):
    """One `limner serve` for a module, with the small library and the settings in its SETTINGS."""
    folder = tmp_path_factory.mktemp("served")
    fill(folder / "library").close()
    with Served(folder, getattr(request.module, "SETTINGS", "")) as served:
        yield served
