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


ASKED = """\
[[policy.allow]]
name = "offices"
networks = ["10.1.0.0/16"]

[[policy.allow]]
name = "few"
networks = ["10.2.0.0/16"]
budget = { faces = 3, per = "1h" }

[auth]
enabled = true
refuse = 403
gateway = "TARGET"
trusted = ["127.0.0.1"]
"""
SAME = (
    "equivalent: A and B let in the same visitors\n"
    "  limner is asked about the others: this holds where the limner that is asked has these settings\n"
)


@pytest.fixture(params=["nginx", "caddy"])
def asked(request, run, tmp_path, monkeypatch):
    """Give the text of an export that asks limner, which is in `asked.conf`."""
    monkeypatch.chdir(tmp_path)
    Path("limner.toml").write_text(ASKED.replace("TARGET", request.param))
    options = "--limner http://127.0.0.1:8080 --server-name photos.example.com"
    assert run(f"policy export {request.param} {options} -o asked.conf").status == 0
    return Path("asked.conf").read_text()


def test_an_export_that_asks_limner_is_equivalent_to_the_settings_that_give_it(run, asked):
    for two in ("limner.toml asked.conf", "asked.conf limner.toml"):
        done = run(f"policy compare {two}")
        assert (done.status, done.out, done.err) == (0, SAME, "")
    told = run("policy compare --json limner.toml asked.conf").json
    assert (told["relation"], told["only_a"], told["only_b"]) == ("equivalent", None, None)


def test_a_network_that_was_widened_by_hand_lets_in_a_visitor_whatever_limner_answers(run, asked):
    Path("wide.conf").write_text(asked.replace("10.1.0.0/16", "10.0.0.0/15"))
    done = run("policy compare limner.toml wide.conf")
    assert (done.status, done.err) == (1, "")
    first, second, third = done.out.splitlines()
    assert first == "not equivalent: A and B decide differently"
    assert second == "  only B lets in 10.0.0.0, with no cookie"
    assert third.startswith("  wide.conf is not what limner.toml gives: line ")
    assert "10.0.0.0/15" in third
    assert "only A lets in 10.0.0.0, with" in run("policy compare wide.conf limner.toml").out
    told = run("policy compare --json limner.toml wide.conf").json
    assert (told["relation"], told["only_b"]["address"]) == ("not equivalent", "10.0.0.0")
    assert told["remark"] == third.strip()


def test_a_network_that_was_narrowed_by_hand_is_not_equivalent_and_limner_may_let_in_the_others(run, asked):
    Path("narrow.conf").write_text(asked.replace("10.1.0.0/16", "10.1.0.0/17"))
    done = run("policy compare limner.toml narrow.conf")
    assert (done.status, done.out) == (2, "")
    assert "error: narrow.conf is not what limner.toml gives: line " in done.err
    assert "error: whether they decide alike is not known: narrow.conf, line " in done.err
    assert "hint: write it again from the settings, with the same options" in done.err


def test_who_is_kept_out_before_limner_is_asked_is_a_visitor_whom_only_the_settings_let_in(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("limner.toml").write_text(ASKED.replace("TARGET", "nginx"))
    text = run("policy export nginx --limner http://127.0.0.1:8080").out
    Path("kept.conf").write_text(text.replace("        auth_request", "        deny 10.1.2.3;\n        auth_request"))
    done = run("policy compare limner.toml kept.conf")
    assert done.status == 1
    assert "  only A lets in 10.1.2.3, with no cookie\n" in done.out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("faces = 3", "faces = 4", "line 3 is '# Policy: sha256 "),
        ('"few"', '"a few"', "line 3 is '# Policy: sha256 "),
        ("enabled = true", "enabled = false", "limner has to be asked about 'few'"),
    ],
)
def test_an_export_of_other_settings_is_not_equivalent(run, asked, old, new, says):
    Path("other.toml").write_text(Path("limner.toml").read_text().replace(old, new))
    done = run("policy compare other.toml asked.conf")
    assert (done.status, done.out) == (2, "")
    assert f"error: asked.conf is not what other.toml gives: {says}" in done.err


