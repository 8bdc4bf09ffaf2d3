"""Words stay words, comments stay comments, and no line is longer than the server reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.gateway.export.syntax import GAP, Comment, Dialect, ExportError, Raw, block, line, rows, written

DIALECT = Dialect(
    quote=lambda text: f"<{text}>",
    opening=lambda words: f"{' '.join(words)} {{",
    closing=lambda head: "}",
    end=";",
    line_bytes=40,
)


def test_a_tree_is_written_with_its_words_quoted_and_its_own_words_as_they_are():
    tree = [Comment("hello"), GAP, block(("server", "a b"), [line("listen", "80", Raw("$x"))])]
    assert written(tree, DIALECT) == "# hello\n\nserver <a b> {\n    listen <80> $x;\n}\n"


def test_a_line_that_the_server_would_not_read_whole_is_refused():
    written([line("listen", "x" * 30)], DIALECT)
    with pytest.raises(ExportError, match="a line would have 51 bytes, and the server reads 40: listen"):
        written([line("listen", "ü" * 20 + "x")], DIALECT)


@given(st.text())
def test_a_comment_is_one_line_and_ends_with_it(text):
    (shown,) = written([Comment(f"rule {text}")], DIALECT).splitlines()
    assert shown.startswith("# rule ")
    assert not shown.endswith("\\")
    assert shown.isprintable()
    assert "{$" not in shown
    assert "${" not in shown


@given(st.lists(st.text("0123456789.:/", min_size=1, max_size=50)), st.integers(1, 50))
def test_rows_lose_nothing_and_are_not_too_long(words, most):
    made = list(rows(words, most))
    assert [word for row in made for word in row] == words
    assert all(0 < len(row) <= most and len(" ".join(row)) <= 100 for row in made)
