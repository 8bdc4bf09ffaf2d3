"""What is found wanting in a file, and what is good to know."""

from __future__ import annotations

from pathlib import Path

from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.cell.keystores.authority import DAY, ISSUING, NOW, ROOT, WILDCARD, Holder, make, openssl, p12, pems

from limner.cell.keystores import Entry, Form, Kind, Store, read
from limner.cell.keystores.judge import judge, subjects


def keyed(*chain: Holder, alias: str | None = "web", form: Form = Form.PKCS12) -> Store:
    """Make a store of one key; in PKCS#12 its chain is in entries of their own."""
    own = tuple(each.certificate for each in chain)
    if form in (Form.JKS, Form.PEM):
        return Store(form, (Entry(Kind.KEY, alias, own),))
    rest = (Entry(Kind.CERTIFICATE, None, (each,)) for each in own[1:])
    return Store(form, (Entry(Kind.KEY, alias, own[:1]), *rest))


def found(store: Store, *hosts: str) -> tuple[list[str], list[str]]:
    findings = judge(store, hosts, NOW)
    return [each.text for each in findings if each.wanting], [each.text for each in findings if not each.wanting]


def test_a_whole_store_is_sound() -> None:
    for form in (Form.PKCS12, Form.JKS, Form.PEM):
        assert found(keyed(WILDCARD, ISSUING, ROOT, form=form), "st.acme.example", "acme.example") == ([], [])


def test_a_chain_that_is_not_complete_names_who_is_missing() -> None:
    (wanting,), _ = found(keyed(WILDCARD, ISSUING))
    assert "O=Acme,CN=Acme Root, which issued Acme Issuing 1, is missing" in wanting


def test_java_looks_for_a_keys_chain_in_its_own_entry_of_jks() -> None:
    """A signer beside it does not make the chain whole there; in PKCS#12 it does."""
    key = Entry(Kind.KEY, "web", (WILDCARD.certificate,))
    more = tuple(
        Entry(Kind.TRUSTED, each.certificate.serial_number.__str__(), (each.certificate,)) for each in (ISSUING, ROOT)
    )
    assert found(Store(Form.PKCS12, (key, *more)))[0] == []
    assert len(found(Store(Form.JKS, (key, *more)))[0]) == 1


def test_a_host_that_is_not_covered() -> None:
    assert found(keyed(WILDCARD, ISSUING, ROOT), "a.b.acme.example")[0] == ["no certificate covers a.b.acme.example"]


def test_dates() -> None:
    old, new = (
        ISSUING.issue("old", begins=NOW - 9 * DAY, days=8),
        ISSUING.issue("new", begins=NOW + DAY),
    )
    soon = ISSUING.issue("soon", days=20)
    assert "ended on" in found(keyed(old, ISSUING, ROOT))[0][0]
    assert "begins on" in found(keyed(new, ISSUING, ROOT))[0][0]
    assert "ends soon" in found(keyed(soon, ISSUING, ROOT))[1][0]
    signer = make("Old Root", authority=True, begins=NOW - 9 * DAY, days=8)
    assert "ended on" in found(Store(Form.JKS, (Entry(Kind.TRUSTED, "a", (signer.certificate,)),)))[1][0]


def test_the_order_of_what_a_server_would_send() -> None:
    assert "not in order" in found(keyed(WILDCARD, ROOT, ISSUING, form=Form.PEM))[0][0]
    assert "not in order" in found(keyed(WILDCARD, ROOT, ISSUING, form=Form.JKS))[0][0]
    assert found(keyed(WILDCARD, ROOT, ISSUING))[0] == []


def test_signers_that_java_reads_as_none(tmp_path: Path) -> None:
    (tmp_path / "signers.pem").write_bytes(pems(ROOT, ISSUING))
    openssl(
        "pkcs12", "-export", "-nokeys", "-in", tmp_path / "signers.pem", "-passout", "pass:x", "-out", tmp_path / "a"
    )
    (wanting,), _ = found(read(tmp_path / "a", lambda: "x"))
    assert "Java reads this store as empty" in wanting


def test_aliases() -> None:
    for strange in (
        "{12345678-1234-1234-1234-123456789ABC}",
        "le-WebServer-1f2e",
        "cn=*.acme.example, o=acme",
        "é",
        "a" * 50,
    ):
        (note,) = found(keyed(WILDCARD, ISSUING, ROOT, alias=strange))[1]
        assert "nobody will recognise" in note
    for plain in ("default", "wildcard2026", "wildcard.acme.example-2027", "*.acme.example"):
        assert found(keyed(WILDCARD, ISSUING, ROOT, alias=plain))[1] == []
    assert "no alias" in found(keyed(WILDCARD, ISSUING, ROOT, alias=None))[1][0]
    two = (Entry(Kind.KEY, None, (WILDCARD.certificate,)), *keyed(WILDCARD, ISSUING, ROOT, alias=None).entries)
    assert "2 of 2 keys have no alias" in found(Store(Form.PKCS12, two))[0][0]
    same = (*keyed(WILDCARD, ISSUING, ROOT, alias="WEB").entries, Entry(Kind.TRUSTED, "web", (ROOT.certificate,)))
    assert "ignores case" in found(Store(Form.PKCS12, same))[0][0]


def test_what_a_certificate_is_for() -> None:
    client = make("jane", ISSUING, authority=False, uses=(ExtendedKeyUsageOID.CLIENT_AUTH,))
    server = make("st", ISSUING, authority=False, uses=(ExtendedKeyUsageOID.SERVER_AUTH,))
    assert "is not for servers" in found(keyed(client, ISSUING, ROOT))[0][0]
    assert "is not for clients" in found(keyed(server, ISSUING, ROOT))[1][0]


def test_a_key_without_a_certificate_and_a_file_without_anything() -> None:
    assert found(Store(Form.PEM, (Entry(Kind.KEY, None, ()),)))[0] == ["no certificate in the file fits the key"]
    assert found(Store(Form.PEM, ()))[0] == ["there is neither a certificate nor a key in it"]


def test_without_keys_a_file_is_about_those_that_issued_no_other(tmp_path: Path) -> None:
    store = Store(Form.PEM, tuple(Entry(Kind.CERTIFICATE, None, (each.certificate,)) for each in (ROOT, WILDCARD)))
    assert [each.certificate for each in subjects(store)] == [WILDCARD.certificate]
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", tmp_path / "key",
            "-addext", "subjectAltName=DNS:x.example", "-out", tmp_path / "own.pem")  # fmt: skip
    own = read(tmp_path / "own.pem", lambda: "")
    assert "signed itself" in found(own, "x.example")[1][0]


def test_what_java_does_not_show(tmp_path: Path) -> None:
    store = read(p12(tmp_path, WILDCARD, ISSUING, ROOT, make("Other Root", authority=True)), lambda: "secret1")
    assert found(store) == ([], ["Java will not show 1 certificates that are in no chain of a key"])
