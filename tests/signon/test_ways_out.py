from __future__ import annotations

from limner.signon.acceptance import Verdict, judge
from limner.signon.documents import parse_dxl
from limner.signon.notes_ini import parse_notes_ini
from limner.signon.server_document import ServerDocument, from_document
from limner.signon.ways_out import ways_out

from .conftest import dxl

ALIAS = "sametime.acme.example"


def server(**fields: str) -> ServerDocument:
    return from_document(parse_dxl(dxl(**fields), "server.dxl")[0])


def test_every_way_says_what_it_costs() -> None:
    found = ways_out(ALIAS, server())
    assert len(found) == 5
    for way in found:
        assert all(way.as_dict().values())
    assert [way.safety.partition(":")[0] for way in found] == ["none", "none", "none", "small", "most"]


def test_the_line_for_the_list_keeps_what_is_listed_already_and_is_accepted_then() -> None:
    ini = parse_notes_ini("NETWORK_SPRAYER_ADDRESS=chat.acme.example", "notes.ini")
    step = ways_out(ALIAS, server(), ini)[3].steps[0]
    assert "NETWORK_SPRAYER_ADDRESS=chat.acme.example,sametime.acme.example " in step
    line = step.partition("write ")[2].partition(" ")[0]
    assert judge(ALIAS, server(), parse_notes_ini(line, "x")).verdict is Verdict.ACCEPTED


def test_the_other_ways_are_accepted_too() -> None:
    assert judge(ALIAS, server(host=ALIAS)).verdict is Verdict.ACCEPTED
    assert judge("sametime", server()).verdict is Verdict.ACCEPTED
    assert judge(ALIAS, server(), parse_notes_ini("NETWORK_SPRAYER_ADDRESS=*", "x")).verdict is Verdict.ACCEPTED


def test_the_host_name_that_is_lost_is_named() -> None:
    assert "sametime004.acme.example are refused then" in ways_out(ALIAS, server())[2].cost
    assert "refused then" not in ways_out(ALIAS, server(host=""))[2].cost
