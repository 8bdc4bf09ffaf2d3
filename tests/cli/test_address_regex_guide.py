"""docs/address-regex.md: each command in it prints what stands there."""

import re
import shlex
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "address-regex.md"


def examples():
    for block in re.findall(r"^```console\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, printed = part.partition("\n")
            yield pytest.param(line, printed, id=line)


@pytest.mark.parametrize(("line", "printed"), list(examples()))
def test_the_guide_prints_what_it_says(run, line, printed):
    done = run(*shlex.split(line)[1:2], *shlex.split(line)[2:])
    out = [each for each in printed.splitlines() if not each.startswith("limner: ")]
    err = [each for each in printed.splitlines() if each.startswith("limner: ")]
    assert (done.out.splitlines(), done.err.splitlines()) == (out, err)
