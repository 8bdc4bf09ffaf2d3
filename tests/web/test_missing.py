"""What is sent where there is no photo."""

import io

import pytest
from PIL import Image

from limner import people
from limner.library import GUEST
from limner.web import missing
from limner.web.forms.ask import Ask

from .conftest import ANNA


def ask(what, form="avatar", size=80, **more):
    return Ask(form, (people.by_mail(ANNA),), size, missing=what, **more)


def picture(answer):
    return Image.open(io.BytesIO(answer.body))


@pytest.mark.parametrize(("form", "status"), [("avatar", 200), ("mail", 404), ("profiles", 404)])
def test_the_silhouette_is_a_picture_whatever_the_status(form, status):
    answer = missing.at_once(ask("silhouette", form))
    assert answer.status == status
    assert (picture(answer).format, picture(answer).size) == ("JPEG", (80, 80))


def test_blank_is_transparent_and_404_is_no_picture():
    assert picture(missing.at_once(ask("blank"))).convert("RGBA").getextrema()[3] == (0, 0)
    answer = missing.at_once(ask("404"))
    assert (answer.status, answer.body) == (404, b"no photo\n")


def test_an_address_is_redirected_to():
    answer = missing.at_once(ask("https://img.example.com/x.png"))
    assert answer.status == 302
    assert answer.lines.startswith(b"Location: https://img.example.com/x.png\r\n")


@pytest.mark.parametrize("what", ["initials", "identicon"])
def test_what_depends_on_the_person_is_drawn_and_the_same_each_time(library, what):
    assert missing.at_once(ask(what)) is None
    one, other = missing.drawn(ask(what), library, GUEST)(), missing.drawn(ask(what), library, GUEST)()
    assert one == other
    assert picture(one).size == (80, 80)


def test_initials_are_those_that_the_library_or_the_address_knows(library):
    known = missing.drawn(ask("initials"), library, GUEST)()  # Anna Smith
    said = missing.drawn(ask("initials", initials="AS"), library, GUEST)()
    other = missing.drawn(ask("initials", initials="Z"), library, GUEST)()
    assert known.body == said.body != other.body


def test_the_largest_picture_that_is_drawn_is_the_ladders(library):
    assert picture(missing.at_once(ask("silhouette", size=2048))).size == (648, 648)


def test_a_refused_visitors_picture_depends_on_the_size_alone():
    assert missing.refused(ask("404", "mail")) == missing.refused(ask("initials"))
    assert b"no-store" in missing.refused(ask("404")).lines
