"""The page in a real browser; the server is the fake in wall.py."""

import contextlib
import os
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from .wall import Door, record

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
HOSTILE = (
    '<img src=x onerror="window.harmed=1">',
    "</span><script>window.harmed=2</script>",
    "javascript:window.harmed=3//&quot;'\"`${harmed}",
)


@pytest.fixture(scope="module")
def browser():
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing: the page is not looked at")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, chromium_sandbox=False, args=ARGS, timeout=60_000
        )
        yield chromium
        chromium.close()


@pytest.fixture
def door():
    server = Door()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class _Visitor:
    """A browser's window, and what went wrong in it."""

    def __init__(self, browser, door, **settings):
        self._context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | settings))
        self.page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints, self.elsewhere = [], []
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._seen(request, door.url))
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('violation', e.violatedDirective))"
        )

    def _seen(self, request, home):
        if not request.url.startswith(home) and not request.redirected_from:  # redirects are listed, not followed
            self.elsewhere.append(request.url)

    def close(self):
        self._context.close()


@pytest.fixture
def visit(browser, door):
    """Open the page; at the end nothing was complained about (but what is `expected`) or asked for elsewhere."""
    visitors = []

    def go(path="", *, expected=None, **settings):
        visitor = _Visitor(browser, door, **settings)
        visitors.append((visitor, expected))
        visitor.page.goto(door.url + path)
        return visitor.page

    yield go
    for visitor, expected in visitors:
        visitor.close()
        assert visitor.elsewhere == []
        assert [line for line in visitor.complaints if not expected or expected not in line] == []


def _faces(page):
    return page.locator("#wall .face")


def _loaded(page):
    """Wait until every photo in the window is there."""
    page.wait_for_function(
        "() => { const seen = [...document.querySelectorAll('#wall img')].filter(image => {"
        " const box = image.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight });"
        " return seen.length > 3 && seen.every(image => image.complete && image.naturalWidth) }"
    )


def test_faces_are_shown_with_their_names_in_order(visit, door):
    page = visit()
    _loaded(page)
    names = page.locator("#wall .name").all_text_contents()
    assert len(names) >= 30
    assert names == [person["name"] for person in door.people[: len(names)]]
    expect(page.locator("#count")).to_have_text("400 people")
    expect(page.locator("#notice")).to_be_hidden()


def test_somebody_without_a_photo_is_shown_by_initials_and_no_photo_is_asked_for(visit, door):
    page = visit()
    _loaded(page)
    bare = next(person for person in door.people if not person["has_photo"])
    card = _faces(page).filter(has_text=bare["name"]).first
    expect(card.locator(".initials")).to_have_text(bare["initials"])
    expect(card.locator(".initials")).to_have_css("background-color", "rgb(51, 102, 153)")
    assert bare["photo"] not in door.asked


def test_a_photo_that_does_not_come_falls_back_to_initials(visit, door):
    first = next(person for person in door.people if person["has_photo"])
    door.broken.add(first["photo"][8:72])
    page = visit(expected="404")
    card = _faces(page).filter(has_text=first["name"]).first
    expect(card.locator(".initials")).to_have_text(first["initials"])
    expect(card.locator("img")).to_have_count(0)


def test_search_narrows_over_all_steps_and_is_kept_in_the_address(visit, door):
    page = visit()
    expect(_faces(page).first).to_be_visible()
    wanted = door.people[-3]  # found in the last step only
    matches = [person["name"] for person in door.people if wanted["label"] in person["label"]]
    page.keyboard.press("/")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type(wanted["label"])
    expect(_faces(page)).to_have_count(len(matches))
    assert page.locator("#wall .name").all_text_contents() == matches
    expect(page.locator("#count")).to_have_text(f"{len(matches)} found")
    page.reload()
    expect(_faces(page)).to_have_count(len(matches))
    expect(page.locator("#query")).to_have_value(wanted["label"])
    page.locator("#query").fill("")
    expect(page.locator("#count")).to_have_text("400 people")
    assert "q=" not in page.url


def test_typing_asks_once_and_not_for_every_key(visit):
    page = visit()
    expect(page.locator("#count")).to_have_text("400 people")
    page.clock.install()
    asked = []
    page.on("request", lambda request: asked.append(parse_qs(urlsplit(request.url).query).get("q")))
    page.locator("#query").press_sequentially("nobody at all")
    page.clock.run_for(1000)
    expect(page.locator("#notice h2")).to_have_text("Nobody found for “nobody at all”")
    assert {tuple(texts) for texts in asked if texts} == {("nobody at all",)}
    expect(page.locator("#retry")).to_be_hidden()
    expect(page.locator("#count")).to_have_text("0 found")


