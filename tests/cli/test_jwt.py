"""`limner jwt`: with tokens of joserfc's, and with those that RFC 7515 prints."""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path

import pytest

from jwt.maker import AUDIENCE, EC, ISSUER, NOW, PUBLIC, claims, token

from .conftest import Run

# RFC 7515 appendix A.1
RFC_TOKEN = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)
RFC_SECRET = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
TOKEN = token().decode()
VERIFY = f"jwt verify --keys keys.json --at {NOW}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with the issuer's keys, and the secret of the RFC, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys.json").write_bytes(PUBLIC)
    (tmp_path / "ec.pem").write_bytes(EC.as_pem(private=False))
    (tmp_path / "secret").write_bytes(base64.urlsafe_b64decode(RFC_SECRET + "=="))
    (tmp_path / "secret").chmod(0o600)
    return tmp_path


def stdin(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))


def test_a_valid_token(run: Run) -> None:
    done = run(f"{VERIFY} --issuer {ISSUER} --audience {AUDIENCE} --person email --json", TOKEN)
    assert (done.status, done.err) == (0, "")
    assert done.json == {
        "valid": True,
        "algorithm": "RS256",
        "key": "rsa",
        "user": "jane@example.com",
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "expires": "2027-01-15T08:10:00Z",
        "reason": None,
    }


def test_the_token_of_the_rfc_is_proved_and_names_no_audience(run: Run) -> None:
    done = run("jwt verify --secret secret --at 1300819000 --issuer joe --json", RFC_TOKEN)
    assert done.status == 1
    assert (done.json["issuer"], done.json["expires"]) == ("joe", "2011-03-22T18:43:00Z")
    assert "whom it is for" in done.json["reason"]
    forged = run("jwt verify --secret secret --at 1300819000 --json", RFC_TOKEN[:-2] + "k0")
    assert (forged.status, forged.json["issuer"]) == (1, None)


def test_a_secret_that_others_can_read_is_warned_of(run: Run, folder: Path) -> None:
    (folder / "secret").chmod(0o644)
    assert "others than its owner can read secret" in run("jwt verify --secret secret", RFC_TOKEN).err


@pytest.mark.parametrize("around", ["%s", "Authorization: Bearer %s", "Cookie: portal=%s;", "portal=%s", " %s\n"])
@pytest.mark.parametrize("dash", ["-", ""])
def test_a_token_comes_as_it_is_copied(run: Run, monkeypatch: pytest.MonkeyPatch, around: str, dash: str) -> None:
    stdin(monkeypatch, (around % TOKEN).encode())
    assert run(f"{VERIFY} {dash} --json").json["valid"]


def test_keys_in_pem_and_several_of_them(run: Run) -> None:
    mine = token("ES256").decode()
    assert run(f"jwt verify --keys ec.pem --at {NOW}", mine).status == 0
    assert (
        run(f"jwt verify --secret secret --keys ec.pem --at {NOW} --algorithm ES256 --algorithm HS256", mine).status
        == 0
    )
    assert run(f"jwt verify --keys ec.pem --at {NOW}", TOKEN).status == 1


def test_for_people(run: Run) -> None:
    done = run(VERIFY, TOKEN)
    assert done.out.splitlines()[0] == "valid"
    assert "no --issuer was given" in done.err
    assert "no --audience was given" in done.err
    done = run(f"{VERIFY} --issuer other", TOKEN)
    assert done.out.startswith("not valid: it is of another issuer\n")
    assert done.err == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("jwt verify", "give --keys or --secret"),
        ("jwt verify --keys none.json", "cannot read none.json"),
        ("jwt verify --keys secret", "is not a key set"),
        ("jwt verify --keys keys.json --algorithm HS256", "is proved by a --secret"),
        ("jwt verify --secret secret --algorithm RS256", "is proved by --keys"),
        ("jwt verify --keys ec.pem --algorithm RS256", "holds no key for RS256"),
        ("jwt verify --keys keys.json --at soon", "is not a time"),
        ("jwt verify --keys keys.json --algorithm none", "none"),
    ],
)
def test_what_cannot_be_done(run: Run, line: str, said: str) -> None:
    done = run(line, TOKEN)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_inspect_shows_what_stands_in_it_but_for_the_signature(run: Run) -> None:
    done = run("jwt inspect --json", TOKEN)
    assert done.status == 0
    assert done.json == {
        "header": {"alg": "RS256", "kid": "rsa", "typ": "JWT"},
        "claims": claims(),
        "bytes": len(TOKEN),
        "reason": None,
        "times": {"iat": "2027-01-15T07:59:50Z", "exp": "2027-01-15T08:10:00Z"},
        "trusted": False,
    }
    done = run("jwt inspect", TOKEN)
    assert "claims.email" in done.out
    assert "(2027-01-15T08:10:00Z)" in done.out
    assert "nothing of this is proved" in done.err
    assert TOKEN.rpartition(".")[2][:20] not in done.out


@pytest.mark.parametrize("bad", ["x", "a.b.c", "a.b.c.d.e", "x" * 20_000, "..", "\udcff"])
def test_inspect_says_what_is_no_token(run: Run, bad: str) -> None:
    done = run("jwt inspect --json", bad)
    assert done.status == 1
    assert done.json["reason"]


def test_what_a_token_holds_cannot_play_with_the_terminal(run: Run) -> None:
    nasty = token(email="\x1b[2Jjane\n", exp=1e308, iat="\x07").decode()
    for done in (run("jwt inspect", nasty), run(f"{VERIFY} --person email", nasty)):
        assert "\x1b" not in done.out + done.err
        assert "\x07" not in done.out + done.err
    assert json.loads(run("jwt inspect --json", nasty).out)["times"] == {}
