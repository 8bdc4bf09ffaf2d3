"""HAProxy's dialect: words, networks on one line of addresses, servers behind it."""

import shlex

import pytest
from hypothesis import given
from tests.gateway.export.words import hostile
from tests.gateway.servers import check

from limner import settings
from limner.gateway.export import ExportError, Listen, Site, export, haproxy
from limner.policy.networks import Networks


@given(hostile)
def test_a_word_is_read_as_it_was_meant(text):
    assert shlex.split(haproxy.quote(text)) == [text]  # its quoting is that of a shell


def exported(*networks, **site):
    policy = settings.Policy(allow=[settings.Rule(name="a", networks=list(networks))])
    return export("haproxy", settings.Settings(policy=policy), Site(**{"limner": "http://127.0.0.1:80", **site}))


def test_all_networks_are_of_one_family_and_none_holds_what_it_should_not(tmp_path):
    text = exported("10.0.0.0/8", "::/0")
    rows = [line.split()[3:] for line in text.splitlines() if line.strip().startswith("acl ")]
    whole = Networks(network for row in rows for network in row)
    assert whole == Networks(["10.0.0.0/8", "::/0"])
    assert all(network.count(":") >= 2 for row in rows for network in row)
    assert "::ffff:10.0.0.0/104" in text
    check("haproxy", tmp_path, text)


def test_it_gives_out_no_files():
    with pytest.raises(ExportError, match="HAProxy gives out no files"):
        exported("10.0.0.0/8", root="/srv")


def test_its_server_is_verified_where_limner_speaks_tls(tmp_path):
    text = exported("10.0.0.0/8", limner="https://photos.example.com")
    server = "server limner photos.example.com:443 ssl verify required ca-file @system-ca verifyhost photos.example.com"
    assert server in text
    assert "server limner ::1:8080\n" in exported("10.0.0.0/8", limner="http://[::1]:8080")


def test_where_it_listens(tmp_path):
    assert "bind :::80 v4v6\n" in exported("10.0.0.0/8")
    text = exported("10.0.0.0/8", listen=(Listen("127.0.0.1", 81), Listen("[::1]", 82)))
    assert "bind 127.0.0.1:81\n    bind ::1:82 v6only\n" in text
    check("haproxy", tmp_path, text)
