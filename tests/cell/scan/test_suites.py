"""The table of suites, beside those of OpenSSL and Wireshark."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.cell.keystores.authority import openssl

from limner.cell.scan.suites import Version, is_weak, label, name, names, numbers, offered


def test_every_suite_of_openssl_is_in_it_by_the_same_name_and_number() -> None:
    listed = openssl("ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL@SECLEVEL=0").splitlines()
    assert len(listed) > 100
    for line in listed:
        number, _, standard = line.split()[:3]
        high, low = number.split(",")
        assert numbers()[standard] == int(high, 16) << 8 | int(low, 16)


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed: `make test` as root installs it")
def test_wireshark_has_the_same_names_for_all() -> None:
    done = subprocess.run(["tshark", "-G", "values"], capture_output=True, text=True, check=True, timeout=120)
    rows = (line.split("\t") for line in done.stdout.splitlines() if line.startswith("V\ttls.handshake.ciphersuite\t"))
    known = {int(row[2]): row[3] for row in rows}
    assert {number: known[number] for number in names()} == names()


def test_tls_1_3_has_suites_of_its_own() -> None:
    assert {name(number) for number in offered(Version.TLS13)} == {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256",
    }
    assert set(offered(Version.TLS12)) | set(offered(Version.TLS13)) == set(names())
    assert not set(offered(Version.SSL3)) & set(offered(Version.TLS13))


def test_what_protects_from_nobody() -> None:
    weak = {suite for suite in numbers() if is_weak(suite)}
    for suite in ("TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_NULL_SHA", "TLS_DH_anon_WITH_AES_128_CBC_SHA",
                  "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", "TLS_RSA_WITH_DES_CBC_SHA"):  # fmt: skip
        assert suite in weak
    for suite in ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_AES_128_GCM_SHA256"):
        assert suite not in weak


def test_what_has_no_name_has_a_number() -> None:
    assert name(0xABCD) == "0xABCD"
    assert (label(0x0300), label(0x0303), label(0x0305)) == ("SSL 3.0", "TLS 1.2", "version 0x0305")
