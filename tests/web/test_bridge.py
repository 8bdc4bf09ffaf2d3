"""From a request to an ASGI app and back."""

import asyncio

from limner.web.bridge import ask_app
from limner.web.head import Request


def ask(app, target=b"/", **more):
    return asyncio.run(ask_app(app, Request(b"GET", target, **more), "10.0.0.1", secure=True))


def test_the_app_sees_the_request_as_asgi_has_it():
    seen = {}

    async def app(scope, receive, send):
        seen.update(scope, message=await receive(), then=await receive())
        await send(
            {"type": "http.response.start", "status": 201, "headers": [(b"X-A", b"b"), (b"Content-Length", b"9")]}
        )
        await send({"type": "http.response.body", "body": b"one ", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})

    answer = ask(app, b"/a%20b?q=%C3%A9", headers=[(b"host", b"x")])
    assert (answer.status, answer.lines, answer.body) == (201, b"X-A: b\r\n", b"one two")
    assert (seen["path"], seen["raw_path"], seen["query_string"]) == ("/a b", b"/a%20b", b"q=%C3%A9")
    assert (seen["scheme"], seen["client"], seen["headers"]) == ("https", ("10.0.0.1", 0), [(b"host", b"x")])
    assert seen["message"] == {"type": "http.request", "body": b"", "more_body": False}
    assert seen["then"]["type"] == "http.disconnect"


def test_an_app_that_answers_nothing_is_a_500():
    async def silent(scope, receive, send):
        pass

    assert ask(silent).status == 500
