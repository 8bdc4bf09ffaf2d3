"""The peers: Apache, nginx and h2o on the same files under the same rules, one worker each; and the floor.

Each is set up as its own manual would have it for speed, with an access log that is buffered. The rules are the
seed's: three cookies that anyone can send, then networks; whoever has neither is redirected.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.servers import Server, free_port, started

ELSEWHERE = "https://www.example.com/"
NETWORKS = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.7.9/32"]

APACHE = """
ServerRoot {folder}
ServerName localhost
PidFile {folder}/httpd.pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
Listen 127.0.0.1:{port}
{user}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule rewrite_module {modules}/mod_rewrite.so
TypesConfig /etc/mime.types
StartServers 1
ServerLimit 1
ThreadsPerChild 64
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64
MaxConnectionsPerChild 0
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
EnableSendfile {sendfile}
FileETag MTime Size
LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
BufferedLogs On
CustomLog {folder}/access.log common
DocumentRoot {www}
<Directory {www}>
  AllowOverride None
  Options FollowSymLinks
  Require all granted
</Directory>
RewriteEngine On
RewriteCond %{{HTTP_COOKIE}} !LtpaToken2=.*$ [NC]
RewriteCond %{{HTTP_COOKIE}} !LtpaToken=.*$ [NC]
RewriteCond %{{HTTP_COOKIE}} !STPluginActivePage=stMeetingroom [NC]
RewriteCond %{{REMOTE_ADDR}} !^192\\.0\\.2\\.([0-9]|[1-9][0-9]|1([0-9][0-9])|2([0-4][0-9]|5[0-5]))$
RewriteCond %{{REMOTE_ADDR}} !^198\\.51\\.100\\.([0-9]|[1-9][0-9]|1([0-9][0-9])|2([0-4][0-9]|5[0-5]))$
RewriteCond %{{REMOTE_ADDR}} !^203\\.0\\.113\\.([0-9]|[1-9][0-9]|1([0-9][0-9])|2([0-4][0-9]|5[0-5]))$
RewriteCond %{{REMOTE_ADDR}} !^198\\.18\\.7\\.9$ [NC]
RewriteRule ^(.*)$ {elsewhere} [R,L]
"""

NGINX = """
{user}
worker_processes 1;
worker_rlimit_nofile 30000;
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
pcre_jit on;
events {{ worker_connections 4096; }}
http {{
  types {{ image/jpeg jpg; }}
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  log_format common '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent';
  access_log {folder}/access.log common buffer=64k flush=1s;
  sendfile {sendfile};
  etag on;
  keepalive_timeout 60;
  keepalive_requests 1000000000;
  open_file_cache max=20000 inactive=1h;
  open_file_cache_valid 60s;
  geo $office {{ default 0; {networks} }}
  map $http_cookie $signed_in {{
    default 0;
    "~*LtpaToken2=" 1;
    "~*LtpaToken=" 1;
    "~*STPluginActivePage=stMeetingroom" 1;
  }}
  server {{
    listen 127.0.0.1:{port};
    root {www};
    location /photos/ {{
      set $allowed $office$signed_in;
      if ($allowed = 00) {{ return 302 {elsewhere}; }}
    }}
  }}
}}
"""

H2O = """
{user}
num-threads: 1
error-log: /dev/stderr
temp-buffer-path: {folder}
access-log: {folder}/access.log
listen: {{host: 127.0.0.1, port: {port}}}
hosts:
  default:
    paths:
      /photos: {{file.dir: {www}/photos}}
"""


@contextmanager
def apache(www: Path, folder: Path, sendfile: str) -> Iterator[Server]:
    port = free_port()
    text = APACHE.format(
        folder=folder,
        port=port,
        www=www,
        sendfile=sendfile,
        user=_if_root("User www-data\nGroup www-data"),
        modules="/usr/lib/apache2/modules",
        elsewhere=ELSEWHERE,
    )
    command = ["apache2", "-f", _written(folder / "apache.conf", text), "-DFOREGROUND"]
    with started(f"Apache, sendfile {sendfile.lower()}", command, port=port, folder=folder) as server:
        yield server


@contextmanager
def nginx(www: Path, folder: Path, sendfile: str) -> Iterator[Server]:
    port = free_port()
    text = NGINX.format(
        folder=folder,
        port=port,
        www=www,
        sendfile=sendfile,
        user=_if_root("user root;"),
        networks=" ".join(f"{network} 1;" for network in NETWORKS),
        elsewhere=ELSEWHERE,
    )
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", _written(folder / "nginx.conf", text)]
    with started(f"nginx, sendfile {sendfile}", command, port=port, folder=folder) as server:
        yield server


@contextmanager
def h2o(www: Path, folder: Path) -> Iterator[Server]:
    """Start h2o on the bare files: it has no rule for a visitor's address, so it is spared all rules."""
    port = free_port()
    text = H2O.format(folder=folder, port=port, www=www, user=_if_root("user: root"))
    command = ["h2o", "-c", _written(folder / "h2o.conf", text)]
    with started("h2o, no rules", command, port=port, folder=folder) as server:
        yield server


@contextmanager
def floor(folder: Path, photo_bytes: int) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("floor.py")), str(port), str(photo_bytes)]
    with started("the floor", command, port=port, folder=folder) as server:
        yield server


def all_on(www: Path, folder: Path, photo_bytes: int) -> Sequence[AbstractContextManager[Server]]:
    """Give every peer that is installed here, ready to be started, the floor last."""
    found: list[AbstractContextManager[Server]] = []
    if shutil.which("apache2"):
        found += [apache(www, _folder(folder, f"apache-{value}"), value) for value in ("On", "Off")]
    if shutil.which("nginx"):
        found += [nginx(www, _folder(folder, f"nginx-{value}"), value) for value in ("on", "off")]
    if shutil.which("h2o"):
        found.append(h2o(www, _folder(folder, "h2o")))
    return [*found, floor(_folder(folder, "floor"), photo_bytes)]


def versions() -> dict[str, str]:
    """Give the versions of the peers and the load generator, as they tell them; those not installed are left out."""
    asked = {"Apache": ["apache2", "-v"], "nginx": ["nginx", "-v"], "h2o": ["h2o", "-v"], "wrk": ["wrk", "-v"]}
    found = {}
    for name, command in asked.items():
        if shutil.which(command[0]):
            told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
            number = re.search(r"\d+(\.\d+)+", told.stdout + told.stderr)
            found[name] = number[0] if number else "unknown"
    return found


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir(mode=0o755)
    return folder


def _written(file: Path, text: str) -> str:
    file.write_text(text)
    return str(file)


def _if_root(line: str) -> str:
    return line if os.geteuid() == 0 else ""