def test_the_digest_alone_is_not_believed(run, asked):
    """The file of one policy with the digest of another is the file of none."""
    Path("other.toml").write_text(Path("limner.toml").read_text().replace("faces = 3", "faces = 4"))
    target = asked.split("`")[1].split()[-1]
    anew = run(f"policy export {target} --limner http://127.0.0.1:8080 -c other.toml").out
    mine, other = (next(line for line in text.splitlines() if "sha256" in line) for text in (asked, anew))
    Path("forged.conf").write_text(asked.replace(mine, other).replace("10.1.0.0/16", "10.1.0.0/24"))
    assert run("policy compare other.toml forged.conf").status == 2


@pytest.mark.parametrize(
    "options",
    ["--help", "-o stolen", "-c /etc/passwd", "--nothing", "nginx", "--limner", "--leave-out nobody", "--root ../x"],
)
def test_options_that_do_not_stand_in_a_head_are_not_taken(run, asked, options):
    Path("asked.conf").write_text(asked.replace("# Options: ", f"# Options: {options} "))
    done = run("policy compare limner.toml asked.conf")
    assert (done.status, done.out) == (2, "")
    assert "error: asked.conf is not what limner.toml gives: " in done.err
    assert not Path("stolen").exists()


@pytest.mark.parametrize(
    ("old", "new"), [("# Options: ", "# "), ("# Options: ", "# Options: '"), ("# Written", "# Penned")]
)
def test_an_export_without_a_head_that_can_be_read_is_not_compared_but_written_again(run, asked, old, new):
    text = asked.replace(old, new)
    Path("asked.conf").write_text(text)
    done = run("policy compare limner.toml asked.conf")
    assert (done.status, done.out) == (2, "")
    assert "asked.conf, line" in done.err
    assert "hint: limner wrote the file: write it again from the settings, with the same options" in done.err


@pytest.mark.parametrize("change", [lambda raw: raw + b"\n", lambda raw: raw[:-1], lambda raw: b"\xef\xbb\xbf" + raw])
def test_every_byte_counts(run, asked, change):
    Path("asked.conf").write_bytes(change(asked.encode()))
    assert run("policy compare limner.toml asked.conf").status == 2


def test_two_exports_of_the_same_bytes_are_equivalent_whatever_they_ask(run, asked):
    Path("copy.conf").write_text(asked)
    done = run("policy compare asked.conf copy.conf")
    assert (done.status, done.out) == (0, "equivalent: A and B let in the same visitors\n")
    Path("copy.conf").write_text(asked + "# mine\n")
    assert run("policy compare asked.conf copy.conf").status == 2


def test_proxies_count_with_an_export_that_asks_too(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    proxied = '[policy]\ntrusted_proxies = ["127.0.0.1"]\n'
    Path("limner.toml").write_text(proxied + ASKED.replace("TARGET", "nginx"))
    assert run("policy export nginx --limner http://127.0.0.1:8080 --direct -o asked.conf").status == 0
    done = run("policy compare limner.toml asked.conf")
    assert done.status == 1
    assert "do not trust the same proxies" in done.out
    assert run("policy compare --direct limner.toml asked.conf").out == SAME


def test_an_export_of_more_cookies_than_are_read_is_compared_by_its_bytes(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cookies = ", ".join(f'"a{number}"' for number in range(12))
    Path("limner.toml").write_text(f'[[policy.allow]]\nname = "many"\ncookie = [{cookies}]\n')
    assert run("policy export haproxy --limner http://127.0.0.1:8080 -o many.conf").status == 0
    done = run("policy compare limner.toml many.conf")
    assert (done.status, done.out) == (0, "equivalent: A and B let in the same visitors\n")
    Path("many.conf").write_text(Path("many.conf").read_text().replace("a11", "b11"))
    assert run("policy compare limner.toml many.conf").status == 2
