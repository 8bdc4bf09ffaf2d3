"""Whether a photo is another one, by what HTTP says of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.origin import Origin, Reply, origin

from limner.errors import PictureError
from limner.fetch import Answer, Client, FetchError, Rules
from limner.sources.validator import look, version_of

said: dict[str, Reply] = {}


@pytest.fixture
def server() -> Iterator[Origin]:
    with origin(lambda asked: said[asked.method]) as running:
        yield running


@pytest.fixture
def client(server: Origin) -> Iterator[Client]:
    made = Client(Rules.of(origins=[server.url]), tries=1)
    yield made
    made.close()


def methods(server: Origin) -> list[str]:
    return [asked.method for asked in server.asked]


PHOTO = Reply(200, b"\xff\xd8", {"Content-Type": "image/jpeg"})


def test_a_head_with_an_etag_is_enough(client: Client, server: Origin) -> None:
    said["HEAD"] = Reply(200, b"", {"ETag": 'W/"1"', "Content-Type": "image/jpeg"})
    found = look(client, f"{server.url}/x", {}, 1000)
    assert (found.version, found.body) == ('etag W/"1"', None)
    assert methods(server) == ["HEAD"]


@pytest.mark.parametrize("status", [400, 403, 405, 501])
def test_a_server_that_knows_no_head_is_asked_for_all_of_it(client: Client, server: Origin, status: int) -> None:
    said.update(HEAD=Reply(status), GET=PHOTO)
    found = look(client, f"{server.url}/x", {}, 1000)
    assert found.version is not None
    assert found.version.startswith("sha256 ")
    assert found.body == b"\xff\xd8"
    assert methods(server) == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [404, 410])
def test_nothing_is_nothing(client: Client, server: Origin, status: int) -> None:
    said.update(HEAD=Reply(status), GET=Reply(status))
    assert look(client, f"{server.url}/x", {}, 1000).version is None
    said["HEAD"] = Reply(405)
    assert look(client, f"{server.url}/x", {}, 1000).version is None


def test_a_page_is_said(client: Client, server: Origin) -> None:
    said["HEAD"] = Reply(200, b"", {"ETag": '"1"', "Content-Type": "text/html"})
    with pytest.raises(PictureError):
        look(client, f"{server.url}/x", {}, 1000)


def test_trouble_is_not_nothing(client: Client, server: Origin) -> None:
    said.update(HEAD=Reply(500), GET=PHOTO)
    with pytest.raises(FetchError):
        look(client, f"{server.url}/x", {}, 1000)
    assert methods(server) == ["HEAD"]


@given(st.dictionaries(st.sampled_from(["etag", "last-modified", "content-length"]), st.text(max_size=400)))
def test_a_version_is_bounded_and_changes_only_with_what_is_said(headers: dict[str, str]) -> None:
    version = version_of(Answer(200, headers, b"", "x"))
    assert version == version_of(Answer(200, {**headers, "date": "now"}, b"other", "y"))
    assert version is None or len(version) < 400
    assert (version is None) == (not headers.get("etag", "").strip() and not headers.get("last-modified", "").strip())
