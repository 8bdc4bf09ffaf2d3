"""Writes the folder of a plan: scripts, checklist, certificates of signers, and the files to put in and back."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from limner.cell.errors import CellError
from limner.cell.plan import Plan
from limner.cell.plan.edits import AddSigner, SetClient
from limner.cell.reading.client import SSL
from limner.cell.reading.place import Tree, read_tree
from limner.cell.script.checklist import checklist
from limner.cell.script.client import with_protocol
from limner.cell.script.jython import apply_script, rollback_script, verify_script

_AGAIN = "the cell is not as it was when it was planned: make a new plan"


def write_scripts(plan: Plan, folder: Path) -> None:
    """Write everything to a folder, which must not be there yet, all of it or nothing.

    The files of the cell are read again from where the plan was made from. Only the owner can read the folder: it
    holds security.xml and ssl.client.props as they are, and so their encoded passwords. Raises CellError.
    """
    if not plan.phases:
        raise CellError("the plan has no phases: the cell is as wanted already")
    if folder.exists():
        raise CellError(f"{folder} is there already", hint="give the name of a folder that is not there yet")
    files = _files(plan)
    try:
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=f".{folder.name}-") as work:
            inner = Path(work, "scripts")
            inner.mkdir(mode=0o700)
            for path, raw in files.items():
                file = inner / path
                for parent in reversed(file.relative_to(inner).parents):
                    (inner / parent).mkdir(mode=0o700, exist_ok=True)
                file.touch(mode=0o600)
                file.write_bytes(raw)
            os.rename(inner, folder)  # noqa: PTH104 - Path.rename says the same
    except OSError as why:
        raise CellError(f"cannot write {why.filename or folder}: {why.strerror}") from None


def _files(plan: Plan) -> dict[str, bytes]:
    signers = _signers(plan)
    found = {
        "apply.py": apply_script(plan, signers).encode(),
        "verify.py": verify_script(plan).encode(),
        "rollback.py": rollback_script(plan, signers).encode(),
        "checklist.md": checklist(plan).encode(),
        **{file: pem.encode() for pem, file in signers.items()},
        **_offline(plan),
    }
    return found | _clients(plan)


def _signers(plan: Plan) -> dict[str, str]:
    """Name a file for each signer's PEM."""
    found: dict[str, str] = {}
    for phase in plan.phases:
        for edit in phase.edits:
            if isinstance(edit, AddSigner) and edit.pem not in found:
                name = re.sub(r"[^a-z0-9]+", "-", edit.alias.lower()).strip("-") or "signer"
                taken = set(found.values())
                files = (f"signers/{name}{at or ''}.pem" for at in range(1000))
                found[edit.pem] = next(file for file in files if file not in taken)
    return found


def _offline(plan: Plan) -> dict[str, bytes]:
    """Give security.xml as it was, to be put back where no deployment manager answers."""
    tree = _tree(plan, "")
    raw = tree.files["security.xml"]
    if hashlib.sha256(raw).hexdigest() != plan.security_sha256:
        raise CellError(f"{tree.where('security.xml')}: {_AGAIN}")
    return {f"offline/{_folder(plan.manager.partition('/')[0])}/config/cells/{_folder(plan.cell)}/security.xml": raw}


def _clients(plan: Plan) -> dict[str, bytes]:
    """Give each ssl.client.props that is changed, as it was and as it is after each phase that changes it."""
    found: dict[str, bytes] = {}
    now: dict[str, bytes] = {}
    home = plan.manager.partition("/")[0]
    for phase in plan.phases:
        for edit in phase.edits:
            if not isinstance(edit, SetClient):
                continue
            file = f"{_folder(edit.node)}/ssl.client.props"
            if edit.node not in now:
                tree = _tree(plan, edit.node if edit.node in plan.places or edit.node != home else "")
                if SSL not in tree.profile:
                    raise CellError(f"{tree.where(SSL)} is not there any more", hint=_AGAIN)
                now[edit.node] = found[f"client/before/{file}"] = tree.profile[SSL]
            now[edit.node] = with_protocol(now[edit.node], edit.alias, edit.protocol, file)
            found[f"client/{phase.name}/{file}"] = now[edit.node]
    return found


def _tree(plan: Plan, node: str) -> Tree:
    if node not in plan.places:
        raise CellError(f"the plan does not tell where the profile of {node} is")
    return read_tree(Path(plan.places[node]))


def _folder(name: str) -> str:
    """Give a foreign name as that of a folder. Raises CellError for one that would lead elsewhere."""
    if not re.fullmatch(r"[\w .+@-]{1,200}", name) or name.strip(".") == "":
        raise CellError(f"{name!r} cannot be the name of a folder")
    return name
