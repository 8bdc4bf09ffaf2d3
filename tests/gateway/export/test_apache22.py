"""Apache 2.2's dialect: what `Allow` cannot say is said by variables."""

import pytest

from limner import settings
from limner.gateway.export import ExportError, Site, export
from limner.pattern.read import read
from limner.policy.networks import Networks


def exported(rule, **more):
    policy = settings.Policy.model_validate({"allow": [{"name": "a", **rule}], **more})
    return export("apache22", settings.Settings(policy=policy), Site(root="/srv", placeholder="/srv/n.jpg"))


def test_networks_are_exact_subnets():
    assert "        Allow from 10.1.0.0/16 2001:db8::/32\n" in exported({"networks": ["10.1.0.0/16", "2001:db8::/32"]})


def test_an_address_outside_takes_the_cookie_s_variable_away_again():
    text = exported({"networks": ["10.1.0.0/16"], "cookie": ["k"]})
    there, away, outside = [line.strip() for line in text.splitlines() if "SetEnvIf" in line]
    assert there.endswith(" limner_rule_1")
    assert away.endswith(' "!limner_rule_1"')
    assert outside.startswith('SetEnvIf Remote_Addr "^(?!10')
    assert outside.endswith('$)" "!limner_rule_1"')
    assert "Allow from env=limner_rule_1\n" in text
    assert "Allow from 10" not in text


def test_long_lists_are_several_variables_none_in_a_line_too_long():
    networks = [f"10.{a}.{b}.{a}/31" for a in range(0, 250, 2) for b in range(0, 250, 5)]
    text = exported({"networks": networks, "cookie": ["k"]})
    assert max(map(len, text.splitlines())) <= 8190
    assert "Allow from env=limner_rule_1_2\n" in text
    tests = [line for line in text.splitlines() if "Remote_Addr" in line]
    regexes = [line.split('"')[1].removeprefix("^(?!").removesuffix(")") for line in tests]
    whole = Networks()
    for regex in regexes:
        whole |= read(f"^{regex}").networks()
    assert whole == Networks(networks)


def test_a_picture_for_those_refused_needs_mod_rewrite():
    with pytest.raises(ExportError, match="cannot answer a refusal with a picture"):
        exported({"networks": ["10.0.0.0/8"]}, otherwise="placeholder")
