"""Expressions on addresses and cookies; anything else in one makes the whole unknown."""

import pytest
from tests.gateway.reading.apache.cases import nets

from limner.gateway.reading.apache import expr
from limner.gateway.reading.expression import TRUE, Brings, Unknown, no
from limner.gateway.reading.reading import Reading


def read(text):
    return expr.read(Reading("apache", "f"), 1, text, "", {"ok": TRUE})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-R '10.1.0.0/16'", nets("10.1.0.0/16")),
        ("-R '10.1.0.0/16' || -R '10.2.0.0/16'", nets("10.1.0.0/16", "10.2.0.0/16")),
        ("! -R '10.1.0.0/16'", no(nets("10.1.0.0/16"))),
        ("not (-R '10.1.0.0/16' and true)", no(nets("10.1.0.0/16"))),
        ("%{REMOTE_ADDR} -ipmatch '10.1.0.0/16'", nets("10.1.0.0/16")),
        ("%{REMOTE_ADDR} == '10.1.2.3'", nets("10.1.2.3")),
        ("%{REMOTE_ADDR} =~ m#^10[.]1[.]#", nets("10.1.0.0/16")),
        ("-n reqenv('ok')", TRUE),
        ("req('Cookie') =~ /(^|; )k=/", Brings(("cookie", "k"))),
    ],
)
def test_what_is_understood(text, says):
    assert read(text) == says


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-R",
        "-R '10.1.0.0/99'",
        "(" * 99,
        "%{TIME} -lt 5",
        "-R '10.1.0.0/16' extra",
        "reqenv('no') == '1'",
        "-R “x”",
    ],
)
def test_what_is_not_is_unknown(text):
    assert isinstance(read(text), Unknown)
