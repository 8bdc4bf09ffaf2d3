"""nginx: whom does a server let in? `allow`, `deny`, `geo`, `map`, `if`, `return`.

A policy of limner's is for all photos alike, so the file may decide for one server, and there for one location, or for
several alike. A request goes through `if` and `return` of the server first, then through those of the location, and
then through `allow` and `deny`: of the location where it has any, else of what is around it.
"""

from __future__ import annotations

import re

from limner.gateway.reading.expression import FALSE, TRUE, Expression, From, both, either, no
from limner.gateway.reading.nginx.text import Directive, tree
from limner.gateway.reading.nginx.values import Cases, Variables, network, united
from limner.gateway.reading.reading import Reading
from limner.policy.networks import EVERYWHERE

NAME = "nginx"

REWRITING = ("if", "return", "rewrite", "set", "break")
ACCESS = ("allow", "deny")
ASKING = ("auth_request", "auth_basic", "auth_jwt")
DECIDING = frozenset((*REWRITING, *ACCESS, *ASKING))
READ = DECIDING | {"geo", "map", "error_page", "satisfy", "include", "http", "server", "location", "internal"}
INCLUDED = ("mime.types", "proxy_params", "fastcgi_params", "uwsgi_params", "scgi_params", "fastcgi.conf")

# what changes nothing about who is let in; so does all that begins as PREFIXES say
HARMLESS = frozenset(
    """
    access_log add_header aio alias auth_basic_user_file autoindex charset chunked_transfer_encoding daemon default_type
    directio env error_log etag events expires http2 if_modified_since index keepalive_requests keepalive_timeout
    large_client_header_buffers limit_except_log limit_rate lingering_close listen load_module log_format log_not_found
    master_process max_ranges merge_slashes msie_padding output_buffers pcre_jit pid port_in_redirect postpone_output
    recursive_error_pages reset_timedout_connection resolver resolver_timeout root sendfile sendfile_max_chunk
    server_name server_name_in_redirect server_names_hash_bucket_size server_names_hash_max_size server_tokens
    tcp_nodelay tcp_nopush thread_pool timer_resolution try_files types types_hash_bucket_size types_hash_max_size
    underscores_in_headers upstream use user variables_hash_bucket_size variables_hash_max_size worker_connections
    worker_cpu_affinity worker_processes worker_rlimit_nofile worker_shutdown_timeout multi_accept
    map_hash_bucket_size map_hash_max_size
    """.split()  # noqa: SIM905  (a list of so many quoted names is no easier to read)
)
PREFIXES = ("proxy_", "fastcgi_", "uwsgi_", "scgi_", "gzip", "ssl_", "client_", "open_file_cache", "send_", "brotli")


def read(text: str, file: str) -> Reading:
    """Read a configuration. Raises NotReadError, which names what is not understood and its line."""
    reading = Reading(NAME, file)
    whole = tree(reading, text)
    https = list(whole.inner("http")) or [whole]
    if len(https) > 1:
        raise reading.error(https[1].line, "there are two http blocks")
    http = https[0]
    _understand(reading, whole)
    servers = list(http.inner("server"))
    deciding = [server for server in servers if _decides(server)] or servers or ([http] if _decides(http) else [])
    if len(deciding) != 1:
        where = f"{len(deciding)} servers" if deciding else "no server"
        line = deciding[0].line if deciding else 1
        raise reading.error(line, f"there is {where} in the file", hint="give a file with one server { ... }")
    reading.lets_in = _Server(reading, http, deciding[0]).lets_in()
    return reading


def _decides(block: Directive) -> bool:
    return any(item.name in DECIDING or _decides(item) for item in block.block or () if item.name not in ("geo", "map"))


def _understand(reading: Reading, block: Directive) -> None:
    """See that nothing is of a kind that is not understood."""
    for item in block.block or ():
        if item.name == "include" and item.words[-1].rpartition("/")[2] in INCLUDED:
            continue
        if item.name == "satisfy" and item.words[1:] == ["all"]:
            continue
        if item.name == "ssl_verify_client" and item.words[1:] == ["off"]:
            continue
        if item.name in ("include", "satisfy", "ssl_verify_client") or not (
            item.name in HARMLESS | READ or item.name.startswith(PREFIXES)
        ):
            raise reading.error(
                item.line, f"{item} is not understood", hint="if it is not about who may see, give a file without it"
            )
        if item.name in ("http", "server", "location", "if"):
            _understand(reading, item)


