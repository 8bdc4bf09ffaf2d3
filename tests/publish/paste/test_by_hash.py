from __future__ import annotations

import pytest

from limner.publish.paste import Site, Tool
from limner.publish.paste.by_hash import BITBUCKET, GERRIT_GRAVATAR, GITLAB, LIBRAVATAR

PLAIN, SECURE = Site("http://photos.acme.example", "photoURL"), Site("https://photos.acme.example:8443", "photoURL")


@pytest.mark.parametrize(
    ("tool", "plain", "secure"),
    [
        (GITLAB, "gravatar_plain_url", "gravatar_ssl_url"),
        (BITBUCKET, "avatar.url.format.http=http://", "avatar.url.format.https=https://"),
        (LIBRAVATAR, "_avatars._tcp.example.com.  IN SRV 0 0 80 photos.acme.example.", "_avatars-sec._tcp"),
    ],
)
def test_the_setting_is_that_of_the_scheme(tool: Tool, plain: str, secure: str) -> None:
    assert plain in tool.fill(PLAIN)[0].text
    assert secure in tool.fill(SECURE)[0].text
    assert secure not in tool.fill(PLAIN)[0].text


def test_srv_records_have_the_port_and_a_whole_name() -> None:
    assert LIBRAVATAR.fill(SECURE)[0].text.endswith("SRV 0 0 8443 photos.acme.example.")


def test_gerrits_plugin_gets_no_scheme() -> None:
    """It puts one before the address by itself."""
    assert "gravatarUrl = photos.acme.example:8443/avatar/" in GERRIT_GRAVATAR.fill(SECURE)[0].text
