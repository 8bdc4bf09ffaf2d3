"""The desk: who is sent to sign in, its secret, its settings."""

import pytest

from limner import settings
from limner.errors import SettingsError
from limner.web.desk import is_navigation, is_own
from limner.web.door import desk_of
from limner.web.head import Request

TABLE = '[sign_in]\nissuer = "https://op.example.com"\nclient_id = "a"\nurl = "https://photos.example.com/"\n'


def asked(method=b"GET", **lines):
    return Request(method=method, headers=[(name.replace("_", "-").encode(), value) for name, value in lines.items()])


def test_pages_and_images_are_told_apart():
    assert is_navigation(asked(sec_fetch_mode=b"navigate", sec_fetch_dest=b"document"))
    assert not is_navigation(asked(sec_fetch_mode=b"navigate", sec_fetch_dest=b"iframe"))
    assert not is_navigation(asked(sec_fetch_mode=b"no-cors", accept=b"text/html"))
    assert is_navigation(asked(accept=b"text/html,*/*"))
    assert not is_navigation(asked(accept=b"image/avif,*/*"))
    assert not is_navigation(asked(b"POST", accept=b"text/html"))
    assert not is_own(asked(origin=b"null"), "https://a")


def test_the_secret_is_its_owners_alone(tmp_path):
    file = tmp_path / "s"
    file.write_text("x")
    file.chmod(0o644)
    whole = settings.parse((TABLE + 'secret = "s"\n').encode(), tmp_path / "limner.toml")
    with pytest.raises(SettingsError, match="others than its owner"):
        desk_of(whole)
    file.chmod(0o600)
    assert desk_of(whole).sign_in.url == "https://photos.example.com"


@pytest.mark.parametrize(
    "text",
    [
        '[policy]\notherwise = "sign-in"\n',
        '[[policy.allow]]\nname = "x"\nsession = {}\n',
        TABLE.replace("https://op", "http://op"),
        TABLE.replace(".com/", ".com/path"),
        TABLE + 'algorithms = ["HS256"]\n',
        TABLE + 'scopes = ["email"]\n',
    ],
)
def test_mistakes(tmp_path, text):
    with pytest.raises(SettingsError):
        settings.parse(text.encode(), tmp_path / "limner.toml")
