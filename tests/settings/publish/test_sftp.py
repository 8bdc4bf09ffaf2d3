from __future__ import annotations

from limner.settings import SftpFiles


def test_its_place_tells_where_it_writes_to_without_a_secret() -> None:
    table = SftpFiles(kind="sftp", host="web.dmz.example", user="www", path="/srv/photos")
    assert table.label == "sftp://www@web.dmz.example/srv/photos"
    assert SftpFiles(kind="sftp", host="web", port=2222, user="www").place == "sftp://www@web:2222/."
