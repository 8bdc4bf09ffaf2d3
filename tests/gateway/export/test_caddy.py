"""Caddy's dialect: words, and where it listens."""

import pytest
from hypothesis import given
from tests.gateway.export.words import hostile
from tests.gateway.servers import check

from limner import settings
from limner.gateway.export import ExportError, Listen, Site, caddy, export


@given(hostile)
def test_a_word_is_read_as_it_was_meant_or_refused(text):
    try:
        word = caddy.quote(text)
    except ExportError:
        assert "`" in text
        assert "\\" in text or '"' in text
        return
    if word[:1] in ('"', "`"):
        assert word[-1] == word[0]
        assert word[0] not in word[1:-1]
        assert "\\" not in word or word[0] == "`"
        assert word[1:-1] == text
    else:
        assert word == text
        assert not set(text) & set(" \t{}\"'`\\#$")


def test_where_it_listens(tmp_path):
    def text(*listen):
        return export("caddy", settings.Settings(), Site(name="photos.example.com", root="/srv", listen=listen))

    assert "\nhttp://photos.example.com:80 {\n" in text()
    both = text(Listen("127.0.0.1", 81), Listen("[::1]", 81))
    assert "\nhttp://photos.example.com:81 {\n    bind 127.0.0.1 ::1\n" in both
    check("caddy", tmp_path, both)
    with pytest.raises(ExportError, match="Caddy listens on every port at every address"):
        text(Listen("127.0.0.1", 81), Listen("[::1]", 82))
