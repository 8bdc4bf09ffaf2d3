"""Files as HCL's page "Managed community settings" has them, and random ones made of its words."""

from __future__ import annotations

from hypothesis import strategies as st

from limner.signon.communities import Config, Finding, check, parse_config
from limner.signon.communities.vocabulary import AUTH_TYPES, CONNECTION_TYPES, TYPES

SAMPLE = """\
<?xml version="1.0" encoding="UTF-8"?>
<managed-communities>
  <managed-community id="sales.usma.example.com" host="sales.usma.example.com" loginByToken="true"
    authServerUrl="http://sales.usma.example.com" authType="SAMPLE" useGlobalConnSettings="false">
  <connection connectionType="reverse-proxy" proxyHost="http://usma.example.com:81/sales"/>
  </managed-community>
  <managed-community id="sametime.example.com" host="sametime.example.com" newHost="sametimenew.example.com"/>
  <managed-community id="sametimenew.example.com" host="sametimenew.example.com"/>
  <managed-community-action type="update" managed-community-id="sales.usma.example.com"/>
  <managed-community-action type="update" managed-community-id="sametime.example.com"/>
  <managed-community-action type="add" managed-community-id="sametimenew.example.com"/>
</managed-communities>
"""
TWICE = """\
<managed-communities>
<managed-community id="sales.usma.example.com" host="sales.usma.example.com" newHost="sales3.usma.example.com"/>
<managed-community id="sales2.usma.example.com" host="sales2.usma.example.com" newHost="sales3.usma.example.com"/>
<managed-community-action type="update" managed-community-id="sales.usma.example.com"/>
<managed-community-action type="update" managed-community-id="sales.usma.example.com"/>
</managed-communities>
"""
CONSOLIDATION = """\
<managed-communities deleteOverlappingCommunities="true">
<managed-community id="sales1.usma.example.com" host="sales1.usma.example.com" newHost="sales.usma.example.com"/>
<managed-community id="sales2.usma.example.com" host="sales2.usma.example.com" newHost="sales.usma.example.com"/>
<managed-community-action type="update" managed-community-id="sales1.usma.example.com"/>
<managed-community-action type="update" managed-community-id="sales2.usma.example.com"/>
</managed-communities>
"""
RESET = """\
<managed-communities>
<managed-community id="acct.sales.usma.example.com" host="acct.sales.usma.example.com"/>
<managed-community-action type="reset" managed-community-id="acct.sales.usma.example.com"/>
</managed-communities>
"""


def wrap(*rows: str, root: str = "managed-communities") -> str:
    """Put rows into a file; the first of them is in line 2."""
    return "\n".join((f"<{root}>", *rows, f"</{root.partition(' ')[0]}>"))


def community(host: str, more: str = "") -> str:
    return f'<managed-community id="{host}" host="{host}" {more}/>'


def action(kind: str, host: str, more: str = "") -> str:
    return f'<managed-community-action type="{kind}" managed-community-id="{host}" {more}/>'


def read(text: str | bytes) -> Config:
    return parse_config(text.encode() if isinstance(text, str) else text, "m.xml")


def found(text: str | bytes) -> list[Finding]:
    return check(read(text))


def grave(text: str | bytes) -> list[Finding]:
    return [each for each in found(text) if each.severity != "note"]


hosts = st.sampled_from(["a.example", "b.example", "c.example", "A.example"])
booleans = st.sampled_from(["true", "false"])
settings = st.fixed_dictionaries(
    {},
    optional={
        "newHost": hosts,
        "loginByToken": booleans,
        "authType": st.sampled_from(AUTH_TYPES),
        "port": st.integers(1, 65535).map(str),
        "connectionType": st.sampled_from(CONNECTION_TYPES),
        "savePassword": booleans,
    },
)
options = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("restart", "applyDefaultCommunityUsername", "createNewConfig"), booleans)
)


def _row(pair: tuple[str, dict[str, str]]) -> str:
    return community(pair[0], " ".join(f'{name}="{value}"' for name, value in pair[1].items()))


def _action_row(row: tuple[str, str, dict[str, str]]) -> str:
    return action(row[0], row[1], " ".join(f'{name}="{value}"' for name, value in row[2].items()))


communities = st.lists(st.tuples(hosts, settings), max_size=4, unique_by=lambda pair: pair[0].lower()).map(
    lambda rows: [_row(row) for row in rows]
)


def actions(*kinds: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.tuples(st.sampled_from(kinds or TYPES), hosts, options).map(_action_row), max_size=4)


def files(*kinds: str) -> st.SearchStrategy[str]:
    """Files that can be read, of all actions or of some kinds only."""
    roots = st.sampled_from(["managed-communities", 'managed-communities deleteOverlappingCommunities="true"'])
    return st.builds(lambda first, second, root: wrap(*first, *second, root=root), communities, actions(*kinds), roots)
