"""`limner policy export`: what it prints and writes, and what it does not take."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.conftest import Run


def test_it_prints_the_configuration_and_nothing_else(run: Run, fresh: Path) -> None:
    done = run("policy export nginx --root /srv/photos --listen 127.0.0.1:8000 --server-name photos.example.com")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("# Written by `limner policy export nginx`.")
    options = "--root /srv/photos --server-name photos.example.com --listen 127.0.0.1:8000"
    assert done.out.splitlines()[1] == f"# Options: {options}"
    assert "    listen 127.0.0.1:8000;\n    server_name photos.example.com;\n" in done.out
    assert "10.0.0.0/8 1;" in done.out


def test_a_file_is_written_whole_or_left_as_it_was(run: Run, fresh: Path) -> None:
    file = fresh / "photos.conf"
    done = run("policy export nginx --root /srv/photos -o", str(file))
    assert (done.status, done.out, done.err) == (0, "", f"limner: wrote {file}\n")
    before = file.read_text()
    assert before == run("policy export nginx --root /srv/photos").out
    file.chmod(0o600)
    assert run("policy export haproxy --root /srv/photos -o", str(file)).status == 2
    assert file.read_text() == before
    assert run("policy export apache24 --root /srv/photos -o", str(file)).status == 0
    assert file.read_text() != before
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in fresh.iterdir() if each.name.startswith(".")] == []
    done = run("policy export nginx --root /srv/photos -o", str(fresh / "no" / "photos.conf"))
    assert done.status == 2
    assert done.err == f"limner: error: cannot write {fresh / 'no' / 'photos.conf'}: No such file or directory\n"
    assert run("policy export nginx --root /srv/photos -o", str(fresh)).status == 2
    assert [each.name for each in fresh.iterdir() if each.name.startswith(".")] == []


def test_a_refusal_names_the_rules_and_exits_with_2(run: Run, fresh: Path) -> None:
    file = fresh / "limner.toml"
    budget = 'budget = { faces = 3, per = "1h" }\n'
    file.write_text(file.read_text().replace('networks = ["10.0.0.0/8"]\n', f'networks = ["10.0.0.0/8"]\n{budget}'))
    done = run("policy export apache24 --root /srv/photos")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(
        "limner: error: the rule 'offices' asks for budget, which apache24 can neither judge nor ask limner about\n"
        "limner: hint: "
    )
    done = run("policy export apache24 --root /srv/photos --leave-out offices")
    assert done.status == 0
    assert "10.0.0.0" not in done.out


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--root photos",
        "--root /srv/../etc",
        "--root '/srv/\"x'",
        "--root '/srv/$x'",
        "--root '/srv/{x}'",
        "--root '/srv\n/x'",
        "--root /srv --listen 0",
        "--root /srv --listen 99999",
        "--root /srv --listen x",
        "--root /srv --listen unix:/run/x",
        "--root /srv --listen 'a;b:80'",
        "--root /srv --server-name 'a b'",
        "--root /srv --server-name 'a;'",
        "--limner 127.0.0.1:8080",
        "--limner 'http://127.0.0.1:8080/path'",
        "--limner 'http://a;b/'",
        "--limner 'http://me:secret@127.0.0.1:8080'",  # it would stand in the file's head
        "--root /srv --rewrite",
        "--root /srv --leave-out nobody",
    ],
)
def test_what_it_does_not_take(run: Run, fresh: Path, line: str) -> None:
    done = run(f"policy export nginx {line}")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: ")
    assert "limner: hint: " in done.err


def test_a_target_that_there_is_not(run: Run, fresh: Path) -> None:
    done = run("policy export lighttpd --root /srv")
    assert done.status == 2
    assert "there are: apache22, apache24, nginx, haproxy, caddy" in done.err
    assert run("policy export").err.startswith("limner: error: missing argument 'TARGET'\n")


def test_a_link_stays_a_link_and_what_is_no_file_stays_what_it_is(run: Run, fresh: Path) -> None:
    link = fresh / "enabled.conf"
    link.symlink_to(fresh / "available.conf")
    assert run("policy export nginx --root /srv/photos -o", str(link)).status == 0
    assert link.is_symlink()
    assert (fresh / "available.conf").read_text().startswith("# Written by")
    os.mkfifo(fresh / "pipe")
    done = run("policy export nginx --root /srv/photos -o", str(fresh / "pipe"))
    assert (done.status, done.err) == (2, f"limner: error: cannot write {fresh / 'pipe'}: it is not a file\n")
    assert (fresh / "pipe").is_fifo()


def test_a_long_list_is_written_for_every_target(run: Run, fresh: Path) -> None:
    networks = ", ".join(f'"10.{a}.{b}.0/25"' for a in range(40) for b in range(250))
    (fresh / "limner.toml").write_text(f'[[policy.allow]]\nname = "many"\nnetworks = [{networks}]\n')
    for target in ("apache22", "apache22 --rewrite", "apache24", "nginx", "haproxy", "caddy"):
        done = run(f"policy export {target} --limner http://127.0.0.1:8080")
        assert done.status == 0, done.err
        assert max(map(len, done.out.splitlines())) < (2040 if target == "haproxy" else 8190)
