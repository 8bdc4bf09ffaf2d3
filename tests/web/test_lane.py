"""The short way and the full way give the same answers."""

import contextlib

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from limner.library import open_library
from limner.people import hashes
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
