"""The scripts run, against a model of wsadmin that edits the sample cell's files, and undo what they did."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cell.plan.conftest import STORY, WILDCARD, change
from cell.script.conftest import Stage, Staged
from limner.cell.keystores import pkcs12
from limner.cell.model import Security
from limner.cell.plan import Change
from limner.cell.resolve import Resolver
from limner.cell.script.jython import Data, literal

OWN = change(protocol=[{"protocol": "TLSv1.2", "processes": ["STConferenceManager"]}],
             ciphers=[{"drop": ["SSL_RSA_WITH_3DES_EDE_CBC_SHA"], "processes": ["was_mtgProxy"]}])  # fmt: skip
CHANGES = [(STORY, "2-certificate"), (WILDCARD, "1-installed"), (OWN, "3-tls12")]
FORBIDDEN = (
    ast.JoinedStr, ast.With, ast.AsyncFunctionDef, ast.Yield, ast.YieldFrom, ast.IfExp, ast.GeneratorExp, ast.SetComp,
    ast.DictComp, ast.Set, ast.Lambda, ast.Nonlocal, ast.NamedExpr, ast.Starred, ast.FloorDiv, ast.AnnAssign,
    ast.ClassDef, ast.Global, ast.Match, ast.MatMult, ast.Await, ast.ImportFrom,
)  # fmt: skip
NOT_IN_2_1 = {
    "True", "False", "sorted", "enumerate", "reversed", "any", "all", "sum", "set", "frozenset", "bool", "dict",
    "object", "super", "staticmethod", "property", "basestring", "next", "bytes",
}  # fmt: skip


def mistakes(tree: ast.AST) -> Iterator[str]:
    """Find what Jython 2.1 or Python 3 does not have: each with its line."""
    for each in ast.walk(tree):
        where = f"line {getattr(each, 'lineno', 0)}: {type(each).__name__}"
        if isinstance(each, FORBIDDEN):
            yield where
        if isinstance(each, ast.Constant) and each.value in (True, False) and isinstance(each.value, bool):
            yield where
        if isinstance(each, ast.Name) and each.id in NOT_IN_2_1:
            yield f"{where} {each.id}"
        if isinstance(each, ast.Attribute) and each.attr in ("format", "has_key", "items", "partition", "decode"):
            yield f"{where} {each.attr}"
        if isinstance(each, ast.Try) and each.finalbody and each.handlers:
            yield where
        if isinstance(each, ast.ExceptHandler) and each.name:
            yield where
        if isinstance(each, ast.Slice) and each.step:
            yield where
        if isinstance(each, ast.FunctionDef) and (
            each.decorator_list or each.returns or any(isinstance(inner, ast.FunctionDef) for inner in each.body)
        ):
            yield where
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "print":
            yield from [where] * (len(each.args) != 1 or bool(each.keywords))
        if isinstance(each, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in each.ops):
            # in Jython 2.1 `in` is for lists: of a text it takes one character, of a dictionary nothing
            yield from [where] * isinstance(each.comparators[0], ast.Constant | ast.Dict)


@pytest.mark.parametrize(("wanted", "moment"), CHANGES)
def test_scripts_are_jython_2_1_and_python_3(stage: Stage, wanted: Change, moment: str) -> None:
    folder = stage(wanted, moment).folder
    for name in ("apply.py", "verify.py", "rollback.py"):
        assert list(mistakes(ast.parse((folder / name).read_text("ascii")))) == [], name


@pytest.mark.parametrize(
    "text",
    ["print(f'{1}')", "with open('a') as b:\n    pass", "x = 1 if y else 2", "x = True", "print(1, 2)",
     "sorted([1])", "try:\n    pass\nexcept ValueError as why:\n    pass", "'a' in 'abc'", "x = [1][::2]",
     "def f():\n    yield 1", "x = {1}", "print('{}'.format(1))"],
)  # fmt: skip
def test_the_check_of_jython_finds_what_it_is_for(text: str) -> None:
    assert list(mistakes(ast.parse(text)))


data: st.SearchStrategy[Data] = st.recursive(
    st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])), lambda inner: st.lists(inner, max_size=4)
)


@given(data)
def test_a_literal_is_what_it_stands_for_and_ascii(value: Data) -> None:
    written = literal(value)
    assert written.isascii()
    assert "\n" not in written
    assert ast.literal_eval(written) == value


@pytest.mark.parametrize(("wanted", "moment"), CHANGES)
def test_what_is_applied_is_what_was_planned_and_rolls_back(
    stage: Stage, sample: Path, wanted: Change, moment: str
) -> None:
    """After each phase the files say what the plan wants; once all are taken back they are the files of before."""
    there = stage(wanted, moment)
    put_in(there, sample)
    before = snapshot(there)
    wsadmin = there.wsadmin()
    assert wsadmin.run(there.folder / "verify.py", str(there.folder), "before") == (
        0, "before: the cell is as planned\n",
    )  # fmt: skip
    for phase, world in zip(there.made.phases, there.made.worlds[1:], strict=True):
        status, out = wsadmin.run(there.folder / "apply.py", str(there.folder), phase.name)
        assert status == 0, out
        now = there.read().cell
        assert settings(now.security) == settings(world.security)
        assert all(node.security == now.security for node in now.nodes if node.security), "all have synchronised"
        assert resolved(there.read().cell) == resolved(world.cell)
        assert wsadmin.run(there.folder / "verify.py", str(there.folder), phase.name)[0] == 0
        wsadmin.calls.clear()
        assert wsadmin.run(there.folder / "apply.py", str(there.folder), phase.name)[0] == 0
        assert wsadmin.calls == [], "a second time there is nothing to do"
    assert there.read().judge.broken(there.made.worlds[0], there.made.worlds[-1], there.made.worlds[-1], "") == []
    for phase in reversed(there.made.phases):
        status, out = wsadmin.run(there.folder / "rollback.py", str(there.folder), phase.name)
        assert status == 0, out
    assert wsadmin.run(there.folder / "verify.py", str(there.folder), "before")[0] == 0
    assert snapshot(there) == before


def test_verify_finds_the_names_in_whatever_form_the_cell_answers(stage: Stage) -> None:
    there = stage(STORY, "2-certificate")
    for answer in (
        "{config},{certificate}",
        "[ [sslConfigAlias {config}] [certificateAlias {certificate}] ]",
        "{config}(cells/acmeCell|security.xml#SSLConfig_1)\n{certificate}",
    ):
        assert there.wsadmin(answer=answer).run(there.folder / "verify.py", str(there.folder), "before")[0] == 0
        assert there.wsadmin(answer=answer).run(there.folder / "verify.py", str(there.folder), "switch")[0] == 1


def test_verify_tells_what_differs(stage: Stage) -> None:
    there = stage(STORY, "2-certificate")
    status, out = there.wsadmin().run(there.folder / "verify.py", str(there.folder), "switch")
    assert status == 1
    assert "CellDefaultSSLSettings of (cell):acmeCell: sslProtocol is SSL_TLS, not SSL_TLSv2" in out
    assert "(server):was_stpProxy, inbound: it has CellDefaultSSLSettings,wildcard, not NodeDefaultSSLSettings" in out


def test_a_cell_that_somebody_else_has_changed_is_left_alone(stage: Stage) -> None:
    there = stage(STORY, "2-certificate")
    file = there.place / "dmgrNode/config/cells/acmeCell/security.xml"
    file.write_text(file.read_text().replace('sslProtocol="SSL_TLS"', 'sslProtocol="TLSv1.1"'))
    raw = file.read_bytes()
    wsadmin = there.wsadmin()
    status, out = wsadmin.run(there.folder / "apply.py", str(there.folder), "prepare")
    assert (status, wsadmin.calls) == (2, [])
    assert "sslProtocol is TLSv1.1, not SSL_TLS as it was when planned" in out
    assert file.read_bytes() == raw


def test_an_error_in_the_middle_leaves_everything_as_it_was(stage: Stage) -> None:
    there = stage(STORY, "2-certificate")
    file = there.place / "dmgrNode/config/cells/acmeCell/security.xml"
    raw = file.read_bytes()
    wsadmin = there.wsadmin()
    wsadmin.fails_at = "modifySSLConfig"
    status, out = wsadmin.run(there.folder / "apply.py", str(there.folder), "prepare")
    assert (status, "nothing was saved" in out) == (2, True)
    assert file.read_bytes() == raw


def test_a_password_is_read_or_asked_for_and_never_told(stage: Stage, sample: Path) -> None:
    there = stage(WILDCARD, "1-installed")
    shutil.copy(sample / "wild.acme.example.p12", there.folder)
    wsadmin = there.wsadmin()
    for phase in ("calm", "signers"):
        assert wsadmin.run(there.folder / "apply.py", str(there.folder), phase)[0] == 0
    status, out = wsadmin.run(there.folder / "apply.py", str(there.folder), "prepare", typed="wrong-one")
    assert (status, "wrong-one" in out, "*****" in out) == (2, False, True)
    status, out = wsadmin.run(there.folder / "apply.py", str(there.folder), "prepare", typed="WebAS")
    assert (status, "WebAS" in out) == (0, False)


def test_a_node_whose_agent_is_down_is_told(stage: Stage) -> None:
    there = stage(STORY, "2-certificate")
    wsadmin = there.wsadmin()
    del wsadmin.nodes["mtgNode"]
    _, out = wsadmin.run(there.folder / "apply.py", str(there.folder), "calm")
    assert "mtgNode: its node agent is down: run syncNode there" in out
    assert "stpNode: synchronised" in out


def test_wrong_arguments_are_told(stage: Stage) -> None:
    there = stage(STORY, "2-certificate")
    for arguments in ([], ["/folder"], ["/folder", "nonsense"], ["a", "calm", "b"]):
        status, out = there.wsadmin().run(there.folder / "apply.py", *arguments)
        assert (status, out.startswith("usage: ")) == (2, True)
        assert "calm, prepare, switch, close" in out


def put_in(there: Staged, sample: Path) -> None:
    """Do what the checklist says of files with keys."""
    for phase in there.made.phases:
        for edit in phase.edits:
            if edit.do == "key":
                shutil.copy(sample / edit.file, there.folder)
                (there.folder / f"{edit.file}.password").write_text("WebAS\n")


def snapshot(there: Staged) -> dict[str, object]:
    """Give all files of the deployment manager's configuration: documents and stores by what they say."""
    found: dict[str, object] = {}
    top = there.place / "dmgrNode/config"
    for file in top.rglob("*"):
        name = file.relative_to(top).as_posix()
        if file.suffix == ".xml":
            found[name] = canonicalize(file.read_text(), strip_text=True)
        elif file.suffix == ".p12":
            entries = pkcs12.read(file.read_bytes(), "WebAS", name).entries
            found[name] = {(each.alias, each.kind, each.certificates) for each in entries}
        elif file.is_file():
            found[name] = file.read_bytes()
    return found


def settings(security: Security) -> object:
    def short(thing: object) -> str:
        return json.dumps(repr(thing))

    return (
        security.dynamic_update,
        [(each.key, each.protocol, each.level, each.ciphers, each.client_auth, each.key_store and each.key_store.key,
          each.trust_store and each.trust_store.key) for each in security.configs],
        [(each.scope, each.direction, each.config and each.config.key, each.certificate_alias)
         for each in security.groups],
        sorted(map(short, security.scopes)),
    )  # fmt: skip


def resolved(cell: object) -> list[object]:
    resolver = Resolver(cell)  # type: ignore[arg-type]
    return [
        (process.label, point.name, answer.config and (answer.config.key, answer.config.protocol),
         answer.certificate_alias)
        for process in resolver.cell.processes
        for point in process.endpoints
        for answer in [resolver.inbound(process, point.name)]
    ]  # fmt: skip
