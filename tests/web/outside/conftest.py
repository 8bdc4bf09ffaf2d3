"""The provider that the tests of this folder sign in at, and doors that know it."""

import pytest

from provider import provider

from . import scene


@pytest.fixture(scope="session")
def issuer():
    with provider(scene.URL) as issuer:
        yield issuer


@pytest.fixture
def door(house, issuer):
    """A door where people sign in, ready."""
    return lambda client="app", more="": scene.ready(house(scene.settings(issuer, client, more)))


@pytest.fixture
def browser(door):
    return scene.Browser(door(more='secret = "secret"'))


@pytest.fixture(autouse=True)
def secret(tmp_path):
    file = tmp_path / "secret"
    file.write_text("app-secret\n")
    file.chmod(0o600)
    return file
