from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.mask import Mask

KNOWN = (
    *("sametime.acme.example", "sametime", "acme.example", "10.1.2.3", "10.1.2.30", "2001:db8::5"),
    *("Sametime/Servers/ACME", "CN=Jane Roe/O=ACME", "jane@acme.example"),
)
names = st.lists(st.sampled_from(KNOWN), unique=True)


@given(names, st.sampled_from(["asked for {} at", "({})", "{}:1352 says", "`{}`", "[{}]"]))
def test_no_known_name_is_left(known: list[str], around: str) -> None:
    mask = Mask.of(known)
    for name in known:
        text = mask(around.format(name))
        assert name not in text
        assert text == mask(around.format(name.upper() if "." in name or "/" in name else name))


@given(names)
def test_different_names_stay_different(known: list[str]) -> None:
    mask = Mask.of(known)
    assert len({mask(name) for name in known}) == len(known)


def test_a_mask_of_nothing_changes_nothing() -> None:
    assert Mask()("sametime.acme.example at 10.1.2.3") == "sametime.acme.example at 10.1.2.3"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("at 192.0.2.7:1352, twice 192.0.2.7", "at address-1:1352, twice address-1"),
        ("[2001:db8::9]:1533 and fe80::1", "[address-1]:1533 and address-2"),
        ("mail to jane.roe@acme.example", "mail to person-1"),
        ("CN=Jane Roe/OU=Sales/O=ACME Corp: logs in", "name-1: logs in"),
        ("see host.acme.example", "see host-1"),
    ],
)
def test_what_looks_like_a_name_is_masked_though_nobody_named_it(text: str, masked: str) -> None:
    assert Mask.of([])(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "12:34:56.789 in managed-community-configs.xml of 127.0.0.1",
        "packets 1, 2, 3; 2.5 s; TLS 1.2; 0x80000015",
        "2016-10-04T10:12:33.850Z, line 7",
    ],
)
def test_times_numbers_and_names_of_files_stay(text: str) -> None:
    assert Mask.of([])(text) == text


def test_labels_do_not_make_another_server() -> None:
    mask = Mask.of(["CN=Sametime/OU=Servers/O=ACME"])
    assert mask("CN=Sametime/OU=Servers/O=ACME is Sametime/Servers/ACME") == "name-1 is name-1"


def test_json_is_masked_inside() -> None:
    mask = Mask.of(["a.example"])
    assert mask.inside({"a.example": ["a.example", 1, None, {"x": "on a.example"}]}) == {
        "a.example": ["host-1", 1, None, {"x": "on host-1"}]
    }
