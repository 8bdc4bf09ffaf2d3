"""HCL Sametime: business cards, the proxy server, and meetings of two generations.

After HCL's help pages of Sametime 9.0.1 and 12, and one administrator's account of Sametime 9 (2016).
"""

from __future__ import annotations

from limner.publish.paste.snippet import Site, Snippet, Strength, Tool

HELP = "HCL Sametime help"
SET = "MailAddress,Name,Title,Location,Telephone,PhotoURL,ImagePath,Company"
HTTP_ONLY = (
    "HCL: where one address is to serve all kinds of Sametime clients it must be http, not https. This site's is https"
)
STCONFIG = (
    "stconfig.nsf also configures business cards and by default writes into this file: HCL's page on a directory with "
    "a custom Notes application tells how that is turned off"
)


def details(attribute: str) -> list[str]:
    """Give the two elements that map `ImagePath` and `PhotoURL` to a directory's attribute."""
    return [f'<Detail Type="text/plain" FieldName="{attribute}" Id="{name}"/>' for name in ("ImagePath", "PhotoURL")]


def _card(site: Site, where: str, restart: str | None) -> Snippet:
    notes = [
        'keep what your two Set elements have besides, and take "Photo" out of both: PhotoURL and ImagePath replace it',
        'SetId="0" is for anonymous users, SetId="1" for those who are signed in',
        "each person's attribute holds their photo's address: `limner publish photo-url` writes it into the directory",
        STCONFIG,
    ]
    if site.secure:
        notes.append(HTTP_ONLY)
    sets = [f'<Set params="{SET}" SetId="{number}"/>' for number in (0, 1)]
    return Snippet(
        "business-card",
        "Sametime Community Server: business cards",
        "mail",
        Strength.DOCUMENTED,
        f"{HELP}, Setting up business cards",
        where,
        "\n".join(["<!-- within <Details> -->", *details(site.attribute), "<!-- the sets -->", *sets]),
        restart,
        tuple(notes),
    )


def _address(site: Site) -> Snippet:
    return Snippet(
        "photo-address",
        "the directory: each person's photo address",
        "mail",
        Strength.DOCUMENTED,
        f"{HELP}, Planning for photos",
        f"the attribute {site.attribute} of every person; `limner publish photo-url` writes it",
        f"{site.attribute}: {site.origin}/photos/jane.roe@example.com.jpg",
        "nothing; the clients keep what they know of a person for 7 days by default (lookupExpirationDays)",
        (
            "mail addresses in any case lead to the same photo",
            (
                "Domino: the attribute photoURL is the field Photo URL of the Person document; anonymous LDAP users "
                "are not shown it unless the Configuration document lists it under LDAP, Anonymous users can query"
            ),
            (
                "photos have to be under 45 KB, 10 KB or less recommended, JPEG or GIF: the form `mail` sends JPEG "
                "under 45,000 bytes by default"
            ),
        ),
    )


def _proxy(site: Site, where: str, restart: str | None) -> Snippet:
    return Snippet(
        "proxy",
        "Sametime Proxy: where it fetches photos",
        "mail",
        Strength.UNCONFIRMED,
        "an administrator's account of Sametime 9 (2016): photos do not show until proxyServerURL is added",
        where,
        "",
        restart,
        (
            f"the value is this site's address: {site.origin}",
            (
                "in the Sametime System Console of Sametime 9 the field is called: The URL where stproxy downloads "
                "users' photos. It writes into that file"
            ),
            "the proxy server fetches photos itself: its address has to be in limner's policy",
            *(
                ("it needs a trust store with the signer of this site's certificate (proxytruststore.p12)",)
                if site.secure
                else ()
            ),
        ),
        ("the exact XML of the element proxyServerURL", "how long the proxy server keeps a photo"),
    )


def _sametime9(site: Site) -> list[Snippet]:
    return [
        _address(site),
        _card(
            site,
            "UserInfoConfig.xml in the Domino program directory of each Community Server; with a Sametime System "
            "Console its tab Business Card sets the same",
            None,
        ),
        _proxy(site, "stproxyconfig.xml of the Sametime Proxy", "synchronize the nodes, then restart the Proxy Server"),
        Snippet(
            "meetings",
            "Sametime Meetings 9",
            "mail",
            Strength.DOCUMENTED,
            f"{HELP} 9.0.1, Enabling business cards for meetings",
            "Sametime System Console: Sametime Servers, Sametime Meeting Servers, the server, Server Configuration, "
            "Edit; on every Meeting Server",
            f"userInfoRedirect = true\nuserInfoUrlTemplate = {site.origin}/photos/<USER>.jpg",
            None,
            (
                "put the placeholder for the user in the place of <USER>: HCL's page shows it",
                (
                    "Meetings redirects: the browsers and clients of all who take part, guests too, ask limner "
                    "directly. They need a route to it, and a rule that lets them in (docs/meeting-guests.md)"
                ),
            ),
            ("the literal placeholder for the user in userInfoUrlTemplate",),
        ),
    ]


def _sametime12(site: Site) -> list[Snippet]:
    return [
        _address(site),
        _card(
            site,
            "/local/notesdata/UserInfoConfig.xml in the community container. Docker: copy it out, edit it, and mount "
            "it as the volume ./UserInfoConfig.xml:/local/notesdata/UserInfoConfig.xml. Kubernetes: the secret "
            "extra-community-config, which must hold StCommunityConfig.xml too",
            None,
        ),
        _proxy(
            site,
            "stproxyconfig.xml of the proxy (sametimeproxy/conf); Docker: mount a certificate authority of your own "
            "as custom-config/ca-certificates.crt:/etc/ssl/certs/ca-certificates.crt on the service proxy; "
            "Kubernetes: caCertificateSecret in values.yaml",
            None,
        ),
        Snippet(
            "meetings",
            "Sametime 12 Meetings",
            "avatar",
            Strength.DOCUMENTED,
            f"{HELP} 12, Administering meetings",
            "nothing to paste: Meetings takes photos from the Sametime Proxy, for users who are signed in",
            "",
            None,
            ("where it finds none it falls back to Gravatar by the user's mail address: that is on the internet",),
            ("any setting for another Gravatar server: none was found in HCL's help",),
        ),
    ]


SAMETIME_9 = Tool("sametime-9", "HCL Sametime 9 on WebSphere", _sametime9)
SAMETIME_12 = Tool("sametime-12", "HCL Sametime 11 and 12", _sametime12)
