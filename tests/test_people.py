"""Names in their normal forms, and the index keys that lead from a name to a person."""

import hashlib
import string
import sys
import time
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from limner import people
from limner.errors import NameFormError
from limner.people import Person

FORMS = {"mail": people.mail, "uid": people.uid, "key": people.key, "dn": people.dn}
INDEXES = {
    "mail": people.by_mail,
    "uid": people.by_uid,
    "key": people.by_key,
    "dn": people.by_dn,
    "hash": people.by_hash,
}

# letters whose case, width and composition are known to fold in surprising ways
ODD = "ßẞſıİσςΣͅΐǰŉﬁﷺＡａ\u00ad\u0301\u0327\u0345\u200b\u200d\u1100\u1161한ÅÅé，＝／．。\xa0\u3000\x85"
NASTY = '\\"+,;=<>#@/. \t\x00\ud800' + string.ascii_letters + string.digits + ODD
any_text = st.text() | st.text(st.sampled_from(NASTY)) | st.text(st.characters(exclude_categories=()))

local_parts = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.", min_size=1, max_size=30)
labels = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
ascii_mails = st.builds("{}@{}.{}".format, local_parts, labels, labels)
# letters for which changing the case and back is harmless, so that case must not matter
two_case_letters = "abcxyzABCXYZäöüéèñÄÖÜÉÈÑдомДОМωλΩΛ"
words = st.text(two_case_letters + string.digits + "-", min_size=1, max_size=12)
unicode_mails = st.builds("{}@{}.{}".format, words, words, labels)
phrases = st.lists(words, min_size=1, max_size=4).map(" ".join)
space = st.text(" \t\n\u00a0\u3000", max_size=3)

attribute_types = st.sampled_from(["CN", "cn", "OU", "o", "DC", "uid", "2.5.4.3", "OID.2.5.4.3", "x-Room"])
values = st.text(st.sampled_from("abcXYZ09äßÉ" + '\\"+,;=<>#@/ .')).filter(str.strip)
rdns = st.lists(st.lists(st.tuples(attribute_types, values), min_size=1, max_size=3), min_size=1, max_size=4)


def accepted(form, text):
    try:
        return form(text)
    except NameFormError as why:
        if "\n" in why.message or len(why.message) > 1000:  # a report has one short line for each
            raise AssertionError from why
        return None


def written(names, escape, comma=",", plus="+"):
    """Write a distinguished name as RFC 4514 does, each value through `escape`."""
    return comma.join(plus.join(f"{kind}={escape(value)}" for kind, value in rdn) for rdn in names)


def by_backslash(value):
    escaped = "".join(f"\\{char}" if char in '\\"+,;<>=' else char for char in value)
    escaped = f"\\{escaped}" if escaped[0] in " #" else escaped
    return f"{escaped[:-1]}\\ " if escaped.endswith(" ") and not escaped.endswith("\\ ") else escaped


def by_hex(value):
    return "".join(f"\\{byte:02X}" for byte in value.encode())


