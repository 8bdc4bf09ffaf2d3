"""What limner needs to run: pyproject.toml, docs/dependencies.md and the imports say the same."""

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
DISTRIBUTIONS = {
    "Crypto": "pycryptodome",
    "PIL": "pillow",
    "dns": "dnspython",
    "prometheus_client": "prometheus-client",
    "pyasn1_modules": "pyasn1-modules",
    "pydantic_core": "pydantic",
}


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.match(r"[a-z0-9-]+", requirement)[0] for requirement in project["dependencies"]]


def imported():
    """Give the modules that limner imports from outside, at the top of a file or within a function."""
    found = set()
    for file in (ROOT / "src" / "limner").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"limner"}


def test_every_dependency_has_its_reason_on_the_page():
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    reasons = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", page, re.MULTILINE))
    assert list(reasons) == declared()
    assert all(reason.endswith(".") for reason in reasons.values())


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    assert {DISTRIBUTIONS.get(module, module) for module in imported()} == set(declared())
