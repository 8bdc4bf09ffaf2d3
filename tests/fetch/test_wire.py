"""TLS on the way: the name is what is checked, whatever address it led to."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
import trustme
from tests.fetch.conftest import Clients, server_context
from tests.origin import Reply, origin

from limner.fetch import FetchError


def here(host: str, port: int, seconds: float) -> list[str]:
    return ["127.0.0.1"]


def hello(asked: object) -> Reply:
    return Reply(200, b"hello")


def test_the_certificate_is_checked_against_the_name_and_sni_carries_it(
    client: Clients, authority: trustme.CA, ca: Path
) -> None:
    context = server_context(authority, "photos.example")
    asked_for = []
    context.sni_callback = lambda sock, name, before: asked_for.append(name)
    with origin(hello, context) as server:
        answer = client(ca=ca, resolver=here).get(f"https://photos.example:{server.port}/", limit=10)
        assert answer.body == b"hello"
        assert asked_for == ["photos.example"]
        assert server.asked[0].headers["host"] == f"photos.example:{server.port}"


def failure(client: Clients, url: str, **more: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        client(resolver=here, tries=2, **more).get(url, limit=10)
    return caught.value


def test_an_unknown_authority(client: Clients, authority: trustme.CA) -> None:
    with origin(hello, server_context(authority, "photos.example")) as server:
        why = failure(client, f"https://photos.example:{server.port}/")
        assert not server.asked
    assert (why.kind, why.again) == ("certificate", False)
    assert "the certificate of photos.example is signed by" in why.message
    assert 'ca = "ca.pem"' in (why.hint or "")


def test_a_certificate_for_another_name(client: Clients, authority: trustme.CA, ca: Path) -> None:
    with origin(hello, server_context(authority, "other.example")) as server:
        why = failure(client, f"https://photos.example:{server.port}/", ca=ca)
    assert "the certificate of photos.example is for another name" in why.message
    assert why.hint == "ask the server by a name that its certificate holds"


def test_an_expired_certificate(client: Clients, authority: trustme.CA, ca: Path) -> None:
    past = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    with origin(hello, server_context(authority, "photos.example", not_after=past)) as server:
        why = failure(client, f"https://photos.example:{server.port}/", ca=ca)
        assert not server.asked
    assert "the certificate of photos.example has expired" in why.message
    assert (why.kind, why.again) == ("certificate", False)


def test_plain_http_where_tls_is_expected(client: Clients) -> None:
    with origin(hello) as server:
        why = failure(client, f"https://photos.example:{server.port}/")
    assert "no TLS with photos.example" in why.message


def test_old_tls_is_not_spoken(client: Clients, authority: trustme.CA, ca: Path) -> None:
    context = server_context(authority, "photos.example")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with origin(hello, context) as server:
        why = failure(client, f"https://photos.example:{server.port}/", ca=ca)
    assert "no TLS with photos.example" in why.message


def test_a_redirect_from_https_to_http_is_not_followed(client: Clients, authority: trustme.CA, ca: Path) -> None:
    to = "http://photos.example/"
    with origin(lambda asked: Reply(302, b"", {"Location": to}), server_context(authority, "photos.example")) as server:
        why = failure(client, f"https://photos.example:{server.port}/", ca=ca)
    assert "redirected from https to http (http://photos.example/)" in why.message