def by_quotation(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


# -- laws that every form keeps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@given(text=any_text | ascii_mails | unicode_mails | rdns.map(lambda names: written(names, by_backslash)))
@example(text="jane@xn--strae-oqa.de")
@example(text="jane@xn--abc-")
@example(text="jane@xn--tiq.example")
@example(text="CN=Jane/OU=Sales")
@example(text="CN=Jane／OU=Sales")
@example(text="\u0345\u0301")
def test_a_normal_form_is_its_own_normal_form(form, text):
    normal = accepted(form, text)
    if normal is not None:
        assert form(normal) == normal


def test_folding_settles_for_every_character_of_unicode():
    """Not a sample: each character that is assigned, alone and between marks that reorder around it."""
    for point in range(sys.maxunicode + 1):
        if unicodedata.category(chr(point)) in ("Cn", "Co", "Cs"):
            continue
        for text in (chr(point), f"a{chr(point)}\u0345\u0301"):
            normal = accepted(people.uid, text)
            assert normal is None or people.uid(normal) == normal, hex(point)


@pytest.mark.parametrize("form", INDEXES.values(), ids=INDEXES)
@given(text=any_text)
@example(text="a@b\ud800")
@example(text="cn=\ud800")
@example(text="cn=\\ud8\\00")
@example(text="a@xn--\u0660")
@example(text="a@xn--99999999999999999999")
@example(text="00 11 22 33 44 55 66 77 88 99 aa ")
@example(text="٠" * 32)
def test_rubbish_is_refused_with_a_name_form_error_and_nothing_else(form, text):
    index = accepted(form, text)
    assert index is None or 1 < len(index) <= people.INDEX_LIMIT


@pytest.mark.parametrize("form", INDEXES.values(), ids=INDEXES)
@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0301\u0327" * 500_000,  # marks in the wrong order: sorting them costs the square of the run
        " " * 2_000_000 + "a",
        "@" * 2_000_000,
        "cn=a," * 400_000,
        "cn=a/o=" + " " * 2_000_000 + ",",
        "\\" * 1_000_001,
        "a@" + "xn--a." * 300_000,
        "\ufdfa" * 1_000_000,
    ],
    ids=["marks", "spaces", "at signs", "many parts", "notes", "backslashes", "labels", "expanding"],
)
def test_a_huge_name_is_refused_at_once(form, text):
    started = time.process_time()
    with pytest.raises(NameFormError) as refused:
        form(text)
    assert time.process_time() - started < 0.25
    assert len(refused.value.message) < 1000


@pytest.mark.parametrize("form", INDEXES.values(), ids=INDEXES)
@pytest.mark.parametrize("text", ["a\u0301\u0327" * 340, "cn=" + "\u0301\u0327" * 2000, "a/b=" * 1000, "a=b/" * 1000])
def test_the_longest_names_that_are_looked_at_cost_little(form, text):
    started = time.process_time()
    accepted(form, text)
    assert time.process_time() - started < 0.25


@given(text=any_text | ascii_mails)
def test_a_name_of_one_kind_never_leads_to_a_person_by_another(text):
    found = [accepted(form, text) for form in INDEXES.values()]
    indexes = [index for index in found if index]
    assert len({index[:1] for index in indexes}) == len(indexes)


@given(st.integers(min_value=440, max_value=1024), st.integers(min_value=440, max_value=1024))
def test_long_names_have_short_index_keys_and_still_differ(one, other):
    """By digest from the limit on; the digest's own kind keeps it apart from a name that looks like one."""
    assume(one != other)
    first, second = people.by_uid("u" * one), people.by_uid("u" * other)
    assert first != second
    assert max(len(first), len(second)) <= people.INDEX_LIMIT
    by_digest = [name for name in (first, second) if len(name) == 33]
    assert all(name[:1] != people.by_uid("u")[:1] for name in by_digest)
    assert len(by_digest) == sum(length >= people.INDEX_LIMIT for length in (one, other))


# -- mail addresses -----------------------------------------------------------------------------------------------


@given(ascii_mails)
def test_an_ascii_mail_address_is_trimmed_and_lower_cased_and_nothing_more(address):
    assume("xn--" not in address.lower())
    assert people.mail(f" {address}\n") == address.lower()


@given(ascii_mails, space, space)
def test_the_hashes_are_those_of_the_trimmed_lower_cased_address(address, before, after):
    assume("xn--" not in address.lower())
    raw = address.strip().lower().encode("ascii")
    expected = {hashlib.md5(raw).hexdigest(), hashlib.sha256(raw).hexdigest()}
    assert people.hashes(before + address + after) == expected


def test_the_hashes_of_gravatars_documentation():
    assert people.hashes(" MyEmailAddress@example.com ") == {
        "0bc83cb571cd1c50ba6f3e8a78ef1346",
        "84059b07d4be67b806386c0aad8070a23f18836bbaae342275dc0a83414c32ee",
    }


@given(unicode_mails, space, space)
def test_case_white_space_and_composition_of_a_mail_address_do_not_matter(address, before, after):
    normal = people.mail(address)
    for variant in (address.upper(), address.lower(), unicodedata.normalize("NFD", address)):
        assert people.mail(before + variant + after) == normal
    assert unicodedata.is_normalized("NFC", normal)


