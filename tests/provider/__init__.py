"""A real OpenID provider (npm oidc-provider, in op.mjs), started by tests on a port of its own."""

import contextlib
import os
import select
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MISSING = "node or tests/provider/node_modules is missing; `sh tools/servers.sh` installs them"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@contextlib.contextmanager
def provider(url, *, conform=False, port=None):
    """Run a provider that knows limner at `url`; gives its issuer identifier."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "oidc-provider").exists():
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    port = port or free_port()
    command = [node, "--no-warnings", str(HERE / "op.mjs"), str(port), f"{url}/sign-in/callback"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "CONFORM": "1" if conform else ""},
    )
    try:
        readable, _, _ = select.select([process.stdout], [], [], 30)
        assert readable
        assert b"ready" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
