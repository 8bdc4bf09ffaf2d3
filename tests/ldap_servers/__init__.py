"""Real directory servers on loopback: OpenLDAP's slapd, Samba as an Active Directory, and a proxy that cuts in."""

from __future__ import annotations

import os
import shutil

import pytest

from .cutter import Cutter
from .samba import DomainController
from .slapd import Slapd

__all__ = ["Cutter", "DomainController", "Slapd", "needs_samba", "needs_slapd"]


def missing(*programs: str) -> bool:
    """Tell whether a program is missing; under CI none may be."""
    return os.environ.get("CI") != "true" and not all(
        shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") for program in programs
    )


needs_slapd = pytest.mark.skipif(missing("slapd", "slapadd", "setpriv"), reason="slapd is not installed")
needs_samba = pytest.mark.skipif(
    missing("samba", "samba-tool", "ldbadd", "setpriv") or os.geteuid() != 0, reason="no Samba, or not root"
)
