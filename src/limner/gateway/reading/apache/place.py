"""The one place of a site that a configuration of Apache's decides for, and the sections that count there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from limner.gateway.reading.apache.require import CONTAINERS
from limner.gateway.reading.apache.text import Directive, Section, words
from limner.gateway.reading.reading import Reading

REWRITING = ("rewriteengine", "rewritecond", "rewriterule")
ACCESS = ("require", "order", "allow", "deny")
DECIDING = ("rewritecond", "rewriterule", *ACCESS)

# what changes nothing about who is let in
HARMLESS = frozenset(
    """
    acceptfilter accessfilename addcharset adddefaultcharset addencoding addicon addiconbyencoding addiconbytype
    addlanguage addoutputfilterbytype addtype alias allowencodedslashes authbasicprovider authname authtype
    authuserfile bufferedlogs cachedisable cacheenable contentdigest coredumpdirectory customlog defaulticon
    defaultlanguage defaultruntimedir deflatecompressionlevel directoryindex directoryslash documentroot enablemmap
    enablesendfile errorlog errorlogformat expiresactive expiresbytype expiresdefault extendedstatus fileetag
    forcetype group header headername hostnamelookups indexignore indexoptions keepalive keepalivetimeout keyfile
    languagepriority limitrequestbody limitrequestfields limitrequestfieldsize limitrequestline listen loadmodule
    logformat loglevel maxclients maxconnectionsperchild maxkeepaliverequests maxrequestsperchild maxrequestworkers
    maxspareservers maxsparethreads mimemagicfile minspareservers minsparethreads mutex namevirtualhost options
    pidfile protocols proxypass proxypassreverse proxypreservehost proxyrequests proxytimeout readmename
    requestheader requestreadtimeout rewritebase rewritelog rewriteloglevel scoreboardfile scriptalias serveradmin
    serveralias serverlimit servername serverroot serversignature servertokens setenv sethandler sslcachedisable
    sslcertificatechainfile sslcertificatefile sslcertificatekeyfile sslciphersuite sslcompression sslengine
    sslhonorcipherorder sslprotocol sslprotocoldisable sslprotocolenable sslservercert sslserverrootcert
    sslsessioncache sslsessioncachetimeout sslsessiontickets sslstashfile sslv2timeout sslv3timeout startservers
    threadlimit threadsperchild timeout traceenable transferlog typesconfig unsetenv usecanonicalname user
    """.split()  # noqa: SIM905  (a list of a hundred quoted names is no easier to read)
)
READ = frozenset((*REWRITING, *ACCESS, "setenvif", "setenvifnocase", "errordocument"))
CHANGES_COOKIES = re.compile(r"\b(early|cookie)\b", re.IGNORECASE)
PLACES = ("virtualhost", "directory", "location")
ONLY = {"satisfy": "all", "authmerging": "off"}  # as it is anyway
KNOWN = HARMLESS | READ | ONLY.keys() | {"allowoverride"}
MODULES = ("rewrite", "setenvif", "authz_core", "authz_host", "access_compat", "headers", "alias", "dir", "mime", "ssl")


@dataclass(slots=True)
class Place:
    """`base` is the file, `server` the virtual host, or the file again; `sections` are in the order that they count."""

    base: Section
    server: Section
    sections: list[Section]

    def all(self) -> Iterator[Section]:
        """Yield all that counts, the file first."""
        yield self.base
        if self.server is not self.base:
            yield self.server
        yield from self.sections


def find(reading: Reading, whole: Section) -> Place:
    """Give the place that a file decides for. Raises NotReadError where it is not one, or not understood."""
    _flatten(reading, whole)
    hosts = [section for section in whole.sections() if section.name == "virtualhost"]
    deciding = [host for host in hosts if _decides(host)] or hosts
    if len(deciding) > 1:
        lines = " and ".join(str(host.line) for host in deciding[:5])
        raise reading.error(
            deciding[0].line,
            f"there are {len(deciding)} virtual hosts (lines {lines})",
            hint="give a file with one of them",
        )
    place = Place(whole, deciding[0] if deciding else whole, [])
    if place.server is not whole:
        _not_inherited(reading, whole, place.server)
    servers = [whole] if place.server is whole else [whole, place.server]
    found = [section for server in servers for section in server.sections() if section.name != "virtualhost"]
    place.sections = _in_order(reading, [section for section in found if _decides(section)])
    for section in (*place.all(), *(section for section in found if section not in place.sections)):
        _understand(reading, section)
    for section in (whole, place.server):
        for item in section.directives():
            if item.name in ACCESS:
                raise reading.error(item.line, f"{item} stands outside of <Directory> and <Location>")
    return place


def _flatten(reading: Reading, section: Section) -> None:
    """Put what stands in <IfModule> where it counts."""
    items: list[Directive | Section] = []
    for item in section.items:
        if isinstance(item, Section):
            _flatten(reading, item)
            if item.name == "ifmodule":
                name = item.text.removeprefix("!").removeprefix("mod_").removesuffix(".c").removesuffix("_module")
                if name in MODULES:
                    reading.remark(item.line, f"{item}: the module is taken to be loaded", doubtful=False)
                    items += [] if item.text.startswith("!") else item.items
                    continue
            if item.name in ("ifmodule", "ifdefine", "ifversion", "iffile", "ifdirective", "ifsection"):
                if not _decides(item):
                    continue
                raise reading.error(item.line, f"whether {item} counts is not known", hint="keep only what counts")
        items.append(item)
    section.items = items


def _decides(section: Section) -> bool:
    """Whether something in a section says who is let in."""
    return any(
        _decides(item) if isinstance(item, Section) else item.name in DECIDING or item.name not in KNOWN
        for item in section.items
    )


def _not_inherited(reading: Reading, whole: Section, host: Section) -> None:
    rules = [item for item in whole.directives() if item.name in DECIDING]
    if rules:
        reading.remark(rules[0].line, "rewrite rules outside of the virtual host do not count in it", doubtful=False)
    on = [item for item in whole.directives() if item.name == "rewriteengine"]
    own = {item.name for item in host.directives()}
    if on and "rewriterule" in own and "rewriteengine" not in own:
        raise reading.error(
            host.line,
            "the virtual host has no RewriteEngine of its own; whether it takes the one outside depends on the version",
            hint="write RewriteEngine On into the virtual host",
        )


def _in_order(reading: Reading, sections: list[Section]) -> list[Section]:
    """Sort sections as httpd does: directories from the shortest to the longest, then locations as they come."""
    kinds: dict[str, list[Section]] = {"directory": [], "location": []}
    for section in sections:
        if section.name == "files" and section.text.strip("\"'").startswith(".ht") and _only_denies(section):
            continue
        path = words(section.text) or []
        if section.name not in kinds or len(path) != 1 or any(char in path[0] for char in "*?[~$"):
            raise reading.error(section.line, f"{section} is not understood", hint="give a file without it")
        kinds[section.name].append(section)
    directories = sorted(kinds["directory"], key=lambda section: len(_path(section)))
    for order in (directories, sorted(kinds["location"], key=lambda section: len(_path(section)))):
        for outer, inner in pairwise(order):
            if _path(inner)[: len(_path(outer))] != _path(outer):
                raise reading.error(
                    inner.line,
                    f"{inner} and {outer} (line {outer.line}) are different places",
                    hint="a policy of limner's is for all photos alike: give a file with one of them",
                )
    found = [*directories, *kinds["location"]]
    if found:
        where = " in ".join(dict.fromkeys(str(order[-1]) for order in (kinds["location"], directories) if order))
        reading.remark(found[-1].line, f"this is about {where}; what else is there is not compared", doubtful=False)
    return found


def _path(section: Section) -> list[str]:
    return [part for part in (words(section.text) or [""])[0].split("/") if part]


def _only_denies(section: Section) -> bool:
    closing = ("require all denied", "deny from all", "order allow,deny", "satisfy all")
    return all(isinstance(item, Directive) and str(item).lower() in closing for item in section.items)


def _understand(reading: Reading, section: Section) -> None:
    """See that nothing in a section is of a kind that is not understood."""
    for item in section.items:
        if isinstance(item, Section):
            if item.name in CONTAINERS:
                _understand(reading, item)
            elif (
                item.name not in ("virtualhost", "directory", "location") and not _only_denies(item) and _decides(item)
            ):
                raise reading.error(item.line, f"{item} is not understood", hint="give a file without it")
        elif item.name == "allowoverride":
            if item.text.lower() != "none":
                reading.remark(item.line, f"{item}: .htaccess files can change what is decided, and are not read")
        elif item.name == "requestheader" and CHANGES_COOKIES.search(item.text):
            raise reading.error(item.line, f"{item} may change what is decided upon")
        elif item.name not in KNOWN or (item.name in ONLY and item.text.lower() != ONLY[item.name]):
            raise reading.error(
                item.line, f"{item} is not understood", hint="if it is not about who may see, give a file without it"
            )
        elif item.name in READ and "${" in item.text:
            raise reading.error(item.line, f"{item}: what ${{...}} stands for is not known")
