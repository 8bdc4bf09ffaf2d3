"""Which rules a server decides, which limner is asked about, and what is refused, by name."""

from pathlib import Path

import pytest
from hypothesis import given
from tests.gateway.servers import check
from tests.policy.strategies import policies

from limner import settings
from limner.gateway.export import TARGETS, ExportError, Site, digest, export

ROOT = Site(root="/srv/photos")
JWT = """
[[policy.allow]]
name = "tokens"
jwt = { issuer = "https://a.example/", audience = "limner", algorithms = ["ES256"], keys_url = "https://a.example/k" }
"""
BUDGET = '[[policy.allow]]\nname = "few"\nnetworks = ["10.0.0.0/8"]\nbudget = { faces = 3, per = "1h" }\n'
OFFICES = '[[policy.allow]]\nname = "offices"\nnetworks = ["10.1.0.0/16"]\n'
AUTH = '[auth]\nenabled = true\ngateway = "%s"\ntrusted = ["127.0.0.1"]\n'


def loaded(*texts):
    return settings.parse("".join(texts).encode(), Path("/etc/limner/limner.toml"))


@pytest.mark.parametrize("target", ["apache22", "apache24", "haproxy"])
@pytest.mark.parametrize(("rule", "name", "kind"), [(JWT, "tokens", "jwt"), (BUDGET, "few", "budget")])
def test_a_rule_that_a_server_can_neither_judge_nor_ask_about_is_refused_by_name(target, rule, name, kind):
    with pytest.raises(ExportError, match=f"the rule '{name}' asks for {kind}, which {target} can neither") as why:
        export(target, loaded(OFFICES, rule), ROOT)
    assert "--leave-out" in why.value.hint


def test_all_rules_in_the_way_are_named_at_once():
    with pytest.raises(ExportError) as why:
        export("apache24", loaded(JWT, BUDGET), ROOT)
    assert "'tokens'" in why.value.message
    assert "'few'" in why.value.message


def test_a_rule_is_left_out_only_by_its_name_and_leaves_a_comment():
    text = export("apache24", loaded(OFFICES, JWT), ROOT, leave_out=["tokens"])
    assert '# Rule 2, "tokens", is left out: whom no other rule lets in is refused.\n' in text
    with pytest.raises(ExportError, match="there is no rule 'token' to leave out"):
        export("apache24", loaded(OFFICES, JWT), ROOT, leave_out=["token"])
    closed = export("apache24", loaded(OFFICES), ROOT, leave_out=["offices"])
    assert "Require all denied" in closed
    assert "10.1" not in closed


def test_limner_is_asked_only_where_it_answers_as_the_server_understands():
    asking = Site(root="/srv/photos", limner="http://127.0.0.1:8080")
    for text, site, why in [
        (JWT + AUTH % "nginx", ROOT, "limner has to be asked about 'tokens'"),
        (JWT, asking, "its door /auth is not open to nginx"),
        (JWT + AUTH % "caddy", asking, "its door /auth is not open to nginx"),
        (JWT + AUTH % "nginx" + 'uri_header = "X-Uri"\n', asking, "its door /auth is not open to nginx"),
        (JWT + AUTH % "nginx" + 'refuse = { redirect = "https://a.example/" }\n', asking, "no redirect of the door's"),
    ]:
        with pytest.raises(ExportError, match=why):
            export("nginx", loaded(text), site)
    with pytest.raises(ExportError, match="none can be left out while it is asked about 'tokens'"):
        export("nginx", loaded(OFFICES, JWT, AUTH % "nginx"), asking, leave_out=["offices"])
    away = '[policy]\notherwise = { redirect = "https://a.example/" }\n'
    with pytest.raises(ExportError, match="is not what `otherwise` says"):
        export("caddy", loaded(away, JWT, AUTH % "caddy"), asking)
    refuse = 'refuse = { redirect = "https://a.example/" }\n'
    assert "forward_auth" in export("caddy", loaded(away, JWT, AUTH % "caddy", refuse), asking)


@pytest.mark.parametrize("target", TARGETS)
def test_trusted_proxies_are_refused_unless_visitors_come_directly(target):
    site = Site(limner="http://127.0.0.1:8080")
    text = '[policy]\ntrusted_proxies = ["10.1.2.0/24", "unix"]\n' + OFFICES
    with pytest.raises(ExportError, match="the policy trusts proxies") as why:
        export(target, loaded(text), site)
    assert "--direct" in why.value.hint
    written = export(target, loaded(text), site, direct=True)
    assert "10.1.0.0/" in written
    assert "10.1.2.0/" not in written  # the proxies' own addresses are cut out
    only = '[policy]\ntrusted_proxies = ["10.0.0.0/8"]\n' + OFFICES
    assert "nobody, here." in export(target, loaded(only), site, direct=True)


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_server_cannot_answer_is_refused(target):
    site = Site(limner="http://127.0.0.1:8080")
    signed = settings.parse(b"[policy]\notherwise = 'placeholder'\n" + OFFICES.encode(), Path("/limner.toml"))
    with pytest.raises(ExportError):
        export(target, signed, site)
    policy = signed.policy.model_copy(update={"otherwise": "sign-in"})
    with pytest.raises(ExportError, match="tells pages from pictures"):
        export(target, signed.model_copy(update={"policy": policy}), site)
    with pytest.raises(ExportError, match="nothing to give out"):
        export(target, loaded(OFFICES), Site())


@pytest.mark.parametrize("target", TARGETS)
def test_nobody_is_asked_over_tls_that_is_not_verified(target, tmp_path):
    site = Site(limner="https://localhost")
    if target in ("haproxy", "caddy"):
        text = export(target, loaded(OFFICES, JWT, AUTH % "caddy"), site, leave_out=["tokens"])
        check(target, tmp_path, text)
        assert "localhost" in text
    else:
        with pytest.raises(ExportError, match="does not verify the certificate"):
            export(target, loaded(OFFICES), site)


@given(policies, policies)
def test_the_digest_tells_policies_apart(one, other):
    assert (digest(one) == digest(other)) == (one == other)
    assert len(digest(one)) == 64


@pytest.mark.parametrize("target", TARGETS)
def test_every_output_carries_the_digest_and_is_the_same_each_time(target):
    policy = loaded(OFFICES)
    text = export(target, policy, Site(limner="http://127.0.0.1:8080"))
    assert f"# Policy: sha256 {digest(policy.policy)}\n" in text
    assert text == export(target, policy, Site(limner="http://127.0.0.1:8080"))
