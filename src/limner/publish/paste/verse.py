"""HCL Verse on premises. After HCL's help page on adding pictures of oneself, Verse 3.2."""

from __future__ import annotations

from limner.publish.paste.snippet import Site, Snippet, Strength, Tool

HELP = "HCL Verse on-premises help 3.2, Enabling users to add photos of themselves"


def _verse(site: Site) -> list[Snippet]:
    domain = site.host.partition(":")[0]
    return [
        Snippet(
            "photo-service",
            "HCL Verse on-premises: the server fetches the photos",
            "mail",
            Strength.DOCUMENTED,
            HELP,
            "notes.ini of the Verse server",
            f"VOP_GK_FEATURE_230=1\n"
            f"VOP_PhotoServiceOptions=disableConnectionsPhotos=true,resolvePhotoUrlDomains={domain}",
            None,
            (
                (
                    "VOP_GK_FEATURE_230 turns Domino's photos on: the field Photo URL of the Person document, which "
                    "`limner publish photo-url` writes as the LDAP attribute photoURL"
                ),
                "leave disableConnectionsPhotos out if Connections has photos that are to count",
                "VOP_GK_FEATURE_182=1 (Gravatar) would always come first: leave it off",
                (
                    "resolvePhotoUrlDomains: the server fetches the photo, at most 100 KB of it, and hands it on "
                    "within the page: its address has to be in limner's policy. Without it browsers ask limner"
                ),
                "further options: maxCacheEntries (250), cacheValidationMinutes (180)",
            ),
            ("what has to be restarted",),
        )
    ]


VERSE = Tool("verse", "HCL Verse on-premises", _verse)
