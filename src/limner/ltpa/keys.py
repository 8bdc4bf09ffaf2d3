"""What verifying needs: the shared key and public key of a WebSphere cell, or the secret of a Domino SSO domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from limner.ltpa.ciphers import Decryption
from limner.ltpa.errors import KeyFileError
from limner.ltpa.signature import PublicKey

Digest = Literal["sha1", "sha256", "sha512"]
SECRET_BYTES = 20  # of Domino's LTPA_DominoSecret


@dataclass(frozen=True, slots=True)
class WebSphereKeys:
    """The keys of a cell, without the private one: whoever has them can read tokens, not make them.

    `shared` is 16 bytes (LTPA 2), 24 (LTPA 2 and LTPA 1) or 32 (LTPA 2 in FIPS mode). `realms` is an allow list;
    an empty one sets no limit here. `valid_until` is Unix time in seconds; afterwards the keys open nothing.
    `created` is the day that the file names (`YYYY-MM-DD`), `default_password` whether it was encrypted with WebAS.
    Raises KeyFileError if the parts do not fit together.
    """

    name: str
    shared: bytes = field(repr=False)
    modulus: int = field(repr=False)
    exponent: int = 65_537
    digest: Digest = "sha1"
    realms: tuple[str, ...] = ()
    valid_until: float | None = None
    created: str | None = None
    default_password: bool = False
    public: PublicKey = field(init=False, repr=False, compare=False)
    ltpa2: Decryption = field(init=False, repr=False, compare=False)
    ltpa1: Decryption | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            public = PublicKey(self.modulus, self.exponent)
        except ValueError as why:
            raise KeyFileError(f"the public key of {self.name} cannot be used: {why}") from None
        size = len(self.shared)
        if size not in (16, 24, 32) or public.size != (256 if size == 32 else 128):
            raise KeyFileError(f"the shared key and the public key of {self.name} do not fit together")
        if (self.digest == "sha1") == self.fips:
            raise KeyFileError(f"the digest {self.digest} does not fit the keys of {self.name}")
        object.__setattr__(self, "public", public)
        object.__setattr__(self, "ltpa2", Decryption(self.shared if self.fips else self.shared[:16]))
        object.__setattr__(self, "ltpa1", Decryption(self.shared) if size == 24 else None)

    @property
    def fips(self) -> bool:
        """Whether these are keys of FIPS mode."""
        return len(self.shared) == 32


@dataclass(frozen=True, slots=True)
class DominoSecret:
    """The secret of a Domino SSO domain: whoever has it can make tokens for anyone there. No realm is in them."""

    name: str
    secret: bytes = field(repr=False)
    valid_until: float | None = None

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise KeyFileError(f"the secret of {self.name} has {len(self.secret)} bytes, not {SECRET_BYTES}")


Keys = WebSphereKeys | DominoSecret
