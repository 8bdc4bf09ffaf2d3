"""The table of suites agrees with OpenSSL's, and finds a suite by any of its names."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.suites import Suites, Version
from limner.cell.suites.suite import suite, table

suites = st.sampled_from(table())


@given(suites)
def test_all_names_of_a_suite_find_it(each: object) -> None:
    found = next(one for one in table() if one == each)
    assert suite(found.name) == suite(found.ibm) == suite(found.name.lower()) == found
    assert not found.openssl or suite(found.openssl) == found


def test_numbers_names_keys_and_strengths_are_those_of_openssl() -> None:
    done = subprocess.run(
        ["openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL@SECLEVEL=0"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    theirs = {}
    for line in done.stdout.splitlines():
        code, _, name, _, short, first, _, key, cipher, *_ = line.split()
        theirs[name] = (int(code.replace(",0x", ""), 16), short, first, key.removeprefix("Au="), cipher)
    compared = 0
    for each in table():
        if not each.openssl:
            assert each.name not in theirs
            continue
        code, short, first, key, cipher = theirs[each.name]
        assert (each.code, each.openssl) == (code, short)
        assert key == {"EC": "ECDSA", "DSA": "DSS", "none": "None"}.get(each.key, each.key)
        bits = cipher.rpartition("(")[2].rstrip(")") if "(" in cipher else "0"
        assert each.bits == int(bits), each.name
        if each.first is not Version.SSL3:  # OpenSSL calls some of TLS 1.0's SSLv3
            assert each.first.value == first, each.name
        compared += 1
    assert compared > 45


def test_numbers_and_names_are_not_twice_in_the_table() -> None:
    assert len({each.code for each in table()}) == len({each.name for each in table()}) == len(table())


def test_versions_that_a_suite_can_be_used_with() -> None:
    assert suite("SSL_RSA_WITH_DES_CBC_SHA").last is Version.TLS11
    assert suite("SSL_RSA_EXPORT_WITH_RC4_40_MD5").last is Version.TLS10
    assert not suite("ECDHE-RSA-AES128-GCM-SHA256").fits(Version.TLS11)
    assert suite("TLS_AES_128_GCM_SHA256").fits(Version.TLS13)


def test_a_list_keeps_its_order_and_names_no_suite_twice() -> None:
    listed = Suites.named(["AES128-SHA", "SSL_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"])
    assert [each.openssl for each in listed.listed] == ["AES128-SHA", "AES256-SHA"]
    with pytest.raises(KeyError):
        Suites.named(["TLS_NO_SUCH"])
