"""`limner policy check`."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Run

DOCS = Path(__file__).parents[3] / "docs"
MEETINGS = "anyone can send the cookie STPluginActivePage=stMeetingroom: whoever knows this rule sees every face"


def test_check_prints_each_finding_with_its_rule_and_what_to_do(run: Run, fresh: Path) -> None:
    done = run("policy check")
    assert (done.status, done.err) == (1, "")
    assert done.out == (
        f"warning   meetings\n  message {MEETINGS}\n  fix     give the rule `networks` too, or remove it\n"
    )


def test_check_json(run: Run, fresh: Path) -> None:
    done = run("policy check --json")
    assert done.status == 1
    assert done.json == {
        "sound": False,
        "findings": [
            {
                "severity": "warning",
                "rule": "meetings",
                "message": MEETINGS,
                "fix": "give the rule `networks` too, or remove it",
            }
        ],
    }


def test_a_finding_about_no_rule_in_particular(run: Run, fresh: Path) -> None:
    (fresh / "limner.toml").write_text("[policy]\nallow = []\n")
    done = run("policy check")
    assert done.status == 1
    assert done.out.startswith("warning   (the policy as a whole)\n")


def test_a_sound_policy(run: Run, fresh: Path) -> None:
    (fresh / "limner.toml").write_text('[[policy.allow]]\nname = "a"\nnetworks = ["10.0.0.0/24"]\n')
    done = run("policy check")
    assert (done.status, done.out, done.err) == (0, "nothing doubtful was found\n", "")
    assert run("policy check --json").json == {"sound": True, "findings": []}


def test_check_prints_what_the_documentation_shows(run: Run) -> None:
    page = (DOCS / "policy.md").read_text("utf-8")
    assert f"```\n{run('policy check -c', str(DOCS / 'examples' / 'seed.toml')).out}```\n" in page
