import pytest

from limner.settings import Passes
from limner.web.passed import cookie_line, link_of

SITE = "https://photos.example.com"


def test_a_link_begins_with_the_site_where_there_is_one():
    assert link_of(Passes(site=SITE), "a.b.c") == f"{SITE}/pass/a.b.c"
    assert link_of(Passes(), "a.b.c") == "/pass/a.b.c"


def test_the_cookie_is_for_this_host_alone_over_https_and_never_for_scripts():
    line = cookie_line(Passes(site=SITE, same_site="none", partitioned=True), "0123456789", b"a.b.c", 60, secure=True)
    assert line == (
        b"Set-Cookie: __Host-limner-pass-01234567=a.b.c; Path=/; Max-Age=60; HttpOnly; SameSite=None; Secure; "
        b"Partitioned\r\n"
    )
    line = cookie_line(Passes(), "0123456789", b"a.b.c", 60, secure=False)
    assert line == b"Set-Cookie: limner-pass-01234567=a.b.c; Path=/; Max-Age=60; HttpOnly; SameSite=Lax\r\n"


@pytest.mark.parametrize(
    "given", [{"same_site": "none"}, {"partitioned": True}, {"same_site": "none", "site": "http://a"}]
)
def test_a_cookie_that_browsers_drop_is_a_mistake_of_the_settings(given):
    with pytest.raises(ValueError, match="needs"):
        Passes(**given)
