"""nginx's words, blocks and comments."""

import pytest

from limner.gateway.reading.expression import NotReadError
from limner.gateway.reading.nginx.text import tree
from limner.gateway.reading.reading import Reading


def of(text):
    return tree(Reading("nginx", "f"), text)


def test_words_blocks_and_comments():
    whole = of('# offices\nallow 10.1.0.0/16; # UK\nmap "$a\\"b" $c { \'~^x;{}\\.\' "1"; }\nset $x ${y}z;\n')
    allow, mapped, made = whole.block
    assert (allow.words, allow.line, allow.comment) == (["allow", "10.1.0.0/16"], 2, "offices")
    assert mapped.words == ["map", '$a"b', "$c"]
    assert mapped.block[0].words == ["~^x;{}\\.", "1"]
    assert (made.words, made.line) == (["set", "$x", "${y}z"], 4)


@pytest.mark.parametrize("text", ["a", "a {", "}", "a };", ";", "{}", 'a "b', "a 'b'c;", "a ${b;", "a {" * 30])
def test_what_does_not_fit_together_is_named(text):
    with pytest.raises(NotReadError, match="f, line 1: "):
        of(text)


def test_typographic_quotation_marks_are_remarked_on():
    reading = Reading("nginx", "f")
    tree(reading, "root “/srv”;")
    assert "typographic" in reading.remarks[0].message