@pytest.mark.parametrize(
    ("unicode", "ascii_"),
    [  # the ASCII spellings are from RFC 3492 7.1 and the registries' own pages
        ("bücher.example", "xn--bcher-kva.example"),
        ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("straße.de", "xn--strae-oqa.de"),
        ("münchen.xn--nonsense-.de", "xn--mnchen-3ya.xn--nonsense-.de"),
    ],
)
def test_both_spellings_of_a_domain_are_one_address_and_clients_may_hash_either(unicode, ascii_):
    assert people.mail(f"jane@{ascii_.upper()}") == people.mail(f"Jane@{unicode}") == f"jane@{unicode}"
    assert people.hashes(f"jane@{ascii_}") == people.hashes(f"jane@{unicode}")
    for spelling in (unicode, ascii_):
        raw = f"jane@{spelling}".encode()
        assert {hashlib.md5(raw).hexdigest(), hashlib.sha256(raw).hexdigest()} <= people.hashes(f"jane@{unicode}")


def test_two_domains_that_old_idna_confused_stay_two_people():
    """IDNA 2003 wrote `straße` as `strasse`; since IDNA 2008 they may belong to different owners."""
    sharp, double = Person.of(mails=["jane@straße.de"]), Person.of(mails=["jane@strasse.de"])
    assert not sharp.index_keys() & double.index_keys()


@pytest.mark.parametrize(
    "label",
    [
        "xn--abc-",  # nothing in it needs it
        "xn--bucher-xyd",  # decomposed
        f"xn--{'Über'.encode('punycode').decode()}",  # upper case
        "xn--ab-r13a",  # an ideographic full stop would make two labels of it
        "xn--ab-qa",  # a control character
        "xn--ab-1ca",  # a no-break space
        f"xn--{chr(0xD800).encode('punycode').decode()}",
        "xn--99999999999999",
        "xn--",
    ],
)
def test_a_label_that_no_registry_would_give_out_is_left_as_it_is(label):
    assert people.mail(f"jane@{label}.example") == f"jane@{label}.example".lower()


@given(st.text(string.ascii_lowercase + string.digits + "-", max_size=20))
def test_an_ascii_label_is_read_only_when_it_is_the_one_way_to_write_the_text(tail):
    normal = people.mail(f"jane@xn--{tail}.example")
    label = normal.removeprefix("jane@").removesuffix(".example")
    assert label == f"xn--{tail}" or label.encode("punycode").decode() == tail


@pytest.mark.parametrize("domain", ["example.com.", "example。com", "EXAMPLE．COM", "example｡com。"])
def test_every_dot_of_idna_parts_labels(domain):
    assert people.mail(f"jane@{domain}") == "jane@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jane",
        "@example.com",
        "jane@",
        "jane@.",
        "jane@example..com",
        "jane@example.com..",
        "jane@evil.example@example.com",
        '"jane roe"@example.com',
        "jane roe@example.com",
        "Jane <jane@example.com>",
        "jane@[10.0.0.1]",
        "jane,joe@example.com",
        "jane@example.com;joe",
        "jane@exa\x00mple.com",
        "jane@example.com\r\nCc: joe",
        "jane\x85@example.com",
        "jane@exam\udc80ple.com",
        f"{'a' * 250}@b.de",
    ],
)
def test_what_is_not_one_plain_mail_address_is_refused(text):
    with pytest.raises(NameFormError, match="not a mail address"):
        people.mail(text)


def test_a_mail_address_may_be_254_characters_long():
    longest = f"{'a' * 249}@b.de"
    assert len(people.mail(longest)) == people.MAIL_LIMIT
    with pytest.raises(NameFormError):
        people.mail(f"a{longest}")


