"""The short way and the full way give the same answers."""

import contextlib

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from limner.library import GUEST, Record, open_library
from limner.library.entity import body_size
from limner.people import Person, hashes
from limner.picture import LADDER
from limner.web.lane import RungTable

from .conftest import ANNA, JANE, JOHN, NOBODY, add, portrait
from .house import IN, House, get, read_replies, settings_text

MD5 = min(hashes(JANE), key=len)
SHA256 = max(hashes(JANE), key=len)
# names that an address can be mistaken for, if it is not read as the full way reads it
TRAPS = ["50%41", "a?b", "a/b", "up%2e", "photos"]


def trap_house(folder):
    library = open_library(folder / "library", create=True)
    add(library, "jane", portrait("jane", 48, 80, 160, 648), mails=[JANE], uid="jroe")
    for at, name in enumerate(TRAPS):
        add(library, f"trap{at}", portrait(name, 48, 160), uid=name, mails=[f"{name}@example.com"])
    return House(folder, settings_text(), library)


targets = st.one_of(
    st.sampled_from([JANE, JANE.upper(), JOHN, NOBODY, *[f"{t}@example.com" for t in TRAPS]]).flatmap(
        lambda mail: st.sampled_from([f"/{mail}.jpg", f"/photos/{mail}.jpg", f"//{mail}.jpg", f"/photos//{mail}.jpg"])
    ),
    st.sampled_from(["jroe", "JROE", *TRAPS]).map(lambda uid: f"/uid/{uid}.jpg"),
    st.tuples(st.sampled_from([MD5, SHA256, MD5.upper(), SHA256.upper(), MD5[1:], "0" * 32]), st.sampled_from(
        ["", "?s=80", "?s=648&d=404", "?d=identicon", "?f=y", "?size=1", "?s=x", "?s=80&s=648", ".png?s=48"]
    )).map(lambda pair: f"/avatar/{pair[0]}{pair[1]}"),
    st.text("/abc@.?%41jpg=sphotoui", max_size=30).map(lambda text: f"/{text}"),
)  # fmt: skip


def test_the_short_way_answers_as_the_full_way_or_not_at_all(tmp_path):
    house = trap_house(tmp_path)
    shown = []

    @given(targets)
    @hypothesis_settings(suppress_health_check=list(HealthCheck), max_examples=600)
    def law(target):
        (full,) = read_replies(house.send(house.connect(), get(target, IN)))
        response = house.door.lane.short(target.encode())
        if response is not None:
            (short,) = read_replies(response)
            assert short == full
            shown.append(target)

    with contextlib.closing(house):
        law()
        house.library.close()
    assert len({target[:8] for target in shown}) >= 3  # the law is not empty


MAIL = st.builds(
    "{}@b.cd".format, st.text("ab.+-_", min_size=1, max_size=4) | st.text("a!#'*=?^{|}~/%é", min_size=1, max_size=3)
)
UID = st.text("jroe-", min_size=1, max_size=4) | st.text('aJ .%é/+:;=~\\"(', min_size=1, max_size=4)
PEOPLE = st.lists(
    st.tuples(MAIL, UID, st.sets(st.sampled_from(LADDER), max_size=4), st.integers(900, 1100)),
    min_size=1,
    max_size=3,
    unique_by=(
        lambda row: Person.of(mails=[row[0]]),
        lambda row: Person.of(mails=["a@b.cd"], uid=row[1].strip() or "x"),
    ),
)
QUERY = st.sampled_from(
    ["", "?", "?s=80", "?S=80", "?s=80&d=404", "?s=x", "?s=%38%30", "?f=y", "??s=80", "?&s=48", "?s=99999"]
)
FORM = "[forms.{}]\nbytes = {}\nsize = {}\nenabled = {}\n"


@st.composite
def addresses(draw, people):
    mail, uid, *_ = draw(st.sampled_from(people))
    digest = draw(st.sampled_from(sorted(hashes(mail))))
    plain = [f"/{mail}.jpg", f"/photos/{mail}.jpg", f"/uid/{uid}.jpg", f"/avatar/{digest}{draw(QUERY)}"]
    odd = [
        f"{mail}.jpg",
        f"x{mail}.jpg",
        f"/uid/{mail}.jpg",
        f"http:/{mail}.jpg",
        f"/{mail}.JPG",
        f"/avatar/{digest}.jpg",
    ]
    target = draw(st.sampled_from(plain) | st.sampled_from(plain) | st.sampled_from(odd))
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(target)))
        target = target[:at] + draw(st.sampled_from(["%41", "?", "/", "A", " ", "é", "\0", "#"])) + target[at:]
    return target.encode()


