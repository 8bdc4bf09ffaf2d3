from __future__ import annotations

import random
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.ltpa import DominoSecret, Stage, Verifier, WebSphereKeys
from limner.ltpa.ciphers import Decryption
from limner.ltpa.signature import PublicKey
from limner.ltpa.token import attributes, plain_body, plain_value

from . import maker
from .maker import FAR, NOW, PAST, REALM, Cell, body2, cell, iso9796, ltpa1, ltpa2, pkcs1, seal, user

SECRET = bytes(range(20))
JANE = "uid=jane,ou=people,dc=example,dc=com"
FEDERATED = "defaultWIMFileBasedRealm"
PLAIN = body2(user(JANE))


def keys_of(made: Cell, name: str = "cell", **more: object) -> WebSphereKeys:
    digest = "sha512" if len(made.shared) == 32 else "sha1"
    return replace(WebSphereKeys(name, made.shared, made.n, made.e, digest=digest), **more)


def verifier(**more: object) -> Verifier:
    keys = [keys_of(cell()), keys_of(cell("fips", fips=True), "fips"), DominoSecret("domino", SECRET)]
    return Verifier(keys, realms=[REALM, FEDERATED], ltpa1=True, **more)


def reason(token: bytes) -> str | None:
    return verifier().examine(token, NOW).reason


