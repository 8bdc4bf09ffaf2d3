"""limner.toml -> settings; every mistake is reported at once."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from limner.errors import SettingsError
from limner.settings.mistakes import mistake
from limner.settings.whole import Settings

DEFAULT_FILE = "limner.toml"
FILE_LIMIT = 4_000_000  # bytes; 10,000 networks are 250 KB
MISTAKES_LIMIT = 100  # lines of a report


def load(path: Path | str | None = None) -> Settings:
    """Read the settings file: `path`, else `$LIMNER_CONFIG`, else `limner.toml` in this folder.

    Raises SettingsError with all mistakes, a line each.
    """
    file = Path(path or os.environ.get("LIMNER_CONFIG") or DEFAULT_FILE)
    try:
        with file.open("rb") as stream:
            raw = stream.read(FILE_LIMIT + 1)
    except FileNotFoundError:
        raise SettingsError(
            f"there is no settings file {str(file)!r}", hint="`limner init` writes one; `-c FILE` names another"
        ) from None
    except (OSError, ValueError) as why:
        raise SettingsError(f"cannot read {file}: {getattr(why, 'strerror', None) or why}") from None
    return parse(raw, file)


def parse(raw: bytes, file: Path) -> Settings:
    """Make settings of the bytes of a settings file; `file` is where they stand. Raises SettingsError."""
    if len(raw) > FILE_LIMIT:
        raise SettingsError(f"{file}: larger than 4 MB; a settings file is small")
    table = _table(raw, file)
    try:
        settings = Settings.model_validate(table)
    except ValidationError as why:
        lines = [f"{file}: {mistake(found)}" for found in why.errors(include_url=False)[:MISTAKES_LIMIT]]
        if why.error_count() > MISTAKES_LIMIT:
            lines.append(f"{file}: and {why.error_count() - MISTAKES_LIMIT} more mistakes")
        raise SettingsError("\n".join(lines), hint="docs/settings.md lists every setting") from None
    return settings.from_folder(file.absolute().parent)


def _table(raw: bytes, file: Path) -> dict[str, Any]:
    """Read TOML; the mistakes that an editor or a web page brings in are called by their name."""
    try:
        text = raw.decode("utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as why:
        raise SettingsError(f"{file}: not UTF-8 at byte {why.start}", hint="save it as UTF-8") from None
    except RecursionError:
        raise SettingsError(f"{file}: lists or tables are nested too deeply") from None
    except tomllib.TOMLDecodeError as why:
        what, _, place = str(why).rpartition(" (at ")
        where = place.removesuffix(")")
        hint = 'texts stand in straight quotation marks: name = "value"'
        number = re.match(r"line (\d+)", where)
        odd = re.search("[“”„‟«»‘’‚‛‹›″＂]", text.split("\n")[int(number[1]) - 1]) if number else None
        if odd:
            what = f"{odd[0]} is a typographic quotation mark, as word processors make them"
        raise SettingsError(f"{file}: {where}: {what[:1].lower()}{what[1:]}", hint=hint) from None
    except ValueError:  # Python reads no decimal number of more than 4300 digits
        raise SettingsError(f"{file}: a number is too long") from None
