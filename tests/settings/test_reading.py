"""The settings file itself: which one it is, and files that are not TOML."""

from pathlib import Path

import pytest
from tests.settings.reader import FILE, parse

from limner import settings
from limner.errors import SettingsError

# -- files that are not TOML --------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", "“„«‘＂”")
def test_a_typographic_quotation_mark_is_called_by_its_name(odd):
    with pytest.raises(SettingsError) as error:
        parse(f'library = "“fine here”"\nserve.listen = {odd}127.0.0.1:8080”\n')
    assert error.value.message.startswith(f"{FILE}: line 2, column 16: {odd} is a typographic quotation mark")
    assert error.value.hint == 'texts stand in straight quotation marks: name = "value"'


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"library = x", f"{FILE}: line 1, column 11: invalid value"),
        (b"a = 1\na = 2", f"{FILE}: end of document: cannot overwrite a value"),
        ('library = "ä"'.encode("latin-1"), f"{FILE}: not UTF-8 at byte 11"),
        ('library = "x"'.encode("utf-16"), f"{FILE}: not UTF-8 at byte 0"),
        (b"a = " + b"9" * 5000, f"{FILE}: a number is too long"),
        (b"a = " + b"[" * 100_000, f"{FILE}: lists or tables are nested too deeply"),
        (b"#" * 4_000_001, f"{FILE}: larger than 4 MB; a settings file is small"),
    ],
    ids=["no quotation marks", "twice", "latin-1", "utf-16", "long number", "deep", "large"],
)
def test_a_file_that_is_not_toml_is_told_in_one_line(raw, told):
    with pytest.raises(SettingsError) as error:
        settings.parse(raw, FILE)
    assert error.value.message == told


def test_a_byte_order_mark_is_passed_over():
    assert settings.parse(b'\xef\xbb\xbflibrary = "x"', FILE).library == Path("/etc/limner/x")


# -- the file itself -----------------------------------------------------------------------------------------------


def test_the_file_is_the_named_one_else_that_of_the_environment_else_limner_toml(tmp_path, monkeypatch):
    for name in ("named", "environment", "limner"):
        (tmp_path / f"{name}.toml").write_text(f'library = "{name}"')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIMNER_CONFIG", raising=False)
    assert settings.load().library == tmp_path / "limner"
    monkeypatch.setenv("LIMNER_CONFIG", "environment.toml")
    assert settings.load().library == tmp_path / "environment"
    assert settings.load("named.toml").library == tmp_path / "named"


def test_a_file_that_is_not_there_or_cannot_be_read_is_told_in_one_line(tmp_path):
    with pytest.raises(SettingsError, match="there is no settings file") as error:
        settings.load(tmp_path / "limner.toml")
    assert "limner init" in error.value.hint
    with pytest.raises(SettingsError, match=r"cannot read .*: Is a directory"):
        settings.load(tmp_path)
    with pytest.raises(SettingsError, match="cannot read"):
        settings.load("a\x00b")


def test_an_endless_file_is_not_read_to_its_end():
    with pytest.raises(SettingsError, match="larger than 4 MB"):
        settings.load("/dev/zero")
