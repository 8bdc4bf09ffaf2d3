from __future__ import annotations

import re
import time

from hypothesis import given

from limner.signon.communities import Client, Member, Severity, check, evidence, parse_config, simulate
from limner.signon.communities.check import ORDER
from limner.signon.documents import parse_dxl
from limner.signon.evidence import Cause, Weight
from limner.signon.notes_ini import parse_notes_ini
from limner.signon.server_document import ServerDocument, from_document
from signon.conftest import dxl

from .samples import RESET, SAMPLE, action, community, files, found, read, wrap

SSO = 'loginByToken="true" authType="ST-DOMINO-SSO"'
ALIAS = "sametime.acme.example"


def server() -> ServerDocument:
    return from_document(parse_dxl(dxl(), "server.dxl")[0])


def refused(text: str, ini: str | None = None) -> list[str]:
    notes_ini = parse_notes_ini(ini, "notes.ini") if ini is not None else None
    found = check(read(text), server(), notes_ini)
    assert not any("alias or not" in each.message for each in found)
    about = [each for each in found if re.match("Sametime/Servers/ACME (may )?refuse", each.message)]
    return [each.severity.value for each in about]


def test_dominos_check_of_names_is_foreseen() -> None:
    text = wrap(community(ALIAS, SSO), action("reset", ALIAS))
    assert refused(text) == ["error"]
    assert refused(text, "NETWORK_SPRAYER_ADDRESS=*") == []
    assert refused(text.replace(ALIAS, "sametime004.acme.example")) == []
    assert refused(text.replace(SSO, 'authType="TAM-SPNEGO" loginByToken="true"')) == []
    assert refused(text.replace(ALIAS, "192.0.2.1")) == ["warning"]


def test_the_server_that_makes_the_token_is_the_one_that_is_looked_at() -> None:
    url = 'authServerUrl="https://sametime004.acme.example"'
    assert refused(wrap(community(ALIAS, f"{SSO} {url}"), action("reset", ALIAS))) == []
    moved = wrap(community("old.example", f'{SSO} newHost="sametime004.acme.example"'), action("update", "old.example"))
    assert refused(moved) == []


def test_a_move_says_whom_it_reaches() -> None:
    assert any("still log in to the old community" in each.message for each in found(RESET))
    assert not any("still log in" in each.message for each in found(wrap(community("a"), action("add", "a"))))


def test_evidence_is_of_errors_and_warnings() -> None:
    first, second = evidence(read(SAMPLE))
    assert (first.cause, first.weight, second.weight) == (Cause.COMMUNITY_FILE, Weight.SIGN, Weight.HINT)
    assert first.place == "line 3"
    assert evidence(read(RESET)) == []


@given(files())
def test_findings_are_ordered_and_have_all_fields(text: str) -> None:
    result = check(parse_config(text.encode(), "m.xml"))
    assert result == sorted(result, key=lambda each: (ORDER.index(each.severity), each.line or 0))
    for each in result:
        assert each.as_dict()["fix"]
        assert each.line is None or each.line >= 1
        assert isinstance(each.severity, Severity)


def test_a_large_file_is_checked_and_simulated_in_no_time() -> None:
    rows = [community(f"h{number}.example", f'newHost="h{number + 1}.example"') for number in range(2400)]
    acts = [action("update", f"h{number}.example") for number in range(2400)]
    before = time.process_time()
    config = read(wrap(*rows, *acts))
    assert check(config)
    assert simulate(config, Client((Member("h0.example"),))).after.default.host == "h2400.example"
    assert time.process_time() - before < 10