ACCEPTED = {
    "plain": (ltpa2(cell(), PLAIN), "ltpa2", JANE),
    "the attributes of a WebSphere cell": (
        ltpa2(
            cell(),
            body2(
                user(JANE),
                FAR,
                b"host:was.example.com",
                rb"java.naming.provider.url:corbaloc\:iiop\:was.example.com\:9811/WsnAdminNameService",
                b"port:8881",
                rb"process.serverName:cell01\:node01\:server1",
                rb"security.authMechOID:oid\:1.3.18.0.2.30.2",
                b"type:SOAP",
            ),
        ),
        "ltpa2",
        JANE,
    ),
    "a name in UTF-8": (ltpa2(cell(), body2(user("uid=jürgen,o=例"))), "ltpa2", "uid=jürgen,o=例"),
    "separators in a name": (ltpa2(cell(), body2(user("a%b$c|d:e"))), "ltpa2", "a%b$c|d:e"),
    "a backslash, escaped": (ltpa2(cell(), body2(user(r"CN=Doe\, John"))), "ltpa2", r"CN=Doe\, John"),
    "a backslash as older servers write it": (
        ltpa2(cell(), body2(user(r"CN=Doe\, John", backslash=False))),
        "ltpa2",
        r"CN=Doe\, John",
    ),
    "the expiries a little apart": (ltpa2(cell(), PLAIN, FAR + 3000), "ltpa2", JANE),
    "FIPS mode": (ltpa2(cell("fips", fips=True), PLAIN, digest="sha512"), "ltpa2-fips", JANE),
    "LTPA 1": (ltpa1(cell(), user(JANE)), "ltpa1", JANE),
    "LTPA 1, separators in a name": (ltpa1(cell(), user("a%b$c|d:e")), "ltpa1", "a%b$c|d:e"),
    "Domino": (maker.domino(SECRET, b"CN=Jane Roe/O=Ex", int(NOW), int(NOW) + 60), "domino", "CN=Jane Roe/O=Ex"),
    "Domino, lower case": (maker.domino(SECRET, b"J", int(NOW), int(NOW) + 60, form="%08x"), "domino", "J"),
    "Domino, code page 850": (maker.domino(SECRET, b"J\x81rgen", int(NOW), int(NOW) + 60), "domino", "Jürgen"),
    "Domino, code page 852": (maker.domino(SECRET, b"\x06\x9d", int(NOW), int(NOW) + 60), "domino", "Ł"),
    "Domino, GBK": (maker.domino(SECRET, b"\x13\xd0\xbb", int(NOW), int(NOW) + 60), "domino", "谢"),
    "Domino, Unicode": (maker.domino(SECRET, b"\x14\x20\xac", int(NOW), int(NOW) + 60), "domino", "€"),
    "Domino, made by a clock ahead of ours": (
        maker.domino(SECRET, b"J", int(NOW) + 300, int(NOW) + 600),
        "domino",
        "J",
    ),
    "Domino, after 2038": (maker.domino(SECRET, b"J", int(NOW), 0xFFFF_FFFF), "domino", "J"),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_good_tokens_are_accepted(case: str) -> None:
    token, kind, name = ACCEPTED[case]
    claims = verifier().verify(token, NOW)
    assert claims is not None
    assert (claims.kind, claims.user) == (kind, name)
    assert claims.realm == (None if kind == "domino" else REALM)


EVEN = "uid=%s,ou=people" + "x" * (-len(user("uid=old1,ou=people") + b"%") % 8)  # the expiry begins a block
OLD = ltpa1(cell(), user(EVEN % "old1"), int(NOW * 1000) - 1_000_000_000)


def splice() -> bytes:
    """Give an expired LTPA 1 token the expiry of another user's fresh one; made without any key."""
    at = len(user(EVEN % "old1") + b"%")
    mine, theirs = b64decode(OLD), b64decode(ltpa1(cell(), user(EVEN % "new1")))
    return b64encode(mine[:at] + theirs[at : at + 8] + mine[at + 8 :])


OTHER = cell("other")
FORGER = replace(OTHER, shared=cell().shared)  # has the shared key, and an RSA key of its own
REFUSED = {
    "empty": (b"", "empty"),
    "only quotes": (b'""', "base64"),
    "not base64": (b"@@@@", "base64"),
    "base64 with stray bits": (b"QR==", "canonical"),
    "without its padding": (ltpa2(cell(), PLAIN).rstrip(b"=") + b"A", "base64"),
    "too long": (b"A" * 4097, "longer"),
    "a word": (b"x", "base64"),
    "truncated": (b64encode(b64decode(ltpa2(cell(), PLAIN))[:-16]), "decrypts"),
    "cut within a block": (b64encode(b64decode(ltpa2(cell(), PLAIN))[:-1]), "decrypts"),
    "expired": (ltpa2(cell(), body2(user(JANE), PAST), PAST), "expired"),
    "the unsigned expiry put off": (ltpa2(cell(), body2(user(JANE), PAST), FAR), "differ"),
    "the two expiries 3001 ms apart": (ltpa2(cell(), PLAIN, FAR + 3001), "differ"),
    "no signed expiry": (ltpa2(cell(), user(JANE)), "signed expiry"),
    "no user": (ltpa2(cell(), b"expire:%d" % FAR), "user"),
    "an empty user": (ltpa2(cell(), body2(user(""))), "names no user"),
    "made with other keys": (ltpa2(OTHER, PLAIN), "other keys"),
    "the shared key alone": (ltpa2(FORGER, PLAIN), "signature"),
    "hashed once": (ltpa2(cell(), PLAIN, signature=pkcs1(cell(), PLAIN, twice=False)), "signature"),
    "LTPA 1's signature": (ltpa2(cell(), PLAIN, signature=iso9796(cell(), PLAIN)), "signature"),
    "no signature": (ltpa2(cell(), PLAIN, signature=b""), "decrypts"),
    "a signature of zeros": (ltpa2(cell(), PLAIN, signature=bytes(128)), "signature"),
    "a signature as large as the modulus": (
        ltpa2(cell(), PLAIN, signature=(int.from_bytes(pkcs1(cell(), PLAIN)) + cell().n).to_bytes(129)[-128:]),
        "signature",
    ),
    "the user swapped": (ltpa2(cell(), body2(user("uid=boss")), signature=pkcs1(cell(), PLAIN)), "signature"),
    "the expiry swapped": (
        ltpa2(cell(), PLAIN, signature=pkcs1(cell(), body2(user(JANE), PAST))),
        "signature",
    ),
    "two fields": (seal(cell(), PLAIN + b"%" + b64encode(pkcs1(cell(), PLAIN))), "decrypts"),
    "an outer expiry that is no number": (
        seal(cell(), PLAIN + b"%+1%" + b64encode(pkcs1(cell(), PLAIN))),
        "decrypts",
    ),
    "two users": (ltpa2(cell(), body2(user("a"), FAR, user(JANE))), "twice"),
    "two expiries in the body": (ltpa2(cell(), body2(user("a"), PAST, b"expire:%d" % FAR)), "twice"),
    "two values of the user": (ltpa2(cell(), body2(user(JANE) + b"|user")), "separator"),
    "an unescaped colon": (ltpa2(cell(), body2(b"u:user:" + REALM.encode() + b"/x")), "separator"),
    "an expiry beyond all time": (ltpa2(cell(), body2(user(JANE), 10**15 - 1), 10**15 - 1), "milliseconds"),
    "another realm": (ltpa2(cell(), body2(user(JANE, "other"))), "realm is not allowed: other"),
    "a realm that begins like an allowed one": (ltpa2(cell(), body2(user(JANE, REALM + "0"))), "realm"),
    "a server": (ltpa2(cell(), body2(user(JANE, kind="server"))), "not a user's"),
    "not UTF-8": (ltpa2(cell(), body2(user("x") + b"\xff")), "UTF-8"),
    "a control character": (ltpa2(cell(), body2(user("a\nb"))), "control"),
    "FIPS mode with the wrong digest": (ltpa2(cell("fips", fips=True), PLAIN, digest="sha256"), "signature"),
    "LTPA 1, expired": (ltpa1(cell(), user(JANE), PAST), "expired"),
    "LTPA 1, other keys": (ltpa1(OTHER, user(JANE)), "decrypts"),
    "LTPA 1, the shared key alone": (ltpa1(FORGER, user(JANE)), "signature"),
    "Domino, expired": (maker.domino(SECRET, b"J", int(NOW) - 60, int(NOW) - 1), "expired"),
    "Domino, made in the future": (maker.domino(SECRET, b"J", int(NOW) + 301, int(NOW) + 900), "future"),
    "Domino, ends before it begins": (maker.domino(SECRET, b"J", int(NOW) + 2, int(NOW) + 1), "times"),
    "Domino, other secret": (maker.domino(b"x" * 20, b"J", int(NOW), int(NOW) + 60), "secret"),
    "Domino, no name": (maker.domino(SECRET, b"", int(NOW), int(NOW) + 60), "secret"),
    "Domino, unknown group": (maker.domino(SECRET, b"\x02\x80", int(NOW), int(NOW) + 60), "name"),
    "Domino, signs in a number": (maker.domino(SECRET, b"J", int(NOW), 0x1000, form="%+08X"), "times"),
    "Domino, header only": (b64encode(b"\x00\x01\x02\x03"), "secret"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_tokens_are_refused_and_the_administrator_learns_why(case: str) -> None:
    token, why = REFUSED[case]
    assert verifier().verify(token, NOW) is None
    assert why in str(reason(token))


def test_the_spliced_expiry_of_ltpa1_cannot_be_told_from_a_real_one() -> None:
    """The limit that keeps LTPA 1 off by default: made without keys, and it verifies."""
    assert verifier().verify(OLD, NOW) is None
    claims = verifier().verify(splice(), NOW)
    assert claims is not None
    assert claims.user == EVEN % "old1"
    assert claims.expires == pytest.approx(FAR / 1000, abs=100)
    assert verifier(lifetime=7200).verify(splice(), NOW) is None


def test_ltpa1_is_off_unless_asked_for() -> None:
    token = ltpa1(cell(), user(JANE))
    assert Verifier([keys_of(cell())], realms=[REALM]).verify(token, NOW) is None
    without = replace(keys_of(cell()), shared=cell().shared[:16])
    assert Verifier([without], realms=[REALM], ltpa1=True).verify(token, NOW) is None


@pytest.mark.parametrize("case", ["plain", "LTPA 1", "Domino", "FIPS mode"])
def test_a_token_with_any_bit_flipped_is_refused(case: str) -> None:
    """Bits of the text as it is sent, and bits of what it stands for."""
    token, verify = ACCEPTED[case][0], verifier().verify
    raw = b64decode(token)
    for at in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[at // 8] ^= 1 << at % 8
        assert verify(b64encode(flipped), NOW) is None, at
    for at in range(8 * len(token)):
        text = bytearray(token)
        text[at // 8] ^= 1 << at % 8
        assert verify(bytes(text), NOW) is None, at


@pytest.mark.parametrize("case", ["plain", "LTPA 1"])
def test_a_token_whose_blocks_are_swapped_is_refused(case: str) -> None:
    """Except where equal blocks change places, which nobody could tell."""
    token = ACCEPTED[case][0]
    size = 8 if case == "LTPA 1" else 16
    raw = b64decode(token)
    blocks = [raw[at : at + size] for at in range(0, len(raw), size)]
    for at in range(len(blocks) - 1):
        swapped = [*blocks[:at], blocks[at + 1], blocks[at], *blocks[at + 2 :]]
        if swapped != blocks:
            assert verifier().verify(b64encode(b"".join(swapped)), NOW) is None


def test_a_cookie_may_be_quoted_or_percent_encoded() -> None:
    token = next(t for n in range(50) if b"+" in (t := ltpa2(cell(), body2(user(f"u{n}")))) and b"/" in t)
    encoded = token.replace(b"+", b"%2B").replace(b"/", b"%2f").replace(b"=", b"%3D")
    for form in (b'"' + token + b'"', encoded):
        assert verifier().verify(form, NOW) == verifier().verify(token, NOW) is not None
    assert verifier().verify(token.replace(b"+", b"%20"), NOW) is None


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=60)


@given(NAMES, st.integers(int(NOW * 1000), FAR), st.sampled_from(["ltpa2", "ltpa1", "ltpa2-fips"]))
def test_what_is_made_is_read(name: str, expire: int, kind: str) -> None:
    if kind == "ltpa1":
        token = ltpa1(cell(), user(name), expire)
    elif kind == "ltpa2":
        token = ltpa2(cell(), body2(user(name), expire), expire)
    else:
        token = ltpa2(cell("fips", fips=True), body2(user(name), expire), expire, digest="sha512")
    claims = verifier().verify(token, NOW)
    assert claims is not None
    assert (claims.user, claims.realm, claims.expires, claims.kind) == (name, REALM, expire / 1000, kind)


@given(st.binary(max_size=300))
def test_noise_is_refused_without_an_error(noise: bytes) -> None:
    for token in (noise, b64encode(noise), b64encode(b"\x00\x01\x02\x03" + noise)):
        assert verifier().verify(token, NOW) is None


@given(st.binary(max_size=120))
def test_noise_that_bears_a_good_signature_is_refused_without_an_error(noise: bytes) -> None:
    body = noise.replace(b"u:user", b"")
    for token in (ltpa2(cell(), body), ltpa2(cell(), body2(user("x"), FAR, body + b"$u:x")), ltpa1(cell(), body)):
        assert verifier().verify(token, NOW) is None


@given(NAMES, st.randoms(use_true_random=False))
def test_a_changed_body_is_never_accepted(name: str, rng: random.Random) -> None:
    """Whoever has the shared key can change what is encrypted, and is refused whatever it becomes."""
    body = body2(user(name))
    signature, changed = pkcs1(cell(), body), bytearray(body)
    changed[rng.randrange(len(changed))] ^= rng.randrange(1, 256)
    assert verifier().verify(ltpa2(cell(), bytes(changed), signature=signature), NOW) is None


def test_every_refusal_of_a_websphere_token_takes_the_same_cryptographic_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """One decryption and one signature check for each kind that each key set could open; never a sign of padding."""
    work: Counter[str] = Counter()
    for owner, name in ((Decryption, "decrypt"), (PublicKey, "signed_twice_hashed"), (PublicKey, "signed_iso9796")):

        def counted(*args: object, _real: object = getattr(owner, name), _name: str = name) -> object:
            work[_name] += 1
            return _real(*args)  # type: ignore[operator]

        monkeypatch.setattr(owner, name, counted)
    for case, (token, _) in REFUSED.items():
        if reason(token) in (None, *(reason(REFUSED[each][0]) for each in ("empty", "not base64", "too long"))):
            continue  # what has not the form of a token never gets to a key
        if "Domino" in case or "canonical" in str(reason(token)):
            continue
        work.clear()
        answer = verifier().verify(token, NOW)
        assert answer is None
        assert work == {"decrypt": 3, "signed_twice_hashed": 2, "signed_iso9796": 1}, case


def test_nothing_of_an_unsigned_token_is_told() -> None:
    """The plain text of `C1 0 C1` would hold the key: block one and three of it differ by the key itself."""
    first = b64decode(ltpa2(cell(), PLAIN))[:16]
    for token in (b64encode(first + bytes(16) + first), ltpa2(FORGER, PLAIN)):
        examined = verifier().examine(token, NOW)
        assert examined.claims is None
        assert examined.body is None
        assert "uid" not in repr(examined)


def test_no_repr_shows_a_secret() -> None:
    keys, secret = keys_of(cell()), DominoSecret("domino", SECRET)
    for shown in (repr(keys), repr(secret), repr(verifier()), repr(keys.ltpa2)):
        assert repr(SECRET)[2:-1] not in shown
        assert repr(cell().shared[:16])[2:-1] not in shown
        assert str(cell().n) not in shown


@pytest.mark.parametrize("leeway", [0, 60])
def test_a_token_is_good_until_the_very_millisecond_of_its_end(leeway: int) -> None:
    token = ltpa2(cell(), body2(user(JANE), 1_704_067_200_500), 1_704_067_200_500)
    end = 1_704_067_200.5 + leeway
    assert verifier(leeway=leeway).verify(token, end) is not None
    assert verifier(leeway=leeway).verify(token, end + 0.001) is None


def test_a_moment_that_is_no_number_lets_nobody_in() -> None:
    assert verifier().verify(ltpa2(cell(), PLAIN), float("nan")) is None


def test_a_leeway_of_more_than_a_minute_is_refused() -> None:
    with pytest.raises(ValueError, match="60"):
        verifier(leeway=61)


def test_the_remaining_lifetime_is_bounded() -> None:
    token = ltpa2(cell(), PLAIN)
    assert verifier(lifetime=FAR / 1000 - NOW).verify(token, NOW) is not None
    examined = verifier(lifetime=7200).examine(token, NOW)
    assert (examined.stage, examined.valid) == (Stage.WRONG_TIME, False)
    assert "longer" in str(examined.reason)


def test_several_key_sets_count_at_once_each_until_its_last_day() -> None:
    old, new = keys_of(OTHER, "old", valid_until=NOW), keys_of(cell(), "new")
    both = Verifier([new, old], realms=[REALM])
    assert both.examine(ltpa2(OTHER, PLAIN), NOW).key_set == "old"
    assert both.examine(ltpa2(cell(), PLAIN), NOW).key_set == "new"
    assert both.verify(ltpa2(OTHER, PLAIN), NOW + 1) is None
    assert "last day" in str(Verifier([old], realms=[REALM]).examine(ltpa2(OTHER, PLAIN), NOW + 1).reason)


def test_without_keys_of_its_kind_a_token_is_refused() -> None:
    nothing = Verifier([], realms=[REALM])
    assert "WebSphere" in str(nothing.examine(ltpa2(cell(), PLAIN), NOW).reason)
    assert "Domino secret" in str(nothing.examine(ACCEPTED["Domino"][0], NOW).reason)


def test_no_realm_allowed_is_no_realm_at_all() -> None:
    assert Verifier([keys_of(cell())], realms=[]).verify(ltpa2(cell(), PLAIN), NOW) is None


def test_a_key_set_can_allow_fewer_realms() -> None:
    token = ltpa2(cell(), PLAIN)
    narrow = keys_of(cell(), realms=(FEDERATED,))
    assert Verifier([narrow], realms=[REALM, FEDERATED]).verify(token, NOW) is None
    assert Verifier([narrow], realms=None).verify(token, NOW) is None
    assert Verifier([keys_of(cell(), realms=(REALM,))], realms=None).verify(token, NOW) is not None


def test_a_user_that_two_allowed_realms_fit_is_nobody() -> None:
    """`a/b` of the realm `r` and `b` of the realm `r/a` are written alike."""
    token = ltpa2(cell(), body2(user("a/b", "r")))
    assert Verifier([keys_of(cell())], realms=["r", "r/a"]).verify(token, NOW) is None
    assert Verifier([keys_of(cell())], realms=["r/a"]).verify(token, NOW).user == "b"  # type: ignore[union-attr]


def test_the_larger_of_ltpa1s_two_signatures_is_good_too() -> None:
    body = user(JANE)
    larger = (cell().n - int.from_bytes(iso9796(cell(), body))).to_bytes(128)
    plain = b"%".join([body, b"%d" % FAR, b64encode(larger)])
    token = b64encode(maker.des3(cell().shared, maker.padded(plain, 8)))
    assert verifier().verify(token, NOW) is not None


def test_a_signature_is_written_in_one_way_only() -> None:
    """Stray bits of its base64, or the modulus added to it, would make other tokens of one."""
    text = b64encode(pkcs1(cell(), PLAIN))
    stray = text[:-2] + bytes([text[-2] + 1]) + b"="
    assert b64decode(stray) == b64decode(text)
    assert verifier().verify(seal(cell(), PLAIN + b"%%%d%%" % FAR + stray), NOW) is None
    room = (1 << 1024) - cell().n
    body, s = next(
        (body, s) for n in range(10_000) if (s := int.from_bytes(iso9796(cell(), body := user(f"u{n}")))) < room
    )
    key = PublicKey(cell().n, cell().e)
    assert key.signed_iso9796(body, s.to_bytes(128))
    assert not key.signed_iso9796(body, (s + cell().n).to_bytes(128))


def test_early_liberty_signs_with_sha256_in_fips_mode() -> None:
    made = cell("fips", fips=True)
    keys = Verifier([keys_of(made, digest="sha256")], realms=[REALM])
    assert keys.verify(ltpa2(made, PLAIN, digest="sha256"), NOW) is not None
    assert keys.verify(ltpa2(made, PLAIN, digest="sha512"), NOW) is None


@pytest.mark.parametrize("case", [*ACCEPTED, *REFUSED])
def test_what_is_accepted_without_reasons_is_what_the_examination_finds_valid(case: str) -> None:
    token = (ACCEPTED.get(case) or REFUSED[case])[0]
    examined, accepted = verifier().examine(token, NOW), verifier().accept(token, NOW)
    assert examined.valid == (accepted is not None)
    assert accepted is None or accepted[0] == examined.claims


@given(st.binary(max_size=60), st.booleans())
def test_a_body_read_at_one_look_is_read_as_attributes_are(noise: bytes, plain: bool) -> None:
    """Two readers of one thing must not differ."""
    body = b"expire:%d$u:" % FAR + (noise if plain else user("x") + noise)
    try:
        quick = plain_body(body)
    except ValueError:
        quick = ()
    if quick is not None:
        try:
            found = attributes(body)
            slow: object = (found[b"expire"], plain_value(found[b"u"]))
        except ValueError:
            slow = ()
        assert quick == slow


def test_a_percent_sign_as_servers_before_2022_wrote_it() -> None:
    body = body2(b"u:user\\:" + REALM.replace(":", "\\:").encode() + b"/a%b")
    claims = verifier().verify(ltpa2(cell(), body), NOW)
    assert claims is not None
    assert claims.user == "a%b"


def test_a_token_is_good_no_longer_than_its_keys_and_a_little_longer_than_its_end() -> None:
    token = ltpa2(cell(), PLAIN)
    assert verifier(leeway=30).accept(token, NOW)[1] == FAR / 1000 + 30  # type: ignore[index]
    short = Verifier([keys_of(cell(), valid_until=NOW + 5)], realms=[REALM])
    assert short.accept(token, NOW)[1] == NOW + 5  # type: ignore[index]


def test_an_empty_list_of_realms_leaves_it_to_the_key_sets() -> None:
    token = ltpa2(cell(), PLAIN)
    assert Verifier([keys_of(cell(), realms=(REALM,))], realms=[]).verify(token, NOW) is not None
    assert Verifier([keys_of(cell(), realms=(FEDERATED,))], realms=[]).verify(token, NOW) is None


def test_one_decryptor_serves_all_tokens_whatever_came_before() -> None:
    one = verifier()
    for token in [ltpa2(cell(), PLAIN), b"QUJD", ltpa2(OTHER, PLAIN), b64encode(bytes(32)), ltpa2(cell(), PLAIN)] * 3:
        assert one.verify(token, NOW) == verifier().verify(token, NOW)