# -- user names and keys ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [people.uid, people.key])
@given(text=phrases, gap=space.filter(bool))
def test_case_white_space_and_composition_of_a_user_name_do_not_matter(form, text, gap):
    normal = form(text)
    variants = [text.upper(), text.lower(), unicodedata.normalize("NFD", text), gap + text + gap]
    assert {form(variant) for variant in [*variants, text.replace(" ", f" {gap}")]} == {normal}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("ＪＲＯＥ", "jroe"),
        ("ﬁona", "Fiona"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("\ufeffjroe", "jroe"),  # the byte order mark that spreadsheets leave in front
        ("j\u200broe", "jroe"),
        ("j\u00adroe", "jroe"),
    ],
)
def test_user_names_compare_as_in_a_directory(one, other):
    """As caseIgnoreMatch prepares them: RFC 4518 2.2 (map), 2.3 (NFKC)."""
    assert people.uid(one) == people.uid(other)


@pytest.mark.parametrize(
    "text", ["", "  ", "\u200b", "j\x00roe", "j\x1b[2Jroe", "j\ud800", "a" * 1025, "\ufdfa" * 1024]
)
def test_what_no_directory_would_take_as_a_user_name_is_refused(text):
    with pytest.raises(NameFormError, match="not a user name"):
        people.uid(text)
    with pytest.raises(NameFormError, match="not a key"):
        people.key(text)


# -- distinguished names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normal"),
    [  # the examples of RFC 4514, section 4
        ("UID=jsmith,DC=example,DC=net", "uid=jsmith,dc=example,dc=net"),
        ("OU=Sales+CN=J.  Smith,DC=example,DC=net", "cn=j. smith+ou=sales,dc=example,dc=net"),
        (r"CN=James \"Jim\" Smith\, III,DC=example,DC=net", r"cn=james \"jim\" smith\, iii,dc=example,dc=net"),
        (r"CN=Before\0dAfter,DC=example,DC=net", "cn=before after,dc=example,dc=net"),
        (r"CN=Lu\C4\8Di\C4\87", "cn=lučić"),
    ],
)
def test_the_examples_of_rfc_4514(text, normal):
    assert people.dn(text) == normal


def test_the_last_example_of_rfc_4514_is_refused_in_so_many_words():
    with pytest.raises(NameFormError, match="BER"):
        people.dn("1.3.6.1.4.1.1466.0=#04024869")


@given(rdns)
def test_every_way_to_escape_a_value_gives_the_same_name(names):
    """The oracle is what went in: the values folded as user names are."""
    normal = people.dn(written(names, by_backslash))
    assert people.dn(written(names, by_hex)) == normal
    assert people.dn(written(names, by_quotation)) == normal
    folded = [sorted((kind.lower().removeprefix("oid."), people.uid(value)) for kind, value in rdn) for rdn in names]
    assert people.dn(written(folded, by_backslash)) == normal


@given(rdns, space, st.randoms(use_true_random=False))
def test_separators_spaces_case_and_the_order_inside_an_rdn_do_not_matter(names, gap, random):
    normal = people.dn(written(names, by_hex))
    for rdn in names:
        random.shuffle(rdn)
    assert people.dn(written(names, by_hex, f"{gap};{gap}", f"{gap}+{gap}")) == normal
    assert people.dn(written([[(kind.upper(), v) for kind, v in rdn] for rdn in names], by_hex)) == normal


@given(rdns, rdns)
def test_different_names_stay_different(one, other):
    def content(names):
        return [sorted((kind.lower().removeprefix("oid."), people.uid(value)) for kind, value in rdn) for rdn in names]

    same = people.dn(written(one, by_hex)) == people.dn(written(other, by_backslash))
    assert same == (content(one) == content(other))