@given(st.data())
@hypothesis_settings(max_examples=150)
def test_so_it_does_for_any_library_and_settings(bare, data):
    """The same person's photo too, and the size that the log will tell; whatever was asked before."""
    people = data.draw(PEOPLE)
    refill(bare, people)
    text = '[serve]\ncors = ["https://meet.example"]\n' if data.draw(st.booleans()) else ""
    for form in ("mail", "uid", "avatar"):
        limit, size = data.draw(st.sampled_from([0, 1000, 1100])), data.draw(st.sampled_from([1, 48, 81, 160, 2048]))
        text += FORM.format(form, limit, size, data.draw(st.sampled_from(["true"] * 5 + ["false"])))
    with contextlib.closing(House(bare.folder.parent, settings_text(text), bare)) as house:
        lane = house.door.lane
        for target in data.draw(st.lists(addresses(people), min_size=1, max_size=4)):
            raw = b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n" + IN.encode() + b"\r\n\r\n"
            first = house.send(house.connect(), raw) if data.draw(st.booleans()) else None
            response = lane.short(target)
            if response is not None:
                (full,) = read_replies(first or house.send(house.connect(), raw))
                (short,) = read_replies(response)
                assert short == full
                assert body_size(lane.size) == len(full.body)
                assert lane.name == lane.reader.find(lane.find(lane.ask(target), GUEST)[1])


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    library = open_library(tmp_path_factory.mktemp("lane") / "library", create=True)
    yield library
    library.close()


def refill(library, people):
    with library.batch() as batch:
        for origin in list(library.origins("test")):
            batch.remove("test", origin)
        for at, (mail, uid, rungs, size) in enumerate(people):
            picture = portrait(f"{at} {sorted(rungs)} {size}", *rungs, size=size) if rungs else None
            person = Person.of(mails=[mail], uid=uid.strip() or "x")
            digest = picture.digest if picture else None
            batch.put(Record(person, "test", f"{at}", "1", 1_700_000_000 + at, digest), picture)


def test_a_name_with_a_slash_is_no_path_and_no_address_begins_without_one(house, library):
    """llhttp refuses such a target, but a head that is known does not come past llhttp."""
    add(library, "slash", portrait("slash", 160), mails=["a/b@example.com"], uid="photos/x")
    house = house()
    for target in ("/a/b@example.com.jpg", "xa/b@example.com.jpg", "a/b@example.com.jpg", "/uid/photos/x.jpg"):
        assert house.door.lane.short(target.encode()) is None
    assert house.ask("/a%2Fb@example.com.jpg", IN).status == 200


@pytest.mark.parametrize("over", range(-6, 12))
def test_a_forms_limit_holds_to_the_byte(house, library, over):
    """The short way knows a photo's length only with its header lines; it must not be off by a digit of them."""
    for limit in (900, 9_995, 10_005):
        picture = portrait(f"{limit}", 48, 160, size=limit + over - 160)
        add(library, f"{limit}", picture, mails=[f"p{limit}@example.com"])
        door = house(f"[forms.mail]\nbytes = {limit}\n")
        target = f"/p{limit}@example.com.jpg"
        body = door.ask(target, IN).body
        assert len(body) == (limit + over if over <= 0 else limit + over - 112)
        short = door.door.lane.short(target.encode())
        assert short is None or read_replies(short)[0].body == body
        assert short is not None or over > -6  # nor does it give up much sooner than it must


def test_what_is_remembered_ends_with_a_change_of_the_library(house, library):
    lane = house().door.lane
    target = f"/photos/{JANE}.jpg".encode()
    before = lane.short(target)
    assert before == lane.short(target)
    add(library, "jane", portrait("another", 48, 160), mails=[JANE], modified=1_700_000_500)
    assert lane.short(target) == before  # until the tick, what is seen stands still
    lane.release()
    after = lane.short(target)
    assert after is not None
    assert after != before
    with library.batch() as batch:
        batch.remove("test", "jane")
    lane.release()
    assert lane.short(target) is None


def test_a_form_that_is_off_and_a_photo_over_the_forms_limit_are_not_for_the_short_way(house):
    off = house("[forms.mail]\nenabled = false\n").door.lane
    assert off.short(f"/{JANE}.jpg".encode()) is None
    assert off.short(b"/uid/jroe.jpg") is not None
    small = house("[forms.mail]\nbytes = 1600\n").door.lane
    assert small.short(f"/{JANE}.jpg".encode()) is None


def test_nobody_and_somebody_without_a_photo_are_not_for_the_short_way(house):
    lane = house().door.lane
    assert lane.short(f"/{ANNA}.jpg".encode()) is None
    assert lane.short(f"/{NOBODY}.jpg".encode()) is None
    assert lane.short(b"/" + b"x" * 600 + b"@example.com.jpg") is None


def test_the_rung_table_gives_the_next_rung_up_else_the_largest():
    table = RungTable(100)
    assert table[(0b11111).to_bytes(2)] == (120).to_bytes(2)
    assert table[(0b00011).to_bytes(2)] == (64).to_bytes(2)
    assert table[bytes(2)] == b""
