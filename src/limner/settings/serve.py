"""`[serve]`: the door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from limner.settings.section import Section
from limner.settings.values import File, HttpUrl, ListenOrNowhere, Listens, Origin, twice


class Tls(Section):
    """`[serve.tls]`: serve https, TLS 1.2 and up."""

    certificate: File = Field(description="PEM file: the certificate, then the issuers up to, not with, the root.")
    key: File = Field(description="PEM file with the private key, not encrypted, readable by limner's user only.")


class Serve(Section):
    """`[serve]`: the door."""

    listen: Listens = Field(
        default=["127.0.0.1:8080"],
        min_length=1,
        description='Where to listen: "host:port", "[::]:port", "unix:/path/to/socket", or a list of these.',
    )
    workers: int = Field(default=1, ge=1, le=64, description="Worker processes; one for each core is enough.")
    admin: ListenOrNowhere = Field(
        default="127.0.0.1:9081",
        description="Where `/healthz`, `/readyz` and `/metrics` are answered; keep it off the network. "
        '"" is nowhere. When this is not set and the port is taken, the door opens without it and says so.',
    )
    tls: Tls | None = Field(default=None, description="Certificate and key for https; read again when they change.")
    cors: list[Origin] = Field(default=[], description="Origins whose pages may read photos by script (CORS).")
    default_urls: list[HttpUrl] = Field(
        default=[],
        description="Addresses that `d=` of the avatar form may redirect to: each opens itself and what lies below it.",
    )
    max_age: int = Field(
        default=600, ge=0, le=31_536_000, description="Seconds that a browser may show a photo without asking again."
    )
    connections: int = Field(default=4096, ge=1, le=1_000_000, description="Open connections for each worker, at most.")
    head_seconds: float = Field(
        default=10, gt=0, le=600, description="Seconds in which a request must have arrived whole, or it is cut off."
    )
    idle_seconds: float = Field(
        default=75, gt=0, le=3600, description="Seconds that a connection may stay open with nothing asked."
    )
    send_seconds: float = Field(
        default=30, gt=0, le=3600, description="Seconds without any byte taken, after which a slow reader is cut off."
    )
    stop_seconds: float = Field(
        default=10, ge=0, le=600, description="Seconds that open requests get to end when the door closes."
    )
    head_bytes: int = Field(
        default=16_384, ge=1024, le=1_048_576, description="Bytes of a request's head, at most; more gets 431."
    )
    target_bytes: int = Field(
        default=4096, ge=256, le=65_536, description="Bytes of a request's address, at most; more gets 414."
    )

    @model_validator(mode="after")
    def _addresses_differ(self) -> Serve:
        asked = [address for address in [*self.listen, self.admin] if not address.endswith(":0")]
        if doubled := twice(asked):
            raise ValueError(f"`listen` and `admin` name an address twice: {doubled}")
        return self

    def others_from_folder(self, folder: Path) -> dict[str, Any]:
        return {
            "listen": [_unix_path(address, folder) for address in self.listen],
            "admin": _unix_path(self.admin, folder),
        }


def _unix_path(address: str, folder: Path) -> str:
    path = address.removeprefix("unix:")
    return address if path == address else f"unix:{folder / path}"
