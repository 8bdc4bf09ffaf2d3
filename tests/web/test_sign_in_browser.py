"""People sign in with a real browser, over https, at a real provider, by the settings of
docs/sign-in.md: to a photo, to the wall, and out again.
"""

import re
import subprocess
from pathlib import Path

import pytest
import trustme
from PIL import Image
from playwright.sync_api import expect

from limner.library import open_library
from limner.picture import Limits
from limner.picture import portrait as pictured
from provider import free_port, provider

from .conftest import ANNA, JANE, add
from .house import Served
from .test_page import browser  # noqa: F401 - a fixture

GUIDE = (Path(__file__).parents[2] / "docs" / "sign-in.md").read_text("utf-8")
TLS = '[serve]\ntls = { certificate = "door.pem", key = "door.key" }\n'
PHOTO = f"/photos/{JANE}.jpg"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A door on https, and the provider that it sends people to."""
    folder = tmp_path_factory.mktemp("site")
    (command,) = re.findall(r"`(install [^`]*)`", GUIDE)
    subprocess.run(command.split(), cwd=folder, check=True)
    (folder / "sign-in.secret").write_text("app-secret\n")
    certificate = trustme.CA().issue_cert("localhost")
    (folder / "door.pem").write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(folder / "door.key")
    (folder / "door.key").chmod(0o600)
    Image.new("RGB", (300, 300), "maroon").save(folder / "jane.jpg")
    library = open_library(folder / "library", create=True)
    add(library, "jane", pictured(folder / "jane.jpg", Limits()), mails=[JANE, "jane@example.com"], name="Jane Roe")
    add(library, "anna", mails=[ANNA], name="Anna Smith")
    library.close()
    port = free_port()
    url = f"https://localhost:{port}"
    with provider(url) as issuer:
        text = TLS + settings(issuer, url)
        with Served(folder, text, listen=f"127.0.0.1:{port}") as served:
            served.url = url
            yield served


def settings(issuer, url):
    """Give the settings of the guide, with what is otherwise here, and a rule for people of the library."""
    (text,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    here = {"https://login.example.com/realms/acme": issuer, "https://photos.example.com": url}
    here |= {'client_id = "limner"': 'client_id = "app"', 'groups = "photos"': 'groups = "staff"'}
    for there, ours in (here | {"session = {}": "session = { in_library = true }"}).items():
        assert there in text
        text = text.replace(there, ours)
    return text


@pytest.fixture
def page(browser):  # noqa: F811
    """A window of a browser that has been nowhere."""
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 900, "height": 600})
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def sign_in(page, user="jane"):
    page.locator("input[name=user]").fill(user)
    page.get_by_role("button", name="Go").click()


def cookies(page, site):
    return {each["name"]: each for each in page.context.cookies(site.url)}


def test_who_opens_a_photo_signs_in_and_is_led_back_to_it(site, page):
    page.goto(site.url + PHOTO)
    assert page.title() == "Provider"
    begun = cookies(page, site)
    assert all(name.startswith("__Host-") for name in begun)
    sign_in(page)
    page.wait_for_url(site.url + PHOTO)
    assert page.evaluate("document.images[0].naturalWidth") > 0
    (session,) = cookies(page, site).values()
    assert session["name"] == "__Host-limner-session"
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")
    assert session["path"] == "/"


def test_who_signs_out_is_asked_again(site, page):
    page.goto(site.url + "/")
    sign_in(page)
    page.wait_for_url(site.url + "/")
    page.goto(site.url + "/sign-out")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading")).to_have_text("Signed out")
    assert cookies(page, site) == {}
    answer = page.context.request.get(site.url + PHOTO)
    assert answer.status == 403
    page.goto(site.url + "/sign-out")
    expect(page.get_by_role("heading")).to_have_text("Not signed in")


def test_who_may_not_is_told_so(site, page):
    """Also on a small screen in the dark; a long name of the page's does not run out of it."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.emulate_media(color_scheme="dark")
    page.goto(site.url + PHOTO)
    sign_in(page, "mallory")
    page.wait_for_url(re.compile("/sign-in/callback"))
    expect(page.get_by_role("heading")).to_have_text("Not signed in")
    expect(page.get_by_text("Your account is not among those who may see the photos.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert cookies(page, site) == {}
    page.get_by_role("link", name="Try again").click()
    page.wait_for_url(re.compile("/sign-in/callback"))


def test_who_changes_his_mind_is_led_back_where_he_wanted_to_go(site, page):
    page.goto(site.url + PHOTO)
    sign_in(page, "!")
    page.wait_for_url(re.compile("/sign-in/callback"))
    assert "<b>" not in page.get_by_role("main").inner_html()
    page.get_by_role("link", name="Try again").click()
    sign_in(page)
    page.wait_for_url(site.url + PHOTO)


def test_who_is_signed_in_and_still_may_not_is_not_led_around(site, page):
    """joe has an account, and is nobody in the library: the page says so, and signs him out if he likes."""
    page.goto(site.url + "/")
    sign_in(page, "joe")
    expect(page.get_by_role("heading")).to_have_text("Not for you")
    expect(page.get_by_text("You are signed in as joe@example.com, who may not see this.")).to_be_visible()
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign out there too")).to_be_visible()
