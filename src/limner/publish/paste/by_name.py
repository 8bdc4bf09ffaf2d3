"""Tools that ask by a user name in an address of one's own choice."""

from __future__ import annotations

from limner.publish.paste.snippet import Site, Snippet, Strength, Tool

DOCUMENTED = Strength.DOCUMENTED


def _rocket_chat(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "rocket-chat",
            "Rocket.Chat",
            "uid",
            DOCUMENTED,
            "Rocket.Chat's source",
            "the setting Accounts_AvatarExternalProviderUrl",
            f"{site.origin}/uid/{{username}}.jpg",
            None,
            ("{username} is the only placeholder", "Accounts_AvatarCacheTime (3600 seconds) says how long it is kept"),
        )
    ]


def _discourse(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "discourse",
            "Discourse",
            "uid",
            DOCUMENTED,
            "Discourse's source",
            "the site setting external_system_avatars_url",
            f"{site.origin}/uid/{{username}}.jpg?s={{size}}",
            None,
            ("for people who have chosen no picture of their own",),
        )
    ]


def _gerrit(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "gerrit",
            "Gerrit with the plugin avatars-external",
            "uid",
            DOCUMENTED,
            "the plugin's documentation",
            "gerrit.config",
            f"[avatar]\n  url = {site.origin}/uid/${{user}}.jpg\n  sizeParameter = s=${{size}}x${{size}}",
            None,
            ("the plugin turns http into https by itself", "lowerCase is not needed: limner compares without case"),
            ("what has to be restarted",),
        )
    ]


def _jabber(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "jabber",
            "Cisco Jabber",
            "uid",
            Strength.UNCONFIRMED,
            "Cisco Jabber Parameters Reference (the names); the example is not confirmed",
            "jabber-config.xml, within <Directory>",
            "<PhotoUriSubstitutionEnabled>True</PhotoUriSubstitutionEnabled>\n"
            "<PhotoUriSubstitutionToken>sAMAccountName</PhotoUriSubstitutionToken>\n"
            f"<PhotoUriWithToken>{site.origin}/uid/sAMAccountName.jpg</PhotoUriWithToken>",
            None,
            ("older mobile and Mac clients have the same names with BDI before them",),
        )
    ]


def _cupc(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "cupc",
            "Cisco Unified Personal Communicator 8",
            "uid",
            DOCUMENTED,
            "Cisco document 113200",
            "the Presence server: Settings, the field Photo",
            f"{site.origin}/uid/%%sAMAccountName%%.jpg",
            None,
            ("a plain GET without any credential: the policy has to let its network in",),
        )
    ]


ROCKET_CHAT = Tool("rocket-chat", "Rocket.Chat", _rocket_chat)
DISCOURSE = Tool("discourse", "Discourse", _discourse)
GERRIT = Tool("gerrit", "Gerrit, plugin avatars-external", _gerrit)
JABBER = Tool("jabber", "Cisco Jabber", _jabber)
CUPC = Tool("cupc", "Cisco Unified Personal Communicator 8", _cupc)
