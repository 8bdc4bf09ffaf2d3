"""The three moments of the sample's story, which is that of an administrator who wants TLS 1.2 at one proxy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """How far the story has gone; the value is the name of the folder."""

    INSTALLED = "1-installed"  # as installed: SSL_TLS everywhere, each process with its own certificate
    CERTIFICATE = "2-certificate"  # the wildcard is imported, and given to what people reach
    TLS12 = "3-tls12"  # TLSv1.2 at was_stpProxy, SSL_TLSv2 everywhere else; mediaNode has not synchronised


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a moment sets: the protocols of SSL configurations, and whether the wildcard is in use."""

    everywhere: str
    proxy: str
    wildcard: bool
    node_settings: bool  # was_stpProxy has its node's SSL configuration, not the cell's


WANTED = {
    Moment.INSTALLED: Wanted("SSL_TLS", "SSL_TLS", wildcard=False, node_settings=False),
    Moment.CERTIFICATE: Wanted("SSL_TLS", "SSL_TLS", wildcard=True, node_settings=False),
    Moment.TLS12: Wanted("SSL_TLSv2", "TLSv1.2", wildcard=True, node_settings=True),
}
