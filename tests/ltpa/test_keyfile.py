from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.ltpa import DominoSecret, KeyFileError, WebSphereKeys
from limner.ltpa.keyfile import needs_password, read_raw

from .maker import REALM, cell, key_file, private_key, protected, public_key

SECRET = bytes(range(20))


@pytest.mark.parametrize("fips", [False, True])
def test_a_key_file_gives_what_verifying_needs_and_no_more(fips: bool) -> None:
    made = cell("k", fips=fips)
    keys, realm = read_raw(key_file(made, "s3cret"), "ltpa.keys", "s3cret")
    assert isinstance(keys, WebSphereKeys)
    assert (keys.modulus, keys.exponent, realm, keys.created) == (made.n, made.e, REALM, "2023-11-14")
    assert keys.shared == made.shared[: 32 if fips else 16]  # the rest of 24 bytes is for LTPA 1 only
    assert not keys.default_password
    held = [getattr(keys, name) for name in WebSphereKeys.__slots__]
    assert not {made.d, made.p, made.q} & {value for value in held if isinstance(value, int)}


def test_ltpa1_keeps_the_whole_shared_key() -> None:
    keys, _ = read_raw(key_file(cell(), "x"), "k", "x", ltpa1=True)
    assert isinstance(keys, WebSphereKeys)
    assert keys.shared == cell().shared
    assert keys.ltpa1 is not None


def test_the_older_name_of_the_shared_key_is_known() -> None:
    raw = key_file(cell(), "x").replace(b"3DESKey", b"SharedKey")
    assert read_raw(raw, "k", "x") == read_raw(key_file(cell(), "x"), "k", "x")


def test_the_default_password_is_noticed() -> None:
    keys, _ = read_raw(key_file(cell(), "WebAS"), "k", "WebAS")
    assert isinstance(keys, WebSphereKeys)
    assert keys.default_password


@given(st.text(max_size=20))
def test_no_other_password_opens_a_key_file(password: str) -> None:
    if password != "right":
        with pytest.raises(KeyFileError, match="password"):
            read_raw(key_file(cell(), "right"), "k", password)


def encoded(raw: bytes) -> str:
    return b64encode(raw).decode()


MISTAKES: dict[str, tuple[dict[str, str | None], str]] = {
    "a public key of somebody else": ({"PublicKey": encoded(public_key(cell("evil")))}, "does not belong"),
    "a private key of somebody else": (
        {"PrivateKey": encoded(protected(private_key(cell("evil")), "x", fips=False))},
        "does not belong",
    ),
    "a private key that does not open": ({"PrivateKey": encoded(bytes(264))}, "does not belong"),
    "a public key of another size": ({"PublicKey": encoded(public_key(cell("k", fips=True)))}, "1024 bits"),
    "an even modulus": (
        {"PublicKey": encoded(public_key(cell())[:128] + b"\x02\x01\x00\x01"), "PrivateKey": None},
        "cannot be used",
    ),
    "an exponent of one": ({"PublicKey": encoded(public_key(cell())[:-3] + b"\0\0\1"), "PrivateKey": None}, "exponent"),
    "an unknown version": ({"version": "3.0"}, "version '3.0'"),
    "no version": ({"version": None}, "version"),
    "no shared key": ({"3DESKey": None}, "no shared key"),
    "a shared key without base64": ({"3DESKey": "~"}, "not base64"),
    "encrypted with an AES key": ({"3DESKey": encoded(bytes(52))}, "AES key"),
    "a shared key cut off": ({"3DESKey": encoded(bytes(24))}, "length"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_file_that_does_not_fit_together_is_refused(case: str) -> None:
    changes, why = MISTAKES[case]
    with pytest.raises(KeyFileError, match=why):
        read_raw(key_file(cell(), "x", **changes), "ltpa.keys", "x")


def test_a_file_without_a_private_key_is_taken() -> None:
    assert read_raw(key_file(cell(), "x", PrivateKey=None), "k", "x")[0] == read_raw(key_file(cell(), "x"), "k", "x")[0]


@pytest.mark.parametrize(
    "form", ["%s", "%s\r\n", "LTPA_DominoSecret=%s", "# of the SSO document\nLTPA_DominoSecret: %s\n"]
)
def test_a_domino_secret_is_known_by_its_form_and_needs_no_password(form: str) -> None:
    raw = (form % encoded(SECRET)).encode()
    assert not needs_password(raw)
    assert read_raw(raw, "d", None) == (DominoSecret("d", SECRET), None)


def test_a_domino_secret_of_another_length_is_refused() -> None:
    with pytest.raises(KeyFileError, match="21 bytes"):
        read_raw(b"LTPA_DominoSecret=" + b64encode(bytes(21)), "d", None)


@given(st.binary(max_size=300))
def test_noise_is_refused_in_words(noise: bytes) -> None:
    with pytest.raises(KeyFileError):
        read_raw(noise, "k", "x")
    with pytest.raises(KeyFileError):
        read_raw(key_file(cell(), "x", PrivateKey=None, **{"3DESKey": encoded(noise)}), "k", "x")


def test_errors_quote_no_password_and_no_key() -> None:
    with pytest.raises(KeyFileError) as refused:
        read_raw(key_file(cell(), "right"), "k", "hunter2")
    assert "hunter2" not in f"{refused.value.message} {refused.value.hint}"
