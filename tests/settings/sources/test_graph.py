"""`[[source]]` with `kind = "graph"`: mistakes are said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.errors import SettingsError
from limner.settings import GraphSource, parse


def source(text: str, who: str = 'tenant = "acme.onmicrosoft.com"\nclient = "1111"\n') -> GraphSource:
    (made,) = parse(f'[[source]]\nkind = "graph"\n{who}{text}'.encode(), Path("/etc/limner/limner.toml")).source
    assert isinstance(made, GraphSource)
    return made


def test_who_limner_is_and_how_it_proves_it_is_enough() -> None:
    for text in ('secret_file = "s"', 'secret_env = "S"', 'certificate = "c.pem"'):
        assert source(text).label == "acme.onmicrosoft.com"
    assert source('certificate = "c.pem"').certificate == Path("/etc/limner/c.pem")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "how does limner prove who it is?"),
        ('secret_env = "S"\ncertificate = "c"', "how does limner prove who it is?"),
        ('secret = "s3cret"', "there is no such setting"),
        ('secret_env = "S"\ncloud = "germany"', 'there is no "germany"; write "global"'),
        ('secret_env = "S"\nsize = 100', "write 48, 64"),
        ('secret_env = "S"\nrecheck_hours = 200', "must be at most 168"),
    ],
)
def test_mistakes(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        source(text)
    assert words in caught.value.message
    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize("tenant", ["", "a/b", "https://x", "a b", "../x"])
def test_a_tenant_is_an_id_or_a_domain(tenant: str) -> None:
    with pytest.raises(SettingsError, match=r"source\[1\]\.tenant: "):
        source('secret_env = "S"', f'tenant = "{tenant}"\nclient = "1"\n')
