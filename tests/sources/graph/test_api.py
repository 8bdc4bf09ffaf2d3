"""Graph's manners, where its documents leave room for surprises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.origin import Asked, Origin, Reply, origin

from limner.errors import SourceError
from limner.fetch import Client, Rules
from limner.sources.graph import api
from limner.sources.graph.api import Api, reason
from limner.sources.graph.token import Token

said: dict[str, Any] = {}


@pytest.fixture
def server() -> Iterator[Origin]:
    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            return Reply(200, b'{"access_token": "t", "expires_in": 3600}')
        return Reply(200, json.dumps(said["next"](asked)).encode())

    with origin(answer) as running:
        yield running


@pytest.fixture
def graph(server: Origin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(api, "FIRST_REST", 0.001)
    client = Client(Rules.of(origins=[server.url]), tries=1)
    yield Api(client, "entra", server.url, Token(client, "entra", f"{server.url}/token", "s", "c"))
    client.close()


def test_answers_of_a_batch_come_in_the_order_of_the_questions(graph: Api) -> None:
    def backwards(asked: Asked) -> dict[str, Any]:
        asked_for = json.loads(asked.body)["requests"]
        return {"responses": [{"id": r["id"], "status": 200, "body": {"url": r["url"]}} for r in reversed(asked_for)]}

    said["next"] = backwards
    addresses = [f"/users/{n}/photo" for n in range(20)]
    assert graph.batch(addresses) == [(200, {"url": address}) for address in addresses]


@pytest.mark.parametrize(
    "responses",
    [None, [], [{}], [{"id": "0"}], [{"id": "7", "status": 200}], [{"id": "0", "status": "200"}], ["x"], "x"],
)
def test_a_batch_without_the_answer_is_not_taken_for_one(graph: Api, responses: Any) -> None:
    said["next"] = lambda asked: {"responses": responses}
    with pytest.raises(SourceError):
        graph.batch(["/users/x/photo"])


def test_pages_that_lead_in_a_circle_end(graph: Api) -> None:
    said["next"] = lambda asked: {"value": [], "@odata.nextLink": f"{graph.root}/users/delta?$skiptoken=1"}
    with pytest.raises(SourceError, match="lead in a circle"):
        list(graph.pages(f"{graph.root}/users/delta", {}))


@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner, max_size=3)))
def test_whatever_an_error_holds_it_has_a_reason(error: Any) -> None:
    code, text = reason({"error": error})
    assert len(code) <= 80
    assert len(text) <= 200
    assert "\n" not in text
