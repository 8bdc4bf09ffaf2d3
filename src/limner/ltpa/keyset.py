"""Key sets: what `limner ltpa import-keys` keeps of a key file, in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from limner.ltpa.errors import KeyFileError
from limner.ltpa.keys import Digest, DominoSecret, Keys, WebSphereKeys
from limner.ltpa.properties import MOST_BYTES

_MARK: Final = "limner key set"


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    format: str = Field(pattern=f"^{_MARK} 1$")
    kind: str = Field(pattern="^(websphere|domino)$")
    name: str = Field(max_length=200)
    secret: str = Field(max_length=100)
    modulus: str = Field(default="", pattern="^[0-9a-f]{0,512}$")
    exponent: int = 65_537
    digest: Digest = "sha1"
    realms: list[str] = []
    valid_until: float | None = Field(default=None, allow_inf_nan=False)
    created: str | None = None
    default_password: bool = False


def is_stored(raw: bytes) -> bool:
    """Whether these are the bytes of a key set that limner wrote."""
    return raw.lstrip()[:1] == b"{" and _MARK.encode() in raw[:200]


def read_file(file: Path, *, private: bool = False) -> tuple[bytes, bool]:
    """Read a file of keys; say too whether others than its owner could do so.

    With `private`, such a file is refused, and one that belongs neither to this user nor to root. Raises KeyFileError.
    """
    try:
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            raw = stream.read(MOST_BYTES + 1)
    except OSError as why:
        raise KeyFileError(f"cannot read {file}: {why.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise KeyFileError(f"{file} is larger than {MOST_BYTES} bytes; a file of keys is small")
    is_open = bool(status.st_mode & 0o077)
    if private or is_stored(raw):
        if is_open:
            raise KeyFileError(f"others than its owner can get at {file}", hint=f"chmod 600 {file}")
        if status.st_uid not in (os.geteuid(), 0):
            raise KeyFileError(f"{file} belongs to another user", hint=f"chown it to the user that runs limner: {file}")
    return raw, is_open


def load(file: Path) -> Keys:
    """Read an imported key set. Raises KeyFileError; also if others than the file's owner can get at it."""
    raw, _ = read_file(file, private=True)
    if not is_stored(raw):
        raise KeyFileError(f"{file} is not a key set", hint="`limner ltpa import-keys` makes one of a key file")
    return parse(raw, str(file))


def parse(raw: bytes, where: str) -> Keys:
    """Make keys of a key set's bytes; `where` is what errors call it. Raises KeyFileError, which quotes no secret."""
    try:
        stored = _Stored.model_validate_json(raw)
        secret = b64decode(stored.secret, validate=True)
        modulus = int(stored.modulus or "0", 16)
    except ValidationError as why:
        places = ", ".join(sorted({".".join(map(str, each["loc"])) or "JSON" for each in why.errors()}))
        raise KeyFileError(f"{where} is damaged ({places})", hint="import the keys again") from None
    except ValueError:
        raise KeyFileError(f"{where} is damaged (secret)", hint="import the keys again") from None
    if stored.kind == "domino":
        return DominoSecret(stored.name, secret, stored.valid_until)
    return WebSphereKeys(
        stored.name,
        secret,
        modulus,
        stored.exponent,
        stored.digest,
        tuple(stored.realms),
        stored.valid_until,
        stored.created,
        stored.default_password,
    )


def store(keys: Keys, file: Path) -> None:
    """Write a key set: whole or not at all, mode 0600. Another key set is replaced, any other file is not.

    Raises KeyFileError.
    """
    content = json.dumps(_fields(keys), ensure_ascii=False, indent=2).encode("utf-8") + b"\n"
    parse(content, str(file))
    if file.exists() and not is_stored(read_file(file)[0]):
        raise KeyFileError(f"{file} is there already and is not a key set", hint="name another file with --to")
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(file)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except OSError as why:
        raise KeyFileError(f"cannot write {file}: {why.strerror}") from None


def _fields(keys: Keys) -> dict[str, Any]:
    fields: dict[str, Any] = {"format": f"{_MARK} 1", "name": keys.name, "valid_until": keys.valid_until}
    if isinstance(keys, DominoSecret):
        return fields | {"kind": "domino", "secret": b64encode(keys.secret).decode("ascii")}
    return fields | {
        "kind": "websphere",
        "secret": b64encode(keys.shared).decode("ascii"),
        "modulus": f"{keys.modulus:x}",
        "exponent": keys.exponent,
        "digest": keys.digest,
        "realms": list(keys.realms),
        "created": keys.created,
        "default_password": keys.default_password,
    }