def test_an_answer_that_comes_too_late_is_not_shown(visit, door):
    """The first search's answer is held back until the second one's people are on the wall."""
    page = visit()
    expect(page.locator("#count")).to_have_text("400 people")
    held = []
    page.route("**/people.json?*q=slow*", lambda route: held.append(route))  # playwright marks it: no builtin
    with page.expect_request("**/people.json?*q=slow*"):
        page.locator("#query").fill("slow")
    page.locator("#query").fill(door.people[0]["label"])
    expect(_faces(page)).to_have_count(1)
    late = {"people": [record("Late Comer", "late@acme.example")], "next": None, "count": 400}
    with contextlib.suppress(Error):  # the page gave the request up
        held[0].fulfill(json=late)
    page.evaluate("fetch('/people.json?limit=1').then(answer => answer.json())")
    assert page.locator("#wall .name").all_text_contents() == [door.people[0]["name"]]


def test_scrolling_loads_everybody_once(visit, door):
    page = visit()
    expect(_faces(page).first).to_be_visible()
    assert _faces(page).count() < 400
    while _faces(page).count() < 400:
        before = _faces(page).count()
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_function("before => document.querySelectorAll('.face').length > before", arg=before)
    assert page.locator("#wall .name").all_text_contents() == [person["name"] for person in door.people]
    asked = [path for path in door.asked if path.startswith("/people.json")]
    assert len(asked) == len(set(asked)) == 4


def test_a_dialog_opens_and_closes_by_keyboard_and_gives_the_focus_back(visit, door):
    page = visit()
    who = next(person for person in door.people if person["has_photo"])
    card = _faces(page).filter(has_text=who["name"]).first
    card.focus()
    with page.expect_response(f"**{who['large']}") as large:  # as soon as the dialog closes, it may be given up
        page.keyboard.press("Enter")
    assert large.value.ok
    dialog = page.get_by_role("dialog", name=who["name"])
    expect(dialog).to_be_visible()
    expect(dialog.locator("#person-label")).to_have_text(who["label"])
    expect(dialog.get_by_role("img", name=f"Photo of {who['name']}")).to_be_visible()
    values = [field.input_value() for field in dialog.locator("input").all()]
    assert values == [f"{door.url}photos/{who['label']}.jpg", f"{door.url}{who['photo'][1:72]}"]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(card).to_be_focused()


def test_somebody_without_a_mail_address_has_an_address_by_another_name(visit, door):
    key = "/profiles/photo.do?key=a%26b&s="
    door.people = [record("Jane Roe", "a&b", has_photo=False, photo=f"{key}160", large=f"{key}648")]
    page = visit()
    _faces(page).click()
    assert [field.input_value() for field in page.locator("dialog input").all()] == [
        f"{door.url}profiles/photo.do?key=a%26b"
    ]


def test_dense_displays_get_larger_photos(visit, door):
    page = visit(device_scale_factor=2)
    _loaded(page)
    sizes = {path.rpartition("?")[2] for path in door.asked if path.startswith("/avatar/")}
    assert sizes == {"s=320"}


@pytest.mark.parametrize("secure", [True, False])
def test_an_address_can_be_copied_with_and_without_a_clipboard_for_scripts(visit, door, secure):
    """Browsers give pages without TLS no clipboard; then the old command does it."""
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    if not secure:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    who = next(person for person in door.people if person["has_photo"])
    _faces(page).filter(has_text=who["name"]).first.click()
    page.get_by_role("button", name="Copy photo address, by mail").click()
    expect(page.locator("#copied")).to_have_text("Address copied")
    if secure:
        assert page.evaluate("navigator.clipboard.readText()") == f"{door.url}photos/{who['label']}.jpg"


