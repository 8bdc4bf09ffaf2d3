"""`limner cell plan`: a plan, or a refusal with the nearest change that works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run

NODES = "".join(f" --node acme/2-certificate/{each}" for each in ("stpNode", "mtgNode", "mediaNode"))
PLAN = f"cell plan acme/2-certificate/dmgrNode change.toml{NODES} --jdk 7.1.3.0"
STORY = """
[[protocol]]
protocol = "SSL_TLSv2"
configurations = ["*"]
commands = ["*"]
[[protocol]]
protocol = "TLSv1.2"
processes = ["was_stpProxy"]
"""

CELL = '[[protocol]]\nprotocol = "TLSv1.2"\nconfigurations = ["CellDefaultSSLSettings"]\n'
CERTIFICATE = """
[[certificate]]
file = "acme/wild.acme.example.p12"
alias = "wildcard"
processes = ["STConferenceManager"]
"""


def test_a_plan_is_printed_and_written(run: Run, here: Path) -> None:
    (here / "change.toml").write_text(STORY)
    done = run(f"{PLAN} -o tls.plan")
    assert done.status == 0
    assert "3. switch: all keep running" in done.out
    assert "   restart: stpNode/was_stpProxy\n" in done.out
    assert "wrote tls.plan" in done.err
    assert json.loads((here / "tls.plan").read_text())["cell"] == "acmeCell"
    assert set(json.loads((here / "tls.plan").read_text())["places"]) == {"", "stpNode", "mtgNode", "mediaNode"}


def test_as_json(run: Run, here: Path) -> None:
    (here / "change.toml").write_text(STORY)
    data = json.loads(run(f"{PLAN} --json").out)
    assert (data["refused"], len(data["phases"]), data["phases"][2]["mode"]) == (False, 4, "rolling")
    assert not (here / "tls.plan").exists()


def test_a_refusal_names_the_pairs_and_a_change_that_works(run: Run, here: Path) -> None:
    (here / "change.toml").write_text(
        '[[protocol]]\nprotocol = "TLSv1.2"\nconfigurations = ["CellDefaultSSLSettings"]\n'
    )
    done = run(f"{PLAN} -o tls.plan")
    assert done.status == 1
    assert not (here / "tls.plan").exists()
    assert "thick client -> mediaNode/STSipProxy" in done.out
    nearest = done.out.partition("the nearest change that works:\n\n")[2]
    (here / "change.toml").write_text(nearest)
    assert run(PLAN).status == 0
    (here / "change.toml").write_text(
        '[[protocol]]\nprotocol = "TLSv1.2"\nconfigurations = ["CellDefaultSSLSettings"]\n'
    )
    data = json.loads(run(f"{PLAN} --json").out)
    assert data["refused"]
    assert data["nearest"] + "\n" == nearest
    assert {"caller", "target", "moment", "reasons"} <= data["broken"][0].keys()


def test_a_certificate_s_password_comes_from_a_file(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "change.toml").write_text(CERTIFICATE)
    word = here / "word"
    word.write_text("WebAS\n")
    word.chmod(0o600)
    done = run(f"{PLAN} --password-file word")
    assert (done.status, "WebAS" in done.out + done.err) == (0, False)
    monkeypatch.setenv("LIMNER_CERT_PASSWORD", "wrong")
    assert run(PLAN).status == 2


@pytest.mark.parametrize("text", ["", "[[protocol]]\nprotocol = 'TLSv1.2'\n", "x = 1\n", "\x00"])
def test_mistakes_are_told(run: Run, here: Path, text: str) -> None:
    (here / "change.toml").write_text(text)
    done = run(PLAN)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: ")


def test_without_the_level_of_the_sdk_a_refusal_says_so(run: Run, here: Path) -> None:
    (here / "change.toml").write_text('[[protocol]]\nprotocol = "TLSv1.2"\nprocesses = ["was_stpProxy"]\n')
    done = run("cell plan acme/3-tls12/dmgrNode change.toml")
    assert done.status in (0, 1)
    (here / "change.toml").write_text('[[protocol]]\nprotocol = "TLSv1.2"\nprocesses = ["STConferenceManager"]\n')
    done = run("cell plan acme/3-tls12/dmgrNode change.toml")
    assert done.status == 1
    assert "say it with --jdk" in done.err
