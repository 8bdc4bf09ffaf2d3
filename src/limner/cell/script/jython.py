"""Writes scripts for wsadmin, in what Jython 2.1 and Python 3 have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources

from limner.cell.plan.document import Expected, Plan
from limner.cell.plan.edits import (
    AddKey,
    AddSigner,
    Assign,
    Assigned,
    ClientSigner,
    Configure,
    DynamicUpdate,
    Edit,
    NewConfig,
    NewScope,
    SetClient,
)

Data = str | list["Data"]


def literal(value: Data) -> str:
    """Write a text, or a list of such, as a literal of both languages."""
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    written = json.dumps(value).replace("\x7f", "\\u007f")
    return f"u{written}" if "\\u" in written else written  # only a text with `u` knows \u in Jython 2.1


def apply_script(plan: Plan, signers: Mapping[str, str]) -> str:
    """Write apply.py; `signers` are the names of their files by their PEM."""
    phases = [(phase.name, list(phase.edits)) for phase in plan.phases]
    return _changing(
        plan, signers, phases, "apply.py", f"# Changes the TLS of the cell {_comment(plan.cell)}, phase by phase."
    )


def rollback_script(plan: Plan, signers: Mapping[str, str]) -> str:
    """Write rollback.py: what undoes each phase, last edit first."""
    phases = [(phase.name, [edit.undone() for edit in phase.edits[::-1]]) for phase in plan.phases]
    told = f"# Takes back what apply.py did to the cell {_comment(plan.cell)}: the last phase first."
    return _changing(plan, signers, phases, "rollback.py", told)


def verify_script(plan: Plan) -> str:
    """Write verify.py, which compares what the cell says with what limner works out."""
    expected = [("before", plan.before), *((phase.name, phase.expected) for phase in plan.phases)]
    return "\n".join([
        f"# Compares the cell {_comment(plan.cell)} with what is planned, and changes nothing.",
        _engine(),
        f"CELL = {literal(plan.cell)}",
        "EXPECTED = [",
        *(f"    [{literal(name)}, {_expected(each)}]," for name, each in expected),
        "]",
        "",
        "# what counts at each server by its name is what AdminTask.getInheritedSSLConfig must answer",
        'FOLDER, PHASE = chosen("verify.py", EXPECTED)',
        "for each in EXPECTED:",
        "    if each[0] == PHASE:",
        "        found = differences([each[1], each[2]])",
        "        for text in found:",
        "            print(text)",
        "        if found:",
        '            print("%d differences" % len(found))',
        "            sys.exit(1)",
        '        print(PHASE + ": the cell is as planned")',
        "",
    ])  # fmt: skip


def _changing(
    plan: Plan, signers: Mapping[str, str], phases: Sequence[tuple[str, list[Edit]]], name: str, about: str
) -> str:
    managed = dict.fromkeys(each.node for each in plan.servers if each.kind == "node agent")
    lines = [about, _engine(), f"CELL = {literal(plan.cell)}", f"NODES = {literal(list(managed))}", "PHASES = ["]
    for phase, edits in phases:
        lines.append(f"    [{literal(phase)}, [")
        lines += [f"        {literal(data)}," for edit in edits if (data := _data(edit, signers))]
        lines.append("    ]],")
    return "\n".join([*lines, "]", "", f"FOLDER, PHASE = chosen({literal(name)}, PHASES)", "run(PHASE)", ""])


def _engine() -> str:
    return resources.files(__package__).joinpath("engine.jy").read_text("utf-8")


def _comment(text: str) -> str:
    return json.dumps(text)


def _expected(expected: Expected) -> str:
    configs: list[Data] = [
        [each.alias, each.scope, [["sslProtocol", each.protocol], ["securityLevel", each.level],
                                  ["enabledCiphers", each.ciphers]]]
        for each in expected.configurations
    ]  # fmt: skip
    inherited: list[Data] = [[each.scope, each.direction, each.config, each.certificate] for each in expected.inherited]
    return f"{_lines(configs)}, {_lines(inherited)}"


def _lines(data: Iterable[Data]) -> str:
    return "".join(["[\n", *(f"        {literal(each)},\n" for each in data), "    ]"])


def _data(edit: Edit, signers: Mapping[str, str]) -> list[Data]:
    """Give an edit as the engine takes it; [] for one that is not wsadmin's."""
    match edit:
        case Configure():
            values: list[Data] = [[name, value, edit.was[name]] for name, value in edit.values.items()]
            return [edit.do, edit.alias, edit.scope, values]
        case NewConfig():
            return [edit.do, edit.alias, edit.scope, [[*pair] for pair in edit.values.items()], _gone(gone=edit.gone)]
        case Assign():
            return [edit.do, edit.name, edit.scope, edit.direction, _assigned(edit.value), _assigned(edit.was)]
        case NewScope():
            return [edit.do, edit.scope, _gone(gone=edit.gone)]
        case AddSigner():
            return [edit.do, edit.store, edit.scope, edit.alias, signers[edit.pem], _gone(gone=edit.gone)]
        case AddKey():
            gone = _gone(gone=edit.gone)
            return [edit.do, edit.store, edit.scope, edit.alias, edit.file, edit.from_alias, gone]
        case DynamicUpdate():
            return [edit.do, str(edit.value).lower()]
        case SetClient() | ClientSigner():
            return []


def _assigned(value: Assigned | None) -> list[Data]:
    return [value.config, value.config_scope, value.certificate] if value else []


def _gone(*, gone: bool) -> str:
    return "gone" if gone else ""
