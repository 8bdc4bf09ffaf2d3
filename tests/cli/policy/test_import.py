"""`limner policy import`."""

import pytest

from limner import settings

SEED = """\
# Sametime photos
<VirtualHost *:80>
DocumentRoot “/opt/IBM/HTTPServer/photos”
RewriteEngine On
RewriteCond %{HTTP_COOKIE} !LtpaToken2=.*$ [NC]
RewriteCond %{HTTP_COOKIE} !LtpaToken=.*$ [NC]
RewriteCond %{HTTP_COOKIE} !STPluginActivePage=stMeetingroom [NC]
# Old subnets and staff VPN
RewriteCond %{REMOTE_ADDR} !^10\\.20\\.(1[6-9]|2[0-9])\\.([0-9]|[0-9][0-9]|1([0-9][0-9])|2([0-4][0-9]|5[0-5]))$
# Sametime Proxy
RewriteCond %{REMOTE_ADDR} !^192\\.0\\.2\\.7$ [NC]
RewriteRule ^(.*)$ https://www.example.com/ [R,L]
</VirtualHost>
"""


@pytest.fixture
def seed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "httpd.conf").write_text(SEED)


def test_the_seeds_virtual_host(run, seed):
    done = run("policy import httpd.conf")
    assert (done.status, done.out) == (2, "")
    assert "line 6: a cookie that contains 'LtpaToken=' in any case lets in, so 'xLtpaToken=x' too" in done.err
    assert "--exact-cookies takes" in done.err
    done = run("policy import httpd.conf --exact-cookies -o limner.toml")
    assert done.status == 1
    assert "line 3: “ is a typographic quotation mark" in done.err
    policy = settings.load("limner.toml").policy
    assert policy.otherwise.redirect == "https://www.example.com/"
    assert [rule.name for rule in policy.allow] == ["Old subnets and staff VPN", "Sametime Proxy", "a cookie"]
    assert policy.allow[0].networks == ["10.20.16.0/21", "10.20.24.0/22", "10.20.28.0/23"]


def test_the_seed_as_it_was_printed_is_refused_with_its_reason(run, tmp_path):
    (tmp_path / "f").write_text(SEED.replace("https://www.example.com/ ", ""))
    done = run("policy import", str(tmp_path / "f"))
    assert done.status == 2
    assert "line 12: [R,L] stands where RewriteRule has the new address" in done.err


def test_what_is_expected_is_compared(run, seed):
    done = run("policy import httpd.conf --exact-cookies --json --expect 10.20.16.0/20 --expect 192.0.2.7")
    assert done.status == 1
    assert (done.json["beyond"], done.json["lacking"], done.json["sound"]) == ([], ["10.20.30.0/23"], False)
    assert done.json["narrowed"][0]["line"] == 5
    done = run("policy import httpd.conf --exact-cookies --expect 10.20.16.0/20")
    assert "beyond what is expected: 1 address, such as 192.0.2.7" in done.err
    assert "lacking: 512 addresses, such as 10.20.30.0: 10.20.30.0/23" in done.err


def test_nothing_is_overwritten(run, seed, tmp_path):
    (tmp_path / "mine.toml").write_text("mine")
    done = run("policy import httpd.conf --exact-cookies -o mine.toml")
    assert (done.status, (tmp_path / "mine.toml").read_text()) == (2, "mine")
    assert "is there already" in done.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["httpd.conf", "mine.toml"]


def test_what_is_not_understood_is_closed_and_said(run, tmp_path):
    (tmp_path / "f").write_text("<Location />\nRequire ip 10.1\nRequire valid-user\n</Location>\n")
    done = run("policy import", str(tmp_path / "f"))
    assert done.status == 1
    assert "line 3: require valid-user is not understood; nobody is let in by it" in done.err
    assert "# CLOSED" in done.out


@pytest.mark.parametrize("text", ["", "hello", "\0", "server {", "<Location />\nRequire ip 10.1"])
def test_rubbish(run, tmp_path, text):
    (tmp_path / "f").write_text(text)
    assert run("policy import", str(tmp_path / "f")).status == 2
