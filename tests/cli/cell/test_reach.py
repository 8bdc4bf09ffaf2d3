from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Run

WHOLE = "acme/3-tls12/dmgrNode " + " ".join(
    f"--node acme/3-tls12/{node}" for node in ("stpNode", "mtgNode", "mediaNode")
)


@pytest.fixture(autouse=True)
def _here(here: Path) -> None:
    """All commands run beside the sample cell."""


def test_everybody_can_talk(run: Run) -> None:
    done = run(f"cell reach {WHOLE} --jdk 7.1.3.0")
    assert done.status == 0
    assert done.out.startswith("cell acmeCell: of 53 pairs that must talk 53 can, 0 cannot, 0 are open\n\ncan talk:\n")
    assert "mediaNode/STSipProxyRegistrar = SIP registrar" in done.out


def test_who_cannot_talk_is_told_with_both_settings(run: Run) -> None:
    done = run(f"cell reach {WHOLE} --jdk 8.0.6.30")
    assert done.status == 1
    assert "\ncannot talk:\n" in done.out
    line = next(line for line in done.out.splitlines() if "mediaNode/nodeagent -> dmgrNode/dmgr  admin" in line)
    assert "AdminSSLOutbound: CellDefaultSSLSettings [SSL_TLS]" in line
    assert line.endswith("->  node dmgrNode: CellDefaultSSLSettings [SSL_TLSv2], certificate default")
    assert "SSL_TLS enables nothing: nobody can connect" in done.out


def test_json(run: Run) -> None:
    found = run(f"cell reach {WHOLE} --jdk 7.1.3.0 --json").json
    assert (found["cell"], found["sound"]) == ("acmeCell", True)
    proxy = next(each for each in found["pairs"] if each["caller"] == "stpNode/was_stpProxy")
    assert (proxy["answer"], proxy["protocol"], proxy["needed"]) == ("yes", "TLSv1.2", True)
    assert proxy["suite"].startswith("TLS_ECDHE_RSA")
    assert {"process": "dmgrNode/dmgr", "role": "deployment manager", "given": True} in found["roles"]


def test_clients_and_roles_of_one_s_own(run: Run, here: Path) -> None:
    (here / "clients.toml").write_text('[[client]]\nname = "robot"\nversions = ["TLSv1"]\nneeds = ["chat"]\n')
    (here / "roles.toml").write_text('[roles]\n"mtgNode/was_mtgProxy" = "chat proxy"\n')
    done = run("cell reach acme/3-tls12/dmgrNode --jdk 7.1.3.0 --clients clients.toml --roles roles.toml --json")
    robot = {
        each["target"]: each["answer"] for each in done.json["pairs"] if each["caller"] == "robot" and each["needed"]
    }
    assert robot == {"stpNode/was_stpProxy": "no", "mtgNode/was_mtgProxy": "yes"}
    assert done.status == 1


def test_a_page(run: Run, here: Path) -> None:
    done = run("cell reach acme/3-tls12/dmgrNode --jdk 7.1.3.0 --html reach.html")
    assert "limner: wrote reach.html\n" in done.err
    assert "who can talk with whom" in (here / "reach.html").read_text()


def test_mistakes(run: Run, here: Path) -> None:
    assert run("cell reach nowhere").status == 2
    done = run("cell reach acme/3-tls12/dmgrNode --clients missing.toml")
    assert (done.status, done.err) == (2, "limner: error: cannot read missing.toml: No such file or directory\n")
    assert "not a level of IBM's SDK" in run("cell reach acme/3-tls12/dmgrNode --jdk 11").err
