"""The folder of a plan: complete, for its owner only, and made of the cell as it was planned for."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cell.plan.conftest import STORY, WILDCARD
from cell.script.conftest import Stage
from limner.cell.errors import CellError
from limner.cell.keystores import pem
from limner.cell.script import write_scripts
from limner.cell.script.client import with_protocol


def test_everything_is_there_and_for_the_owner_only(stage: Stage) -> None:
    there = stage(STORY, "2-certificate")
    files = {each.relative_to(there.folder).as_posix() for each in there.folder.rglob("*") if each.is_file()}
    nodes = ("dmgrNode", "stpNode", "mtgNode", "mediaNode")
    assert files == {
        "apply.py", "verify.py", "rollback.py", "checklist.md",
        "offline/dmgrNode/config/cells/acmeCell/security.xml",
        *(f"client/{when}/{node}/ssl.client.props" for when in ("before", "prepare") for node in nodes),
    }  # fmt: skip
    for each in [there.folder, *there.folder.rglob("*")]:
        assert not stat.S_IMODE(each.stat().st_mode) & 0o077, each


def test_files_to_put_in_and_back(stage: Stage) -> None:
    there = stage(STORY, "2-certificate")
    original = (there.place / "stpNode/properties/ssl.client.props").read_bytes()
    assert (there.folder / "client/before/stpNode/ssl.client.props").read_bytes() == original
    changed = with_protocol(original, "DefaultSSLSettings", "SSL_TLSv2", "f")
    assert (there.folder / "client/prepare/stpNode/ssl.client.props").read_bytes() == changed
    assert changed != original
    security = there.place / "dmgrNode/config/cells/acmeCell/security.xml"
    assert (there.folder / "offline/dmgrNode/config/cells/acmeCell/security.xml").read_bytes() == security.read_bytes()


def test_no_script_has_a_secret(stage: Stage) -> None:
    there = stage(WILDCARD, "1-installed")
    for name in ("apply.py", "verify.py", "rollback.py", "checklist.md"):
        text = (there.folder / name).read_text()
        assert "WebAS" not in text
        assert "{xor}" not in text
        assert "PRIVATE KEY" not in text
    signers = sorted((there.folder / "signers").iterdir())
    assert [each.name for each in signers] == ["acme-issuing-ca.pem", "acme-public-root.pem"]
    assert all(pem.read(each.read_bytes(), lambda: "", "f").certificates for each in signers)


def test_a_cell_that_has_changed_since_is_refused(stage: Stage, tmp_path: Path) -> None:
    there = stage(STORY, "2-certificate")
    file = there.place / "dmgrNode/config/cells/acmeCell/security.xml"
    file.write_text(file.read_text().replace("SSL_TLS", "SSL_TLSv2"))
    with pytest.raises(CellError, match="make a new plan"):
        write_scripts(there.plan, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_there_and_a_plan_of_nothing_are_refused(stage: Stage, tmp_path: Path) -> None:
    there = stage(STORY, "2-certificate")
    with pytest.raises(CellError, match="is there already"):
        write_scripts(there.plan, there.folder)
    with pytest.raises(CellError, match="as wanted already"):
        write_scripts(there.plan.model_copy(update={"phases": ()}), tmp_path / "new")
    with pytest.raises(CellError, match="cannot write"):
        write_scripts(there.plan, tmp_path / "none" / "new")


@pytest.mark.parametrize("name", ["..", "../x", "a/b", ""])
def test_a_name_that_leads_elsewhere_is_refused(stage: Stage, tmp_path: Path, name: str) -> None:
    there = stage(STORY, "2-certificate")
    with pytest.raises(CellError, match="cannot be the name of a folder"):
        write_scripts(there.plan.model_copy(update={"cell": name}), tmp_path / "new")
