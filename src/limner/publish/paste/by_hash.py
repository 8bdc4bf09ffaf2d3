"""Tools that ask by a hash of the mail address, as of Gravatar: one setting names another server."""

from __future__ import annotations

from limner.publish.paste.snippet import Site, Snippet, Strength, Tool

DOCUMENTED, UNCONFIRMED = Strength.DOCUMENTED, Strength.UNCONFIRMED


def _gitlab(site: Site) -> list[Snippet]:
    scheme = "ssl" if site.secure else "plain"
    url = f"{site.origin}/avatar/%{{hash}}?s=%{{size}}&d=identicon"
    notes = (
        f"gravatar_{scheme}_url is for pages of GitLab that are shown by {'https' if site.secure else 'http'}",
        "installed from source: the section `gravatar:` of config/gitlab.yml, and a restart",
    )
    return [
        Snippet(
            "gitlab",
            "GitLab",
            "avatar",
            DOCUMENTED,
            "GitLab documentation, Libravatar",
            "/etc/gitlab/gitlab.rb",
            f"gitlab_rails['gravatar_enabled'] = true\ngitlab_rails['gravatar_{scheme}_url'] = \"{url}\"",
            "sudo gitlab-ctl reconfigure",
            notes,
        )
    ]


def _gitea(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "gitea",
            "Gitea, Forgejo, Gogs",
            "avatar",
            DOCUMENTED,
            "Gitea's source and configuration cheat sheet",
            "app.ini",
            f"[picture]\nDISABLE_GRAVATAR = false\nGRAVATAR_SOURCE = {site.origin}/avatar/",
            None,
            ("OFFLINE_MODE turns it off", "newer Gitea keeps DISABLE_GRAVATAR in its administration (not confirmed)"),
            ("what has to be restarted",),
        )
    ]


def _jitsi(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "jitsi",
            "Jitsi Meet",
            "avatar",
            DOCUMENTED,
            "Jitsi's config.js and handbook",
            "config.js",
            f"gravatar: {{\n    baseUrl: '{site.origin}/avatar/',\n    disabled: false,\n}},\n"
            f"corsAvatarURLs: [ '{site.origin}/avatar/' ],",
            None,
            ("corsAvatarURLs needs this page's origin in limner's serve.cors", "older: gravatarBaseURL (deprecated)"),
        )
    ]


def _bitbucket(site: Site) -> list[Snippet]:
    scheme = "https" if site.secure else "http"
    return [
        Snippet(
            "bitbucket",
            "Bitbucket Server",
            "avatar",
            DOCUMENTED,
            "Atlassian: Configure Gravatar URLs in Stash; Bitbucket Server config properties",
            "bitbucket.properties in the folder shared/ of its home (Stash: stash-config.properties)",
            f"avatar.url.format.{scheme}={site.origin}/avatar/%1$s?s=%2$d",
            "restart Bitbucket Server",
            ("%1$s is the MD5 of the mail address, %2$d the size",),
        )
    ]


def _jira(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "jira",
            "Jira",
            "avatar",
            DOCUMENTED,
            "Jira's Javadoc, GravatarSettings",
            "the general configuration: allow Gravatars, and the address of a Gravatar server",
            f"{site.origin}/avatar/",
            None,
            unknown=("the name of the field in its administration",),
        )
    ]


def _gerrit(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "gerrit-gravatar",
            "Gerrit with the plugin avatars-gravatar",
            "avatar",
            DOCUMENTED,
            "the plugin's documentation and source",
            "gerrit.config",
            f'[plugin "avatars-gravatar"]\n  gravatarUrl = {site.host}/avatar/',
            None,
            ("without a scheme: the plugin puts http:// or https:// before it, like Gerrit's own address",),
            ("what has to be restarted",),
        )
    ]


def _vikunja(site: Site) -> list[Snippet]:
    return [
        Snippet(
            "vikunja",
            "Vikunja",
            "avatar",
            DOCUMENTED,
            "Vikunja's source",
            "config.yml",
            f"avatar:\n  gravatarbaseurl: {site.origin}",
            None,
            unknown=("whether the address ends before or behind /avatar", "what has to be restarted"),
        )
    ]


def _federation(site: Site) -> list[Snippet]:
    name, _, port = site.host.partition(":")
    service, usual = ("_avatars-sec", "443") if site.secure else ("_avatars", "80")
    return [
        Snippet(
            "libravatar",
            "clients that federate (Libravatar): Claws Mail, Thunderbird's Auto Avatars, Liberapay, HedgeDoc, ...",
            "avatar",
            DOCUMENTED,
            "Libravatar's API and its libraries",
            "the DNS zone of each of your mail domains, here example.com",
            f"{service}._tcp.example.com.  IN SRV 0 0 {port or usual} {name}.",
            None,
            ("the names that they ask are public, so a guess at a mail address can be tried by anyone who is let in",),
        )
    ]


GITLAB = Tool("gitlab", "GitLab", _gitlab)
GITEA = Tool("gitea", "Gitea, Forgejo, Gogs", _gitea)
JITSI = Tool("jitsi", "Jitsi Meet", _jitsi)
BITBUCKET = Tool("bitbucket", "Bitbucket Server", _bitbucket)
JIRA = Tool("jira", "Jira", _jira)
GERRIT_GRAVATAR = Tool("gerrit-gravatar", "Gerrit, plugin avatars-gravatar", _gerrit)
VIKUNJA = Tool("vikunja", "Vikunja", _vikunja)
LIBRAVATAR = Tool("libravatar", "Libravatar's federation", _federation)