@given(st.lists(st.tuples(st.sampled_from(["CN", "OU", "O", "C"]), words), min_size=2, max_size=5))
def test_the_canonical_form_of_notes_is_the_same_name(parts):
    notes = "/".join(f"{kind}={value}" for kind, value in parts)
    assert people.dn(notes) == people.dn(",".join(f"{kind}={value}" for kind, value in parts))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("CN=Jane Roe/OU=Sales/O=Acme", "cn=jane roe,ou=sales,o=acme"),
        (" cn = Jane Roe / o = Acme ", "cn=jane roe,o=acme"),
        ("CN=a/b,O=Acme", "cn=a/b,o=acme"),
        (r"CN=a/OU\=b", r"cn=a/ou\=b"),
        ('CN="a/OU=b"', r"cn=a/ou\=b"),
        ("CN=a;OU=b/O=c", r"cn=a,ou=b/o\=c"),
    ],
)
def test_a_slash_parts_a_name_only_in_notes_form(text, normal):
    assert people.dn(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Jane Roe",
        "cn=",
        "=jane",
        "cn=jane,",
        ",cn=jane",
        "cn=jane,,o=acme",
        "cn=jane+",
        "c n=jane",
        "1.=jane",
        "-x=jane",
        "cn=jane\\",
        'cn="jane',
        'cn=ja"ne',
        'cn=a"b,c"d',
        'cn="ja"ne"',
        "cn=\\ff",
        "cn=\\00",
        "cn=ja\x00ne",
        "cn=\\20",
        "cn=\\ ",
        "cn=#04024869",
        "cn=" + "a" * 1025,
        "cn=" + "a" * 5000,
    ],
)
def test_what_is_not_a_distinguished_name_is_refused(text):
    with pytest.raises(NameFormError, match="distinguished name"):
        people.dn(text)


@pytest.mark.parametrize("text", ["cn=a\\\\ ,o=b", "cn=a\\\\\\ ,o=b", "cn= a\\5C ;o=b", "cn=\\ a\\\\\\20,o=b"])
def test_an_escaped_backslash_before_a_space_is_kept_and_the_space_is_not(text):
    assert people.dn(text) == "cn=a\\\\,o=b"


def test_equal_names_lead_to_one_index_key():
    assert people.by_dn("CN=Jane Roe/O=Acme") == people.by_dn(r"cn=\4Aane  roe ; o=ACME")
    assert people.by_mail("JANE@EXAMPLE.COM ") == people.by_mail("jane@example.com")


# -- hashes, and names of an unknown kind -------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=16) | st.binary(min_size=32, max_size=32))
def test_a_hash_in_any_case_is_found(digest):
    assert people.by_hash(digest.hex()) == people.by_hash(digest.hex().upper())
    assert people.by_hash(digest.hex())[1:] == digest


@pytest.mark.parametrize(
    "text", ["", "0" * 31, "0" * 33, "0" * 40, "g" * 32, " " * 32, "00 " * 10 + "00", "0" * 32 + "\n"]
)
def test_what_is_not_a_hash_is_refused(text):
    with pytest.raises(NameFormError, match="not an MD5 or SHA-256"):
        people.by_hash(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("jane@example.com", ["mail", "uid", "key"]),
        ("0bc83cb571cd1c50ba6f3e8a78ef1346", ["hash", "uid", "key"]),
        ("cn=jane,o=acme", ["dn", "uid", "key"]),
        ("cn=jane@acme", ["mail", "dn", "uid", "key"]),
        ("jroe", ["uid", "key"]),
        ("", []),
    ],
)
def test_a_name_of_unknown_kind_is_tried_likeliest_first(text, kinds):
    assert people.by_any(text) == [INDEXES[kind](text) for kind in kinds]


# -- people -------------------------------------------------------------------------------------------------------


def test_a_persons_names_are_normal_and_each_is_kept_once():
    person = Person.of(
        mails=["Jane@Example.com", "jroe@example.com", " jane@example.COM"], uid="JRoe", dn="CN=Jane/O=Acme", key="A1"
    )
    assert person == Person(mails=("jane@example.com", "jroe@example.com"), uid="jroe", dn="cn=jane,o=acme", key="a1")


@given(st.lists(ascii_mails, max_size=3), st.none() | words, st.none() | words)
def test_every_name_leads_to_the_person_and_nothing_else_does(mails, uid, key):
    assume(mails or uid or key)
    person = Person.of(mails=mails, uid=uid, key=key, name="Jane Roe")
    expected = {people.by_mail(address) for address in mails}
    expected |= {people.by_hash(digest) for address in mails for digest in people.hashes(address)}
    expected |= {people.by_uid(uid)} if uid else set()
    expected |= {people.by_key(key)} if key else set()
    assert person.index_keys() == expected


