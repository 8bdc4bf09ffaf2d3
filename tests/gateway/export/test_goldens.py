"""What is exported is what stands in the golden files, and the real servers load it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.gateway.export.goldens import FILES, dialect_of, parts
from tests.gateway.servers import PROGRAMS, check

from cli.conftest import Run, run

__all__ = ["run"]

golden = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@golden
def test_a_policy_is_exported_as_its_golden_file_has_it(file: Path, run: Run, tmp_path: Path) -> None:
    command, policy, output = parts(file)
    (tmp_path / "limner.toml").write_text(policy)
    done = run("policy export", *command, "-c", str(tmp_path / "limner.toml"))
    assert (done.status, done.err) == (0, "")
    assert done.out == output


@golden
def test_the_real_server_loads_a_golden_output(file: Path, tmp_path: Path) -> None:
    _, _, output = parts(file)
    (tmp_path / "photos").mkdir()
    (tmp_path / "nobody.jpg").write_bytes(b"\xff\xd8")
    check(dialect_of(file), tmp_path, output.replace("/srv/", f"{tmp_path}/"))


def test_there_are_golden_files_of_every_dialect() -> None:
    assert {dialect_of(file) for file in FILES} == set(PROGRAMS)


def test_a_server_that_finds_a_mistake_would_be_noticed(tmp_path: Path) -> None:
    for dialect in PROGRAMS:
        with pytest.raises(AssertionError):
            check(dialect, tmp_path, "rubbish {\n")
