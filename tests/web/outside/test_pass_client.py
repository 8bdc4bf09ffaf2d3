"""Who asks for passes: names and secrets as HTTP carries them. What they get is in test_passes and test_pass_revoke."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.passes import Clients, Register
from limner.settings import Passes
from limner.web.head import Request
from limner.web.outside.pass_client import HEADER_LIMIT, RefusedError, client_of, open_register


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    opened = Register(tmp_path_factory.mktemp("passes") / "passes.secrets", create=True)
    opened.secret = Clients(opened).add("meet", 0.0)
    yield opened
    opened.close()


def asks(register, *values):
    headers = [(b"authorization", each) for each in values]
    return client_of(register, Request(b"DELETE", b"/passes/x", headers=headers))


def test_a_client_is_known_by_basic_and_by_bearer(register):
    secret = register.secret.encode()
    for value in (b"Basic " + base64.b64encode(b"meet:" + secret), b"Bearer " + secret, b"bearer   " + secret):
        assert asks(register, value) == "meet"


def test_a_header_that_comes_twice_or_is_too_long_is_nobody_s(register):
    good = b"Bearer " + register.secret.encode()
    for values in ((), (good, good), (good + b" " * HEADER_LIMIT,)):
        with pytest.raises(RefusedError) as why:
            asks(register, *values)
        assert why.value.status == 401


@given(st.binary(max_size=100))
def test_nobody_guesses_one(register, value):
    for scheme in (b"", b"Basic ", b"Bearer "):
        with pytest.raises(RefusedError):
            asks(register, scheme + value)


def test_without_a_register_there_is_no_client_and_one_that_is_open_to_others_is_out_of_order(tmp_path, caplog):
    setting = Passes(secrets=tmp_path / "none")
    with pytest.raises(RefusedError) as why:
        open_register(setting)
    assert why.value.status == 401
    Register(setting.secrets, create=True).close()
    setting.secrets.chmod(0o644)
    with pytest.raises(RefusedError) as why:
        open_register(setting)
    assert why.value.status == 503
    assert "chmod" not in why.value.message
    assert "others than its owner" in caplog.text
