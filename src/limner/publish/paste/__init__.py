"""What administrators paste into other programs' settings, filled in with this site's names; one file per family."""

from __future__ import annotations

from collections.abc import Sequence

from limner.errors import LimnerError
from limner.publish.paste import by_hash, by_name, sametime, verse
from limner.publish.paste.snippet import Site, Snippet, Strength, Tool

__all__ = ["TOOLS", "Site", "Snippet", "Strength", "Tool", "tools_of"]

TOOLS = (
    sametime.SAMETIME_9,
    sametime.SAMETIME_12,
    verse.VERSE,
    by_hash.GITLAB,
    by_hash.GITEA,
    by_hash.JITSI,
    by_hash.BITBUCKET,
    by_hash.JIRA,
    by_hash.GERRIT_GRAVATAR,
    by_hash.VIKUNJA,
    by_hash.LIBRAVATAR,
    by_name.ROCKET_CHAT,
    by_name.DISCOURSE,
    by_name.GERRIT,
    by_name.JABBER,
    by_name.CUPC,
)


def tools_of(names: Sequence[str]) -> list[Tool]:
    """Give the tools of these names, or all without any. Raises LimnerError for one that there is not."""
    known = {tool.name: tool for tool in TOOLS}
    for name in names:
        if name not in known:
            raise LimnerError(f"there is no tool {name!r}", hint=f"there are: {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] if names else list(TOOLS)
