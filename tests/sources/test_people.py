"""Some people, asked for by their identities, in steps."""

from __future__ import annotations

from ldap_servers import Slapd, needs_slapd
from ldap_servers.slapd import PEOPLE, SUFFIX, person
from limner.directory import connect
from limner.settings import LdapSource
from limner.sources import Found, Gone
from limner.sources.ldap.people import SOME, People

COUNT = 2 * SOME + 7


@needs_slapd
def test_more_people_than_one_question_may_ask_for() -> None:
    with Slapd(*(person(f"p{number}") for number in range(COUNT))) as slapd:
        settings = LdapSource(
            kind="ldap", servers=[slapd.url], ca_file=slapd.ca_file, directory="openldap", base=[PEOPLE, SUFFIX]
        )
        with connect(settings) as directory:
            people = People(directory, settings)
            identities = [people.mapping.identity(entry) for entry in people.census(["entryCSN"])]
            assert len(identities) == 2 * COUNT  # both bases have them
            there = sorted({identity for identity in identities if identity})
            told = list(people.some([*there, bytes(16)]))
            assert sum(isinstance(each, Found) for each in told) == COUNT
            assert [each for each in told if isinstance(each, Gone)] == [Gone("00000000-0000-0000-0000-000000000000")]
            assert people.expired(0) == []  # only in an Active Directory
