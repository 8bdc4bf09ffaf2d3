"""How the command line speaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cli import say


@given(st.text())
def test_a_text_is_shown_as_one_line_of_as_many_characters(text: str) -> None:
    shown = say.plain(text)
    assert shown.isprintable()
    assert len(shown) == len(text)
    assert all(a == b or b == "\N{REPLACEMENT CHARACTER}" for a, b in zip(text, shown, strict=True))


@given(st.text())
def test_a_text_that_can_be_shown_is_shown_as_it_is(text: str) -> None:
    assert (say.plain(text) == text) or not text.isprintable()


def test_columns_stand_below_each_other_however_wide_their_characters_are(capsys: pytest.CaptureFixture[str]) -> None:
    say.print_table([("李四", "x"), ("Zoe\u0308", "y"), ("Ann", "")], ("name", "as"))
    assert capsys.readouterr().out == "name  as\n李四  x\nZoe\u0308   y\nAnn\n"


def test_a_table_without_rows(capsys: pytest.CaptureFixture[str]) -> None:
    say.print_table([])
    assert capsys.readouterr().out == ""


def test_every_line_of_an_error_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    say.complain("one\ntwo", "three")
    assert capsys.readouterr().err == "limner: error: one\nlimner: error: two\nlimner: hint: three\n"


def test_no_progress_bar_where_nobody_looks_on(capsys: pytest.CaptureFixture[str]) -> None:
    with say.progress() as tell:
        tell("reading", 1, None)
        tell("reading", 2, 3)
    assert capsys.readouterr() == ("", "")


def test_a_progress_bar_shows_names_as_they_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source called `[/b]` is no markup."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with say.progress() as tell:
        tell("reading [/b]\x07", 1, None)
    shown = capsys.readouterr().err
    assert "reading [/b]�" in shown
    assert "\x07" not in shown
