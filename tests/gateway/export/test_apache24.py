"""Apache 2.4's dialect: rules in `<RequireAny>`."""

import pytest

from limner import settings
from limner.gateway.export import ExportError, Site, export


def exported(*rules, **more):
    policy = settings.Policy.model_validate({"allow": [{"name": f"r{n}", **r} for n, r in enumerate(rules)], **more})
    return export("apache24", settings.Settings(policy=policy), Site(root="/srv", placeholder="/srv/n.jpg"))


def test_networks_and_a_cookie_are_both_required():
    text = exported({"networks": ["10.1.0.0/16"], "cookie": ["k"]})
    block = text.partition("            <RequireAll>\n")[2].partition("            </RequireAll>\n")[0]
    assert [line.strip() for line in block.splitlines()] == [
        "<RequireAny>",
        "Require ip 10.1.0.0/16",
        "</RequireAny>",
        "Require env limner_cookie_1",
    ]


def test_without_rules_nobody_is_let_in():
    text = exported()
    assert "        Require all denied\n" in text
    assert "RequireAny" not in text


def test_a_picture_for_those_refused_needs_mod_rewrite():
    with pytest.raises(ExportError, match="cannot answer a refusal with a picture"):
        exported({"networks": ["10.0.0.0/8"]}, otherwise="placeholder")
