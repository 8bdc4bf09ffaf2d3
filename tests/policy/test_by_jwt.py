"""The rule `jwt`: where a token may stand, whom it names, and what is remembered of it."""

import json

import pytest
from joserfc import jwk, jwt

from limner import settings
from limner.errors import SettingsError
from limner.policy import Policy, Visit, check
from limner.policy.by_jwt import ByJwt
from limner.policy.condition import Visitor

NOW = 1_800_000_000
KEY = jwk.RSAKey.generate_key(2048, {"kid": "a"})
CLAIMS = {"iss": "https://login.example.com/", "aud": "limner", "email": "jane@example.com", "exp": NOW + 600}


class Known:
    """Knows Jane."""

    def label(self, keys):
        return "Jane Roe" if b"mjane@example.com" in keys else None

    def names(self, key):
        return frozenset()


def token(key=KEY, **more):
    return jwt.encode({"alg": "RS256", "kid": key.kid}, CLAIMS | more, key).encode()


@pytest.fixture
def keys(tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    return file


def table(file, **more):
    return {"issuer": CLAIMS["iss"], "audience": "limner", "algorithms": ["RS256"], "keys": str(file)} | more


@pytest.fixture
def condition(keys):
    def make(**more):
        rule = settings.Rule.model_validate({"name": "x", "jwt": table(keys, **more)})
        return ByJwt(rule.jwt, Known(), settings.Fetch())

    return make


def sends(*headers, target=b"", now=NOW):
    return Visitor(headers=headers, target=target, now=now)


def bearer(made):
    return (b"authorization", b"Bearer " + made)


def test_a_bearer_opens_and_is_known_by_the_library(condition):
    grant = condition().admits(sends(bearer(token())))
    assert (grant.who, grant.until, grant.by_address) == ("Jane Roe", NOW + 630, False)
    assert condition().admits(sends(bearer(token(email="zed@example.com")))).who == "zed@example.com"


def test_where_a_token_may_stand(condition):
    made = token()
    everywhere = condition(cookies="sso", parameter="jwt")
    for visitor in (
        sends(bearer(made)),
        sends((b"cookie", b"a=b; sso=" + made)),
        sends((b"authorization", b"bearer " + made)),
    ):
        assert everywhere.admits(visitor).by_address is False
    assert everywhere.admits(sends(target=b"/x?a=1&jwt=" + made)).by_address is True
    assert everywhere.parameters == {b"jwt"}
    plain = condition()
    for visitor in (
        sends((b"cookie", b"sso=" + made)),
        sends(target=b"/?jwt=" + made),
        sends((b"authorization", b"Basic " + made)),
    ):
        assert plain.admits(visitor) is None
    assert plain.admits(sends(bearer(made), bearer(made))) is None  # two lines: which is meant?
    assert condition(bearer=False, cookies=["sso"]).admits(sends(bearer(made))) is None


def test_a_bad_token_beside_a_good_one_does_no_harm(condition):
    visitor = sends(bearer(b"x.y.z"), (b"cookie", b"sso=x; sso=" + token()))
    assert condition(cookies="sso").admits(visitor)


def test_it_is_verified_once_and_remembered_until_it_ends(condition, monkeypatch):
    one, made = condition(), token()
    assert one.admits(sends(bearer(made)))
    monkeypatch.setattr(one.verifier, "verify", lambda *a: pytest.fail("verified again"))
    assert one.admits(sends(bearer(made), now=NOW + 629))
    monkeypatch.undo()
    assert one.admits(sends(bearer(made), now=NOW + 630)) is None


def test_what_is_remembered_is_bounded(condition):
    one = condition(remembered=5)
    for number in range(20):
        assert one.admits(sends(bearer(token(jti=str(number)))))
    assert len(one._remembered) == 5


def test_new_keys_end_what_the_old_ones_proved(condition, keys):
    one, made = condition(), token()
    assert one.admits(sends(bearer(made)))
    other = jwk.RSAKey.generate_key(2048, {"kid": "b"})
    keys.write_text(json.dumps({"keys": [other.as_dict(private=False)]}))
    assert one.refresh()
    assert one.admits(sends(bearer(made))) is None
    assert one.admits(sends(bearer(token(other))))
    assert not one.refresh()


def test_reasons_say_why_and_quote_no_token(condition):
    one, made = condition(cookies="sso"), token()
    assert one.reason(sends(bearer(made))) == "the token in Authorization is valid: Jane Roe"
    assert one.reason(sends()) == "no token in Authorization or the cookie sso"
    late = one.reason(sends((b"cookie", b"sso=" + made), now=NOW + 9999))
    assert late == "the token in the cookie sso is refused: it has expired"
    assert "nobody" in one.reason(sends(bearer(token(email=""))))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"keys": None, "keys_url": None}, "write one of `keys`, `keys_url` and `secret`"),
        ({"secret": "s"}, "write one of `keys`"),
        ({"algorithms": ["none"]}, 'there is no "none"'),
        ({"algorithms": ["HS256"]}, "needs a `secret`"),
        ({"algorithms": []}, "empty"),
        ({"audience": []}, "empty"),
        ({"keys": None, "keys_url": "http://login.example.com/keys"}, "is not https"),
        ({"bearer": False}, "no place is left for the token"),
        ({"parameter": "a&b"}, "is not the name of a parameter"),
        ({"cookies": "a=b"}, "is not the name of a cookie"),
        ({"require": {"groups": []}}, "write a text"),
        ({"hours": 0}, "must be more than 0"),
    ],
)
def test_mistakes_in_the_settings(keys, tmp_path, more, said):
    rule = {name: value for name, value in table(keys, **more).items() if value is not None}
    text = "[[policy.allow]]\nname = 'x'\n[policy.allow.jwt]\n"
    text += "".join(
        f"{name} = {json.dumps(value)}\n" if not isinstance(value, dict) else "require = { groups = [] }\n"
        for name, value in rule.items()
    )
    with pytest.raises(SettingsError) as caught:
        settings.parse(text.encode(), tmp_path / "limner.toml")
    assert said in caught.value.message


