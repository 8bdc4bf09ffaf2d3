"""One file per protocol that sign-on speaks: each reads what either side says, and keeps no secret of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from limner.signon.capture.protocols.http import Http
from limner.signon.capture.protocols.ldap import Ldap
from limner.signon.capture.protocols.nrpc import Nrpc
from limner.signon.capture.protocols.tls import Tls
from limner.signon.capture.protocols.vp import Vp
from limner.signon.capture.talk import Talk

READERS: Final[dict[str, Callable[[], Talk]]] = {"nrpc": Nrpc, "vp": Vp, "http": Http, "tls": Tls, "ldap": Ldap}
PORTS: Final = {1352: "nrpc", 1533: "vp", 80: "http", 443: "tls", 389: "ldap", 636: "tls", 3268: "ldap", 3269: "tls"}

__all__ = ["PORTS", "READERS", "Http", "Ldap", "Nrpc", "Tls", "Vp"]
