from __future__ import annotations

from limner.publish.files import target_of
from limner.publish.files.folder import Folder
from limner.publish.files.s3 import S3
from limner.publish.files.sftp import Sftp
from limner.publish.files.target import Target, fresh_name
from limner.settings import FolderFiles, S3Files, SftpFiles


def test_every_kind_of_table_has_its_place(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    tables = (
        (FolderFiles(kind="folder", path=tmp_path), Folder),
        (SftpFiles(kind="sftp", host="h", user="u"), Sftp),
        (S3Files(kind="s3", url="s3://photos", access_key="k", secret_file=secret), S3),
    )
    verbs = [name for name in vars(Target) if not name.startswith("_") or name in ("__aenter__", "__aexit__")]
    for table, kind in tables:
        target = target_of(table)
        assert type(target) is kind
        assert all(hasattr(target, verb) for verb in verbs)


def test_a_file_is_first_written_beside_its_place_under_a_name_that_web_servers_hide() -> None:
    assert fresh_name("jane@example.com.jpg") == ".jane@example.com.jpg.limner"
    assert fresh_name("avatar/ab/cd.jpg") == "avatar/ab/.cd.jpg.limner"
    assert len(fresh_name("x" * 250)) <= 255