class _Server:
    """One server, read."""

    def __init__(self, reading: Reading, http: Directive, server: Directive) -> None:
        self.reading = reading
        self.http = http
        self.server = server
        named = {item.words[-1].removeprefix("$"): item for item in http.inner("geo", "map") if len(item.words) > 1}
        self.variables = Variables(reading, {}, named, set())

    def lets_in(self) -> Expression:
        """Give whom it lets in. Raises NotReadError."""
        reading = self.reading
        passed, before = self.rewriting(self.server)
        found: list[tuple[Directive, Expression]] = []
        for location in self.server.inner("location"):
            if any(_decides(inner) for inner in location.inner("location")):
                raise reading.error(location.line, f"{location} has locations in it that decide")
            if location.words[-1].startswith("@") or any(location.inner("internal")) or not _decides(location):
                continue
            found.append((location, self.at(location)))
        open_ = [(location, says) for location, says in found if says != FALSE] or found[:1]
        if not open_:
            self.error_page(self.server)
            return either(passed, both(before, self.access([self.server, self.http])))
        (first, says), *others = open_
        for location, other in others:
            if other != says:
                raise reading.error(
                    location.line,
                    f"{location} and {first} (line {first.line}) decide differently",
                    hint="a policy of limner's is for all photos alike: give a file with one of them",
                )
        reading.remark(first.line, f"this is about {first}; what else is there is not compared", doubtful=False)
        self.error_page(first)
        return either(passed, both(before, says))

    def at(self, location: Directive) -> Expression:
        """Give whom a location lets in."""
        passed, still = self.rewriting(location)
        return either(passed, both(still, self.access([location, self.server, self.http])))

    # -- if, return, set ----------------------------------------------------------------------------------------------

    def rewriting(self, block: Directive) -> tuple[Expression, Expression]:
        """Give who is answered at once and gets in, and whom `return` and `rewrite` leave to go on."""
        passed, still = FALSE, TRUE
        for item in block.inner(*REWRITING):
            when = TRUE
            items = [item]
            if item.name == "if":
                self.reading.step(item.line)
                when = self.variables.condition(item, self.condition_words(item))
                items = item.block or []
            for inner in items:
                if inner.name not in ("return", "rewrite", "set"):
                    if inner.name in HARMLESS or inner.name.startswith(PREFIXES):
                        continue
                    raise self.reading.error(inner.line, f"{inner} in {item} is not understood")
                if inner.name == "set":
                    self.set(inner, when)
                    continue
                if self.lets_pass(inner):
                    passed = either(passed, both(still, when))
                still = both(still, no(when))
                break
        return passed, still

    def condition_words(self, item: Directive) -> list[str]:
        """Give what stands between the parentheses of an `if`."""
        words = list(item.words[1:])
        if not words or not words[0].startswith("(") or not words[-1].endswith(")"):
            raise self.reading.error(item.line, f"{item} is not understood")
        words[0] = words[0][1:]
        words[-1] = words[-1][:-1]
        return [word for at, word in enumerate(words) if word or 0 < at < len(words) - 1]

    def set(self, item: Directive, when: Expression) -> None:
        """`set $variable value`, under a condition."""
        if len(item.words) != 3 or not item.words[1].startswith("$"):
            raise self.reading.error(item.line, f"{item} is not understood")
        name = item.words[1][1:]
        new = self.variables.text(item.words[2])
        old: Cases | None = self.variables.assigned.get(name, {"": TRUE})
        if new is None or old is None:
            self.variables.assigned[name] = None
            return
        found: dict[str, list[Expression]] = {}
        for cases, holds in ((new, when), (old, no(when))):
            for text, then in cases.items():
                found.setdefault(text, []).append(both(holds, then))
        self.variables.assigned[name] = {
            text: says for text, parts in found.items() if (says := either(*parts)) != FALSE
        }

    def lets_pass(self, item: Directive) -> bool:
        """Whether `return` or `rewrite` lets in whom it answers."""
        if item.name == "rewrite":
            if (
                len(item.words) == 4
                and item.words[1] in ("^", ".*", "^.*$", "^(.*)$", "^/")
                and self.redirects(item.words[2])
            ):
                return False
            raise self.reading.error(item.line, f"{item}: whether that refuses visitors is not known")
        code = item.words[1] if len(item.words) > 1 else ""
        if re.fullmatch("2[0-9][0-9]", code):
            return True
        if re.fullmatch("[45][0-9][0-9]", code):
            return False
        target = item.words[-1] if code in ("301", "302", "303", "307", "308") else code
        if self.redirects(target):
            return False
        raise self.reading.error(
            item.line, f"{item}: whether that refuses visitors is not known", hint="what refuses is `return 403`"
        )

    def redirects(self, target: str) -> bool:
        """Whether this is one address to be sent to, which is noted."""
        cases = self.variables.text(target)
        if cases is None or len(cases) != 1:
            return False
        (address,) = cases
        if re.match("https?://", address):
            self.reading.redirect = self.reading.redirect or address
            return True
        return address.startswith("/")

    def error_page(self, location: Directive) -> None:
        """Note where refused visitors are sent, if that is one address."""
        for block in (location, self.server, self.http):
            for item in block.inner("error_page"):
                if "403" in item.words[1:-1]:
                    self.error_target(item.words[-1])
                    return

    def error_target(self, target: str) -> None:
        if re.match("https?://", target) and "$" not in target:
            self.reading.redirect = self.reading.redirect or target
        for location in self.server.inner("location"):
            if location.words[1:] == [target] and target.startswith("@"):
                for item in location.inner("return"):
                    if len(item.words) == 3:
                        self.redirects(item.words[2])

    # -- allow, deny --------------------------------------------------------------------------------------------------

    def access(self, blocks: list[Directive]) -> Expression:
        """Give whom `allow` and `deny` of the first of some blocks that has any let in, and what is asked elsewhere."""
        listed = next((block for block in blocks if any(block.inner(*ACCESS))), None)
        lets_in = TRUE if listed is None else self.listed(listed)
        asked = next((item for block in blocks for item in block.inner(*ASKING) if item.words[1:] != ["off"]), None)
        if asked is None:
            return lets_in
        return both(lets_in, self.found_by(asked))

    def found_by(self, asked: Directive) -> Expression:
        """Give what is found by asking elsewhere: known as far as the location that is asked answers by itself."""
        unknown = self.reading.unknown(asked.line, f"what {asked} finds")
        for location in self.server.inner("location"):
            if asked.name == "auth_request" and location.words[1:] == ["=", asked.words[-1]] and self.answers(location):
                passed, still = self.rewriting(location)
                return either(passed, both(still, unknown))
        return unknown

    def answers(self, location: Directive) -> bool:
        """Whether a location that is asked answers by plain codes only; `set` would be done anew before it."""
        done = [inner for item in location.inner(*REWRITING) for inner in item.block or [item]]
        plain = (item.name == "return" and re.fullmatch("[245][0-9][0-9]", " ".join(item.words[1:])) for item in done)
        return not self.variables.assigned and all(plain)

    def listed(self, block: Directive) -> Expression:
        """Give whom a list of `allow` and `deny` lets in: the first that fits counts, and where none does, all may."""
        runs: list[tuple[bool, list[Expression]]] = []
        for item in block.inner(*ACCESS):
            allows = item.name == "allow"
            if not runs or runs[-1][0] != allows:
                self.reading.step(item.line)
                runs.append((allows, []))
            runs[-1][1].append(self.address(item))
        lets_in = TRUE
        for allows, parts in reversed(runs):
            here = either(*parts)
            lets_in = either(here, lets_in) if allows else both(no(here), lets_in)
        return lets_in

    def address(self, item: Directive) -> Expression:
        """Give "the address is this one's"."""
        text = item.words[1] if len(item.words) == 2 else ""
        if text == "all":
            return From(EVERYWHERE)
        if text == "unix:":
            return FALSE  # such visitors have no address
        masked = re.fullmatch(r"([0-9.]+)/([0-9]+(?:\.[0-9]+){3})", text)
        bits = "".join(f"{int(octet):08b}" for octet in masked[2].split(".")) if masked else ""
        found = network(text) if masked is None else None
        if masked and "01" not in bits and len(bits) == 32:
            found = network(f"{masked[1]}/{bits.count('1')}")
        if found is None:
            raise self.reading.error(item.line, f"{item} is not understood: it is no network")
        return self.reading.part(item.line, item.comment, united([found]))
