from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from limner.settings import S3Files


@pytest.mark.parametrize("url", ["s3://photos", "s3://photos/people", "s3://my.bucket-1/a/b/"])
def test_buckets_and_prefixes_are_taken(url: str) -> None:
    assert S3Files(kind="s3", url=url).place == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["photos", "https://photos", "s3://", "s3://a", "s3://Photos", "s3://a/../b", "s3://k:s@b"]
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="is no place in a store"):
        S3Files(kind="s3", url=url)


def test_a_key_is_whole_or_the_environments() -> None:
    with pytest.raises(ValidationError, match="go together"):
        S3Files(kind="s3", url="s3://photos", access_key="limner")
    assert S3Files(kind="s3", url="s3://photos", access_key="limner", secret_file=Path("s")).access_key == "limner"
