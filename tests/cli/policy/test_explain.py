"""`limner policy explain`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cli.conftest import Run

DOCS = Path(__file__).parents[3] / "docs"


def test_the_command_that_the_documentation_shows_explains_so(run: Run, tmp_path: Path) -> None:
    page = (DOCS / "policy.md").read_text("utf-8")
    (command,) = re.findall(r"^limner (policy explain .*)$", page, re.MULTILINE)
    done = run(f"{command} -c {shlex.quote(str(DOCS / 'examples' / 'seed.toml'))}")
    assert (done.status, done.json["rule"]) == (0, "signed in, or in a meeting room")


def test_explain_allow(run: Run, fresh: Path) -> None:
    done = run("policy explain --from 10.1.2.3 jane@example.com")
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        "allow, by 'offices'  (10.1.2.3)\n"
        "  yes  offices\n"
        "         networks: 10.1.2.3 is in 10.0.0.0/8\n"
        "  no   meetings\n"
        "         cookie: no cookie STPluginActivePage=stMeetingroom\n"
    )


def test_explain_refuse(run: Run, fresh: Path) -> None:
    done = run("policy explain --from 192.0.2.1")
    assert done.status == 1
    assert done.out.splitlines()[0] == "refuse  (192.0.2.1)"
    assert done.out.splitlines()[-1] == "  the visitor gets: a redirect to https://www.example.com/"


@pytest.mark.parametrize(
    ("line", "verdict", "rule"),
    [
        ("--from 10.1.2.3", "allow", "offices"),
        ("--from ::ffff:10.1.2.3", "allow", "offices"),
        ("--from 192.0.2.1", "refuse", None),
        ("--from 2001:db8::1", "refuse", None),
        ("--from unix", "refuse", None),
        ("--from 192.0.2.1 --cookie a=b --cookie STPluginActivePage=stMeetingroom", "allow", "meetings"),
        ("--from 192.0.2.1 --header 'Cookie: STPluginActivePage=stMeetingroom'", "allow", "meetings"),
        ("--from 192.0.2.1 --cookie STPluginActivePage=stHome", "refuse", None),
        ("--from 192.0.2.1 --header 'X-Forwarded-For: 10.1.2.3'", "refuse", None),
    ],
)
def test_explain_json_has_the_promised_fields(run: Run, fresh: Path, line: str, verdict: str, rule: str | None) -> None:
    done = run(f"policy explain {line} --json jane@example.com")
    assert done.status == (0 if verdict == "allow" else 1)
    explained = done.json
    assert (explained["verdict"], explained["rule"]) == (verdict, rule)
    assert isinstance(explained["who"], str)
    assert [each["name"] for each in explained["rules"]] == ["offices", "meetings"]
    assert all(each.keys() == {"name", "holds", "conditions"} for each in explained["rules"])
    assert any(each["holds"] for each in explained["rules"]) is (verdict == "allow")


def test_explain_never_shows_what_a_cookie_holds(run: Run, fresh: Path) -> None:
    done = run("policy explain --from 192.0.2.1 --cookie STPluginActivePage=s3cret --json")
    assert "s3cret" not in done.out + done.err


def test_explain_believes_a_proxy_that_is_trusted(run: Run, fresh: Path) -> None:
    text = (fresh / "limner.toml").read_text()
    (fresh / "limner.toml").write_text(text.replace("[policy]\n", '[policy]\ntrusted_proxies = ["192.0.2.1"]\n'))
    done = run("policy explain --from 192.0.2.1 --header 'X-Forwarded-For: 10.1.2.3' --json")
    assert (done.json["verdict"], done.json["who"]) == ("allow", "10.1.2.3")


@pytest.mark.parametrize(
    "line",
    ["", "--from nowhere", "--from 10.0.0.0/8", "--from 10.0.0.1 --header x", "--from 10.0.0.1 --header :x"],
)
def test_what_is_no_visit(run: Run, fresh: Path, line: str) -> None:
    done = run(f"policy explain {line}")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: ")
    assert done.err.endswith("limner: hint: `limner policy explain --help` tells more\n")


def test_the_names_of_rules_cannot_speak_to_the_terminal(run: Run, fresh: Path) -> None:
    for name in ("[red]\\u202e", "[red]\\u001b[31m"):
        (fresh / "limner.toml").write_text(f'[[policy.allow]]\nname = "{name}"\ncookie = "a"\n')
        for line in ("policy check", "policy explain --from 10.0.0.1 --cookie a=b"):
            done = run(line)
            assert (done.out + done.err).replace("\n", "").isprintable()
            assert "[red]" in done.out or done.status == 2
