"""`limner policy compare`."""

import os
import threading
from pathlib import Path

import pytest

NGINX = "geo $in { default 0; 10.1.0.0/16 1; }\nserver {\n  location / { if ($in = 0) { return 403; } }\n}\n"
APACHE = "<Location />\nOrder Deny,Allow\nDeny from all\nAllow from 10.1\n</Location>\n"
LIMNER = '[policy]\n[[policy.allow]]\nname = "x"\nnetworks = ["10.1.0.0/16"]\n'


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {"nginx.conf": NGINX, "httpd.conf": APACHE, "limner.toml": LIMNER}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "more.conf").write_text(APACHE.replace("10.1", "10.1 10.2.3.4"))
    (tmp_path / "proxied.toml").write_text(LIMNER.replace("[policy]", '[policy]\ntrusted_proxies = ["127.0.0.1"]'))


@pytest.mark.parametrize(
    "two", ["nginx.conf httpd.conf", "limner.toml nginx:nginx.conf", "apache:httpd.conf limner.toml"]
)
def test_policies_of_any_kind_are_equivalent(run, files, two):
    done = run(f"policy compare {two}")
    assert (done.status, done.out) == (0, "equivalent: A and B let in the same visitors\n")


def test_a_visit_shows_the_difference(run, files):
    done = run("policy compare limner.toml more.conf")
    assert done.status == 1
    assert done.out == (
        "A implies B: whom A lets in, B does too, but not the other way round\n"
        "  only B lets in 10.2.3.4, with no cookie\n"
    )
    told = run("policy compare --json more.conf limner.toml").json
    assert told["relation"] == "B implies A"
    assert (told["only_a"]["address"], told["only_b"]) == ("10.2.3.4", None)


def test_proxies_count_unless_visitors_come_directly(run, files):
    assert run("policy compare limner.toml proxied.toml").status == 1
    assert "do not trust the same proxies" in run("policy compare proxied.toml nginx.conf").out
    assert run("policy compare --direct limner.toml proxied.toml").status == 0


def test_what_is_not_understood_is_not_compared(run, files, tmp_path):
    (tmp_path / "httpd.conf").write_text("<Location />\nRequire valid-user\n</Location>\n")
    done = run("policy compare limner.toml httpd.conf")
    assert done.status == 2
    assert done.err == "limner: error: httpd.conf, line 2: require valid-user is not understood\n"
    assert run("policy compare limner.toml none.conf").status == 2


def test_a_pipe_is_read_once(run, tmp_path, monkeypatch) -> None:
    """As of `limner policy compare limner.toml <(ssh web cat /etc/nginx/site.conf)`."""
    monkeypatch.chdir(tmp_path)
    Path("limner.toml").write_text('[[policy.allow]]\nname = "o"\nnetworks = ["10.0.0.0/8"]\n')
    text = run("policy export nginx --limner http://127.0.0.1:8080 --server-name photos.example.com").out
    os.mkfifo("pipe")
    writing = threading.Thread(target=Path("pipe").write_text, args=(text,), daemon=True)
    writing.start()
    done = run("policy compare limner.toml pipe")
    assert (done.status, done.out) == (0, "equivalent: A and B let in the same visitors\n")
    writing.join(10)
