"""`Order`, `Allow`, `Deny` and `SetEnvIf`."""

import pytest
from tests.gateway.reading.apache.cases import inside, nets, read

from limner.gateway.reading.expression import FALSE, TRUE, Brings, NotReadError, both, either, no

TEN, ONE = nets("10.0.0.0/8"), nets("10.1.0.0/16")
KEY = Brings(("cookie", "k"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Order Deny,Allow\nDeny from all\nAllow from 10.1", ONE),
        ("Order Allow,Deny\nAllow from 10\nDeny from 10.1", both(TEN, no(ONE))),
        ("Order Allow,Deny", FALSE),
        ("Order mutual-failure\nAllow from 10", TEN),
        ("Deny from 10", no(TEN)),
        ("Order Deny,Allow", TRUE),
    ],
)
def test_orders(text, says):
    assert inside(text) == says


def test_variables_of_cookies_and_addresses():
    lines = 'SetEnvIf Cookie "(^|; )k=" in\nSetEnvIf Remote_Addr ^10\\.1\\. !in\n'
    assert inside(lines + "Order Deny,Allow\nDeny from all\nAllow from env=in") == both(KEY, no(ONE))
    assert inside(lines + "Order Deny,Allow\nDeny from env=!in") == either(both(KEY, no(ONE)))


@pytest.mark.parametrize("text", ["Order Deny, Allow", "Allow 10.1", "SetEnvIf Cookie\nDeny from all", "Order up"])
def test_what_httpd_does_not_take_either_is_named(text):
    with pytest.raises(NotReadError, match="line 2: "):
        read(f"<Location />\n{text}\n</Location>")