@given(mails=st.lists(unicode_mails, max_size=3), uid=st.none() | words, dn=st.none() | rdns, name=st.none() | any_text)
def test_a_person_made_from_a_persons_own_names_is_the_same(mails, uid, dn, name):
    assume(mails or uid or dn)
    person = Person.of(mails=mails, uid=uid, dn=dn and written(dn, by_hex), name=name)
    again = Person.of(mails=person.mails, uid=person.uid, dn=person.dn, key=person.key, name=person.name)
    assert again == person
    assert person.display
    assert person.label


@pytest.mark.parametrize("names", [{}, {"name": "Jane Roe"}, {"mails": [], "uid": "", "dn": None}])
def test_a_person_without_any_name_that_leads_there_is_refused(names):
    with pytest.raises(NameFormError, match="a person needs"):
        Person.of(**names)


@pytest.mark.parametrize("wrong", [{"mails": ["jane"]}, {"uid": "\x00"}, {"dn": "jane"}, {"key": " "}])
def test_one_wrong_name_is_enough_to_refuse_a_person(wrong):
    with pytest.raises(NameFormError):
        Person.of(**{"uid": "jroe", **wrong})


@pytest.mark.parametrize(
    ("names", "label", "display"),
    [
        ({"uid": "jroe", "name": " Jane\tRoe "}, "jroe", "Jane Roe"),
        ({"uid": "jroe", "name": "Jane\x00\x1b Roe\ud800"}, "jroe", "Jane Roe"),
        ({"uid": "jroe", "name": " \x00 "}, "jroe", "Jroe"),
        ({"mails": ["jane.roe+photo@example.com"], "uid": "jr"}, "jane.roe+photo@example.com", "Jane Roe"),
        ({"mails": ["jane_mc-roe@example.com"]}, "jane_mc-roe@example.com", "Jane Mc Roe"),
        ({"uid": "j.roe", "dn": "cn=x,o=y"}, "j.roe", "J Roe"),
        ({"dn": r"CN=Roe\, Jane O'Neill,O=Acme"}, r"cn=roe\, jane o'neill,o=acme", "Roe, Jane O'neill"),
        ({"key": "+-1"}, "+-1", "+-1"),
    ],
)
def test_what_people_are_called(names, label, display):
    person = Person.of(**names)
    assert (person.label, person.display) == (label, display)


@given(any_text, st.integers(min_value=1, max_value=5000))
def test_a_name_for_people_to_read_is_bounded_and_one_line(text, times):
    name = Person.of(uid="jroe", name=text * times).name
    if name is not None:
        assert 0 < len(name) <= people.DISPLAY_LIMIT
        assert name == " ".join(name.split())
        name.encode("utf-8")


def test_a_name_with_half_a_million_marks_is_shortened_at_once():
    started = time.process_time()
    assert Person.of(uid="jroe", name="e" + "\u0301\u0327" * 250_000).display
    assert time.process_time() - started < 0.25


def test_a_second_key_leads_to_a_person_as_the_first_does():
    person = Person.of(key="A1", userid="GUID-7")
    assert person.index_keys() == {people.by_key("a1"), people.by_key("guid-7")}
    assert Person.of(userid="GUID-7").label == "guid-7"


PLAIN_VALUES = st.from_regex(r"[A-Za-z0-9._@-]{1,8}( [A-Za-z0-9._@-]{1,8}){0,2}", fullmatch=True)


@given(st.lists(st.tuples(st.sampled_from(["CN", "ou", "Dc", "x-Y"]), PLAIN_VALUES), min_size=1, max_size=5))
def test_a_plain_distinguished_name_reads_as_the_same_one_in_escapes(rdns: list[tuple[str, str]]) -> None:
    """The one takes the short way, the other the long one."""
    plain = ",".join(f"{kind}={value}" for kind, value in rdns)
    escaped = ",".join(f"{kind}=" + "".join(f"\\{ord(char):02x}" for char in value) for kind, value in rdns)
    assert people.dn(plain) == people.dn(escaped) == plain.lower()


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=30))
def test_ascii_is_folded_as_every_text_is(text: str) -> None:
    """A capital sharp s folds to two letters of ASCII, and what stands beside it folds as it does alone."""
    assert people._fold(f"x{text}x\u1e9e") == people._fold(f"x{text}x") + "ss"
