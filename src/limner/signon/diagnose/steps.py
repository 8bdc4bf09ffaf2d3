"""What to do next about a cause: the step that proves or removes it."""

from __future__ import annotations

from typing import Final

from limner.signon.diagnose.cross import asked_names, ini_for, server_for
from limner.signon.diagnose.gather import Gathered
from limner.signon.evidence import Cause
from limner.signon.names import abbreviated
from limner.signon.ways_out import ways_out

_STEPS: Final[dict[Cause, tuple[str, ...]]] = {
    Cause.UNRESOLVED: (
        "resolve the name on the client (nslookup) and on the server, with the domain's own DNS server",
        "`limner signon probe HOST` shows where the name leads from here",
    ),
    Cause.CACHED_ADDRESS: (
        "set Dont_Use_Remembered_Addresses=1 in the client's notes.ini, restart it, and try again",
        "or clear $SavedServers and $SavedAddresses in the Location document; the client forgets them by tomorrow",
    ),
    Cause.NETWORK: (
        "capture at the server at the same time: packets that leave the client and never arrive are dropped between",
        "`limner signon probe HOST`, from the client's network and from the server's, shows the ports that differ",
    ),
    Cause.SERVER_DOWN: (
        "see on the server whether anything listens on the port: netstat -an, and `show tasks` on the Domino console",
        "then `limner signon probe HOST` from the client's network",
    ),
    Cause.TLS: (
        "compare the versions that both sides allow, and the names and the end of the certificate",
        "`limner signon probe HOST` shows what the server offers",
    ),
    Cause.NAME_CHECK: (
        "open the server in a Notes client (Ctrl+O) by the same name, then by its real one: does only that one work?",
    ),
    Cause.IDENTITY: ("cross-certify the two organisations, or give the user an ID that the server trusts",),
    Cause.SERVER_ACCESS: ("see the Server document, tab Security: who may access the server",),
    Cause.SSO_CONFIGURATION: (
        "see that the Web SSO document names this server; restart HTTP: the console says whether it loads the document",
    ),
    Cause.TOKEN_DOMAIN: (
        "set the Web SSO document's DNS domain to one that both servers are in, replicate it, restart HTTP on both",
        "let clients use the community's full host name, in that domain",
    ),
    Cause.TOKEN_EXPIRED: (
        "log in with a fresh token: if that works, lengthen Expiration in the Web SSO document",
        "compare the clocks of the Domino server, the community server and the client",
    ),
    Cause.TOKEN_VERSION: (
        "let the Web SSO document make LTPA 2 tokens: import WebSphere's keys, and choose the token format",
    ),
    Cause.TOKEN_INVALID: (
        "see that both servers have the same keys: export them once and import them everywhere",
        "see that ST_TOKEN_TYPE in sametime.ini ([AuthToken]) is the Web SSO document's name",
        "`limner ltpa verify - --keys FILE < token` says whether these keys prove this token",
    ),
    Cause.CLOCKS: ("synchronise the clocks of all servers with one source (NTP), and try again",),
    Cause.DIRECTORY: (
        "look up, in the directory that the community server uses, the user by the very name that is in the token",
        "if the token has the Notes name and the directory is another one: map names in the Web SSO document",
    ),
    Cause.USER_REFUSED: ("see the community server's log and policies for this user",),
    Cause.CLIENT_REFUSED: ("see which client types and versions the community server allows",),
    Cause.COMMUNITY_SERVER: ("see the community server's log, and its number of users",),
    Cause.COMMUNITY_FILE: ("`limner signon communities check FILE` shows every finding with its fix",),
    Cause.OTHER: ("see the logs of both servers at the time of the log-in",),
}


def steps(cause: Cause, found: Gathered, told: tuple[str, ...] = ()) -> list[str]:
    """Give what to do next about a cause, with the folder's own names where it has them."""
    given = list(_STEPS[cause])
    if cause is not Cause.NAME_CHECK:
        return given
    name = next(iter(asked_names(found, told)), "NAME")
    server = server_for(found)
    if server is None:
        answered = next((each.server for trace in found.traces for each in trace.attempts if each.server), None)
        whose = f" of {abbreviated(answered)}" if answered else ""
        given.append(f"export the Server document{whose} as DXL into this folder, and its notes.ini")
        return given
    ini = ini_for(found, server)
    if ini is None:
        given.append(
            f"put the notes.ini of {server.short} into this folder: it may list the name (NETWORK_SPRAYER_ADDRESS)"
        )
    ways = ways_out(name, server, ini)
    given += [f"way out {number}: {way.title}: {'; '.join(way.steps)}" for number, way in enumerate(ways, 1)]
    command = f"limner signon server-name {name} --server-doc {found.folder / server.file}"
    given.append(f"`{command}` compares what each costs in safety")
    return given