def test_a_file_that_is_no_good_is_a_mistake(condition, keys):
    keys.write_text("{}")
    with pytest.raises(SettingsError, match="no key set"):
        condition()


def test_findings(keys, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"x" * 40)
    secret.chmod(0o600)
    rule = table(keys, parameter="jwt", hours=200, algorithms=["HS256"], secret=str(secret))
    del rule["keys"]
    found = check(settings.Policy.model_validate({"allow": [{"name": "x", "jwt": rule}]}))
    assert [each.severity for each in found] == ["warning", "warning", "note"]
    assert check(settings.Policy.model_validate({"allow": [{"name": "x", "jwt": table(keys)}]})) == []
    twice = [{"name": name, "jwt": table(keys)} for name in ("x", "y")]
    assert "changes nothing" in check(settings.Policy.model_validate({"allow": twice}))[0].message


def test_the_whole_decision(keys):
    policy = Policy(settings.Policy.model_validate({"allow": [{"name": "x", "jwt": table(keys)}]}))
    verdict = policy.decide(Visit("10.0.0.1", [bearer(token())], now=NOW))
    assert (verdict.allowed, verdict.rule, verdict.any_target) == (True, "x", True)
    assert not policy.decide(Visit("10.0.0.1", [bearer(token(aud="other"))], now=NOW)).allowed


def test_keys_at_an_address_are_not_waited_for():
    rule = {"name": "x", "jwt": table("k", keys_url="https://login.example.com/keys")}
    del rule["jwt"]["keys"]
    one = ByJwt(settings.Rule.model_validate(rule).jwt, Known(), settings.Fetch())
    assert one.admits(sends(bearer(token()))) is None
    assert "the issuer's keys are not there" in one.reason(sends(bearer(token())))
