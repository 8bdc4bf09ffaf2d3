"""`[fetch]`: how other servers are asked over HTTP."""

from __future__ import annotations

from pydantic import Field

from limner.settings.section import Section
from limner.settings.values import Allowed, File, Port, Proxy


class Fetch(Section):
    """`[fetch]`: how other servers are asked over HTTP."""

    allow: list[Allowed] = Field(
        default=[],
        description="Who may be asked although it is inside, or on another port than 80 and 443: "
        '"10.20.0.0/16", "photos.example.com", "photos.example.com:8443". What a source\'s own `url` names needs no '
        "mention; addresses that come from elsewhere (a list, a directory, a redirect) do. A name leads to private "
        "addresses only, never to this machine or to link-local ones: those are allowed as networks.",
    )
    ports: list[Port] = Field(default=[], description="Ports that may be asked on every host, beside 80 and 443.")
    ca: File | None = Field(
        default=None, description="PEM file of authorities to trust beside the system's, such as the company's own."
    )
    proxy: Proxy = Field(
        default="",
        description='The proxy to go through: "http://proxy:3128", or "environment" for what `HTTPS_PROXY`, '
        '`HTTP_PROXY` and `NO_PROXY` say; "" is none. Through a proxy only hosts that the settings name are asked, '
        "for it is the proxy that finds their addresses.",
    )
    seconds: float = Field(default=30, gt=0, le=600, description="Seconds that one answer may take, to its last byte.")
    tries: int = Field(
        default=3, ge=1, le=10, description="How often a server that is busy or does not answer is asked, with rests."
    )
