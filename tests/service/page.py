"""What docs/operations.md does, and what its machine is asked for."""

from __future__ import annotations

import io
import re

from PIL import Image

from .machine import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
SECTION = PAGE.partition("## Under systemd\n")[2].partition("\n## ")[0]
INSTALL, OPEN, BY_HAND, WITH_SECRETS = re.findall(r"^```sh\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
SETTINGS = re.findall(r"^```toml\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)[0]
ASK = "curl -s --max-time 20 --cacert /etc/limner/door.pem -o /dev/null -w '%{http_code} ' https://localhost/"
PHOTO = ASK + "jane.roe@example.com.jpg"


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), "red").save(out, "JPEG")
    return out.getvalue()


def asked_until(status: int, name: str = "jane.roe") -> str:
    """Give a script that asks for a photo until the answer is this one, and prints the last answer."""
    ask = f"{ASK}{name}@example.com.jpg"
    return f"for i in $(seq 100); do a=$({ask}); [ \"$a\" = '{status} ' ] && break; sleep 0.1; done; echo $a"
