"""The real web servers that load what is exported, and how each is checked and started."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAMS = {
    "apache22": "apache2",
    "rewrite": "apache2",
    "apache24": "apache2",
    "nginx": "nginx",
    "haproxy": "haproxy",
    "caddy": "caddy",
}
"""The dialects, and the program that reads each. `rewrite` is `apache22 --rewrite`."""

_MODULES = "mpm_event authz_core authz_host setenvif rewrite mime proxy proxy_http"
APACHE = """\
ServerRoot {folder}
ServerName localhost
PidFile {folder}/httpd.pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
User www-data
Group www-data
TypesConfig /etc/mime.types
{modules}
StartServers 1
"""
"""How a configuration of Apache begins that is tried in a folder."""

_APACHE = f"""\
{APACHE}ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
Include {{folder}}/exported.conf
"""
_NGINX = """\
user root;
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/exported.conf;
}}
"""


def skip_without(program: str) -> None:
    if shutil.which(program) is None:
        assert not os.environ.get("CI"), f"{program} is missing"
        pytest.skip(f"{program} is not installed")


def lay_out(dialect: str, folder: Path, text: str) -> tuple[list[str], list[str]]:
    """Put an exported configuration into a folder with all around it; give the commands that check and run it."""
    exported = folder / "exported.conf"
    exported.write_text(text, "utf-8")
    program = PROGRAMS[dialect]
    if program == "apache2":
        modules = _MODULES.split() + (["access_compat"] if dialect != "apache24" else [])
        lines = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules]
        (folder / "main.conf").write_text(_APACHE.format(folder=folder, modules="\n".join(lines)))
        command = ["apache2", "-f", str(folder / "main.conf")]
        return [*command, "-t"], [*command, "-DFOREGROUND"]
    if program == "nginx":
        (folder / "main.conf").write_text(_NGINX.format(folder=folder))
        command = ["nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "main.conf")]
        return [*command, "-t"], command
    if program == "haproxy":
        return ["haproxy", "-c", "-f", str(exported)], ["haproxy", "-db", "-f", str(exported)]
    rest = ["--config", str(exported), "--adapter", "caddyfile"]
    return ["caddy", "validate", *rest], ["caddy", "run", *rest]


def check(dialect: str, folder: Path, text: str) -> None:
    """Have the real server load a configuration, and find nothing wrong."""
    skip_without(PROGRAMS[dialect])
    command, _ = lay_out(dialect, folder, text)
    done = subprocess.run(command, env=environment(folder), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{text}"


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }


@contextmanager
def running(
    commands: Sequence[tuple[list[str], Path, int]], listens: Callable[[int], bool], within: Sequence[str] = ()
) -> Iterator[None]:
    """Run servers, each in its folder, until the block ends; `listens` tells whether one does; `within` goes before."""
    started: list[tuple[subprocess.Popen[bytes], Path]] = []
    try:
        for command, folder, _ in commands:
            with (folder / "printed.txt").open("wb") as out:
                whole = [*within, "setpriv", "--pdeathsig", "TERM", *command]
                process = subprocess.Popen(
                    whole, cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, stdout=out, stderr=out
                )
            started.append((process, folder))
        for (process, folder), (_, _, port) in zip(started, commands, strict=True):
            end = time.monotonic() + 30
            while not listens(port):
                said = (folder / "printed.txt").read_text(errors="replace")
                assert process.poll() is None, said
                assert time.monotonic() < end, said
                time.sleep(0.01)
        yield
    finally:
        for process, _ in started:
            process.terminate()
        for process, _ in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