def test_arrow_keys_walk_along_the_wall(visit):
    page = visit()
    expect(_faces(page).nth(20)).to_be_visible()
    _faces(page).first.focus()
    page.keyboard.press("ArrowRight")
    expect(_faces(page).nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    columns = page.evaluate("getComputedStyle(document.getElementById('wall')).gridTemplateColumns.split(' ').length")
    expect(_faces(page).nth(1 + columns)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(_faces(page).first).to_be_focused()


def test_hostile_names_are_harmless(visit, door):
    door.people = [
        record(text, f"mallory{number}@acme.example", photo=address, large=address, has_photo=True, colour="red;}")
        for number, (text, address) in enumerate(
            zip(HOSTILE, ["javascript:alert(1)", "https://evil.example/x.jpg", "//evil.example/x.jpg"], strict=True)
        )
    ]
    door.people.append(record(HOSTILE[0], HOSTILE[0], has_photo=False, initials="<b>"))
    page = visit("?q=mallory")
    expect(_faces(page)).to_have_count(3)
    page.locator("#query").fill("")
    expect(_faces(page)).to_have_count(4)
    assert page.locator("#wall .name").all_text_contents() == [*HOSTILE, HOSTILE[0]]
    for card in _faces(page).all():
        card.click()
        expect(page.locator("dialog")).to_be_visible()
        expect(page.locator("dialog img")).to_have_count(0)
        page.keyboard.press("Escape")
    page.locator("#query").fill('<img src=x onerror="window.harmed=4">')
    expect(page.locator("#notice h2")).to_contain_text("<img src=x")
    assert page.evaluate("window.harmed") is None
    assert page.locator("main img, main script, main b").count() == 0


@pytest.mark.parametrize(
    "refusal",
    [
        (403, {"Content-Type": "text/plain"}, b"no"),
        (302, {"Location": "http://localhost:PORT/elsewhere"}, b""),
        (200, {"Content-Type": "image/jpeg"}, b"\xff\xd8"),
    ],
    ids=["403", "redirect", "placeholder"],
)
def test_a_refused_visitor_is_told_so_and_can_try_again(visit, door, refusal):
    status, headers, body = refusal
    port = str(door.server_address[1])
    door.refusal = status, {name: value.replace("PORT", port) for name, value in headers.items()}, body
    page = visit(expected="403")
    expect(page.get_by_role("alert")).to_contain_text("The door is closed")
    assert _faces(page).count() == 0
    door.refusal = None
    page.get_by_role("button", name="Try again").click()
    expect(_faces(page).first).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()
    assert "/elsewhere" not in door.asked


def test_a_network_that_is_gone_keeps_the_faces_that_are_there(visit, door):
    page = visit(expected="ERR_INTERNET_DISCONNECTED")
    _loaded(page)
    before = _faces(page).count()
    page.context.set_offline(True)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    assert _faces(page).count() == before
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_function("before => document.querySelectorAll('.face').length > before", arg=before)


def test_trouble_is_told_in_plain_words(visit, door):
    page = None
    for status, words in [(500, "The server answered 500"), (429, "wait a little"), (200, "cannot be read")]:
        door.refusal = (status, {"Content-Type": "application/json"}, b"{}")
        if page is None:
            page = visit(expected="Failed to load resource")
        else:
            page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("alert")).to_contain_text(words)


def test_an_empty_library_says_so(visit, door):
    door.people = []
    page = visit()
    expect(page.get_by_role("alert")).to_contain_text("Nobody is here yet")


def _luminance(colour):
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_has_the_contrast_that_wcag_asks_for_in_light_and_dark(visit):
    page = visit()
    _faces(page).first.click()
    expect(page.locator("dialog")).to_be_visible()
    pairs = {".name": "body", "#count": "body", "#person-label": "dialog", "#addresses span": "dialog"}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for text, ground in (pairs | {"#addresses button": "#addresses button"}).items():
            of = "([selector, part]) => getComputedStyle(document.querySelector(selector))[part]"
            colours = page.evaluate(of, [text, "color"]), page.evaluate(of, [ground, "backgroundColor"])
            dark, light = sorted(map(_luminance, colours))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (scheme, text)
        wall = _luminance(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert wall < 0.05 if scheme == "dark" else wall > 0.8


def test_no_screen_scrolls_sideways(visit, door):
    door.people[0] = record("Wolfeschlegelsteinhausenbergerdorff" * 3, f"{'long' * 30}@acme.example")
    page = visit(viewport={"width": 320, "height": 700})
    expect(_faces(page).nth(8)).to_be_visible()
    sideways = "(e => e.scrollWidth - e.clientWidth)"
    for width in (320, 360, 768, 2560):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(f"{sideways}(document.documentElement)") == 0, width
        assert page.evaluate("getComputedStyle(wall).gridTemplateColumns.split(' ').length") >= 2
        _faces(page).first.click()
        expect(page.locator("dialog")).to_be_visible()
        assert page.evaluate(f"{sideways}(person)") == 0, width
        assert page.evaluate(f"{sideways}(document.documentElement)") == 0, width
        page.keyboard.press("Escape")
