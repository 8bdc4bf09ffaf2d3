"""`[log]`: who came, and who looked at whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from limner.settings.section import Section
from limner.settings.values import LogFile


class Log(Section):
    """`[log]`: who came, and who looked at whom."""

    access: LogFile = Field(
        default="",
        description='Access log, a JSON line for each request: a file, "-" for standard output, "" for none.',
    )
    audit: LogFile = Field(
        default="",
        description="Audit trail, a JSON line for each face asked for: who, whose face, by which rule, with what "
        'result. A file, "-" or "".',
    )

    def others_from_folder(self, folder: Path) -> dict[str, Any]:
        return {name: _log_path(getattr(self, name), folder) for name in ("access", "audit")}


def _log_path(value: str, folder: Path) -> str:
    return value if value in ("", "-") else str(folder / Path(value).expanduser())
