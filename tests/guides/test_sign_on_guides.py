"""docs/ltpa.md and docs/jwt.md: every command in them is run as it stands, with tokens as those that they show."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import RSAKey
from PIL import Image
from tests.guides.guide import DOCS
from tests.ltpa.maker import FAR, body2, cell, key_file, ltpa2, user

from limner.library import Record, open_library
from limner.people import Person
from limner.picture import Limits, portrait

REALM, JANE = "defaultWIMFileBasedRealm", "uid=jroe,ou=people,dc=example,dc=com"

SHOWN = int(datetime(2026, 11, 24, 18, tzinfo=UTC).timestamp() * 1000)  # the end of the token that ltpa.md shows


def blocks(page: str, *kinds: str) -> list[str]:
    """Give the fenced blocks of a guide that are of some kinds."""
    text = (DOCS / page).read_text("utf-8")
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [block for kind, block in found if kind in kinds]


def commands(page: str) -> dict[str, str]:
    """Give all commands of a guide with what it says that they print ("": it does not say)."""
    found = {}
    for block in blocks(page, "", "console"):
        for line in re.finditer(r"^ *(?:\$ )?(limner .*)\n((?:(?! *(?:\$|limner )).*\n)*)", block, re.MULTILINE):
            found[line[1]] = line[2]
    return found


def example(page: str, word: str) -> str:
    """Give the first settings of a guide that hold a word."""
    return next(re.sub(r"(?m)^ {3}", "", block) for block in blocks(page, "toml") if word in block)


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LIMNER_LTPA_PASSWORD": "long and good",
        "HOME": str(folder),
    }
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    (folder / name).chmod(0o600)


def people(folder: Path) -> None:
    """Put Jane, with a photo, into the library."""
    raw = io.BytesIO()
    Image.new("RGB", (99, 99), "red").save(raw, "JPEG")
    put(folder, "jane.jpg", raw.getvalue())
    made = portrait(folder / "jane.jpg", Limits())
    library = open_library(folder / "library", create=True)
    with library.batch() as batch:
        jane = Person.of(mails=["jane@example.com"], uid="jroe")
        batch.put(Record(jane, "test", "jane", "1", 1_700_000_000, made.digest), made)
    library.close()


def ltpa(expires: int) -> bytes:
    return ltpa2(cell(), body2(user(JANE, REALM), expires), expires)


def test_websphere_keys_and_domino_s(tmp_path: Path) -> None:
    today = datetime.now(UTC).strftime("%a %b %d %H:%M:%S GMT %Y")
    put(tmp_path, "ltpa.keys", key_file(cell(), "long and good", CreationDate=today))
    put(tmp_path, "secret.txt", b64encode(bytes(range(20))))
    put(tmp_path, "limner.toml", example("ltpa.md", REALM).encode())
    people(tmp_path)
    done = commands("ltpa.md")
    assert len(done) == 7
    for command, printed in done.items():
        shown = "--at" in command
        put(tmp_path, "token", ltpa(SHOWN if shown else FAR))
        ended = shell(tmp_path, command)
        assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
        if shown:
            assert ended.stdout == printed
        if "explain" in command:
            assert "in the library: jane@example.com" in ended.stdout
        if "import-keys ltpa.keys" in command and printed:
            assert printed.splitlines()[-1] in ended.stderr
        assert "not valid" not in ended.stdout
    assert (tmp_path / "domino.keyset").exists()


def test_tokens_of_a_portal(tmp_path: Path) -> None:
    key = RSAKey.generate_key(2048, {"kid": "portal-1"})
    put(tmp_path, "jwks.json", json.dumps({"keys": [key.as_dict(private=False)]}).encode())
    claims = {"iss": "https://login.example.com/", "aud": "limner", "email": "jane@example.com"}
    claims |= {"iat": 1_800_000_000, "exp": 1_800_003_600}  # type: ignore[dict-item]
    head = {"typ": "JWT", "alg": "RS256", "kid": "portal-1"}
    put(tmp_path, "token", jwt.encode(head, claims, key, algorithms=["RS256"]).encode())
    done = commands("jwt.md")
    assert len(done) == 2
    for command, printed in done.items():
        ended = shell(tmp_path, command)
        assert (ended.returncode, ended.stdout) == (0, printed), ended.stderr


def test_the_rule_of_the_portal_is_sound_and_tells_why_a_token_is_refused(tmp_path: Path) -> None:
    """Its keys are in a file here, for the portal of the guide is none."""
    key = RSAKey.generate_key(2048)
    put(tmp_path, "jwks.json", json.dumps({"keys": [key.as_dict(private=False)]}).encode())
    text = re.sub("keys_url = .*", 'keys = "jwks.json"', example("jwt.md", "keys_url"))
    put(tmp_path, "limner.toml", text.encode())
    people(tmp_path)
    page = (DOCS / "jwt.md").read_text("utf-8")
    (explain,) = re.findall(r"`(limner policy explain [^`]*)`", page)
    assert "`limner policy check`" in page
    assert shell(tmp_path, "limner policy check").returncode == 0
    claims = {"iss": "https://login.example.com/", "aud": "limner", "email": "jane@example.com", "groups": ["staff"]}
    for more, said in (({"exp": 4_000_000_000}, "lasts longer"), ({"exp": 1}, "has expired"), ({}, "is valid: jane@")):
        soon = {"exp": int(datetime.now().astimezone().timestamp()) + 600}
        token = jwt.encode({"alg": "RS256"}, claims | soon | more, key, algorithms=["RS256"])
        ended = shell(tmp_path, explain.replace("...", token))
        assert said in ended.stdout
        assert ended.returncode == (said[:2] != "is")
        assert token[:40] not in ended.stdout + ended.stderr
