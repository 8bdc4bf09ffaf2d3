"""Lines, comments, words and sections as httpd has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.gateway.reading.apache.text import rewrite_words, tree, words
from limner.gateway.reading.expression import NotReadError
from limner.gateway.reading.reading import Reading


def of(text):
    return tree(Reading("apache", "f"), text)


def test_lines_go_on_behind_a_backslash_and_keep_their_number():
    whole = of("# the offices\n# of the UK\nAllow \\\n  from 10.1 \\\n  10.2\n\n# lost\n\nDeny from all\n")
    first, second = whole.directives()
    assert (first.line, first.name, first.text.split(), first.comment) == (
        3, "allow", ["from", "10.1", "10.2"], "the offices of the UK",
    )  # fmt: skip
    assert (second.line, second.comment) == (9, "")


def test_sections_nest():
    (host,) = of("<VirtualHost *:80>\n<Location />\nRequire all granted\n</Location>\n</VirtualHost>").sections()
    (location,) = host.sections()
    assert (str(host), str(location), location.line) == ("<VirtualHost *:80>", "<Location />", 2)


@pytest.mark.parametrize(
    ("text", "line"),
    [("<Location />", 1), ("\n</Location>", 2), ("<A>\n</B>", 2), ("<A", 1), ("<>", 1), ("<a>\n" * 30, 21)],
)
def test_what_does_not_fit_together_is_named(text, line):
    with pytest.raises(NotReadError, match=f"f, line {line}: "):
        of(text)


def test_words():
    assert words(r'a "b \"c\" \d" ' + r"'d e' f\\g") == ["a", r'b "c" \d', "d e", r"f\g"]
    assert words('a "b') is None
    assert rewrite_words(r'%{REMOTE_ADDR} "!^10\.1 " [NC]') == ["%{REMOTE_ADDR}", r"!^10\.1 ", "[NC]"]
    assert rewrite_words(r"a\ b c") == [r"a\ b", "c"]
    assert rewrite_words('"a') is None


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1), max_size=4))
def test_a_quoted_word_comes_back(texts):
    quoted = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts]
    assert words(" ".join(quoted)) == texts
