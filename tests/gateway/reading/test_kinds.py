"""Every export is known for what it is, and reads as the policy that it was made from."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from tests.gateway.export.goldens import FILES, parts
from tests.policy.strategies import policies

from limner import settings
from limner.errors import LimnerError
from limner.gateway import written
from limner.gateway.compare import compare
from limner.gateway.export import TARGETS, Site, export
from limner.gateway.meaning import meaning_of
from limner.gateway.reading import kinds
from limner.gateway.reading.expression import NotReadError
from limner.gateway.reading.expression import meaning_of as read_meaning

ASKING = [file for file in FILES if file.name in ("asked.nginx.txt", "asked.caddy.txt")]
DECIDED = [file for file in FILES if not file.name.startswith("asked")]


@pytest.mark.parametrize("file", DECIDED, ids=lambda file: file.name)
def test_a_golden_export_is_equivalent_to_its_policy(file):
    _, policy, output = parts(file)
    reading = kinds.READERS[kinds.kind_of(output, file.name)](output, file.name)
    there = settings.Policy.model_validate(tomllib.loads(policy)["policy"])
    there = there.model_copy(update={"trusted_proxies": []})
    assert compare(meaning_of(there), read_meaning(reading.lets_in)).relation == "equivalent"
    if isinstance(there.otherwise, settings.Redirect):
        assert reading.redirect == there.otherwise.redirect
    assert not [remark for remark in reading.remarks if remark.doubtful]


@pytest.mark.parametrize("target", [*TARGETS, "rewrite"])
@hypothesis(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(policy=policies)
def test_out_and_in_again_decides_the_same(target, policy):
    """Export, import, and compare: equivalent in every dialect."""
    policy = policy.model_copy(update={"trusted_proxies": []})
    site = Site(limner="http://127.0.0.1:8080")
    by_rewrite = target == "rewrite"
    dialect = "apache22" if by_rewrite else target
    text = export(dialect, settings.Settings(policy=policy), site, by_rewrite=by_rewrite)
    reading = kinds.READERS["apache" if dialect.startswith("apache") else dialect](text, "exported")
    toml = written.toml(reading, written.imported(reading, exact_cookies=False))
    back = settings.parse(toml.encode(), Path("back.toml")).policy
    assert compare(meaning_of(policy), read_meaning(reading.lets_in)).relation == "equivalent"
    assert compare(read_meaning(reading.lets_in), meaning_of(back)).relation == "equivalent"


@pytest.mark.parametrize(
    "file", [file for file in FILES if ".nginx." in file.name or ".caddy." in file.name][:2], ids=str
)
def test_what_asks_limner_cannot_be_read(file):
    """What limner answers there is not in the file."""
    output = parts(file)[2]
    reading = kinds.READERS[kinds.kind_of(output, "f")](output, "f")
    with pytest.raises(NotReadError, match="finds is not understood"):
        read_meaning(reading.lets_in)


SOURCES = [parts(file)[2] for file in DECIDED if file.name.startswith(("both", "hostile"))]
RUBBISH = st.sampled_from(
    ['"', "'", "{", "}", "<", ">", "\\\n", "#", ";", "(", "!", "\0", "“", "${x}", "[OR]", "\n", "é", "`", "|"]
)


@hypothesis(max_examples=100, deadline=None)
@given(
    st.sampled_from(SOURCES), st.integers(0, 5000), st.integers(0, 20), RUBBISH, st.sampled_from(list(kinds.READERS))
)
def test_a_damaged_file_is_read_or_refused_but_never_a_crash(text, at, cut, rubbish, kind):
    at %= len(text)
    damaged = text[:at] + rubbish + text[at + cut :]
    try:
        reading = kinds.READERS[kind](damaged, "f")
        read_meaning(reading.lets_in)
    except LimnerError as why:
        assert why.message  # noqa: PT017


@given(st.text(max_size=200), st.sampled_from(list(kinds.READERS)))
def test_rubbish_lets_nobody_in_for_certain(text, kind):
    try:
        reading = kinds.READERS[kind](text, "f")
        read_meaning(reading.lets_in)
    except LimnerError as why:
        assert why.message  # noqa: PT017


def test_what_cannot_be_told_is_asked_for(tmp_path):
    file = tmp_path / "x.conf"
    file.write_text("hello\n")
    with pytest.raises(LimnerError, match="cannot be told") as why:
        kinds.read(str(file))
    assert "apache:" in why.value.hint
    assert kinds.split("nginx:a/b") == ("nginx", Path("a/b"))
    assert kinds.split("other:a") == (None, Path("other:a"))
    file.write_text("[policy]\n")
    with pytest.raises(LimnerError, match="settings of limner"):
        kinds.read(str(file))
