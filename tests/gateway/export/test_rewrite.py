"""mod_rewrite's form: conditions of a rule are an "and" of "or"s, and the last rule refuses."""

import pytest
from tests.gateway.servers import check

from limner import settings
from limner.gateway.export import ExportError, Site, export
from limner.pattern.read import read
from limner.policy.networks import Networks


def exported(*rules, **more):
    policy = settings.Policy.model_validate({"allow": [{"name": f"r{n}", **r} for n, r in enumerate(rules)], **more})
    site = Site(root="/srv", placeholder="/srv/n.jpg")
    return export("apache22", settings.Settings(policy=policy), site, by_rewrite=True)


def rewriting(text):
    return [line.split() for line in text.splitlines() if line.strip().startswith("Rewrite")]


def test_a_rule_with_networks_and_cookies():
    text = exported({"networks": ["10.1.0.0/16"], "cookie": ["a", "b"]})
    _, address, either, other, many, let_in, refuse = rewriting(text)
    assert address[1] == "%{REMOTE_ADDR}"
    assert (either[1], either[-1]) == ("%{HTTP_COOKIE}", "[OR]")
    assert (other[1], other[-1] == "[OR]") == ("%{HTTP_COOKIE}", False)
    assert many[2].startswith('"!')
    assert (let_in[1:], refuse[1:]) == (["^", "-", "[L]"], ["^", "-", "[F]"])


def test_long_lists_are_several_expressions_none_in_a_line_too_long(tmp_path):
    networks = [f"10.{a}.{b}.{a}/31" for a in range(0, 250, 2) for b in range(0, 250, 5)]
    text = exported({"networks": networks})
    addresses = [line for line in rewriting(text) if line[1] == "%{REMOTE_ADDR}"]
    assert len(addresses) > 1
    assert max(map(len, text.splitlines())) <= 8190
    whole = Networks()
    for line in addresses:
        whole |= read(line[2].strip('"')).networks()
    assert whole == Networks(networks)
    (tmp_path / "srv").mkdir()
    check("rewrite", tmp_path, text)


def test_what_mod_rewrite_would_drop_is_refused():
    for end in ("a&", ""):
        with pytest.raises(ExportError, match=r"drops the [&?] at the end"):
            exported(otherwise={"redirect": f"https://www.example.com/?{end}"})
